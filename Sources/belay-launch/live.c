// Commands that somebody talks to while they run: standard input and output are one socket, whose other
// end is the supervisor's. It passes on what it is given and gives out what it is asked for, byte by
// byte as it came: what a command writes means nothing here, and is read only when somebody waits for it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launch.h"

// A command that does not read what it is told is told no more.
#define UNSENT_MAX (16u << 20)

int live_open(struct live *live, int *far) {
    int pair[2];
    *live = (struct live){.fd = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) return fault("socketpair");
    live->fd = pair[0];
    *far = pair[1];
    return 0;
}

void live_close(struct live *live) {
    if (live->fd >= 0) close(live->fd);
    free(live->unsent);
    live->fd = -1;
    live->unsent = NULL;
    live->unsent_length = 0;
}

void live_send(struct live *live) {
    size_t done = 0;
    while (live->fd >= 0 && done < live->unsent_length) {
        ssize_t sent = send(live->fd, live->unsent + done, live->unsent_length - done,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) break;
        // The command reads no more; that it is over is told by what it writes.
        if (sent < 0) done = live->unsent_length;
        else done += (size_t)sent;
    }
    live->unsent_length -= done;
    memmove(live->unsent, live->unsent + done, live->unsent_length);
    if (live->unsent_length) return;
    free(live->unsent);
    live->unsent = NULL;
    if (live->ends_input && live->fd >= 0) shutdown(live->fd, SHUT_WR);
}

int live_feed(struct live *live, const uint8_t *bytes, size_t length) {
    if (live->fd < 0 || length == 0) return 0;
    if (length > UNSENT_MAX - live->unsent_length)
        return fault_plain("the command does not read its input");
    uint8_t *grown = realloc(live->unsent, live->unsent_length + length);
    if (!grown) return fault("memory for a command's input");
    memcpy(grown + live->unsent_length, bytes, length);
    live->unsent = grown;
    live->unsent_length += length;
    live_send(live);
    return 0;
}

size_t live_take(struct live *live, uint8_t *into, size_t capacity, int *closed) {
    *closed = live->fd < 0;
    if (live->fd < 0) return 0;
    ssize_t got;
    do got = recv(live->fd, into, capacity, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got > 0) return (size_t)got;
    if (got < 0 && errno == EAGAIN) return 0;
    *closed = 1;
    live_close(live);
    return 0;
}
