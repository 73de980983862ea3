#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A phase that is not ready after this long never will be.
#define READY_LIMIT_NS 30000000000ull

// What goes out to the coordinator: fresh mounts, then listening sockets.
static int out_fds[MAX_FRESH + MAX_LISTENERS];

static int mount_proc(void) {
    if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return fault("mount /proc");
    // Agents may not make user namespaces even where seccomp would be got round.
    if (write_text("proc/sys/user/max_user_namespaces", "0") < 0) return -1;
    // The trial's tree goes first when the host runs out of memory. Init's own files in /proc are its
    // own only while it is dumpable.
    if (write_text("proc/self/oom_score_adj", "500") < 0) return -1;
    // Settings of the trial's own net and ipc namespaces belong to its uid 0: no writes at all.
    if (mount("proc/sys", "proc/sys", NULL, MS_BIND, NULL) < 0 ||
        mount(NULL, "proc/sys", NULL,
              MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return fault("make /proc/sys read-only");
    static const char *const masked[] = {"proc/keys", "proc/cmdline", "proc/sysrq-trigger"};
    for (size_t i = 0; i < sizeof masked / sizeof *masked; i++)
        if (mount("dev/null", masked[i], NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
            return fault("mask %s", masked[i]);
    return 0;
}

static int mount_devices(void) {
    char options[64];
    snprintf(options, sizeof options, "size=%llu,nr_inodes=65536,mode=1777",
             (unsigned long long)trial.plan.shm_bytes);
    if (mount("shm", "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return fault("mount /dev/shm (%s)", options);
    if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
              "newinstance,ptmxmode=0666,mode=0620") < 0)
        return fault("mount /dev/pts");
    return 0;
}

static int attach_binds(int root, char *displaced, size_t capacity) {
    for (int i = 0; i < trial.phase.bind_count; i++) {
        struct bind *bind = &trial.phase.binds[i];
        struct stat info;
        if (bind->fd < 0) continue;
        if (fstat(bind->fd, &info) < 0) return fault("stat %s", bind->source);
        int at = place(root, bind->target, S_ISDIR(info.st_mode), displaced, capacity);
        if (at < 0) return -1;
        if (attach(bind->fd, at) < 0) return fault("mount %s on %s", bind->source, bind->target);
        close(at);
        close(bind->fd);
    }
    return 0;
}

static int attach_fresh(int root, char *displaced, size_t capacity) {
    for (int i = 0; i < trial.phase.fresh_count; i++) {
        const struct fresh *fresh = &trial.phase.fresh[i];
        out_fds[i] = fresh_tmpfs(fresh->bytes, fresh->inodes, fresh->mode, fresh->target);
        if (out_fds[i] < 0) return -1;
        int at = place(root, fresh->target, 1, displaced, capacity);
        if (at < 0) return -1;
        if (attach(out_fds[i], at) < 0) return fault("mount a fresh %s", fresh->target);
        close(at);
    }
    return 0;
}

static int network_up(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return fault("socket for loopback");
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    int saved = errno;
    close(fd);
    errno = saved;
    return result < 0 ? fault("set up loopback") : 0;
}

// Before anything of the trial runs: nobody can have taken the port. The socket belongs to the phase's
// network, which ends with its last holder; no process of the phase is ever one.
static int open_listeners(void) {
    for (int i = 0; i < trial.phase.listener_count; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(trial.phase.listeners[i])};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0) return fault("socket for a listener");
        if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 128) < 0)
            return fault("listen on port %u", trial.phase.listeners[i]);
        out_fds[trial.phase.fresh_count + i] = fd;
    }
    return 0;
}

static void close_sources(void) {
    for (int i = 0; i < trial.phase.bind_count; i++)
        if (trial.phase.binds[i].fd >= 0) close(trial.phase.binds[i].fd);
    for (int i = 0; i < trial.phase.cover_count; i++)
        if (trial.phase.covers[i].fd >= 0) close(trial.phase.covers[i].fd);
}

static int build_phase(char *displaced, size_t capacity) {
    if (setsid() < 0) return fault("setsid");
    umask(0);
    prctl(PR_SET_NAME, "init");
    if (prctl(PR_SET_DUMPABLE, 1) < 0) return fault("prctl dumpable");
    if (chdir(trial.covered ? STAGE "/p/m" : STAGE "/o") < 0) return fault("enter the root");
    int root = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return fault("open the root");
    if (move_system(root) < 0) return -1;
    if (mount_proc() < 0 || mount_devices() < 0) return -1;
    if (attach_binds(root, displaced, capacity) < 0) return -1;
    if (attach_fresh(root, displaced, capacity) < 0) return -1;
    close(root);
    // pivot_root(2), "pivot_root(".", ".")": the old root lies over the new one and is taken off.
    if (syscall(SYS_pivot_root, ".", ".") < 0) return fault("pivot_root");
    if (umount2(".", MNT_DETACH) < 0) return fault("leave the host's tree");
    if (chdir("/") < 0) return fault("enter /");
    if (network_up() < 0 || open_listeners() < 0) return -1;
    const char *name = trial.phase.hostname;
    if (sethostname(name, strlen(name)) < 0) return fault("sethostname");
    return 0;
}

