// The commands of the running phase, as the supervisor sees them.
#ifndef COMMANDS_H
#define COMMANDS_H

#include <poll.h>

#include "launch.h"

#define COMMAND_POLLS (BELAY_MAX_COMMANDS * 3)

// Starts a command; its result is sent when it is over. -1 with a fault.
int commands_start(const struct belay_header *header, struct belay_reader *fields, const int *fds,
                   size_t count);
// Talks to a running command; the answer is sent when there is one. -1 with a fault.
int commands_talk(const struct belay_header *header, struct belay_reader *fields, int coordinator);
// Init's word that a command is over. -1 when init lies.
int commands_note(const struct belay_note *note, int coordinator);
// What to poll for, and what to do then. Returns how many entries were filled.
size_t commands_polls(struct pollfd *polls, uint64_t now);
void commands_read(const struct pollfd *polls, size_t count, int coordinator);
// Kills what is over its time. 1 = the phase has to end.
int commands_expire(uint64_t now, int coordinator);
// The next moment at which something is due, or 0.
uint64_t commands_due(uint64_t now);
// Answers for everything that still runs, after the phase's end, and forgets all.
void commands_finish(int coordinator, uint32_t flags);
void commands_kill(uint32_t id);

#endif
