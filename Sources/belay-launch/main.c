// The supervisor: it serves one trial over descriptor 3 and is gone when the coordinator is.
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "launch.h"

#define COORDINATOR 3

struct trial trial = {.control = -1, .control_far = -1, .root = -1};
char fault_text[512];
static int set_up;

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

int fault(const char *format, ...) {
    int error = errno;
    va_list list;
    va_start(list, format);
    int length = vsnprintf(fault_text, sizeof fault_text, format, list);
    va_end(list);
    if (length > 0 && length < (int)sizeof fault_text)
        snprintf(fault_text + length, sizeof fault_text - (size_t)length, ": %s (%s)",
                 strerrorname_np(error) ?: "?", strerrordesc_np(error) ?: "?");
    return -1;
}

int fault_plain(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(fault_text, sizeof fault_text, format, list);
    va_end(list);
    return -1;
}

_Noreturn static void leave(int status) {
    phase_end();
    // The storage goes before its control group: its pages are charged to it.
    if (trial.root >= 0) close(trial.root);
    if (trial.mount_ns > 0) close(trial.mount_ns);
    if (trial.user_ns > 0) close(trial.user_ns);
    cgroups_remove();
    _exit(status);
}

static int do_setup(struct belay_reader *fields) {
    if (set_up) return fault_plain("the trial is already set up");
    set_up = 1;
    if (plan_read(&trial.plan, fields) < 0) return -1;
    // Helpers change their uid only; the host's groups must not stay with them.
    if (trial.plan.root && setgroups(0, NULL) < 0) return fault("setgroups");
    if (cgroups_create(fields) < 0) return -1;
    if (setup_trial() < 0) return -1;
    trial.ready = 1;
    return 0;
}

static int do_end(struct belay_writer *reply, uint32_t flags) {
    if (phase_end() < 0) return -1;
    commands_finish(COORDINATOR, flags);
    belay_u64s(reply, BELAY_CPU, trial.user_cpu, trial.system_cpu);
    cgroups_report(reply);
    return 0;
}

// What a request answers, in one message; EXEC answers later unless it fails.
static void serve(const struct belay_header *header, struct belay_reader *fields, const int *fds,
                  size_t count) {
    static uint8_t bytes[32768];
    int out[BELAY_MAX_FDS], result = 0;
    size_t out_count = 0, out_owned = 0;
    uint64_t began = now_ns();
    struct belay_writer reply = {.bytes = bytes, .capacity = sizeof bytes};
    fault_text[0] = 0;
    belay_message(&reply, BELAY_DONE, header->id);
    switch (header->kind) {
    case BELAY_SETUP: result = do_setup(fields); break;
    case BELAY_BEGIN:
        result = !trial.ready ? fault_plain("the trial is not set up")
                              : phase_read(&trial.phase, fields);
        if (result == 0) result = phase_begin(&reply, out, &out_count, COORDINATOR);
        out_owned = out_count;
        break;
    case BELAY_EXEC:
        if (commands_start(header, fields, fds, count) == 0) return;
        result = -1;
        break;
    case BELAY_KILL: commands_kill(header->id); return;
    case BELAY_TALK:
        if (commands_talk(header, fields, COORDINATOR) == 0) return;
        result = -1;
        break;
    case BELAY_END: result = do_end(&reply, BELAY_RESULT_ENDED); break;
    case BELAY_ROOT:
        result = !trial.ready ? fault_plain("the trial is not set up") : need_root();
        if (result == 0) out[out_count++] = trial.root;
        break;
    case BELAY_QUIT: leave(0);
    default: result = fault_plain("unknown request %u", header->kind);
    }
    if (result == 0) {
        belay_u64(&reply, BELAY_NANOSECONDS, now_ns() - began);
        belay_message_fds(&reply, (uint16_t)out_count);
    } else {
        reply.length = 0;
        belay_message(&reply, BELAY_FAILED, header->id);
        belay_string(&reply, BELAY_TEXT, fault_text[0] ? fault_text : "no reason given");
    }
    if (belay_send(COORDINATOR, bytes, reply.length, out, result == 0 ? out_count : 0) < 0) leave(1);
    for (size_t i = 0; i < out_owned; i++) close(out[i]);
}

