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

// For helpers that mount: into the trial's mount namespace. A root supervisor stays the host's root
// there, for an overlay finds the origin of a copied-up file only for mounters with the host's
// CAP_DAC_READ_SEARCH (ovl_decode_real_fh): without it a file and its new hard link have two inode
// numbers, and `git clone` of a folder on the same disk fails.
int enter_stage(void) {
    if (!trial.plan.root) {
        if (enter_trial() < 0) return -1;
    } else if (setns(trial.mount_ns, CLONE_NEWNS) < 0) {
        return fault("enter the mount namespace");
    }
    return chdir(STAGE) < 0 ? fault("enter storage") : 0;
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

// A folder that belongs to the trial's uid 0.
int make_folder(const char *path) {
    if (mkdir(path, 0755) < 0) return fault("make %s", path);
    if (trial.plan.root && chown(path, trial.plan.uid, trial.plan.gid) < 0)
        return fault("give away %s", path);
    return 0;
}

// userxattr: the only form that a user namespace may mount. xino: inode numbers that outlive the copy
// to the upper side.
int mount_overlay(const char *at, const char *layers, const char *upper, const char *work) {
    char options[2048];
    if (snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s,%s", layers,
                 upper, work, trial.plan.root ? "xino=on" : "userxattr") >= (int)sizeof options)
        return fault_plain("too many layers");
    if (mount("overlay", at, "overlay", MS_NOSUID | MS_NODEV, options) < 0)
        return fault("mount overlay (%s)", options);
    return 0;
}

// Writes "l/0:l/1" behind what is there.
void layer_paths(char *text, size_t capacity) {
    size_t used = strlen(text);
    for (int i = 0; i < trial.plan.layer_count && used < capacity; i++)
        used += (size_t)snprintf(text + used, capacity - used, "%sl/%d", used ? ":" : "", i);
}

// Helper: the trial's root, where it is not mounted.
static int mount_root(void) {
    char layers[1024] = "";
    if (enter_stage() < 0) return -1;
    layer_paths(layers, sizeof layers);
    if (mount_overlay("o", layers, "u", "w") < 0) return -1;
    trial.root = (int)syscall(SYS_open_tree, AT_FDCWD, "o", 1 /* OPEN_TREE_CLONE */ | O_CLOEXEC);
    return trial.root < 0 ? fault("clone the overlay") : 0;
}

int need_root(void) {
    return trial.root >= 0 ? 0 : run_helper(mount_root);
}

// For helpers on the stage: takes the trial's root away, so that its upper side may become a layer.
int drop_root(void) {
    if (trial.root < 0) return 0;
    close(trial.root);
    trial.root = -1;
    return umount2("o", MNT_DETACH) < 0 ? fault("unmount the root") : 0;
}

static int attach_at(struct bind *bind, const char *path) {
    struct stat info;
    if (bind->fd < 0) return 0;
    if (fstat(bind->fd, &info) < 0) return fault("stat %s", bind->source);
    if (S_ISDIR(info.st_mode) ? mkdir(path, 0700) < 0 : mknod(path, S_IFREG | 0600, 0) < 0)
        return fault("make %s", path);
    int at = open(path, O_PATH | O_CLOEXEC);
    if (at < 0 || attach(bind->fd, at) < 0) return fault("attach %s", bind->source);
    close(at);
    close(bind->fd);
    return 0;
}

static int attach_layers(void) {
    char name[16];
    for (int i = 0; i < trial.plan.layer_count; i++) {
        snprintf(name, sizeof name, "l/%d", i);
        if (attach_at(&layer_binds[i], name) < 0) return -1;
    }
    for (int i = 0; i < trial.plan.bind_count; i++) {
        snprintf(name, sizeof name, "s/%d", i);
        if (attach_at(&trial.plan.binds[i], name) < 0) return -1;
    }
    return 0;
}

