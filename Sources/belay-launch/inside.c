// The first process of a container: it serves one phase over standard input and output, and ends with
// the end of its input, so that nothing outlives the coordinator.
//
// Supervisor and init are one process here, because the agent may be root inside and could kill any
// other; the kernel drops every signal from inside for pid 1. It cannot be read or traced either
// (no CAP_SYS_PTRACE), and no file that it trusts lies in the image.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "launch.h"

#define REQUEST_MAX (8u << 20)
#define DEATH_LIMIT_NS 10000000000ull

int inside;
static int requests, answers, init_end;

// What a control group of this container says of it, where the engine shows it: version 2, then 1.
static const char *const readings[] = {
    "/sys/fs/cgroup/cpu.stat",
    "/sys/fs/cgroup/memory.peak",
    "/sys/fs/cgroup/memory.events",
    "/sys/fs/cgroup/pids.events",
    "/sys/fs/cgroup/cpuacct/cpuacct.usage",
    "/sys/fs/cgroup/memory/memory.max_usage_in_bytes",
    "/sys/fs/cgroup/memory/memory.oom_control",
    "/sys/fs/cgroup/pids/pids.events",
};

int inside_send(const void *bytes, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t sent = write(answers, (const uint8_t *)bytes + done, length - done);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return -1;
        done += (size_t)sent;
    }
    return 0;
}

static void hear_notes(void) {
    struct belay_note note;
    int fds[BELAY_MAX_FDS];
    size_t count;
    while (belay_receive(trial.control, &note, sizeof note, fds, &count, MSG_DONTWAIT) ==
           (long)sizeof note)
        commands_note(&note, answers);  // of one that was answered for already: nothing to do
}

// Kills everything but this process, and waits until nothing is left to wait for.
static int empty(void) {
    uint64_t limit = now_ns() + DEATH_LIMIT_NS;
    for (;;) {
        int alone = kill(-1, SIGKILL) < 0 && errno == ESRCH;
        init_reap(init_end);
        hear_notes();
        if (alone) return 0;
        if (now_ns() > limit) return fault_plain("processes of the phase did not die in 10 s");
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_usec * 1000ull;
}

static void report_usage(struct belay_writer *reply) {
    struct rusage reaped;
    if (getrusage(RUSAGE_CHILDREN, &reaped) == 0)
        belay_u64s(reply, BELAY_CPU, nanoseconds(reaped.ru_utime), nanoseconds(reaped.ru_stime));
    for (uint32_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        uint8_t bytes[2048];
        int fd = open(readings[i], O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        memcpy(bytes, &i, sizeof i);
        ssize_t got = read(fd, bytes + sizeof i, sizeof bytes - sizeof i);
        close(fd);
        if (got > 0) belay_bytes(reply, BELAY_CGROUP_TEXT, bytes, sizeof i + (size_t)got);
    }
}

static int make_fresh(const char *target, uint32_t mode, char *displaced, size_t capacity) {
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return fault("open /");
    int at = place(root, target, 1, displaced, capacity);
    close(root);
    if (at < 0) return -1;
    int folder = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(at);
    if (folder < 0) return fault("open %s", target);
    int result = sweep_folder(folder);
    if (result == 0 && (fchown(folder, 0, 0) < 0 || fchmod(folder, (mode_t)mode) < 0))
        result = fault("make %s fresh", target);
    close(folder);
    return result;
}

// Only in a container of the image as it was built: its own links are followed.
static int add_folder(const char *target, uint32_t mode) {
    char path[4096];
    if (strlen(target) >= sizeof path) return fault_plain("the path %s is too long", target);
    strcpy(path, target);
    for (char *at = path + 1; *at; at++) {
        if (*at != '/') continue;
        *at = 0;
        mkdir(path, 0755);
        *at = '/';
    }
    if (mkdir(path, 0755) < 0 && errno != EEXIST) return fault("make the folder %s", target);
    return mode && chmod(path, (mode_t)mode) < 0 ? fault("open %s to all", target) : 0;
}

static int limit(uint32_t resource, uint64_t value) {
    struct rlimit old;
    if (getrlimit((int)resource, &old) < 0) return fault("getrlimit");
    if (value > old.rlim_max) value = old.rlim_max;
    struct rlimit both = {.rlim_cur = value, .rlim_max = value};
    return setrlimit((int)resource, &both) < 0 ? fault("setrlimit %u", resource) : 0;
}

// Before anything of the trial runs, and so that no process in here holds them: sockets that listen on
// this container's loopback go out through a socket of the coordinator's, which it closes then.
static int hand_out_listeners(const uint16_t *ports, size_t count) {
    struct sockaddr_un far = {.sun_family = AF_UNIX, .sun_path = BELAY_PORTS_PLACE};
    int fds[MAX_LISTENERS], result = 0;
    int way = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (way < 0 || connect(way, (struct sockaddr *)&far, sizeof far) < 0) {
        if (way >= 0) close(way);
        return fault("reach the coordinator's socket");
    }
    for (size_t i = 0; i < count; i++) {
        struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(ports[i])};
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fds[i] < 0 || bind(fds[i], (struct sockaddr *)&own, sizeof own) < 0 ||
            listen(fds[i], 128) < 0)
            result = fault("listen on port %u", ports[i]);
    }
    uint32_t number = (uint32_t)count;
    if (result == 0 && belay_send(way, &number, sizeof number, fds, count) < 0)
        result = fault("hand a listener out");
    for (size_t i = 0; i < count; i++)
        if (fds[i] >= 0) close(fds[i]);
    close(way);
    return result;
}

