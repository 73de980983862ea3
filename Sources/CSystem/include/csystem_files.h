#pragma once
#include <stddef.h>
#include <stdint.h>

/// Renames within or between open directories; flags as in renameat2(2).
int csystem_renameat2(int old_dir, const char *old_path, int new_dir, const char *new_path,
                      unsigned int flags);

/// Cryptographic random bytes; 0, or -1 with errno.
int csystem_getrandom(void *buffer, size_t count);

/// Start time of a process in clock ticks since boot, as /proc/PID/stat has it; 0 if it is gone.
uint64_t csystem_process_start(int pid);
