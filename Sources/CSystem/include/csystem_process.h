#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

/// Starts a program with exactly the given descriptors: `from[i]` becomes `to[i]`, `to` ascends, and
/// everything above the last is closed. Signals are unblocked and at their defaults. 0 or an errno.
int csystem_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[],
                  const int *from, const int *to, size_t count);

/// A descriptor that becomes readable when the process is over; -1 with errno.
int csystem_pidfd_open(pid_t pid);

/// What a process that is over has used.
struct csystem_exit {
  int status;  // as wait(2) gives it
  uint64_t user_ns, system_ns, max_rss_bytes;
};

/// Reaps a child by pidfd: 1 = reaped, 0 = not over yet, -1 with errno.
int csystem_reap(int pidfd, struct csystem_exit *exit);

/// CPU time of this process itself, without its children.
void csystem_own_cpu(uint64_t *user_ns, uint64_t *system_ns);

/// Wakes a thread that waits in epoll.
int csystem_eventfd(void);

/// Blocks SIGINT and SIGTERM in the calling thread and gives a descriptor that reads them.
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
