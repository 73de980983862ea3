// The floor of `make bench`: the same launcher with the same recipe, driven by a bare loop. Each trial
// is two phases that run one command each. One packet per phase, no bookkeeping, nothing recorded.
//
//   bench-floor [--trials N] [--slots N] [--command PATH] --launcher PATH --layer DIR ...
//               [--uid FIRST --idmap 0|1] [--memory-files BYTES] [--group DIR [--set FILE=VALUE] ...] ...
//               [--agent-bind SOURCE=TARGET] [--verify-bind SOURCE=TARGET] [--cover DIR] [--fresh TARGET]
//               [--verify PATH]      the second phase's own command, binds, covers and fresh folders
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "belay_wire.h"

#define MAX_SLOTS 256
#define MAX_WORDS 64

struct slot {
    int fd, step;
    pid_t pid;
};

static struct {
    const char *launcher, *command, *verify;
    const char *words[MAX_WORDS][2];  // layers, groups and settings in the order given
    int word_count, trials, slots;
    uint32_t uid, idmap;
    uint64_t storage;
} options = {.command = "/usr/bin/true", .trials = 400, .slots = 8, .uid = 200001, .idmap = 1,
             .storage = 64 << 20};

static struct slot slots[MAX_SLOTS];
static int started, failed;

_Noreturn static void stop(const char *what) {
    fprintf(stderr, "bench-floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void add_setup(struct belay_writer *w, int slot, int number) {
    char text[512];
    static const char usr[] = "/usr\0/usr";
    uint8_t bind[sizeof(uint32_t) + sizeof usr] = {BELAY_BIND_SYSTEM};
    belay_message(w, BELAY_SETUP, 1);
    belay_u32(w, BELAY_UID, options.uid + (options.idmap ? (uint32_t)slot : 0));
    belay_u32(w, BELAY_GID, options.uid + (options.idmap ? (uint32_t)slot : 0));
    belay_u32(w, BELAY_IDMAP, options.idmap);
    belay_u64s(w, BELAY_STORAGE, options.storage, 200000);
    belay_u64(w, BELAY_SHM, 64 << 20);
    memcpy(bind + sizeof(uint32_t), usr, sizeof usr);
    belay_bytes(w, BELAY_BIND, bind, sizeof bind);
    for (int i = 0; i < options.word_count; i++) {
        const char *kind = options.words[i][0], *value = options.words[i][1];
        if (strcmp(kind, "--layer") == 0) belay_string(w, BELAY_LAYER, value);
        if (strcmp(kind, "--group") == 0) {
            snprintf(text, sizeof text, "%s/floor%d", value, number);
            belay_string(w, BELAY_CGROUP, text);
        }
        if (strcmp(kind, "--set") == 0) {
            size_t length = strlen(value) + 1;
            memcpy(text, value, length < sizeof text ? length : sizeof text);
            char *equals = strchr(text, '=');
            if (!equals) stop("--set wants FILE=VALUE");
            *equals = 0;
            belay_bytes(w, BELAY_CGROUP_SET, text, length);
        }
    }
}

static void add_bind(struct belay_writer *w, const char *value) {
    uint8_t bind[1024] = {BELAY_BIND_IDMAP};
    size_t length = strlen(value) + 1;
    if (length + sizeof(uint32_t) > sizeof bind) stop("a bind is too long");
    memcpy(bind + sizeof(uint32_t), value, length);
    char *equals = strrchr((char *)bind + sizeof(uint32_t), '=');
    if (!equals) stop("a bind wants SOURCE=TARGET");
    *equals = 0;
    belay_bytes(w, BELAY_BIND, bind, sizeof(uint32_t) + length);
}

static void add_fresh(struct belay_writer *w, const char *target) {
    uint8_t bytes[512];
    uint64_t sizes[2] = {64 << 20, 4096};
    uint32_t mode = 0755;
    size_t length = strlen(target) + 1;
    if (length + 20 > sizeof bytes) stop("a target is too long");
    memcpy(bytes, sizes, 16);
    memcpy(bytes + 16, &mode, 4);
    memcpy(bytes + 20, target, length);
    belay_bytes(w, BELAY_FRESH, bytes, 20 + length);
}

static void add_phase(struct belay_writer *w, int verifies) {
    static const char env[] = "PATH=/usr/bin:/bin\0HOME=/root";
    belay_message(w, BELAY_BEGIN, 2);
    for (int i = 0; i < options.word_count; i++) {
        const char *kind = options.words[i][0], *value = options.words[i][1];
        if (strcmp(kind, verifies ? "--verify-bind" : "--agent-bind") == 0) add_bind(w, value);
        if (verifies && strcmp(kind, "--cover") == 0) belay_string(w, BELAY_LAYER, value);
        if (verifies && strcmp(kind, "--fresh") == 0) add_fresh(w, value);
    }
    belay_message(w, BELAY_EXEC, 3);
    belay_string(w, BELAY_ARGV, verifies && options.verify ? options.verify : options.command);
    belay_bytes(w, BELAY_ENV, env, sizeof env);
    belay_string(w, BELAY_CWD, "/");
    belay_u64(w, BELAY_WALL, 60000);
}

static void transmit(struct slot *slot, struct belay_writer *w) {
    if (belay_send(slot->fd, w->bytes, w->length, NULL, 0) < 0) stop("send");
}

static void begin_trial(int index) {
    int pair[2];
    uint8_t bytes[8192];
    struct belay_writer w = {.bytes = bytes, .capacity = sizeof bytes};
    posix_spawn_file_actions_t actions;
    char *argv[] = {"belay", NULL}, *envp[] = {NULL};
    struct slot *slot = &slots[index];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) stop("socketpair");
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_addopen(&actions, i, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, pair[1], 3);
    posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    errno = posix_spawn(&slot->pid, options.launcher, &actions, NULL, argv, envp);
    if (errno) stop(options.launcher);
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    slot->fd = pair[0];
    slot->step = 0;
    add_setup(&w, index, started++);
    add_phase(&w, 0);
    transmit(slot, &w);
}

