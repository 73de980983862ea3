#define _GNU_SOURCE
#include "launch.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    // uid 0 gains nothing by exec, now or later.
    if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                     SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                     SECBIT_NO_CAP_AMBIENT_RAISE |
                                     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED) < 0)
        return fault("set securebits");
    // EINVAL is the end of the kernel's list.
    for (int capability = 0; capability < 64; capability++)
        if (prctl(PR_CAPBSET_DROP, capability) < 0) {
            if (errno != EINVAL || capability == 0) return fault("drop capability %d", capability);
            break;
        }
    if (syscall(SYS_capset, &header, none) < 0) return fault("capset");
    return 0;
}

int lock_down(void) {
    for (int i = 0; i < trial.plan.rlimit_count; i++) {
        uint64_t value = trial.plan.rlimits[i].value;
        struct rlimit limit, old;
        if (getrlimit((int)trial.plan.rlimits[i].resource, &old) < 0) return fault("getrlimit");
        // A limit that is already lower cannot be raised, and need not be.
        limit.rlim_cur = limit.rlim_max = value < old.rlim_max ? value : old.rlim_max;
        if (setrlimit((int)trial.plan.rlimits[i].resource, &limit) < 0)
            return fault("setrlimit %u", trial.plan.rlimits[i].resource);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return fault("no_new_privs");
    if (drop_capabilities() < 0) return -1;
    // Init is not to be read, written or traced by what it starts, which has the same uid.
    if (prctl(PR_SET_DUMPABLE, 0) < 0) return fault("prctl undumpable");
    // After the last change of credentials, which clears it (prctl(2)).
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return fault("parent death signal");
    return install_filter();
}
