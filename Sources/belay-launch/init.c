// The first process of a phase. It starts commands, reaps whatever dies, and reports; it never reads
// a byte that came from inside. It installs no signal handler, because the kernel drops every signal
// from inside its namespace for which pid 1 has none (pid_namespaces(7)), SIGKILL and SIGSTOP too.
#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_STRINGS 16384

static struct {
    pid_t pid;
    uint32_t id;
} running[BELAY_MAX_COMMANDS];

static struct {
    char *argv[MAX_STRINGS], *env[MAX_STRINGS];
    const char *cwd, *path;
    struct identity identity;
    int in, out, err;
    volatile int error;
} command;

static char child_stack[64 * 1024] __attribute__((aligned(64)));

static int split(const uint8_t *value, size_t length, char **into) {
    size_t at = 0, count = 0;
    const char *text;
    while ((text = belay_take_string(value, length, &at))) {
        if (count == MAX_STRINGS - 1) return E2BIG;
        into[count++] = (char *)text;
    }
    into[count] = NULL;
    return 0;
}

static int read_command(struct belay_reader *fields) {
    struct belay_field field;
    const uint8_t *value;
    command.argv[0] = command.env[0] = NULL;
    command.cwd = "/";
    command.path = "/usr/bin:/bin";
    command.identity.given = 0;
    while (belay_next_field(fields, &field, &value) == 1) {
        size_t at = 0;
        int error = 0;
        if (field.tag == BELAY_ARGV) error = split(value, field.length, command.argv);
        if (field.tag == BELAY_ENV) error = split(value, field.length, command.env);
        if (field.tag == BELAY_CWD) command.cwd = belay_take_string(value, field.length, &at);
        if (field.tag == BELAY_USER)
            error = find_identity(belay_take_string(value, field.length, &at), &command.identity);
        if (error) return error;
    }
    for (char **entry = command.env; *entry; entry++)
        if (strncmp(*entry, "PATH=", 5) == 0) command.path = *entry + 5;
    return command.argv[0] && command.cwd ? 0 : EINVAL;
}

static void search_and_exec(void) {
    const char *name = command.argv[0];
    char file[4096];
    int seen = ENOENT;
    if (strchr(name, '/')) {
        execve(name, command.argv, command.env);
        command.error = errno;
        return;
    }
    for (const char *at = command.path; at;) {
        const char *end = strchrnul(at, ':');
        // An empty entry would be the working folder: never.
        if (end > at && snprintf(file, sizeof file, "%.*s/%s", (int)(end - at), at, name) <
                            (int)sizeof file) {
            execve(file, command.argv, command.env);
            if (errno != ENOENT && errno != ENOTDIR) seen = errno;
        }
        at = *end ? end + 1 : NULL;
    }
    command.error = seen;
}

// Runs in init's memory while init sleeps (CLONE_VM | CLONE_VFORK), until exec.
static int start_child(void *unused) {
    (void)unused;
    sigset_t none;
    sigemptyset(&none);
    // When memory runs out a command goes before pid 1 of its container; the sandbox's own init has
    // passed this on to its commands already.
    if (inside) write_text("/proc/self/oom_score_adj", "500");
    // Descriptors above the first three are all close-on-exec; the range is closed all the same.
    if (setsid() < 0 || dup2(command.in, 0) < 0 || dup2(command.out, 1) < 0 ||
        dup2(command.err, 2) < 0 || close_range(3, ~0u, 0) < 0 || chdir(command.cwd) < 0 ||
        sigprocmask(SIG_SETMASK, &none, NULL) < 0 || take_identity(&command.identity) < 0) {
        command.error = errno;
        _exit(127);
    }
    umask(022);
    search_and_exec();
    _exit(127);
}

static void report(int control, struct belay_note note) {
    if (belay_send(control, &note, sizeof note, NULL, 0) < 0) _exit(1);
}

static int free_slot(void) {
    for (int i = 0; i < BELAY_MAX_COMMANDS; i++)
        if (running[i].pid == 0) return i;
    return -1;
}

static void start(int control, uint32_t id, struct belay_reader *fields, int *fds, size_t count) {
    int slot = free_slot(), null = -1;
    command.error = count < 2 || slot < 0 ? EAGAIN : read_command(fields);
    if (command.error == 0) {
        null = count > 2 ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
        command.in = count > 2 ? fds[2] : null;
        command.out = fds[0];
        command.err = fds[1];
        pid_t pid = clone(start_child, child_stack + sizeof child_stack,
                          CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
        if (pid < 0) {
            command.error = errno;
        } else if (command.error == 0) {
            running[slot].pid = pid;
            running[slot].id = id;
        }
    }
    if (null >= 0) close(null);
    if (command.error)
        report(control, (struct belay_note){.kind = BELAY_EXITED, .id = id, .error = command.error});
}

static void handle(int control, struct belay_reader packet, int *fds, size_t count) {
    struct belay_header header;
    struct belay_reader fields;
    while (belay_next_message(&packet, &header, &fields) == 1) {
        if (header.kind == BELAY_EXEC) start(control, header.id, &fields, fds, count);
        if (header.kind != BELAY_KILL) continue;
        for (int i = 0; i < BELAY_MAX_COMMANDS; i++)
            if (running[i].pid && running[i].id == header.id) 
                kill(-running[i].pid, header.zero ? (int)header.zero : SIGKILL);
    }
}

void init_receive(int control) {
    static uint8_t bytes[BELAY_PACKET_MAX];
    int fds[BELAY_MAX_FDS];
    size_t count, length;
    long got = belay_receive(control, bytes, sizeof bytes, fds, &count, 0);
    // The supervisor is gone: so is everything here.
    if (got <= 0) _exit(0);
    struct belay_header header;
    memcpy(&header, bytes, sizeof header);
    if (header.kind == BELAY_INDIRECT && count > 0) {
        uint8_t *large = belay_read_indirect(fds[0], BELAY_INDIRECT_MAX, &length);
        if (large)
            handle(control, (struct belay_reader){.bytes = large, .length = length}, fds + 1,
                   count - 1);
        free(large);
    } else {
        handle(control, (struct belay_reader){.bytes = bytes, .length = (size_t)got}, fds, count);
    }
    for (size_t i = 0; i < count; i++) close(fds[i]);
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_usec * 1000ull;
}

void init_reap(int control) {
    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
        for (int i = 0; i < BELAY_MAX_COMMANDS; i++) {
            if (running[i].pid != pid) continue;
            running[i].pid = 0;
            report(control, (struct belay_note){.kind = BELAY_EXITED,
                                                .id = running[i].id,
                                                .status = status,
                                                .user_ns = nanoseconds(usage.ru_utime),
                                                .system_ns = nanoseconds(usage.ru_stime),
                                                .max_rss = (uint64_t)usage.ru_maxrss * 1024});
        }
    }
}

_Noreturn void init_main(int control) {
    sigset_t children;
    struct signalfd_siginfo info;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    signal(SIGPIPE, SIG_DFL);
    if (sigprocmask(SIG_SETMASK, &children, NULL) < 0) _exit(1);
    int deaths = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (deaths < 0) _exit(1);
    struct pollfd wait[2] = {{.fd = control, .events = POLLIN}, {.fd = deaths, .events = POLLIN}};
    for (;;) {
        if (poll(wait, 2, -1) < 0 && errno != EINTR) _exit(1);
        if (wait[1].revents) {
            while (read(deaths, &info, sizeof info) == sizeof info) continue;
            init_reap(control);
        }
        if (wait[0].revents) init_receive(control);
    }
}
