#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// A control group's removal fails with EBUSY while a process in it is still a corpse.
#define REMOVE_TRIES 500
#define REMOVE_PAUSE_NS 2000000

static int created;

static int write_in(const char *directory, const char *file, const char *value) {
    char path[512];
    if (snprintf(path, sizeof path, "%s/%s", directory, file) >= (int)sizeof path)
        return fault_plain("the path %s/%s is too long", directory, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return fault("open %s", path);
    ssize_t written = write(fd, value, strlen(value));
    int saved = errno;
    close(fd);
    errno = saved;
    return written < 0 ? fault("write %s to %s", value, path) : 0;
}

// Follows the request's own order: a group, then what is set in it.
int cgroups_create(const struct belay_reader *request) {
    struct belay_reader fields = *request;
    struct belay_field field;
    const uint8_t *value;
    char path[512];
    const char *group = NULL;
    created = 0;
    fields.offset = 0;
    while (belay_next_field(&fields, &field, &value) == 1) {
        size_t at = 0;
        if (field.tag == BELAY_CGROUP) {
            group = trial.plan.cgroups[created];
            if (mkdir(group, 0755) < 0) return fault("make control group %s", group);
            snprintf(path, sizeof path, "%s/cgroup.procs", group);
            trial.cgroup_procs[created++] = open(path, O_WRONLY | O_CLOEXEC);
            if (trial.cgroup_procs[created - 1] < 0) return fault("open %s", path);
        } else if (field.tag == BELAY_CGROUP_SET && group) {
            const char *file = belay_take_string(value, field.length, &at);
            const char *text = belay_take_string(value, field.length, &at);
            if (!file || !text) return fault_plain("malformed control group setting");
            if (write_in(group, file, text) < 0) return -1;
        }
    }
    return 0;
}

int cgroups_join(void) {
    for (int i = 0; i < created; i++)
        if (write(trial.cgroup_procs[i], "0", 1) < 0)
            return fault("join control group %s", trial.plan.cgroups[i]);
    return 0;
}

void cgroups_report(struct belay_writer *reply) {
    char path[512], text[2048];
    for (int i = 0; i < trial.plan.read_count; i++) {
        const struct cgroup_read *read_ = &trial.plan.reads[i];
        if (read_->group < 0) continue;
        snprintf(path, sizeof path, "%s/%s", trial.plan.cgroups[read_->group], read_->file);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        ssize_t got = read(fd, text, sizeof text);
        close(fd);
        if (got < 0) continue;
        uint8_t *at = belay_field(reply, BELAY_CGROUP_TEXT, sizeof(uint32_t) + (size_t)got);
        uint32_t index = (uint32_t)i;
        if (!at) return;
        memcpy(at, &index, sizeof index);
        memcpy(at + sizeof index, text, (size_t)got);
    }
}

static void kill_members(const char *group) {
    char path[512], line[32];
    snprintf(path, sizeof path, "%s/cgroup.procs", group);
    FILE *file = fopen(path, "re");
    if (!file) return;
    while (fgets(line, sizeof line, file)) {
        pid_t pid = (pid_t)atoi(line);
        if (pid > 1) kill(pid, SIGKILL);
    }
    fclose(file);
}

// For the case that something of the trial is in its groups but not in its pid namespace.
void cgroups_kill(void) {
    char saved[sizeof fault_text];
    memcpy(saved, fault_text, sizeof saved);
    for (int i = 0; i < created; i++)
        if (write_in(trial.plan.cgroups[i], "cgroup.kill", "1") < 0)
            kill_members(trial.plan.cgroups[i]);
    memcpy(fault_text, saved, sizeof saved);
}

int cgroups_remove(void) {
    struct timespec pause = {.tv_nsec = REMOVE_PAUSE_NS};
    int result = 0;
    for (int i = created - 1; i >= 0; i--) {
        int tries = 0;
        close(trial.cgroup_procs[i]);
        while (rmdir(trial.plan.cgroups[i]) < 0 && errno != ENOENT) {
            if (errno != EBUSY || ++tries == REMOVE_TRIES) {
                result = fault("remove control group %s", trial.plan.cgroups[i]);
                break;
            }
            if (tries == 20) cgroups_kill();
            nanosleep(&pause, NULL);
        }
    }
    created = 0;
    return result;
}
