#include "csystem_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

int csystem_renameat2(int old_dir, const char *old_path, int new_dir, const char *new_path,
                      unsigned int flags) {
  return renameat2(old_dir, old_path, new_dir, new_path, flags);
}

int csystem_getrandom(void *buffer, size_t count) {
  unsigned char *at = buffer;
  while (count > 0) {
    ssize_t got = getrandom(at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    at += got;
    count -= (size_t)got;
  }
  return 0;
}

uint64_t csystem_process_start(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  if (got <= 0) return 0;
  text[got] = 0;
  // The command name may hold spaces and brackets: fields are counted from the last bracket on.
  char *at = strrchr(text, ')');
  if (!at) return 0;
  at += 2;
  for (int field = 3; field < 22; field++) {
    at = strchr(at, ' ');
    if (!at) return 0;
    at++;
  }
  return strtoull(at, NULL, 10);
}