_Noreturn static void run_init(void) {
    uint8_t bytes[2048];
    char displaced[512] = "";
    struct belay_writer w = {.bytes = bytes, .capacity = sizeof bytes};
    int ready = build_phase(displaced, sizeof displaced) == 0;
    // Init keeps one descriptor beyond the first three. Mounts and sockets go out with the message.
    int control = dup2(trial.control_far, 3);
    size_t count = ready ? (size_t)(trial.phase.fresh_count + trial.phase.listener_count) : 0;
    for (size_t i = 0; i < count; i++) out_fds[i] = fcntl(out_fds[i], F_DUPFD_CLOEXEC, 100);
    ready = ready && lock_down() == 0;
    belay_message(&w, ready ? BELAY_READY : BELAY_FAILED, 0);
    belay_string(&w, ready ? BELAY_DISPLACED : BELAY_TEXT, ready ? displaced : fault_text);
    if (belay_send(control, bytes, w.length, out_fds, count) < 0 || !ready) _exit(1);
    close_range(4, ~0u, 0);
    init_main(control);
}

// Helper: joins the control groups while it still has the right to, enters the trial, and starts
// init. CLONE_PARENT makes init the supervisor's child, so that it dies with the supervisor and is
// waited for there; the namespaces belong to the trial's user namespace.
static int start_init(void) {
    if (cgroups_join() < 0 || enter_trial() < 0) return -1;
    if (!trial.plan.root && open_binds(trial.phase.binds, trial.phase.bind_count) < 0) return -1;
    long pid = syscall(SYS_clone,
                       CLONE_PARENT | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                           CLONE_NEWUTS | CLONE_NEWCGROUP | SIGCHLD,
                       NULL, NULL, NULL, NULL);
    if (pid < 0) return fault("clone the phase's namespaces");
    if (pid == 0) run_init();
    trial.init = (pid_t)pid;
    return 0;
}

// Waits for init's READY, but not for longer than the coordinator lives.
static int await_ready(struct belay_writer *reply, int *fds, size_t *fd_count, int coordinator) {
    static uint8_t bytes[2048];
    struct belay_reader packet = {.bytes = bytes}, fields;
    struct belay_header header;
    struct belay_field field;
    const uint8_t *value;
    uint64_t limit = now_ns() + READY_LIMIT_NS;
    struct pollfd wait[2] = {{.fd = trial.control, .events = POLLIN}, {.fd = coordinator}};
    while (wait[0].revents == 0) {
        if (poll(wait, 2, 1000) < 0 && errno != EINTR) return fault("wait for the phase");
        if (wait[1].revents & (POLLHUP | POLLERR)) return fault_plain("the coordinator is gone");
        if (now_ns() > limit) return fault_plain("the phase was not ready in 30 s");
    }
    long got = belay_receive(trial.control, bytes, sizeof bytes, fds, fd_count, 0);
    if (got <= 0) return fault_plain("the phase's first process died while it was set up");
    packet.length = (size_t)got;
    if (belay_next_message(&packet, &header, &fields) != 1 ||
        belay_next_field(&fields, &field, &value) != 1 || field.length == 0 ||
        value[field.length - 1] != 0)
        return fault_plain("malformed answer of the phase");
    if (header.kind != BELAY_READY) return fault_plain("%s", (const char *)value);
    if ((int)*fd_count != trial.phase.fresh_count + trial.phase.listener_count)
        return fault_plain("fresh mounts or listeners are missing");
    if (reply && field.length > 1) belay_bytes(reply, BELAY_DISPLACED, value, field.length);
    return 0;
}

int phase_begin(struct belay_writer *reply, int *fds, size_t *fd_count, int coordinator) {
    int pair[2];
    if (trial.init) return fault_plain("a phase is already running");
    trial.user_cpu = trial.system_cpu = 0;
    // Root opens what the phase takes from the host where its paths mean something: out here.
    if (trial.plan.root && (open_binds(trial.phase.binds, trial.phase.bind_count) < 0 ||
                            open_binds(trial.phase.covers, trial.phase.cover_count) < 0))
        return -1;
    if (trial.phases++ > 0 && trial.phase.cover_count == 0 && run_helper(widen_storage) < 0)
        return -1;
    if ((trial.phase.cover_count > 0 ? run_helper(mount_cover) : need_root()) < 0) return -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return fault("socketpair");
    trial.control = pair[0];
    trial.control_far = pair[1];
    int result = run_helper(start_init);
    close(pair[1]);
    close_sources();
    if (result == 0) result = await_ready(reply, fds, fd_count, coordinator);
    if (result < 0) phase_end();
    return result;
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_usec * 1000ull;
}

int phase_end(void) {
    struct rusage usage = {0};
    int status;
    if (trial.control >= 0) close(trial.control);
    trial.control = -1;
    if (!trial.init) return trial.covered ? run_helper(drop_cover) : 0;
    // The wait returns when the namespace is empty: its init reaps everything before it is gone
    // (zap_pid_ns_processes), whatever ignored TERM, stopped itself or made a session of its own.
    kill(trial.init, SIGKILL);
    while (wait4(trial.init, &status, __WALL, &usage) < 0)
        if (errno != EINTR) return fault("wait for the phase's end");
    trial.init = 0;
    if (trial.covered && run_helper(drop_cover) < 0) return -1;
    trial.user_cpu = nanoseconds(usage.ru_utime);
    trial.system_cpu = nanoseconds(usage.ru_stime);
    return 0;
}
