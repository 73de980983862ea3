#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Beyond this many bytes a command only floods: it is then read in portions, so that the supervisor,
// which no limit of the trial holds, uses little CPU for it while the writer waits at its pipe.
#define FLOOD_BYTES (64u << 20)
#define FLOOD_PAUSE_NS 10000000ull

int capture_open(struct capture *capture, size_t head, size_t tail, int *write_end) {
    int pair[2];
    *capture = (struct capture){.fd = -1, .head_limit = head, .tail_limit = tail};
    if (pipe2(pair, O_CLOEXEC) < 0) return fault("pipe");
    // Only the reader must not block: the flag belongs to the open file, and the other end is another.
    if (fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) return fault("fcntl");
    capture->fd = pair[0];
    *write_end = pair[1];
    return 0;
}

static size_t add_head(struct capture *capture, const uint8_t *bytes, size_t length) {
    size_t room = capture->head_limit - capture->head_length;
    size_t take = length < room ? length : room;
    size_t need = capture->head_length + take;
    if (need > capture->head_capacity) {
        size_t capacity = capture->head_capacity ? capture->head_capacity * 2 : 1024;
        if (capacity < need) capacity = need;
        if (capacity > capture->head_limit) capacity = capture->head_limit;
        uint8_t *grown = realloc(capture->head, capacity);
        if (!grown) return 0;
        capture->head = grown;
        capture->head_capacity = capacity;
    }
    if (take) memcpy(capture->head + capture->head_length, bytes, take);
    capture->head_length = need;
    return take;
}

// The tail is a ring: its position follows from the bytes that were seen.
static void add_tail(struct capture *capture, const uint8_t *bytes, size_t length) {
    size_t limit = capture->tail_limit;
    if (limit == 0 || length == 0) return;
    if (!capture->tail && !(capture->tail = malloc(limit))) return;
    uint64_t position = capture->total - capture->head_length;
    if (length > limit) {
        position += length - limit;
        bytes += length - limit;
        length = limit;
    }
    size_t at = (size_t)(position % limit);
    size_t first = length < limit - at ? length : limit - at;
    memcpy(capture->tail + at, bytes, first);
    memcpy(capture->tail, bytes + first, length - first);
}

int capture_read(struct capture *capture, size_t budget) {
    static uint8_t bytes[65536];
    size_t taken_in_all = 0;
    if (capture->fd < 0) return 0;
    while (taken_in_all < budget) {
        ssize_t got = read(capture->fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return 0;
        if (got <= 0) {
            close(capture->fd);
            capture->fd = -1;
            return 0;
        }
        size_t length = (size_t)got, taken = 0;
        taken_in_all += length;
        if (capture->discard) continue;
        if (capture->head_length < capture->head_limit) taken = add_head(capture, bytes, length);
        capture->total += taken;
        add_tail(capture, bytes + taken, length - taken);
        capture->total += length - taken;
    }
    if (capture->discard || capture->total > FLOOD_BYTES)
        capture->quiet_until = now_ns() + FLOOD_PAUSE_NS;
    return 1;
}

size_t capture_tail_length(const struct capture *capture) {
    uint64_t seen = capture->total - capture->head_length;
    if (!capture->tail) return 0;
    return seen < capture->tail_limit ? (size_t)seen : capture->tail_limit;
}

void capture_copy_tail(const struct capture *capture, uint8_t *into) {
    size_t length = capture_tail_length(capture), limit = capture->tail_limit;
    if (length == 0) return;
    uint64_t end = capture->total - capture->head_length;
    size_t start = (size_t)((end - length) % limit);
    size_t first = length < limit - start ? length : limit - start;
    memcpy(into, capture->tail + start, first);
    memcpy(into + first, capture->tail, length - first);
}

void capture_restart(struct capture *capture) {
    free(capture->head);
    free(capture->tail);
    capture->head = capture->tail = NULL;
    capture->head_length = capture->head_capacity = 0;
    capture->total = 0;
}

void capture_discard(struct capture *capture) {
    free(capture->head);
    free(capture->tail);
    *capture = (struct capture){.fd = capture->fd, .discard = 1};
}

void capture_close(struct capture *capture) {
    capture_discard(capture);
    if (capture->fd >= 0) close(capture->fd);
    capture->fd = -1;
}
