#define _GNU_SOURCE
#include "belay_wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void *extend(struct belay_writer *w, size_t length) {
    if (w->overflow || length > w->capacity - w->length) {
        w->overflow = 1;
        return NULL;
    }
    void *at = w->bytes + w->length;
    w->length += length;
    return at;
}

void belay_message(struct belay_writer *w, uint16_t kind, uint32_t id) {
    struct belay_header header = {.kind = kind, .id = id};
    w->message = w->length;
    void *at = extend(w, sizeof header);
    if (at) memcpy(at, &header, sizeof header);
}

static void patch(struct belay_writer *w, size_t offset, const void *bytes, size_t length) {
    if (!w->overflow) memcpy(w->bytes + w->message + offset, bytes, length);
}

void belay_message_fds(struct belay_writer *w, uint16_t count) {
    patch(w, offsetof(struct belay_header, fds), &count, sizeof count);
}

void *belay_field(struct belay_writer *w, uint16_t tag, size_t length) {
    struct belay_field field = {.tag = tag, .length = (uint32_t)length};
    void *at = extend(w, sizeof field + length);
    if (!at) return NULL;
    memcpy(at, &field, sizeof field);
    uint32_t total = (uint32_t)(w->length - w->message - sizeof(struct belay_header));
    patch(w, offsetof(struct belay_header, length), &total, sizeof total);
    return (uint8_t *)at + sizeof field;
}

void belay_bytes(struct belay_writer *w, uint16_t tag, const void *bytes, size_t length) {
    void *at = belay_field(w, tag, length);
    if (at && length) memcpy(at, bytes, length);
}

void belay_string(struct belay_writer *w, uint16_t tag, const char *text) {
    belay_bytes(w, tag, text, strlen(text) + 1);
}

void belay_u32(struct belay_writer *w, uint16_t tag, uint32_t value) {
    belay_bytes(w, tag, &value, sizeof value);
}

void belay_u64(struct belay_writer *w, uint16_t tag, uint64_t value) {
    belay_bytes(w, tag, &value, sizeof value);
}

void belay_u64s(struct belay_writer *w, uint16_t tag, uint64_t first, uint64_t second) {
    uint64_t both[2] = {first, second};
    belay_bytes(w, tag, both, sizeof both);
}

int belay_next_message(struct belay_reader *packet, struct belay_header *header,
                       struct belay_reader *fields) {
    size_t left = packet->length - packet->offset;
    if (left == 0) return 0;
    if (left < sizeof *header) return -1;
    memcpy(header, packet->bytes + packet->offset, sizeof *header);
    if (header->length > left - sizeof *header) return -1;
    *fields = (struct belay_reader){
        .bytes = packet->bytes + packet->offset + sizeof *header, .length = header->length};
    packet->offset += sizeof *header + header->length;
    return 1;
}

int belay_next_field(struct belay_reader *fields, struct belay_field *field,
                     const uint8_t **value) {
    size_t left = fields->length - fields->offset;
    if (left == 0) return 0;
    if (left < sizeof *field) return -1;
    memcpy(field, fields->bytes + fields->offset, sizeof *field);
    if (field->length > left - sizeof *field) return -1;
    *value = fields->bytes + fields->offset + sizeof *field;
    fields->offset += sizeof *field + field->length;
    return 1;
}

const char *belay_take_string(const uint8_t *value, size_t length, size_t *offset) {
    if (*offset >= length) return NULL;
    const void *end = memchr(value + *offset, 0, length - *offset);
    if (!end) return NULL;
    const char *text = (const char *)value + *offset;
    *offset = (size_t)((const uint8_t *)end - value) + 1;
    return text;
}

uint32_t belay_take_u32(const uint8_t *value, size_t length, size_t *offset) {
    uint32_t result = 0;
    if (length < sizeof result || *offset > length - sizeof result) return 0;
    memcpy(&result, value + *offset, sizeof result);
    *offset += sizeof result;
    return result;
}

uint64_t belay_take_u64(const uint8_t *value, size_t length, size_t *offset) {
    uint64_t result = 0;
    if (length < sizeof result || *offset > length - sizeof result) return 0;
    memcpy(&result, value + *offset, sizeof result);
    *offset += sizeof result;
    return result;
}

int belay_send(int fd, const void *bytes, size_t length, const int *fds, size_t count) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * BELAY_MAX_FDS)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > BELAY_MAX_FDS) {
        errno = E2BIG;
        return -1;
    }
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(head), fds, sizeof(int) * count);
    }
    ssize_t sent;
    do sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

int belay_send_indirect(int fd, const void *bytes, size_t length, const int *fds, size_t count) {
    int all[BELAY_MAX_FDS];
    if (count + 1 > BELAY_MAX_FDS) {
        errno = E2BIG;
        return -1;
    }
    int memfd = memfd_create("packet", MFD_CLOEXEC);
    if (memfd < 0) return -1;
    size_t done = 0;
    while (done < length) {
        ssize_t written = write(memfd, (const uint8_t *)bytes + done, length - done);
        if (written <= 0) {
            close(memfd);
            return -1;
        }
        done += (size_t)written;
    }
    all[0] = memfd;
    if (count) memcpy(all + 1, fds, sizeof(int) * count);
    struct belay_header header = {.kind = BELAY_INDIRECT, .fds = 1};
    int result = belay_send(fd, &header, sizeof header, all, count + 1);
    int saved = errno;
    close(memfd);
    errno = saved;
    return result;
}

long belay_receive(int fd, void *bytes, size_t capacity, int *fds, size_t *count, int flags) {
    struct iovec part = {.iov_base = bytes, .iov_len = capacity};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * BELAY_MAX_FDS)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    *count = 0;
    ssize_t got;
    do got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | flags);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -1;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        *count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(fds, CMSG_DATA(head), *count * sizeof(int));
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (size_t i = 0; i < *count; i++) close(fds[i]);
        *count = 0;
        errno = EMSGSIZE;
        return -1;
    }
    return got;
}

uint8_t *belay_read_indirect(int memfd, size_t limit, size_t *length) {
    struct stat info;
    if (fstat(memfd, &info) < 0) return NULL;
    if (info.st_size < 0 || (size_t)info.st_size > limit) {
        errno = EMSGSIZE;
        return NULL;
    }
    size_t size = (size_t)info.st_size, done = 0;
    uint8_t *bytes = malloc(size ? size : 1);
    while (bytes && done < size) {
        ssize_t got = pread(memfd, bytes + done, size - done, (off_t)done);
        if (got <= 0) {
            free(bytes);
            errno = EIO;
            return NULL;
        }
        done += (size_t)got;
    }
    *length = size;
    return bytes;
}
