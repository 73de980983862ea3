#pragma once
#include <archive.h>
#include <archive_entry.h>
// A cast macro, which the importer drops.
static inline unsigned int carchive_regular_file(void) { return AE_IFREG; }
