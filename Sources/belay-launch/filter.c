// The seccomp filter: what has no place in a task, or is not held in by a namespace.
//
// The list is a search tree over the numbers and not a chain: the kernel runs the filter once for
// each of its ~460 system calls when it is installed, to learn which are always allowed, and that
// happens in every phase.
#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "no seccomp filter for this architecture"
#endif

// Calls that the headers of a stock distribution may not know yet; one number everywhere.
#define NR_quotactl_fd 443
#define NR_statmount 457
#define NR_listmount 458
#define NR_open_tree_attr 467

enum rule { DENY, MISSING, CLONE, IOCTL, SOCKET, PERSONALITY, PRLIMIT };

struct entry {
    int number;
    enum rule rule;
};

static struct entry entries[] = {
    {SYS_io_uring_setup, DENY}, {SYS_io_uring_enter, DENY}, {SYS_io_uring_register, DENY},
    {SYS_add_key, DENY}, {SYS_request_key, DENY}, {SYS_keyctl, DENY},
    {SYS_bpf, DENY}, {SYS_perf_event_open, DENY}, {SYS_userfaultfd, DENY},
    {SYS_init_module, DENY}, {SYS_finit_module, DENY}, {SYS_delete_module, DENY},
    {SYS_kexec_load, DENY}, {SYS_kexec_file_load, DENY},
    {SYS_mount, DENY}, {SYS_umount2, DENY}, {SYS_pivot_root, DENY}, {SYS_chroot, DENY},
    {SYS_move_mount, DENY}, {SYS_open_tree, DENY}, {NR_open_tree_attr, DENY}, {SYS_fsopen, DENY},
    {SYS_fsconfig, DENY}, {SYS_fsmount, DENY}, {SYS_fspick, DENY}, {SYS_mount_setattr, DENY},
    {NR_statmount, DENY}, {NR_listmount, DENY},
    {SYS_unshare, DENY}, {SYS_setns, DENY},
    {SYS_ptrace, DENY}, {SYS_process_vm_readv, DENY}, {SYS_process_vm_writev, DENY},
    {SYS_pidfd_getfd, DENY}, {SYS_kcmp, DENY}, {SYS_process_madvise, DENY},
    {SYS_move_pages, DENY}, {SYS_migrate_pages, DENY},
    {SYS_open_by_handle_at, DENY}, {SYS_name_to_handle_at, DENY}, {SYS_fanotify_init, DENY},
    {SYS_clock_settime, DENY}, {SYS_clock_adjtime, DENY}, {SYS_adjtimex, DENY},
    {SYS_settimeofday, DENY},
    {SYS_swapon, DENY}, {SYS_swapoff, DENY}, {SYS_quotactl, DENY}, {NR_quotactl_fd, DENY},
    {SYS_reboot, DENY}, {SYS_syslog, DENY}, {SYS_acct, DENY}, {SYS_vhangup, DENY},
    {SYS_sethostname, DENY}, {SYS_setdomainname, DENY}, {SYS_lookup_dcookie, DENY},
    {SYS_nfsservctl, DENY},
#if defined(__x86_64__)
    {SYS_iopl, DENY}, {SYS_ioperm, DENY}, {SYS_modify_ldt, DENY}, {SYS_create_module, DENY},
    {SYS_query_module, DENY}, {SYS_get_kernel_syms, DENY}, {SYS__sysctl, DENY},
    {SYS_uselib, DENY}, {SYS_ustat, DENY}, {SYS_sysfs, DENY},
#endif
    {SYS_clone3, MISSING},  // its flags lie in memory, out of a filter's sight; libcs fall back
    {SYS_clone, CLONE}, {SYS_ioctl, IOCTL}, {SYS_socket, SOCKET}, {SYS_socketpair, SOCKET},
    {SYS_personality, PERSONALITY}, {SYS_prlimit64, PRLIMIT},
};

// Neighbours that are denied alike: a short program is compiled sooner, and each phase compiles it.
struct range {
    int first, last;
    enum rule rule;
};

static struct range ranges[sizeof entries / sizeof *entries];
static struct sock_filter program[1024];
static unsigned short length;

static void emit(uint16_t code, uint32_t k, uint8_t jt, uint8_t jf) {
    program[length++] = (struct sock_filter)BPF_JUMP(code, k, jt, jf);
}

static void answer(uint32_t value) { emit(BPF_RET | BPF_K, value, 0, 0); }
static void allow(void) { answer(SECCOMP_RET_ALLOW); }
static void deny(int error) { answer(SECCOMP_RET_ERRNO | (uint32_t)error); }