static void serve_packet(struct belay_reader packet, const int *fds, size_t count) {
    struct belay_header header;
    struct belay_reader fields;
    size_t used = 0;
    int more;
    while ((more = belay_next_message(&packet, &header, &fields)) == 1) {
        size_t own = header.fds <= count - used ? header.fds : count - used;
        serve(&header, &fields, fds + used, own);
        used += own;
    }
    if (more < 0) leave(1);
}

static void receive(void) {
    static uint8_t bytes[BELAY_PACKET_MAX];
    int fds[BELAY_MAX_FDS];
    size_t count, length;
    long got = belay_receive(COORDINATOR, bytes, sizeof bytes, fds, &count, 0);
    if (got <= 0) leave(got < 0);
    const struct belay_header *header = (const void *)bytes;
    if ((size_t)got >= sizeof *header && header->kind == BELAY_INDIRECT && count > 0) {
        uint8_t *large = belay_read_indirect(fds[0], BELAY_INDIRECT_MAX, &length);
        if (!large) leave(1);
        serve_packet((struct belay_reader){.bytes = large, .length = length}, fds + 1, count - 1);
        free(large);
    } else {
        serve_packet((struct belay_reader){.bytes = bytes, .length = (size_t)got}, fds, count);
    }
    for (size_t i = 0; i < count; i++) close(fds[i]);
}

// Init died, or said what it cannot know: the phase is over, and the coordinator hears it from the
// results of what was running and from its next request.
static void phase_broke(void) {
    phase_end();
    commands_finish(COORDINATOR, BELAY_RESULT_PHASE_DIED);
}

static void hear_init(void) {
    struct belay_note note;
    int fds[BELAY_MAX_FDS];
    size_t count;
    long got = belay_receive(trial.control, &note, sizeof note, fds, &count, 0);
    for (size_t i = 0; i < count; i++) close(fds[i]);
    if (got != sizeof note || commands_note(&note, COORDINATOR) < 0) phase_broke();
}

int time_left(uint64_t now) {
    uint64_t due = commands_due(now);
    if (due == 0) return -1;
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

// `belay-launch idmap FOLDER`: whether that file system's mounts can be idmapped.
static int try_idmap(const char *folder) {
    struct bind bind = {.flags = BELAY_BIND_IDMAP, .source = folder};
    trial.plan = (struct plan){.root = geteuid() == 0, .uid = 200000, .gid = 200000, .idmap = 1};
    return make_user_namespace() == 0 && open_bind(&bind, 1) == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
    if (count == 3 && strcmp(arguments[1], "idmap") == 0) return try_idmap(arguments[2]);
    if (count == 2 && strcmp(arguments[1], "inside") == 0) inside_main();
    if (count > 2 && strcmp(arguments[1], "show") == 0) return show_files(arguments + 2);
    static struct pollfd polls[2 + COMMAND_POLLS];
    close_range(4, ~0u, 0);
    setsid();
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    // Raised to one byte where it may be: see RLIMIT_CORE in the plan, which can only lower it.
    setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1});
    for (;;) {
        uint64_t now = now_ns();
        polls[0] = (struct pollfd){.fd = COORDINATOR, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = trial.control, .events = POLLIN};
        size_t count = commands_polls(polls + 2, now);
        if (poll(polls, 2 + count, time_left(now)) < 0 && errno != EINTR) leave(1);
        commands_read(polls + 2, count, COORDINATOR);
        if (polls[1].revents && trial.control >= 0) hear_init();
        if (commands_expire(now_ns(), COORDINATOR)) {
            phase_end();
            commands_finish(COORDINATOR, BELAY_RESULT_ENDED);
        }
        if (polls[0].revents) receive();
    }
}
