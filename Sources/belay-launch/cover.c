#define _GNU_SOURCE
#include "launch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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
        trial.phase.covers[i].fd = -1;
        used += (size_t)snprintf(layers + used, capacity - used, "%s:", name);
    }
    // What the trial wrote is one more layer below: an overlay over its overlay would have no room in
    // its inode numbers for two.
    snprintf(layers + used, capacity - used, "u");
    layer_paths(layers, capacity);
    return 0;
}

// Helper: the overlay of one phase alone. Its writes go to a tmpfs that is gone with `drop_cover`.
int mount_cover(void) {
    char layers[1024];
    if (enter_stage() < 0) return -1;
    if (!trial.plan.root && open_binds(trial.phase.covers, trial.phase.cover_count) < 0) return -1;
    umask(0);
    if (drop_root() < 0) return -1;
    int storage = fresh_tmpfs(trial.plan.storage_bytes, trial.plan.storage_inodes, 0755, "covers");
    if (storage < 0) return -1;
    int at = open("p", O_PATH | O_CLOEXEC);
    if (at < 0 || attach(storage, at) < 0) return fault("mount the covers' storage");
    close(at);
    close(storage);
    trial.covered = 1;
    if (attach_covers(layers, sizeof layers) < 0 || make_folder("p/u") < 0) return -1;
    if (mkdir("p/w", 0700) < 0 || mkdir("p/m", 0755) < 0) return fault("make the covers' folders");
    return mount_overlay("p/m", layers, "p/u", "p/w");
}

// Helper: the phase is over, and all that it wrote is thrown away.
int drop_cover(void) {
    if (enter_stage() < 0) return -1;
    trial.covered = 0;
    return umount2("p", MNT_DETACH) < 0 ? fault("unmount the covers") : 0;
}
