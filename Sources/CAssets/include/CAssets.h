#pragma once
#include <stddef.h>

/// A file that is part of the program.
struct cassets_file {
  const char *name;
  const unsigned char *bytes;
  size_t count;
};

/// The file at a place from 0; its name is NULL behind the last.
struct cassets_file cassets_file(size_t place);
