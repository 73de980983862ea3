#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The calls are made by number: glibc 2.36 has wrappers, older ones do not, and <sys/mount.h> cannot
// be included beside <linux/mount.h>.
static int open_tree_(const char *path, unsigned flags) {
    return (int)syscall(SYS_open_tree, AT_FDCWD, path, flags);
}

static int idmap_or_protect(int mount, unsigned flags, uint64_t attributes, int user_ns) {
    struct mount_attr attr = {.attr_set = attributes, .propagation = 0};
    if (attributes & MOUNT_ATTR_IDMAP) attr.userns_fd = (uint64_t)user_ns;
    return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | flags, &attr, sizeof attr);
}

// A detached, read-only clone of a host path. A root supervisor takes the folder alone, or with what is
// mounted below it where it belongs to the system (/usr/local may be a disk of its own); without
// privilege the clone must be recursive, because mounts that were copied into a user namespace are
// locked to their parents (mount_namespaces(7)).
int open_bind(struct bind *bind, int layer) {
    int root = trial.plan.root;
    int system = (bind->flags & BELAY_BIND_SYSTEM) != 0;
    unsigned recursive = root && !system ? 0 : AT_RECURSIVE;
    uint64_t protect = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    bind->fd = open_tree_(bind->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);
    if (bind->fd < 0) {
        if (errno == ENOENT && (bind->flags & BELAY_BIND_OPTIONAL)) return 0;
        return fault("open %s %s", layer ? "layer" : "mount source", bind->source);
    }
    // The system is never idmapped: as its owner an agent could read what only the host's root may.
    if (root && trial.plan.idmap && (bind->flags & BELAY_BIND_IDMAP)) {
        if (idmap_or_protect(bind->fd, recursive, protect | MOUNT_ATTR_IDMAP, trial.user_ns) < 0)
            return fault("idmap %s", bind->source);
    } else if (idmap_or_protect(bind->fd, recursive, protect, -1) < 0) {
        return fault("protect %s", bind->source);
    }
    return 0;
}

int open_binds(struct bind *binds, int count) {
    for (int i = 0; i < count; i++)
        if (open_bind(&binds[i], 0) < 0) return -1;
    return 0;
}

int attach(int mount, int directory) {
    return (int)syscall(SYS_move_mount, mount, "", directory, "",
                        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

// A folder with something in it is renamed, whatever the agent called it.
static int put_away(int parent, const char *name, mode_t mode) {
    static int number;
    char aside[64];
    if (unlinkat(parent, name, S_ISDIR(mode) ? AT_REMOVEDIR : 0) == 0) return 0;
    if (errno != ENOTEMPTY) return -1;
    do snprintf(aside, sizeof aside, ".displaced-%d", ++number);
    while (faccessat(parent, aside, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
    return renameat(parent, name, parent, aside);
}

// Makes one component of a mount's place and opens it. What an earlier phase left there may be
// anything: a link to elsewhere would put the tests in another place than the one the verifier looks
// at. Whatever is not a plain folder (or file, where a file is wanted) is taken away.
static int step_into(int parent, const char *name, int directory, char *displaced, size_t capacity,
                     const char *target) {
    for (int attempt = 0; attempt < 3; attempt++) {
        struct stat info;
        int fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0) {
            if (fstat(fd, &info) < 0) {
                close(fd);
                return -1;
            }
            // A closed folder on the way to the tests would keep the verifier out, which has no
            // capability; here there still is one.
            if (directory && S_ISDIR(info.st_mode) && (info.st_mode & 0500) != 0500 &&
                fchmodat(parent, name, info.st_mode | 0700, 0) < 0 && errno != EROFS) {
                close(fd);
                return -1;
            }
            if (directory ? S_ISDIR(info.st_mode)
                          : !S_ISDIR(info.st_mode) && !S_ISLNK(info.st_mode))
                return fd;
            close(fd);
            if (put_away(parent, name, info.st_mode) < 0) return -1;
            if (displaced) snprintf(displaced, capacity, "%s", target);
            continue;
        }
        if (errno != ENOENT) return -1;
        if (directory) {
            if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST) return -1;
        } else {
            int made = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
            if (made < 0 && errno != EEXIST) return -1;
            if (made >= 0) close(made);
        }
    }
    errno = ELOOP;
    return -1;
}

// The folder or file `target` below `root`, made when it is missing, no link followed.
int place(int root, const char *target, int directory, char *displaced, size_t capacity) {
    char path[512];
    if (strlen(target) >= sizeof path) return fault_plain("the path %s is too long", target);
    strcpy(path, target);
    int at = dup(root);
    if (at < 0) return fault("dup");
    for (char *rest = path, *name; (name = strsep(&rest, "/"));) {
        if (*name == 0 || strcmp(name, ".") == 0) continue;
        if (strcmp(name, "..") == 0) {
            close(at);
            return fault_plain("the path %s has a ..", target);
        }
        int last = rest == NULL || rest[strspn(rest, "/")] == 0;
        int next = step_into(at, name, last ? directory : 1, displaced, capacity, target);
        int saved = errno;
        close(at);
        errno = saved;
        if (next < 0) return fault("make a place for %s", target);
        at = next;
    }
    return at;
}

static int option(int fs, const char *key, const char *format, unsigned long long value) {
    char text[32];
    snprintf(text, sizeof text, format, value);
    return (int)syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, text, 0);
}

// A detached tmpfs; its descriptor also serves as a descriptor of its root folder.
int fresh_tmpfs(uint64_t bytes, uint64_t inodes, uint32_t mode, const char *what) {
    int fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (fs < 0) return fault("fsopen tmpfs for %s", what);
    int mount = -1;
    if (option(fs, "size", "%llu", bytes) == 0 && option(fs, "nr_inodes", "%llu", inodes) == 0 &&
        option(fs, "mode", "%llo", mode) == 0 &&
        syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    int saved = errno;
    close(fs);
    errno = saved;
    return mount < 0 ? fault("tmpfs for %s", what) : mount;
}

int write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return fault("open %s", path);
    ssize_t written = write(fd, text, strlen(text));
    int saved = errno;
    close(fd);
    errno = saved;
    return written < 0 ? fault("write %s", path) : 0;
}
