// Users of an image, from its /etc/passwd and /etc/group. Read here and not by the C library, whose
// static form would load modules of the image.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launch.h"

#define MAX_FILE (4u << 20)

// A whole file as a text, malloc'd; NULL when it is no plain file of a sane size.
static char *read_file(const char *path) {
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return NULL;
    char *text = NULL;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= (off_t)MAX_FILE)
        text = calloc(1, (size_t)info.st_size + 1);
    for (off_t at = 0; text && at < info.st_size;) {
        ssize_t got = read(fd, text + at, (size_t)(info.st_size - at));
        if (got <= 0) break;
        at += got;
    }
    close(fd);
    return text;
}

static int number(const char *text, uint32_t *value) {
    char *end;
    if (!text || *text < '0' || *text > '9') return 0;
    unsigned long long read = strtoull(text, &end, 10);
    if (*end || read >= UINT32_MAX) return 0;
    *value = (uint32_t)read;
    return 1;
}

// Cuts a line at its colons; answers how many fields it has.
static int cut(char *line, char **fields, int most) {
    int count = 0;
    while (line && count < most) fields[count++] = strsep(&line, ":");
    return count;
}

static int find_account(const char *name, struct identity *identity, char *found, size_t capacity) {
    char *text = read_file("/etc/passwd"), *rest = text, *line, *fields[7];
    int known = number(name, &identity->uid), by_number = known;
    while (rest && (line = strsep(&rest, "\n"))) {
        uint32_t uid, gid;
        if (cut(line, fields, 7) < 4 || !number(fields[2], &uid) || !number(fields[3], &gid)) continue;
        if (by_number ? uid != identity->uid : strcmp(fields[0], name) != 0) continue;
        identity->uid = uid;
        identity->gid = gid;
        strncpy(found, fields[0], capacity - 1);
        known = 1;
        break;
    }
    free(text);
    if (!known && strcmp(name, "root") == 0) {
        identity->uid = identity->gid = 0;
        known = 1;
    }
    return known;
}

static int lists(char *members, const char *name) {
    for (char *member; (member = strsep(&members, ","));)
        if (strcmp(member, name) == 0) return 1;
    return 0;
}

// The group `wanted`, or with NULL all groups that list `member`.
static int find_groups(const char *wanted, const char *member, struct identity *identity) {
    char *text = read_file("/etc/group"), *rest = text, *line, *fields[4];
    int known = wanted ? number(wanted, &identity->gid) : 1;
    while (!(wanted && known) && rest && (line = strsep(&rest, "\n"))) {
        uint32_t gid;
        int count = cut(line, fields, 4);
        if (count < 3 || !number(fields[2], &gid)) continue;
        if (wanted && strcmp(fields[0], wanted) == 0) {
            identity->gid = gid;
            known = 1;
        } else if (!wanted && count == 4 && *member && identity->group_count < MAX_GROUPS &&
                   lists(fields[3], member)) {
            identity->groups[identity->group_count++] = gid;
        }
    }
    free(text);
    return known;
}

int find_identity(const char *text, struct identity *identity) {
    char name[256], account[256] = "";
    *identity = (struct identity){.given = 1};
    if (!text || strlen(text) >= sizeof name) return EINVAL;
    strcpy(name, text);
    char *group = strchr(name, ':');
    if (group) *group++ = 0;
    if (!find_account(*name ? name : "root", identity, account, sizeof account)) return ESRCH;
    return find_groups(group && *group ? group : NULL, account, identity) ? 0 : ESRCH;
}

// By number: the C library's own would tell other threads, of which there are none.
int take_identity(const struct identity *identity) {
    if (!identity->given) return 0;
    if (syscall(SYS_setgroups, identity->group_count, identity->groups) < 0 ||
        syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) < 0 ||
        syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) < 0)
        return -1;
    return 0;
}
