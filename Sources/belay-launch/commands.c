#define _GNU_SOURCE
#include "commands.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// What is read of a command's pipe after its end: more than a pipe can hold (pipe(7): 1 MiB is the
// most that an unprivileged writer can ask for), so that nothing that it wrote is lost.
#define LAST_READ (2u << 20)
#define READ_BUDGET (1u << 20)
// What one answer of a talk carries; more is there for the next.
#define PIECE_MAX 16384
// What a killed command may take to be gone. Init sleeps while a child of its own has not yet reached
// exec, and an agent that sends that child a SIGSTOP in time keeps both there: then the phase ends.
#define KILL_GRACE_NS 2000000000ull

struct command {
    int used, over, killed;
    uint32_t id, flags, result_flags;
    uint64_t started, deadline;
    struct capture streams[2];
    struct live live;
};
static struct command commands[BELAY_MAX_COMMANDS];

static struct command *find(uint32_t id) {
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++)
        if (commands[i].used && !commands[i].over && commands[i].id == id) return &commands[i];
    return NULL;
}

static void forget(struct command *command) {
    capture_close(&command->streams[0]);
    capture_close(&command->streams[1]);
    live_close(&command->live);
    *command = (struct command){0};
}

// A place for one more: a free one, or that of an old command whose left-over children still hold
// its pipe. Their next write then fails with EPIPE.
static struct command *take(void) {
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++)
        if (!commands[i].used) return &commands[i];
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++)
        if (commands[i].over) {
            forget(&commands[i]);
            return &commands[i];
        }
    return NULL;
}

static int send_to_init(const struct belay_header *header, const struct belay_reader *fields,
                        const int *fds, size_t count) {
    size_t length = sizeof *header + fields->length;
    uint8_t *packet = malloc(length);
    if (!packet) return fault("memory for a command");
    memcpy(packet, header, sizeof *header);
    memcpy(packet + sizeof *header, fields->bytes, fields->length);
    int result = length <= BELAY_PACKET_MAX
                     ? belay_send(trial.control, packet, length, fds, count)
                     : belay_send_indirect(trial.control, packet, length, fds, count);
    free(packet);
    return result < 0 ? fault("send a command to the phase") : 0;
}

int commands_start(const struct belay_header *header, struct belay_reader *fields, const int *fds,
                   size_t count) {
    struct belay_field field;
    const uint8_t *value;
    uint64_t wall = 0, head = 65536, tail = 65536;
    int out[3] = {-1, -1, -1}, far = -1;
    if (!trial.init) return fault_plain("no phase is running");
    struct command *command = take();
    if (!command) return fault_plain("more than %d commands at once", BELAY_MAX_COMMANDS);
    *command = (struct command){.used = 1, .id = header->id};
    command->streams[0].fd = command->streams[1].fd = command->live.fd = -1;
    while (belay_next_field(fields, &field, &value) == 1) {
        size_t at = 0;
        if (field.tag == BELAY_WALL) wall = belay_take_u64(value, field.length, &at);
        if (field.tag == BELAY_EXEC_FLAGS) command->flags = belay_take_u32(value, field.length, &at);
        if (field.tag == BELAY_KEEP) {
            head = belay_take_u64(value, field.length, &at);
            tail = belay_take_u64(value, field.length, &at);
        }
    }
    int split = (command->flags & BELAY_EXEC_SPLIT) != 0, has_input = count > 0;
    int result = capture_open(&command->streams[0], head, tail, &out[0]);
    if (result == 0 && split) result = capture_open(&command->streams[1], head, tail, &out[1]);
    if (result == 0 && command->flags & BELAY_EXEC_LIVE) result = live_open(&command->live, &far);
    if (result == 0) {
        int passed[3] = {out[0], split ? out[1] : out[0], has_input ? fds[0] : -1};
        if (far >= 0) passed[0] = passed[2] = far;
        command->started = now_ns();
        command->deadline = wall ? command->started + wall * 1000000ull : 0;
        result = send_to_init(header, fields, passed, has_input || far >= 0 ? 3 : 2);
    }
    if (far >= 0) close(far);
    if (out[0] >= 0) close(out[0]);
    if (out[1] >= 0) close(out[1]);
    if (result < 0) forget(command);
    return result;
}

static size_t kept(const struct command *command) {
    size_t length = 0;
    for (int i = 0; i < 2; i++)
        length += command->streams[i].head_length + capture_tail_length(&command->streams[i]);
    return length;
}