static int begin(struct belay_reader *fields, struct belay_writer *reply) {
    struct belay_field field;
    const uint8_t *value;
    char displaced[512] = "";
    uint16_t ports[MAX_LISTENERS];
    size_t port_count = 0;
    while (belay_next_field(fields, &field, &value) == 1) {
        size_t at = 0;
        int result = 0;
        if (field.tag == BELAY_FRESH) {
            at = 2 * sizeof(uint64_t);
            uint32_t mode = belay_take_u32(value, field.length, &at);
            const char *target = belay_take_string(value, field.length, &at);
            result = target ? make_fresh(target, mode, displaced, sizeof displaced)
                            : fault_plain("malformed fresh folder");
        } else if (field.tag == BELAY_FOLDER) {
            uint32_t mode = belay_take_u32(value, field.length, &at);
            const char *target = belay_take_string(value, field.length, &at);
            result = target ? add_folder(target, mode) : fault_plain("malformed folder");
        } else if (field.tag == BELAY_REMOVE) {
            const char *path = belay_take_string(value, field.length, &at);
            result = path ? sweep_path(path) : fault_plain("malformed path");
        } else if (field.tag == BELAY_RLIMIT) {
            uint32_t resource = belay_take_u32(value, field.length, &at);
            belay_take_u32(value, field.length, &at);
            result = limit(resource, belay_take_u64(value, field.length, &at));
        } else if (field.tag == BELAY_LISTEN) {
            if (port_count == MAX_LISTENERS) return fault_plain("too many listeners");
            ports[port_count++] = (uint16_t)belay_take_u32(value, field.length, &at);
        }
        if (result < 0) return -1;
    }
    if (port_count > 0 && hand_out_listeners(ports, port_count) < 0) return -1;
    if (displaced[0]) belay_string(reply, BELAY_DISPLACED, displaced);
    return 0;
}

static int start(const struct belay_header *header, struct belay_reader *fields) {
    struct belay_reader copy = *fields;
    struct belay_field field;
    const uint8_t *value;
    int input = -1;
    while (belay_next_field(&copy, &field, &value) == 1) {
        if (field.tag != BELAY_INPUT || input >= 0) continue;
        input = memfd_create("input", MFD_CLOEXEC);
        if (input < 0 || write(input, value, field.length) != (ssize_t)field.length ||
            lseek(input, 0, SEEK_SET) < 0) {
            if (input >= 0) close(input);
            return fault("memory for a command's input");
        }
    }
    int result = commands_start(header, fields, &input, input >= 0 ? 1 : 0);
    if (input >= 0) close(input);
    return result;
}

