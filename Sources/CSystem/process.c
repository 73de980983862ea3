#include "csystem_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_MAPPED 16
#define CLEAR_OF_TARGETS 64

static uint64_t nanoseconds(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_usec * 1000ull;
}

static int prepare(posix_spawnattr_t *attributes, posix_spawn_file_actions_t *actions,
                   const char *folder, int own_session, const int *from, const int *to,
                   size_t count) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
  int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (own_session) flags |= POSIX_SPAWN_SETSID;
  if (error == 0) error = posix_spawnattr_setflags(attributes, (short)flags);
  for (size_t i = 0; i < count && error == 0; i++)
    error = posix_spawn_file_actions_adddup2(actions, from[i], to[i]);
  if (error == 0 && folder) error = posix_spawn_file_actions_addchdir_np(actions, folder);
  int next = count ? to[count - 1] + 1 : 0;
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, next);
  return error;
}

int csystem_spawn(int *pid, const char *path, char *const argv[], char *const envp[],
                  const char *folder, int own_session,
                  const int *from, const int *to, size_t count) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int sources[MAX_MAPPED], copies[MAX_MAPPED], copied = 0, error = 0;
  if (count > MAX_MAPPED) return E2BIG;
  // A source with a low number could be overwritten by an earlier dup2: it is moved out of the way.
  for (size_t i = 0; i < count && error == 0; i++) {
    sources[i] = from[i];
    if (from[i] >= CLEAR_OF_TARGETS) continue;
    sources[i] = fcntl(from[i], F_DUPFD_CLOEXEC, CLEAR_OF_TARGETS);
    if (sources[i] < 0) error = errno;
    else copies[copied++] = sources[i];
  }
  if (error == 0) error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
      error = prepare(&attributes, &actions, folder, own_session, sources, to, count);
      if (error == 0) error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
      posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
  }
  while (copied > 0) close(copies[--copied]);
  return error;
}

int csystem_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int csystem_pidfd_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

void csystem_abandon_child(int pid) {
  kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
}

void csystem_keep_exits(void) {
  struct sigaction now;
  if (sigaction(SIGCHLD, NULL, &now) != 0) return;
  if (now.sa_handler == SIG_IGN || (now.sa_flags & SA_NOCLDWAIT)) signal(SIGCHLD, SIG_DFL);
}

int csystem_reap(int pidfd, struct csystem_exit *result) {
  siginfo_t info;
  struct rusage usage;
  memset(&info, 0, sizeof info);
  // The wrapper hides the call's fifth argument, which is the child's resource use.
  if (syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | WNOHANG, &usage) < 0) return -1;
  if (info.si_pid == 0) return 0;
  int signalled = info.si_code != CLD_EXITED;
  result->status = signalled ? info.si_status & 0x7f : (info.si_status & 0xff) << 8;
  result->user_ns = nanoseconds(usage.ru_utime);
  result->system_ns = nanoseconds(usage.ru_stime);
  result->max_rss_bytes = (uint64_t)usage.ru_maxrss * 1024;
  return 1;
}

void csystem_own_cpu(uint64_t *user_ns, uint64_t *system_ns) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  *user_ns = nanoseconds(usage.ru_utime);
  *system_ns = nanoseconds(usage.ru_stime);
}

int csystem_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csystem_epoll_add(int epoll, int fd, uint64_t token) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.u64 = token};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int csystem_epoll_add_end(int epoll, int fd, uint64_t token) {
  struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data.u64 = token};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int csystem_epoll_change(int epoll, int fd, uint64_t token, int reads, int writes) {
  struct epoll_event event = {.events = (reads ? EPOLLIN : 0u) | (writes ? EPOLLOUT : 0u),
                              .data.u64 = token};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int csystem_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int csystem_epoll_wait(int epoll, uint64_t *tokens, int capacity, int milliseconds) {
  struct epoll_event events[128];
  int count = epoll_wait(epoll, events, capacity < 128 ? capacity : 128, milliseconds);
  for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
  return count;
}

int csystem_epoll_set(int epoll, int fd, int readiness, bool known, uint64_t token) {
  struct epoll_event event = {.data.u64 = token};
  if (readiness & CSYSTEM_IN) event.events |= EPOLLIN;
  if (readiness & CSYSTEM_OUT) event.events |= EPOLLOUT;
  return epoll_ctl(epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

int csystem_epoll_seen(int epoll, uint64_t *tokens, int *seen, int capacity, int milliseconds) {
  struct epoll_event events[128];
  int count = epoll_wait(epoll, events, capacity < 128 ? capacity : 128, milliseconds);
  for (int i = 0; i < count; i++) {
    tokens[i] = events[i].data.u64;
    seen[i] = (events[i].events & (EPOLLIN | EPOLLHUP) ? CSYSTEM_IN : 0) |
              (events[i].events & EPOLLOUT ? CSYSTEM_OUT : 0) |
              (events[i].events & EPOLLERR ? CSYSTEM_BROKEN : 0);
  }
  return count;
}

int csystem_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Not signalfd: libdispatch parks the main thread in sigsuspend with an empty mask, where a signal that
// every other thread blocks ends the process.
static int interrupt_pipe[2] = {-1, -1};

static void write_interrupt(int signal) {
  int saved = errno;
  unsigned char number = (unsigned char)signal;
  ssize_t written = write(interrupt_pipe[1], &number, 1);
  (void)written;
  errno = saved;
}

int csystem_interrupts(void) {
  if (pipe2(interrupt_pipe, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
  struct sigaction action = {.sa_handler = write_interrupt, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  if (sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0) return -1;
  return interrupt_pipe[0];
}

int csystem_read_interrupt(int fd) {
  unsigned char number = 0;
  return read(fd, &number, 1) == 1 ? number : 0;
}

int csystem_packet_pair(int pair[2]) {
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -1;
  if (fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0) return 0;
  int saved = errno;
  close(pair[0]);
  close(pair[1]);
  errno = saved;
  return -1;
}

int csystem_memory_file(const void *bytes, size_t count) {
  int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  size_t done = 0;
  while (fd >= 0 && done < count) {
    ssize_t wrote = write(fd, (const char *)bytes + done, count - done);
    if (wrote <= 0) {
      close(fd);
      return -1;
    }
    done += (size_t)wrote;
  }
  if (fd < 0) return -1;
  fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  lseek(fd, 0, SEEK_SET);
  return fd;
}

int csystem_open_beneath(int directory, const char *name, int directory_only) {
  int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  return openat(directory, name, directory_only ? flags | O_DIRECTORY : flags);
}

int csystem_overwrite(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t wrote = write(fd, text, strlen(text));
  int saved = errno;
  close(fd);
  errno = saved;
  return wrote < 0 ? -1 : 0;
}
