#define _GNU_SOURCE
#include "launch.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int attach_covers(char *layers, size_t capacity) {
    char name[16];
    size_t used = 0;
    for (int i = 0; i < trial.phase.cover_count; i++) {
        snprintf(name, sizeof name, "p/%d", i);
        if (mkdir(name, 0700) < 0) return fault("make %s", name);
        int at = open(name, O_PATH | O_CLOEXEC);
        if (at < 0 || attach(trial.phase.covers[i].fd, at) < 0)
            return fault("attach cover %s", trial.phase.covers[i].source);
        close(at);
        close(trial.phase.covers[i].fd);
        used += (size_t)snprintf(layers + used, capacity - used, "%s:", name);
    }
    snprintf(layers + used, capacity - used, "o");
    return 0;
}

// What setup.c mounted on the trial's root, which is from here on only a layer.
static int move_mounts(int root) {
    char from[1024];
    for (int i = 0; i <= trial.plan.bind_count; i++) {
        const char *target = i < trial.plan.bind_count ? trial.plan.binds[i].target : "dev";
        struct stat info;
        snprintf(from, sizeof from, "o/%s", target);
        if (stat(from, &info) < 0) return fault("find %s", from);
        int at = place(root, target, S_ISDIR(info.st_mode), NULL, 0);
        if (at < 0) return -1;
        char to[64];
        snprintf(to, sizeof to, "/proc/self/fd/%d", at);
        if (mount(from, to, NULL, MS_MOVE, NULL) < 0) return fault("move %s", from);
        close(at);
    }
    int at = place(root, "proc", 1, NULL, 0);
    if (at < 0) return -1;
    close(at);
    return 0;
}

// The writes of such a phase go to a tmpfs that dies with the phase's mount namespace.
int cover_root(void) {
    char layers[1024];
    if (chdir(STAGE) < 0) return fault("enter storage");
    if (mkdir("p", 0700) < 0 && access("p", F_OK) < 0) return fault("make a place for covers");
    int storage = fresh_tmpfs(trial.plan.storage_bytes, trial.plan.storage_inodes, 0700, "covers");
    if (storage < 0) return -1;
    int at = open("p", O_PATH | O_CLOEXEC);
    if (at < 0 || attach(storage, at) < 0) return fault("mount the covers' storage");
    close(at);
    close(storage);
    if (attach_covers(layers, sizeof layers) < 0) return -1;
    if (mkdir("p/u", 0755) < 0 || mkdir("p/w", 0700) < 0 || mkdir("p/m", 0700) < 0)
        return fault("make the covers' folders");
    if (mount_overlay("p/m", layers, "p/u", "p/w") < 0) return -1;
    int root = open("p/m", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return fault("open the covered root");
    int result = move_mounts(root);
    close(root);
    if (result == 0 && chdir("p/m") < 0) return fault("enter the covered root");
    return result;
}