static void write_output(struct belay_writer *w, const struct command *command) {
    for (uint32_t stream = 0; stream < 2; stream++) {
        const struct capture *capture = &command->streams[stream];
        if (stream && !(command->flags & BELAY_EXEC_SPLIT)) break;
        struct {
            uint32_t stream, zero;
            uint64_t total;
        } total = {stream, 0, capture->total};
        belay_bytes(w, BELAY_TOTAL, &total, sizeof total);
        size_t tail = capture_tail_length(capture);
        uint8_t *at = belay_field(w, BELAY_HEAD, sizeof stream + capture->head_length);
        if (at) memcpy(at, &stream, sizeof stream);
        if (at && capture->head_length)
            memcpy(at + sizeof stream, capture->head, capture->head_length);
        if (tail == 0) continue;
        at = belay_field(w, BELAY_TAIL, sizeof stream + tail);
        if (at) memcpy(at, &stream, sizeof stream);
        if (at) capture_copy_tail(capture, at + sizeof stream);
    }
}

static void write_result(struct belay_writer *w, const struct command *command,
                         const struct belay_note *note) {
    belay_message(w, BELAY_EXITED, command->id);
    belay_u32(w, BELAY_STATUS, (uint32_t)note->status);
    belay_u32(w, BELAY_RESULT_FLAGS, command->result_flags);
    if (note->error) belay_u32(w, BELAY_EXEC_ERRNO, (uint32_t)note->error);
    belay_u64(w, BELAY_NANOSECONDS, now_ns() - command->started);
    belay_u64s(w, BELAY_CPU, note->user_ns, note->system_ns);
    belay_u64(w, BELAY_MAX_RSS, note->max_rss);
    write_output(w, command);
}

static uint8_t small[BELAY_INLINE_OUTPUT + 1024];

// Room for what was kept of a command's output and `more`.
static struct belay_writer answer_writer(const struct command *command, size_t more) {
    size_t capacity = kept(command) + more;
    struct belay_writer w = {.capacity = capacity,
                             .bytes = capacity <= sizeof small ? small : malloc(capacity)};
    if (!w.bytes) _exit(1);
    return w;
}

static void send_answer(struct belay_writer w, int coordinator) {
    uint8_t *bytes = w.bytes;
    int sent = inside ? inside_send(bytes, w.length)
               : bytes == small ? belay_send(coordinator, bytes, w.length, NULL, 0)
                                : belay_send_indirect(coordinator, bytes, w.length, NULL, 0);
    if (bytes != small) free(bytes);
    // EPIPE: the coordinator is gone, which the loop sees too. Else a result would be lost in
    // silence: closing the socket says at least that the trial is broken.
    if (sent < 0 && errno != EPIPE) _exit(1);
}

static void signal_command(uint32_t id, int number) {
    struct belay_header header = {.kind = BELAY_KILL, .id = id, .zero = (uint32_t)number};
    belay_send(trial.control, &header, sizeof header, NULL, 0);
}

// Answers whoever waits for what a command says. What it wrote before it said so is in the pipe by now.
static void answer_talk(struct command *command, uint32_t flags, int coordinator) {
    static uint8_t piece[PIECE_MAX];
    struct live *live = &command->live;
    int closed, takes = (live->flags & BELAY_TALK_TAKE) != 0;
    if (!live->waiting) return;
    size_t length = live_take(live, piece, sizeof piece, &closed);
    if (closed) flags |= BELAY_RESULT_CLOSED;
    if (length == 0 && flags == 0 && !(live->flags & BELAY_TALK_NOW)) return;
    // What comes without a word stays for the next time, or for the result.
    if (length == 0) takes = 0;
    for (int i = 0; i < 2 && takes; i++) capture_read(&command->streams[i], LAST_READ);
    struct belay_writer w = answer_writer(command, sizeof piece + 1024);
    belay_message(&w, BELAY_DONE, live->waiting);
    belay_u32(&w, BELAY_RESULT_FLAGS, flags);
    belay_bytes(&w, BELAY_PIECE, piece, length);
    if (takes) write_output(&w, command);
    live->waiting = 0;
    live->deadline = 0;
    send_answer(w, coordinator);
    for (int i = 0; i < 2 && takes; i++) capture_restart(&command->streams[i]);
}

int commands_talk(const struct belay_header *header, struct belay_reader *fields, int coordinator) {
    struct belay_reader copy = *fields;
    struct belay_field field;
    const uint8_t *value;
    struct command *command = NULL;
    uint32_t flags = 0;
    uint64_t wall = 0;
    while (belay_next_field(&copy, &field, &value) == 1) {
        size_t at = 0;
        if (field.tag == BELAY_TARGET) command = find(belay_take_u32(value, field.length, &at));
        if (field.tag == BELAY_TALK_FLAGS) flags = belay_take_u32(value, field.length, &at);
        if (field.tag == BELAY_WALL) wall = belay_take_u64(value, field.length, &at);
    }
    if (!command) {
        struct belay_writer w = {.bytes = small, .capacity = sizeof small};
        belay_message(&w, BELAY_DONE, header->id);
        belay_u32(&w, BELAY_RESULT_FLAGS, BELAY_RESULT_CLOSED);
        send_answer(w, coordinator);
        return 0;
    }
    // One waits at a time: an earlier one, given up by the asker, is told that its time is over.
    answer_talk(command, BELAY_RESULT_TIMED_OUT, coordinator);
    if (flags & BELAY_TALK_INTERRUPT) signal_command(command->id, SIGINT);
    if (flags & BELAY_TALK_END) command->live.ends_input = 1;
    while (belay_next_field(fields, &field, &value) == 1)
        if (field.tag == BELAY_INPUT && live_feed(&command->live, value, field.length) < 0) return -1;
    live_send(&command->live);
    command->live.waiting = header->id;
    command->live.flags = flags;
    command->live.deadline = wall ? now_ns() + wall * 1000000ull : 0;
    answer_talk(command, 0, coordinator);
    return 0;
}

