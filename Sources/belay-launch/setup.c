#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELPER_STACK (64 * 1024)
static char helper_stack[HELPER_STACK] __attribute__((aligned(64)));

static int (*helper_step)(void);

static int helper_entry(void *unused) {
    (void)unused;
    _exit(helper_step() == 0 ? 0 : 1);
}

// CLONE_VM | CLONE_VFORK: no page table is copied and the caller sleeps until the helper is gone, so
// that the two never run at the same time; CLONE_FILES: what it opens stays open here.
int run_helper(int (*step)(void)) {
    int status = 0;
    helper_step = step;
    fault_text[0] = 0;
    pid_t pid = clone(helper_entry, helper_stack + HELPER_STACK,
                      CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, NULL);
    if (pid < 0) return fault("clone a helper");
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return fault("wait for a helper");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (fault_text[0] == 0) fault_plain("a helper ended with wait status %d", status);
    return -1;
}

// Raw calls: glibc's wrappers would signal threads that do not exist.
static int become(uint32_t uid, uint32_t gid) {
    if (syscall(SYS_setresgid, gid, gid, gid) < 0) return fault("setresgid %u", gid);
    if (syscall(SYS_setresuid, uid, uid, uid) < 0) return fault("setresuid %u", uid);
    return 0;
}

// Helper 1: a user namespace of one id, and a copy of the host's mount tree that it owns. A root
// supervisor becomes the slot's uid first: then the namespace belongs to that uid, and it may write
// its own map as any user may (user_namespaces(7), "effective user ID of the creator").
static int make_namespaces(void) {
    char map[64];
    const struct plan *plan = &trial.plan;
    if (plan->root && become(plan->uid, plan->gid) < 0) return -1;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return fault("unshare user and mount namespaces");
    // Changing ids makes the process undumpable, and its /proc files the host's root's.
    if (prctl(PR_SET_DUMPABLE, 1) < 0) return fault("prctl dumpable");
    if (write_text("/proc/self/setgroups", "deny") < 0) return -1;
    snprintf(map, sizeof map, "0 %u 1", plan->uid);
    if (write_text("/proc/self/uid_map", map) < 0) return -1;
    snprintf(map, sizeof map, "0 %u 1", plan->gid);
    if (write_text("/proc/self/gid_map", map) < 0) return -1;
    trial.user_ns = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
    trial.mount_ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (trial.user_ns < 0 || trial.mount_ns < 0) return fault("pin namespaces");
    return 0;
}

// For helpers: into the trial's user and mount namespaces, as its uid 0 with all of its capabilities.
int enter_trial(void) {
    if (setns(trial.user_ns, CLONE_NEWUSER) < 0) return fault("enter the user namespace");
    if (trial.plan.root && become(0, 0) < 0) return -1;
    if (setns(trial.mount_ns, CLONE_NEWNS) < 0) return fault("enter the mount namespace");
    return 0;
}

static struct bind layer_binds[MAX_LAYERS];

static int open_layers(void) {
    for (int i = 0; i < trial.plan.layer_count; i++) {
        layer_binds[i] =
            (struct bind){.flags = BELAY_BIND_IDMAP, .source = trial.plan.layers[i], .fd = -1};
        if (open_bind(&layer_binds[i], 1) < 0) return -1;
    }
    return open_binds(trial.plan.binds, trial.plan.bind_count);
}

// userxattr: the only form that a user namespace may mount. volatile: nothing here outlives the
// trial, so that syncfs need not wait.
int mount_overlay(const char *at, const char *layers, const char *upper, const char *work) {
    char options[2048];
    if (snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s,userxattr,volatile", layers,
                 upper, work) >= (int)sizeof options)
        return fault_plain("too many layers");
    if (mount("overlay", at, "overlay", MS_NOSUID | MS_NODEV, options) < 0)
        return fault("mount overlay (%s)", options);
    return 0;
}

