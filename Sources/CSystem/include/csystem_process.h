#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Starts a program with exactly the given descriptors: `from[i]` becomes `to[i]`, `to` ascends, and
/// everything above the last is closed. Signals are unblocked and at their defaults. With `own_session` it
/// has a session without a terminal. 0 or an errno.
int csystem_spawn(int *pid, const char *path, char *const argv[], char *const envp[],
                  const char *folder, int own_session,
                  const int *from, const int *to, size_t count);

/// A descriptor that becomes readable when the process is over; -1 with errno.
int csystem_pidfd_open(int pid);

/// Sends a signal to the process behind a pidfd, never to a later one of its number; 0, or -1 with errno.
int csystem_pidfd_signal(int pidfd, int signal);

/// Ends a child that cannot be followed, and reaps it.
void csystem_abandon_child(int pid);

/// Makes the kernel keep how children ended until it is asked: a process that was started with SIGCHLD
/// ignored never learns it.
void csystem_keep_exits(void);

/// What a process that is over has used.
struct csystem_exit {
  int status;  // as wait(2) gives it
  uint64_t user_ns, system_ns, max_rss_bytes;
};

/// Reaps a child by pidfd: 1 = reaped, 0 = not over yet, -1 with errno.
int csystem_reap(int pidfd, struct csystem_exit *exit);

/// CPU time of this process itself, without its children.
void csystem_own_cpu(uint64_t *user_ns, uint64_t *system_ns);

// The calls of epoll(7), by token. <sys/epoll.h> is not included here: Swift would then take `timespec` for
// this module's, and every file that uses one would have to import it.

/// A new epoll; -1 with errno.
int csystem_epoll_create(void);

/// Watches a descriptor for input and for the other end's going; 0, or -1 with errno.
int csystem_epoll_add(int epoll, int fd, uint64_t token);

/// Watches a descriptor for the other end's going alone, which is told once; 0, or -1 with errno.
int csystem_epoll_add_end(int epoll, int fd, uint64_t token);

/// Watches it for input, for room to write, for both or for its breaking alone; 0, or -1 with errno.
int csystem_epoll_change(int epoll, int fd, uint64_t token, int reads, int writes);

/// Stops watching it; 0, or -1 with errno.
int csystem_epoll_remove(int epoll, int fd);

/// Waits and gives the tokens of what is ready: their count, or -1 with errno.
int csystem_epoll_wait(int epoll, uint64_t *tokens, int capacity, int milliseconds);

/// What a descriptor is watched for, and what was seen of it.
enum csystem_readiness { CSYSTEM_IN = 1, CSYSTEM_OUT = 2, CSYSTEM_BROKEN = 4 };

/// Watches a descriptor, known to it or new, for exactly these of them; 0, or -1 with errno.
int csystem_epoll_set(int epoll, int fd, int readiness, bool known, uint64_t token);

/// Waits and gives tokens with what was seen: their count, or -1 with errno.
int csystem_epoll_seen(int epoll, uint64_t *tokens, int *seen, int capacity, int milliseconds);

/// Wakes a thread that waits in epoll.
int csystem_eventfd(void);

/// Handles SIGINT and SIGTERM, on whichever thread they arrive, and gives a descriptor that reads them.
int csystem_interrupts(void);

/// The next signal of that descriptor, 0 when there is none.
int csystem_read_interrupt(int fd);

/// Two ends of a packet socket, close-on-exec; the first does not block.
int csystem_packet_pair(int pair[2]);

/// A memory file with these bytes, readable from the start.
int csystem_memory_file(const void *bytes, size_t count);

/// Opens below a directory without following a link, for reading; never blocks, takes no terminal.
int csystem_open_beneath(int directory, const char *name, int directory_only);

/// Writes a text to a file that exists, without creating or replacing it; 0 or -1 with errno.
int csystem_overwrite(const char *path, const char *text);