static void load(uint32_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
// Arguments are 64 bits wide; both architectures are little-endian.
static void load_low(int argument) {
    load((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument));
}
static void load_high(int argument) {
    load((uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)argument + 4));
}

static void allow_if_equal(uint32_t value) {
    emit(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    allow();
}

static void deny_if_equal(uint32_t value, int error) {
    emit(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    deny(error);
}

static void decide(enum rule rule) {
    switch (rule) {
    case DENY: deny(EPERM); break;
    case MISSING: deny(ENOSYS); break;
    case CLONE:
        load_low(0);
        emit(BPF_JMP | BPF_JSET | BPF_K,
             CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_NEWCGROUP,
             0, 1);
        deny(EPERM);
        allow();
        break;
    case IOCTL:
        // The kernel looks at 32 bits of the request; comparing 64 was a hole elsewhere
        // (CVE-2019-10063).
        load_low(1);
        deny_if_equal(0x5412 /* TIOCSTI */, EPERM);
        deny_if_equal(0x541c /* TIOCLINUX */, EPERM);
        deny_if_equal(0x5423 /* TIOCSETD: line disciplines */, EPERM);
        allow();
        break;
    case SOCKET:
        load_low(0);
        allow_if_equal(AF_UNIX);
        allow_if_equal(AF_INET);
        allow_if_equal(AF_INET6);
        emit(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0);
        deny(EAFNOSUPPORT);
        load_low(2);
        allow_if_equal(NETLINK_ROUTE);
        deny(EPROTONOSUPPORT);
        break;
    case PERSONALITY:
        load_low(0);
        allow_if_equal(0);
        allow_if_equal(0x0008);      // PER_LINUX32
        allow_if_equal(0x20000);     // UNAME26
        allow_if_equal(0x20008);
        allow_if_equal(0xffffffff);  // asks only
        deny(EPERM);
        break;
    case PRLIMIT:
        // Init has the agent's uid, so that the kernel would let the agent set init's limits.
        load_low(0);
        allow_if_equal(0);
        load_low(2);
        emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
        deny(EPERM);
        load_high(2);
        allow_if_equal(0);
        deny(EPERM);
        break;
    }
}

static void tree(int low, int high) {
    if (low == high) {
        const struct range *range = &ranges[low];
        if (range->first == range->last) {
            emit(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)range->first, 1, 0);
        } else {
            emit(BPF_JMP | BPF_JGT | BPF_K, (uint32_t)range->last, 1, 0);
            emit(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)range->first, 1, 0);
        }
        allow();
        decide(range->rule);
        return;
    }
    int middle = (low + high + 1) / 2;
    unsigned short jump = length;
    emit(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)ranges[middle].first, 0, 0);
    tree(low, middle - 1);
    unsigned short right = (unsigned short)(length - jump - 1);
    if (right <= 255) {
        program[jump].jt = (uint8_t)right;
    } else {
        // A conditional jump reaches 255 instructions: this one turns round an unconditional one.
        length = jump;
        emit(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)ranges[middle].first, 0, 1);
        emit(BPF_JMP | BPF_JA, 0, 0, 0);
        tree(low, middle - 1);
        program[jump + 1].k = (uint32_t)(length - jump - 2);
    }
    tree(middle, high);
}

static int by_number(const void *left, const void *right) {
    return ((const struct entry *)left)->number - ((const struct entry *)right)->number;
}

static int make_ranges(void) {
    int count = (int)(sizeof entries / sizeof *entries), used = 0;
    qsort(entries, (size_t)count, sizeof *entries, by_number);
    for (int i = 0; i < count; i++) {
        struct range *last = used ? &ranges[used - 1] : NULL;
        if (last && last->rule == DENY && entries[i].rule == DENY &&
            entries[i].number <= last->last + 1)
            last->last = entries[i].number;
        else
            ranges[used++] = (struct range){entries[i].number, entries[i].number, entries[i].rule};
    }
    return used;
}

int install_filter(void) {
    int count = make_ranges();
    length = 0;
    load(offsetof(struct seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0);
    answer(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    emit(BPF_JMP | BPF_JGE | BPF_K, 0x40000000 /* x32 */, 0, 1);
    deny(ENOSYS);
#endif
    tree(0, count - 1);
    struct sock_fprog filter = {.len = length, .filter = program};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) return fault("install the filter");
    return 0;
}
