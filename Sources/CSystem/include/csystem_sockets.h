#pragma once
#include <stddef.h>
#include <stdint.h>

/// Listens on this network's 127.0.0.1; port 0 takes a free one, which is told. The socket does not block
/// and is close-on-exec; -1 with errno.
int csystem_listen_loopback(uint16_t port, uint16_t *bound);

/// Listens on an address of 4 or 16 bytes and on no other; else as `csystem_listen_loopback`.
int csystem_listen_at(const uint8_t *address, size_t length, uint16_t port, uint16_t *bound);

/// Reads an address in digits into `found`: its length, then its bytes; 1, or 0 for anything else.
int csystem_numeric(const char *text, uint8_t found[17]);

/// The next connection, not blocking and close-on-exec; -1 with errno.
int csystem_accept(int listener);

/// A descriptor of its own for the same socket, which no longer blocks; -1 with errno.
int csystem_duplicate_socket(int socket);

/// Ends a connection for both sides at once; what is under way is lost.
void csystem_shut(int socket);

/// Begins a connection to an address of 4 or 16 bytes, without waiting for it; -1 with errno.
int csystem_connect(const uint8_t *address, size_t length, uint16_t port);

/// What became of a connection that was begun: 0 or an errno.
int csystem_connected(int socket);

/// Reads what is there: its length, 0 at the end, -1 when nothing is there now, -2 when it broke.
long csystem_receive(int socket, void *bytes, size_t capacity);

/// Sends what can be sent now: its length, -1 when nothing can, -2 when it broke.
long csystem_send(int socket, const void *bytes, size_t length);

/// Says that nothing more will be sent.
void csystem_end_sending(int socket);

/// The addresses of a host by name or number, each a length of 4 or 16 in front of 16 bytes; their
/// count, or -1. Waits for the network.
int csystem_resolve(const char *host, uint8_t *addresses, int capacity);

/// Listens on a socket of a name in a folder, for this user alone; one that is there already is replaced.
/// The socket does not block and is close-on-exec; -1 with errno.
int csystem_listen_in(int folder, const char *name);

/// Connects to such a socket, and waits until it is; -1 with errno.
int csystem_connect_in(int folder, const char *name);
