// Takes away what an agent left, when nothing of it is alive. Trees may be deeper than any path and
// than any stack: folders are entered one by one, and left upwards.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launch.h"

#define SWEEP_LIMIT_NS 20000000000ull

struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

// Removes what can be removed of the working folder. 1 = a folder with something in it was entered.
static int thin_out(void) {
    static char bytes[32768] __attribute__((aligned(8)));
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), result = 0;
    long got;
    if (here < 0) return -1;
    while (result == 0 && (got = syscall(SYS_getdents64, here, bytes, sizeof bytes)) > 0)
        for (long at = 0; at < got && result == 0;) {
            const struct entry *entry = (const void *)(bytes + at);
            at += entry->length;
            if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
            if (unlinkat(here, entry->name, 0) == 0 ||
                unlinkat(here, entry->name, AT_REMOVEDIR) == 0)
                continue;
            int inner = openat(here, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            result = inner < 0 || fchdir(inner) < 0 ? -1 : 1;
            if (inner >= 0) close(inner);
        }
    close(here);
    return result;
}

int sweep_folder(int folder) {
    uint64_t limit = now_ns() + SWEEP_LIMIT_NS;
    int depth = 0, result = fchdir(folder) < 0 ? fault("enter a folder") : 0;
    while (result == 0) {
        int entered = thin_out();
        if (entered < 0) result = fault("take a folder away");
        else if (now_ns() > limit) result = fault_plain("a folder could not be emptied in 20 s");
        else if (entered == 1) depth++;
        else if (depth == 0) break;
        else if (chdir("..") < 0) result = fault("leave a folder");
        else depth--;
    }
    if (chdir("/") < 0 && result == 0) result = fault("enter /");
    return result;
}

static int sweep_entry(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0) return 0;
    if (errno == ENOENT) return 0;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return fault("take %s away", name);
    int result = sweep_folder(folder);
    close(folder);
    if (result == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0)
        result = fault("take the folder %s away", name);
    return result;
}

int sweep_path(const char *path) {
    char parts[4096];
    if (strlen(path) >= sizeof parts) return fault_plain("the path is too long");
    strcpy(parts, path);
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), result = 0;
    if (at < 0) return fault("open /");
    for (char *rest = parts, *name; (name = strsep(&rest, "/"));) {
        if (*name == 0) continue;
        if (rest == NULL || rest[strspn(rest, "/")] == 0) {
            result = sweep_entry(at, name);
            break;
        }
        int next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        // Behind a link, or gone: nothing of the image is there any more.
        if (next < 0) break;
        close(at);
        at = next;
    }
    close(at);
    return result;
}