// Helper: an agent that filled its storage must not keep the places of later phases from being made.
// A little more for every phase, and the same for everybody.
int widen_storage(void) {
    char options[96];
    uint64_t phases = (uint64_t)trial.phases;
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu",
             (unsigned long long)(trial.plan.storage_bytes + phases * 65536),
             (unsigned long long)(trial.plan.storage_inodes + phases * 32));
    if (enter_stage() < 0) return -1;
    if (mount("storage", STAGE, "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV, options) < 0)
        return fault("widen storage (%s)", options);
    return 0;
}

static int link_into(const char *target, const char *path) {
    return symlink(target, path) < 0 && errno != EEXIST ? fault("link %s", path) : 0;
}

// A /dev that phases share read-only; /dev/shm and /dev/pts are mounted over it in each phase.
static int make_dev(void) {
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    char source[32], target[32];
    if (mkdir("s/dev", 0755) < 0) return fault("make s/dev");
    if (mount("tmpfs", "s/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,nr_inodes=64,mode=0755") < 0)
        return fault("mount /dev");
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        snprintf(source, sizeof source, "/dev/%s", nodes[i]);
        snprintf(target, sizeof target, "s/dev/%s", nodes[i]);
        int made = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (made < 0) return fault("make %s", target);
        close(made);
        if (mount(source, target, NULL, MS_BIND, NULL) < 0) return fault("bind %s", source);
    }
    if (mkdir("s/dev/shm", 0755) < 0 || mkdir("s/dev/pts", 0755) < 0) return fault("make /dev");
    if (link_into("pts/ptmx", "s/dev/ptmx") < 0 || link_into("/proc/self/fd", "s/dev/fd") < 0 ||
        link_into("/proc/self/fd/0", "s/dev/stdin") < 0 ||
        link_into("/proc/self/fd/1", "s/dev/stdout") < 0 ||
        link_into("/proc/self/fd/2", "s/dev/stderr") < 0)
        return -1;
    if (mount(NULL, "s/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0)
        return fault("make /dev read-only");
    return 0;
}

// In a phase's own namespace: puts what every phase sees of the system onto its root.
int move_system(int root) {
    char from[32], to[64];
    for (int i = 0; i <= trial.plan.bind_count; i++) {
        int is_dev = i == trial.plan.bind_count;
        struct stat info;
        if (is_dev) snprintf(from, sizeof from, STAGE "/s/dev");
        else snprintf(from, sizeof from, STAGE "/s/%d", i);
        if (stat(from, &info) < 0) {
            if (errno == ENOENT) continue;  // an optional bind whose source is missing
            return fault("find %s", from);
        }
        const char *target = is_dev ? "dev" : trial.plan.binds[i].target;
        int at = place(root, target, S_ISDIR(info.st_mode), NULL, 0);
        if (at < 0) return -1;
        snprintf(to, sizeof to, "/proc/self/fd/%d", at);
        if (mount(from, to, NULL, MS_MOVE, NULL) < 0) return fault("move %s to %s", from, target);
        close(at);
    }
    int at = place(root, "proc", 1, NULL, 0);
    if (at < 0) return -1;
    close(at);
    return 0;
}

// Helper 2: storage, layers, system folders, /dev. The host's tree stays in this namespace, because
// the kernel allows a new /proc only where an unmasked one is visible (mount_too_revealing) and
// because without privilege later binds are opened here; phases leave it behind with pivot_root.
static int build_stage(void) {
    char options[128];
    const struct plan *plan = &trial.plan;
    if (enter_stage() < 0) return -1;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return fault("make mounts private");
    if (!plan->root && open_layers() < 0) return -1;
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu,mode=0700",
             (unsigned long long)plan->storage_bytes, (unsigned long long)plan->storage_inodes);
    if (mount("storage", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return fault("mount storage (%s)", options);
    // Root keeps the way in to itself; the trial's uid 0 passes it as the owner.
    if (plan->root && chown(STAGE, plan->uid, plan->gid) < 0) return fault("give away storage");
    if (chdir(STAGE) < 0) return fault("enter storage");
    umask(0);
    if (make_folder("u") < 0) return -1;
    if (mkdir("w", 0700) < 0 || mkdir("o", 0755) < 0 || mkdir("l", 0700) < 0 ||
        mkdir("s", 0755) < 0 || mkdir("p", 0755) < 0)
        return fault("make storage folders");
    return attach_layers() < 0 ? -1 : make_dev();
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
    return run_helper(build_stage) < 0 ? -1 : need_root();
}
