#pragma once
#include <stdint.h>

/// Listens on this network's 127.0.0.1; port 0 takes a free one, which is told. The socket does not block
/// and is close-on-exec; -1 with errno.
int csystem_listen_loopback(uint16_t port, uint16_t *bound);

/// The next connection, not blocking and close-on-exec; -1 with errno.
int csystem_accept(int listener);

/// A descriptor of its own for the same socket, which no longer blocks; -1 with errno.
int csystem_duplicate_socket(int socket);

/// Ends a connection for both sides at once; what is under way is lost.
void csystem_shut(int socket);