static int mount_root(void) {
    char layers[1024], name[16];
    size_t used = 0;
    for (int i = 0; i < trial.plan.layer_count; i++) {
        snprintf(name, sizeof name, "l/%d", i);
        if (mkdir(name, 0700) < 0) return fault("make %s", name);
        int at = open(name, O_PATH | O_CLOEXEC);
        if (at < 0 || attach(layer_binds[i].fd, at) < 0)
            return fault("attach layer %s", trial.plan.layers[i]);
        close(at);
        close(layer_binds[i].fd);
        used += (size_t)snprintf(layers + used, sizeof layers - used, "%s%s", i ? ":" : "", name);
    }
    if (mount_overlay("o", layers, "u", "w") < 0) return -1;
    trial.root = (int)syscall(SYS_open_tree, AT_FDCWD, "o", 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
    return trial.root < 0 ? fault("clone the overlay") : 0;
}

static int link_into(const char *target, const char *path) {
    return symlink(target, path) < 0 && errno != EEXIST ? fault("link %s", path) : 0;
}

// A /dev that phases share read-only; /dev/shm and /dev/pts are mounted over it in each phase.
static int make_dev(int root) {
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    char source[32], target[32];
    int at = place(root, "dev", 1, NULL, 0);
    if (at < 0) return -1;
    close(at);
    if (mount("tmpfs", "o/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,nr_inodes=64,mode=0755") < 0)
        return fault("mount /dev");
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        snprintf(source, sizeof source, "/dev/%s", nodes[i]);
        snprintf(target, sizeof target, "o/dev/%s", nodes[i]);
        int made = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (made < 0) return fault("make %s", target);
        close(made);
        if (mount(source, target, NULL, MS_BIND, NULL) < 0) return fault("bind %s", source);
    }
    if (mkdir("o/dev/shm", 0755) < 0 || mkdir("o/dev/pts", 0755) < 0) return fault("make /dev");
    if (link_into("pts/ptmx", "o/dev/ptmx") < 0 || link_into("/proc/self/fd", "o/dev/fd") < 0 ||
        link_into("/proc/self/fd/0", "o/dev/stdin") < 0 ||
        link_into("/proc/self/fd/1", "o/dev/stdout") < 0 ||
        link_into("/proc/self/fd/2", "o/dev/stderr") < 0)
        return -1;
    if (mount(NULL, "o/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0)
        return fault("make /dev read-only");
    return 0;
}

static int attach_system(int root) {
    for (int i = 0; i < trial.plan.bind_count; i++) {
        struct bind *bind = &trial.plan.binds[i];
        struct stat info;
        if (bind->fd < 0) continue;
        if (fstat(bind->fd, &info) < 0) return fault("stat %s", bind->source);
        int at = place(root, bind->target, S_ISDIR(info.st_mode), NULL, 0);
        if (at < 0) return -1;
        if (attach(bind->fd, at) < 0) return fault("mount %s on %s", bind->source, bind->target);
        close(at);
        close(bind->fd);
        bind->fd = -1;
    }
    return 0;
}

// Helper 2: storage, overlay, system folders, /dev. The host's tree stays in this namespace, because
// the kernel allows a new /proc only where an unmasked one is visible (mount_too_revealing) and
// because without privilege later binds are opened here; phases leave it behind with pivot_root.
static int build_root(void) {
    char options[128];
    const struct plan *plan = &trial.plan;
    if (enter_trial() < 0) return -1;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fault("make mounts private");
    if (!plan->root && open_layers() < 0) return -1;
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu,mode=0700",
             (unsigned long long)plan->storage_bytes, (unsigned long long)plan->storage_inodes);
    if (mount("storage", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return fault("mount storage (%s)", options);
    if (chdir(STAGE) < 0) return fault("enter storage");
    umask(0);
    if (mkdir("u", 0755) < 0 || mkdir("w", 0700) < 0 || mkdir("o", 0700) < 0 || mkdir("l", 0700) < 0)
        return fault("make storage folders");
    if (mount_root() < 0) return -1;
    int root = open("o", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return fault("open the root");
    int at = place(root, "proc", 1, NULL, 0);
    if (at < 0) return -1;
    close(at);
    int result = attach_system(root) < 0 ? -1 : make_dev(root);
    close(root);
    return result;
}

int make_user_namespace(void) {
    trial.user_ns = trial.mount_ns = trial.root = -1;
    prctl(PR_SET_DUMPABLE, 1);
    int made = run_helper(make_namespaces);
    // From here on nobody of the same uid can look into the supervisor (ptrace(2), /proc/pid/*).
    prctl(PR_SET_DUMPABLE, 0);
    return made;
}

int setup_trial(void) {
    if (make_user_namespace() < 0) return -1;
    if (trial.plan.root && open_layers() < 0) return -1;
    return run_helper(build_root);
}
