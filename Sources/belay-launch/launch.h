// The launcher: one supervisor process per trial, single-threaded, and the trial's first process.
//
//   main.c        the supervisor's loop: requests in, replies out, time limits, death
//   plan.c        what SETUP and BEGIN ask for
//   setup.c       user namespace, storage, overlay root, /dev: once per trial
//   mounts.c      mounts by descriptor, and safe places for them in a hostile tree
//   cover.c       the overlay of a phase whose writes are thrown away
//   phase.c       the namespaces of one phase and what is mounted only there
//   lockdown.c    limits, capabilities, no way back
//   filter.c      the seccomp filter
//   init.c        pid 1 of a phase: starts commands, reaps, reports
//   inside.c      pid 1 of a container: supervisor and init in one
//   sweep.c       takes away what a hostile tree has at a place
//   identity.c    the users of an image
//   live.c        input and output of a command that is talked to
//   capture.c     output of a command: head and tail kept, all of it drained
//   cgroup.c      control groups of the trial
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "belay_wire.h"

#define MAX_LAYERS 32
#define MAX_BINDS 32
#define MAX_FRESH 8
#define MAX_COVERS 8
#define MAX_LISTENERS 4
#define MAX_CGROUPS 8
#define MAX_RLIMITS 16

// Where the trial's storage is mounted inside its own copy of the host's mount tree: a folder that
// exists everywhere and that nobody binds from.
#define STAGE "/sys"

struct bind {
    uint32_t flags;
    const char *source, *target;
    int fd;
};

struct fresh {
    uint64_t bytes, inodes;
    uint32_t mode;
    const char *target;
};

struct cgroup_read {
    int group;
    const char *file;
};

struct plan {
    uint8_t *bytes;  // what the strings below point into
    int root;        // the supervisor is the host's uid 0
    uint32_t uid, gid, idmap;
    const char *layers[MAX_LAYERS];
    int layer_count;
    uint64_t storage_bytes, storage_inodes, shm_bytes;
    struct bind binds[MAX_BINDS];
    int bind_count;
    const char *cgroups[MAX_CGROUPS];
    int cgroup_count;
    struct cgroup_read reads[MAX_CGROUPS * 2];
    int read_count;
    struct {
        uint32_t resource;
        uint64_t value;
    } rlimits[MAX_RLIMITS];
    int rlimit_count;
    const char *hostname;
};

struct phase {
    uint8_t *bytes;
    struct bind binds[MAX_BINDS];
    int bind_count;
    struct fresh fresh[MAX_FRESH];
    int fresh_count;
    struct bind covers[MAX_COVERS];
    int cover_count;
    uint16_t listeners[MAX_LISTENERS];
    int listener_count;
    const char *hostname;
};

// One trial, one process: the state is global on purpose. Helpers run with CLONE_VM and CLONE_FILES,
// so that what they learn and open is here when they are gone.
struct trial {
    struct plan plan;
    struct phase phase;
    int user_ns, mount_ns;  // pinned namespaces: U and M0
    int root;               // a detached clone of the overlay; -1 while it is not mounted
    int covered;            // the phase's own overlay is mounted
    int ready;              // the trial is set up
    int phases;             // that have begun
    int cgroup_procs[MAX_CGROUPS];
    pid_t init;             // 0 when no phase runs
    uint64_t user_cpu, system_cpu;  // ns of the last phase, when it is over
    int control;            // to init
    int control_far;        // init's end, open only while a phase starts
};
extern struct trial trial;

extern char fault_text[512];
// Notes "what: ENAME" from errno; returns -1.
int fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The same without errno.
int fault_plain(const char *format, ...) __attribute__((format(printf, 1, 2)));

uint64_t now_ns(void);

int plan_read(struct plan *plan, const struct belay_reader *fields);
int phase_read(struct phase *phase, const struct belay_reader *fields);

// Runs `step` in a process that shares memory and descriptors with this one, which waits for it.
int run_helper(int (*step)(void));

int make_user_namespace(void);
int setup_trial(void);
int enter_trial(void);
int enter_stage(void);

int open_bind(struct bind *bind, int layer);
int open_binds(struct bind *binds, int count);
int mount_overlay(const char *at, const char *layers, const char *upper, const char *work);
void layer_paths(char *text, size_t capacity);
int make_folder(const char *path);
// Mounts the trial's root if it is not mounted; phases with covers take it away.
int need_root(void);
int widen_storage(void);
int drop_root(void);
int move_system(int root);
int mount_cover(void);
int drop_cover(void);
int place(int root, const char *target, int directory, char *displaced, size_t capacity);
int attach(int mount, int directory);
int fresh_tmpfs(uint64_t bytes, uint64_t inodes, uint32_t mode, const char *what);
int write_text(const char *path, const char *text);

int phase_begin(struct belay_writer *reply, int *fds, size_t *fd_count, int coordinator);
// Kills everything in the phase and waits until it is empty.
int phase_end(void);

int lock_down(void);
int install_filter(void);
_Noreturn void init_main(int control);
// What init does when it hears of a command, and when something died.
void init_receive(int control);
void init_reap(int control);

// Whether this is the first process of a container.
extern int inside;
_Noreturn void inside_main(void);
int inside_send(const void *bytes, size_t length);
// Prints files, each below its name: what a container's properties are read from, whatever the image has.
int show_files(char **paths);

// Milliseconds until a command has to be seen to; -1 when none has.
int time_left(uint64_t now);

// Removes whatever is at a path, or all that is in a folder; no link is followed.
int sweep_path(const char *path);
int sweep_folder(int folder);

#define MAX_GROUPS 64
struct identity {
    int given;
    uint32_t uid, gid;
    uint32_t groups[MAX_GROUPS];
    size_t group_count;
};
// Reads a user as `docker exec --user` does, from the files of the image. 0 or an errno.
int find_identity(const char *text, struct identity *identity);
int take_identity(const struct identity *identity);

int cgroups_create(const struct belay_reader *fields);
int cgroups_join(void);
void cgroups_report(struct belay_writer *reply);
void cgroups_kill(void);
int cgroups_remove(void);

// The talk with one command: what it was told and has not read, and who waits for what it says.
struct live {
    int fd;  // -1 when there is none
    int ends_input;
    uint8_t *unsent;
    size_t unsent_length;
    uint32_t waiting, flags;  // the request that waits, 0 = none
    uint64_t deadline;
};
int live_open(struct live *live, int *far);
void live_close(struct live *live);
// Adds to what it is told. -1 with a fault when it does not read.
int live_feed(struct live *live, const uint8_t *bytes, size_t length);
void live_send(struct live *live);
// What it has said, at most `capacity` bytes; `closed` when nothing more will come.
size_t live_take(struct live *live, uint8_t *into, size_t capacity, int *closed);

struct capture {
    int fd;  // -1 when nothing is read any more
    int discard;
    uint8_t *head, *tail;
    size_t head_length, head_capacity, head_limit, tail_limit;
    uint64_t total;
    uint64_t quiet_until;  // a flood is read slowly
};
int capture_open(struct capture *capture, size_t head, size_t tail, int *write_end);
// Reads what is there, at most `budget` bytes. 0 = nothing more now, 1 = perhaps more.
int capture_read(struct capture *capture, size_t budget);
size_t capture_tail_length(const struct capture *capture);
void capture_copy_tail(const struct capture *capture, uint8_t *into);
// Forgets what was kept and counts from 0 again.
void capture_restart(struct capture *capture);
void capture_discard(struct capture *capture);
void capture_close(struct capture *capture);

#endif
