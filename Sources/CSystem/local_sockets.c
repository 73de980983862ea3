#include "csystem_sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

// A name of a socket has room for 107 bytes and the path of a folder may be longer: its descriptor is not.
static int address_in(int folder, const char *name, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", folder, name);
  if (length < 0 || (size_t)length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return 0;
}

static int failed(int fd) {
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

int csystem_listen_in(int folder, const char *name) {
  struct sockaddr_un address;
  if (address_in(folder, name, &address) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (unlinkat(folder, name, 0) != 0 && errno != ENOENT) return failed(fd);
  if (fchmod(fd, S_IRUSR | S_IWUSR) != 0) return failed(fd);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return failed(fd);
  if (listen(fd, 16) != 0) return failed(fd);
  return fd;
}

int csystem_connect_in(int folder, const char *name) {
  struct sockaddr_un address;
  if (address_in(folder, name, &address) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) return failed(fd);
  return fd;
}
