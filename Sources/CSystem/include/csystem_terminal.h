#pragma once

/// Handles SIGWINCH, SIGTSTP, SIGCONT and SIGHUP, and gives a descriptor that reads them as
/// `csystem_read_interrupt` does; -1 with errno.
int csystem_terminal_changes(void);

/// From now on a fault of this process gives the terminal of descriptor 0 back as it is now and writes the
/// text to descriptor 1 before it ends as usual; 0, or -1.
int csystem_guard_terminal(const char *text);

/// Leaves the terminal to itself again.
void csystem_unguard_terminal(void);

/// Stops this process until somebody lets it go on.
void csystem_stop_self(void);