static void next_step(struct slot *slot) {
    uint8_t bytes[4096];
    struct belay_writer w = {.bytes = bytes, .capacity = sizeof bytes};
    belay_message(&w, BELAY_END, 4);
    if (slot->step++ == 0) add_phase(&w, 1);
    else belay_message(&w, BELAY_QUIT, 5);
    transmit(slot, &w);
}

static int read_answer(struct slot *slot) {
    static uint8_t bytes[BELAY_PACKET_MAX];
    int fds[BELAY_MAX_FDS];
    size_t count;
    struct belay_header header;
    struct belay_reader packet = {.bytes = bytes}, fields;
    long got = belay_receive(slot->fd, bytes, sizeof bytes, fds, &count, 0);
    if (got <= 0) return 0;
    for (size_t i = 0; i < count; i++) close(fds[i]);
    packet.length = (size_t)got;
    while (belay_next_message(&packet, &header, &fields) == 1) {
        if (header.kind == BELAY_EXITED) next_step(slot);
        if (header.kind != BELAY_FAILED) continue;
        struct belay_field field;
        const uint8_t *value;
        if (failed++ == 0 && belay_next_field(&fields, &field, &value) == 1)
            fprintf(stderr, "bench-floor: %.*s\n", (int)field.length, (const char *)value);
        return 0;
    }
    return 1;
}

static void read_options(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = words[i], *value = words[i + 1];
        if (strcmp(name, "--trials") == 0) options.trials = atoi(value);
        else if (strcmp(name, "--slots") == 0) options.slots = atoi(value);
        else if (strcmp(name, "--launcher") == 0) options.launcher = value;
        else if (strcmp(name, "--command") == 0) options.command = value;
        else if (strcmp(name, "--verify") == 0) options.verify = value;
        else if (strcmp(name, "--uid") == 0) options.uid = (uint32_t)atoi(value);
        else if (strcmp(name, "--idmap") == 0) options.idmap = (uint32_t)atoi(value);
        else if (strcmp(name, "--storage") == 0) options.storage = strtoull(value, NULL, 10);
        else if (options.word_count < MAX_WORDS) {
            options.words[options.word_count][0] = name;
            options.words[options.word_count++][1] = value;
        }
    }
    if (!options.launcher || options.slots > MAX_SLOTS) {
        errno = EINVAL;
        stop("usage: bench-floor --launcher PATH --layer DIR [--trials N] [--slots N]");
    }
}

int main(int count, char **words) {
    struct pollfd polls[MAX_SLOTS];
    int done = 0;
    struct rusage own, children;
    read_options(count, words);
    for (int i = 0; i < options.slots; i++) slots[i].fd = -1;
    double began = seconds();
    for (int i = 0; i < options.slots && started < options.trials; i++) begin_trial(i);
    while (done < options.trials) {
        for (int i = 0; i < options.slots; i++)
            polls[i] = (struct pollfd){.fd = slots[i].fd, .events = POLLIN};
        if (poll(polls, (nfds_t)options.slots, -1) < 0) stop("poll");
        for (int i = 0; i < options.slots; i++) {
            if (!polls[i].revents || read_answer(&slots[i])) continue;
            close(slots[i].fd);
            slots[i].fd = -1;
            waitpid(slots[i].pid, NULL, 0);
            done++;
            if (started < options.trials) begin_trial(i);
        }
    }
    double took = seconds() - began;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    double own_ms = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1e3 +
                    (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e3;
    double all_ms = (double)(children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1e3 +
                    (double)(children.ru_utime.tv_usec + children.ru_stime.tv_usec) / 1e3;
    printf("{\"children_cpu_ms_per_trial\":%.3f,\"failed\":%d,\"own_cpu_ms_per_trial\":%.3f,"
           "\"seconds\":%.3f,\"slots\":%d,\"trials\":%d,\"trials_per_second\":%.1f}\n",
           all_ms / done, failed, own_ms / done, took, options.slots, done, done / took);
    return failed ? 1 : 0;
}
