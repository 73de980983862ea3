#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int change_pipe[2] = {-1, -1};

static void write_change(int signal) {
  int saved = errno;
  unsigned char number = (unsigned char)signal;
  ssize_t written = write(change_pipe[1], &number, 1);
  (void)written;
  errno = saved;
}

int csystem_terminal_changes(void) {
  if (change_pipe[0] >= 0) return change_pipe[0];
  if (pipe2(change_pipe, O_CLOEXEC | O_NONBLOCK) < 0) return -1;
  struct sigaction action = {.sa_handler = write_change, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  int signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    if (sigaction(signals[i], &action, NULL) < 0) return -1;
  return change_pipe[0];
}

// What has to be given back when the process dies of a fault: nothing but calls that a handler may make.
static struct termios kept;
static volatile sig_atomic_t guards = 0;
static char farewell[64];
static size_t farewell_length = 0;
static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT};

static void give_back(int signal) {
  if (guards) {
    guards = 0;
    ssize_t written = write(1, farewell, farewell_length);
    (void)written;
    tcsetattr(0, TCSANOW, &kept);
  }
  // The usual end: a handler that is called once is the default one by now.
  raise(signal);
}

int csystem_guard_terminal(const char *text) {
  size_t length = strlen(text);
  if (length > sizeof farewell || tcgetattr(0, &kept) < 0) return -1;
  memcpy(farewell, text, length);
  farewell_length = length;
  struct sigaction action = {.sa_handler = give_back, .sa_flags = SA_RESETHAND | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigaction(faults[i], &action, NULL);
  guards = 1;
  return 0;
}

void csystem_unguard_terminal(void) {
  if (!guards) return;
  guards = 0;
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) signal(faults[i], SIG_DFL);
}

void csystem_stop_self(void) { raise(SIGSTOP); }