static void finish(struct command *command, const struct belay_note *note, int coordinator) {
    for (int i = 0; i < 2; i++) {
        if (command->streams[i].fd >= 0) capture_read(&command->streams[i], LAST_READ);
    }
    answer_talk(command, BELAY_RESULT_CLOSED, coordinator);
    live_close(&command->live);
    struct belay_writer w = answer_writer(command, 1024);
    write_result(&w, command, note);
    send_answer(w, coordinator);
    command->over = 1;
    command->deadline = 0;
    for (int i = 0; i < 2; i++) capture_discard(&command->streams[i]);
    if (command->streams[0].fd < 0 && command->streams[1].fd < 0) forget(command);
}

int commands_note(const struct belay_note *note, int coordinator) {
    struct command *command = find(note->id);
    if (note->kind != BELAY_EXITED || !command) return -1;
    finish(command, note, coordinator);
    return 0;
}

size_t commands_polls(struct pollfd *polls, uint64_t now) {
    size_t count = 0;
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++)
        for (int stream = 0; stream < 2 && commands[i].used; stream++) {
            const struct capture *capture = &commands[i].streams[stream];
            if (capture->fd < 0 || capture->quiet_until > now) continue;
            polls[count++] = (struct pollfd){.fd = capture->fd, .events = POLLIN};
        }
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++) {
        const struct live *live = &commands[i].live;
        short events = (live->waiting ? POLLIN : 0) | (live->unsent_length ? POLLOUT : 0);
        if (!commands[i].used || live->fd < 0 || events == 0) continue;
        polls[count++] = (struct pollfd){.fd = live->fd, .events = events};
    }
    return count;
}

void commands_read(const struct pollfd *polls, size_t count, int coordinator) {
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++) {
        struct command *command = &commands[i];
        if (!command->used) continue;
        for (int stream = 0; stream < 2; stream++)
            for (size_t at = 0; at < count; at++)
                if (polls[at].revents && polls[at].fd == command->streams[stream].fd) {
                    capture_read(&command->streams[stream], READ_BUDGET);
                    break;
                }
        for (size_t at = 0; at < count && command->live.fd >= 0; at++)
            if (polls[at].revents && polls[at].fd == command->live.fd) {
                live_send(&command->live);
                answer_talk(command, 0, coordinator);
                break;
            }
        if (command->over && command->streams[0].fd < 0 && command->streams[1].fd < 0)
            forget(command);
    }
}

int commands_expire(uint64_t now, int coordinator) {
    int end = 0;
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++) {
        struct command *command = &commands[i];
        if (command->used && command->live.deadline && command->live.deadline <= now)
            answer_talk(command, BELAY_RESULT_TIMED_OUT, coordinator);
        if (!command->used || command->over || !command->deadline || command->deadline > now)
            continue;
        int again = command->killed;
        if (!again) command->result_flags |= BELAY_RESULT_TIMED_OUT;
        if (again || command->flags & BELAY_EXEC_KILL_PHASE) end = 1;
        else commands_kill(command->id);
    }
    return end;
}

void commands_kill(uint32_t id) {
    struct command *command = find(id);
    if (command) {
        command->killed = 1;
        command->deadline = now_ns() + KILL_GRACE_NS;
    }
    signal_command(id, SIGKILL);
}

uint64_t commands_due(uint64_t now) {
    uint64_t due = 0;
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++) {
        if (!commands[i].used) continue;
        uint64_t times[4] = {commands[i].deadline, commands[i].live.deadline,
                             commands[i].streams[0].quiet_until,
                             commands[i].streams[1].quiet_until};
        for (int at = 0; at < 4; at++) {
            // A pause that is over is no date.
            if (times[at] == 0 || (at > 1 && times[at] <= now)) continue;
            if (due == 0 || times[at] < due) due = times[at];
        }
    }
    return due;
}

void commands_finish(int coordinator, uint32_t flags) {
    struct belay_note killed = {.kind = BELAY_EXITED, .status = SIGKILL};
    for (size_t i = 0; i < BELAY_MAX_COMMANDS; i++) {
        struct command *command = &commands[i];
        if (!command->used) continue;
        if (!command->over) {
            command->result_flags |= flags;
            finish(command, &killed, coordinator);
        }
        if (command->used) forget(command);
    }
}