static void serve(const struct belay_header *header, struct belay_reader *fields) {
    static uint8_t bytes[32768];
    struct belay_writer reply = {.bytes = bytes, .capacity = sizeof bytes};
    int result = 0;
    fault_text[0] = 0;
    belay_message(&reply, BELAY_DONE, header->id);
    switch (header->kind) {
    case BELAY_BEGIN: result = begin(fields, &reply); break;
    case BELAY_EXEC:
        if (start(header, fields) == 0) return;
        result = -1;
        break;
    case BELAY_KILL: commands_kill(header->id); return;
    case BELAY_TALK:
        if (commands_talk(header, fields, answers) == 0) return;
        result = -1;
        break;
    case BELAY_END:
        result = empty();
        commands_finish(answers, BELAY_RESULT_ENDED);
        report_usage(&reply);
        break;
    default: result = fault_plain("unknown request %u", header->kind);
    }
    if (result < 0) {
        reply.length = 0;
        belay_message(&reply, BELAY_FAILED, header->id);
        belay_string(&reply, BELAY_TEXT, fault_text[0] ? fault_text : "no reason given");
    }
    if (inside_send(bytes, reply.length) < 0) _exit(1);
}

// Requests may come in pieces, and several at once.
static void hear_requests(void) {
    static uint8_t *bytes;
    static size_t length, capacity;
    struct belay_header header;
    if (capacity - length < 65536) {
        capacity = length + (1u << 20);
        bytes = realloc(bytes, capacity);
        if (!bytes) _exit(1);
    }
    ssize_t got = read(requests, bytes + length, capacity - length);
    if (got < 0 && errno == EINTR) return;
    // The coordinator is gone or done: so is everything here.
    if (got <= 0) _exit(0);
    length += (size_t)got;
    while (length >= sizeof header) {
        memcpy(&header, bytes, sizeof header);
        size_t whole = sizeof header + header.length;
        if (header.length > REQUEST_MAX) _exit(1);
        if (length < whole) return;
        serve(&header, &(struct belay_reader){.bytes = bytes + sizeof header,
                                              .length = header.length});
        memmove(bytes, bytes + whole, length - whole);
        length -= whole;
    }
}

int show_files(char **paths) {
    static char bytes[65536];
    for (; *paths; paths++) {
        int fd = open(*paths, O_RDONLY | O_CLOEXEC);
        ssize_t got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
        dprintf(1, "== %s\n%.*s\n", *paths, got > 0 ? (int)got : 0, bytes);
        if (fd >= 0) close(fd);
    }
    return 0;
}

// The protocol's ends away from the first three descriptors, which become /dev/null.
static int set_up(void) {
    int pair[2], null = open("/dev/null", O_RDWR);
    requests = fcntl(0, F_DUPFD_CLOEXEC, 10);
    answers = fcntl(1, F_DUPFD_CLOEXEC, 10);
    if (null < 0 || requests < 0 || answers < 0) return -1;
    for (int fd = 0; fd < 3; fd++)
        if (dup2(null, fd) < 0) return -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return -1;
    trial.control = pair[0];
    init_end = pair[1];
    trial.init = getpid();
    inside = 1;
    umask(022);
    signal(SIGPIPE, SIG_DFL);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
                   limit(RLIMIT_CORE, 1) < 0
               ? -1
               : 0;
}

_Noreturn void inside_main(void) {
    static struct pollfd polls[4 + COMMAND_POLLS];
    struct signalfd_siginfo info;
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    if (getpid() != 1 || set_up() < 0 || sigprocmask(SIG_SETMASK, &children, NULL) < 0) _exit(1);
    int deaths = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (deaths < 0) _exit(1);
    for (;;) {
        uint64_t now = now_ns();
        polls[0] = (struct pollfd){.fd = requests, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = deaths, .events = POLLIN};
        polls[2] = (struct pollfd){.fd = init_end, .events = POLLIN};
        polls[3] = (struct pollfd){.fd = trial.control, .events = POLLIN};
        size_t count = commands_polls(polls + 4, now);
        if (poll(polls, 4 + count, time_left(now)) < 0 && errno != EINTR) _exit(1);
        commands_read(polls + 4, count, answers);
        if (polls[1].revents) {
            while (read(deaths, &info, sizeof info) == sizeof info) continue;
            init_reap(init_end);
        }
        if (polls[3].revents) hear_notes();
        if (commands_expire(now_ns(), answers)) {
            empty();
            commands_finish(answers, BELAY_RESULT_ENDED);
        }
        if (polls[2].revents) init_receive(init_end);
        if (polls[0].revents) hear_requests();
    }
}
