#include "csystem_sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int csystem_listen_at(const uint8_t *address, size_t length, uint16_t port, uint16_t *bound) {
  int one = 1;
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr *target = length == 4 ? (void *)&four : (void *)&six;
  socklen_t size = length == 4 ? sizeof four : sizeof six;
  memcpy(length == 4 ? (void *)&four.sin_addr : (void *)&six.sin6_addr, address, length == 4 ? 4 : 16);
  int fd = socket(target->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
      (length != 4 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0) ||
      bind(fd, target, size) < 0 || listen(fd, 512) < 0 || getsockname(fd, target, &size) < 0) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  *bound = ntohs(length == 4 ? four.sin_port : six.sin6_port);
  return fd;
}

int csystem_listen_loopback(uint16_t port, uint16_t *bound) {
  const uint8_t loopback[4] = {127, 0, 0, 1};
  return csystem_listen_at(loopback, 4, port, bound);
}

int csystem_numeric(const char *text, uint8_t found[17]) {
  if (inet_pton(AF_INET, text, found + 1) == 1) {
    found[0] = 4;
    return 1;
  }
  found[0] = 16;
  return inet_pton(AF_INET6, text, found + 1) == 1;
}

int csystem_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int csystem_duplicate_socket(int socket) {
  int own = fcntl(socket, F_DUPFD_CLOEXEC, 3);
  if (own >= 0) fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
  return own;
}

void csystem_shut(int socket) { shutdown(socket, SHUT_RDWR); }

int csystem_connect(const uint8_t *address, size_t length, uint16_t port) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  const struct sockaddr *target = length == 4 ? (void *)&four : (void *)&six;
  memcpy(length == 4 ? (void *)&four.sin_addr : (void *)&six.sin6_addr, address, length == 4 ? 4 : 16);
  int fd = socket(target->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (connect(fd, target, length == 4 ? sizeof four : sizeof six) < 0 && errno != EINPROGRESS) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

int csystem_connected(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

static int is_waiting(void) { return errno == EAGAIN || errno == EINTR; }

long csystem_receive(int socket, void *bytes, size_t capacity) {
  long got = recv(socket, bytes, capacity, MSG_DONTWAIT);
  return got < 0 ? (is_waiting() ? -1 : -2) : got;
}

long csystem_send(int socket, const void *bytes, size_t length) {
  long sent = send(socket, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? (is_waiting() ? -1 : -2) : sent;
}

void csystem_end_sending(int socket) { shutdown(socket, SHUT_WR); }

int csystem_resolve(const char *host, uint8_t *addresses, int capacity) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
  int count = 0;
  if (getaddrinfo(host, NULL, &hints, &found) != 0) return -1;
  for (struct addrinfo *each = found; each && count < capacity; each = each->ai_next) {
    uint8_t *address = addresses + 17 * count;
    if (each->ai_family == AF_INET) {
      *address = 4;
      memcpy(address + 1, &((struct sockaddr_in *)each->ai_addr)->sin_addr, 4);
      count++;
    } else if (each->ai_family == AF_INET6) {
      *address = 16;
      memcpy(address + 1, &((struct sockaddr_in6 *)each->ai_addr)->sin6_addr, 16);
      count++;
    }
  }
  freeaddrinfo(found);
  return count;
}
