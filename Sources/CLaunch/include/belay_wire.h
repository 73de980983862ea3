// The messages between a coordinator and the launcher's supervisor, and between supervisor and init.
//
// A packet of the SOCK_SEQPACKET socket is a run of messages; a message is a header and fields; a
// field is a tag, a length and bytes. Integers have the machine's byte order: both ends are on one
// machine. A packet too large for a socket buffer travels in a memfd (BELAY_INDIRECT).
//
// To a container they go one after the other over the standard input of its first process, and come
// back over its standard output; no descriptor travels with them. Sockets that listen go out through
// a socket of their own (BELAY_PORTS_PLACE).
#ifndef BELAY_WIRE_H
#define BELAY_WIRE_H

#include <stddef.h>
#include <stdint.h>

// A packet that is sent inline. net.core.wmem_default is 212,992 and an skb has overhead, so that
// 64 KiB always fits.
#define BELAY_PACKET_MAX 65536
// The most that is read out of a memfd in place of a packet: argv and environment of one command.
#define BELAY_INDIRECT_MAX (4u << 20)
// Results whose output is larger than this travel in a memfd.
#define BELAY_INLINE_OUTPUT 32768
#define BELAY_MAX_FDS 16
#define BELAY_MAX_COMMANDS 64
// Where a container sees the socket through which its listeners go out.
#define BELAY_PORTS_PLACE "/.belay-ports"

enum belay_kind {
    BELAY_INDIRECT = 0,  // the packet is in the memfd that comes with it
    BELAY_SETUP = 1,
    BELAY_BEGIN = 2,
    BELAY_EXEC = 3,
    BELAY_KILL = 4,
    BELAY_END = 5,
    BELAY_ROOT = 6,
    BELAY_QUIT = 7,
    BELAY_TALK = 9,
    BELAY_DONE = 16,    // the request of this id succeeded
    BELAY_FAILED = 17,  // it did not; BELAY_TEXT says why
    BELAY_EXITED = 18,  // a command is over
    BELAY_READY = 19,   // init -> supervisor: the phase is set up
};

enum belay_tag {
    // SETUP
    BELAY_UID = 1,             // u32: the host's uid behind the trial's uid 0
    BELAY_GID = 2,             // u32
    BELAY_IDMAP = 3,           // u32: 1 = layers belong to the host's uid 0 and are idmapped
    BELAY_LAYER = 4,           // string, repeated, top layer first
    BELAY_STORAGE = 5,         // u64 bytes, u64 inodes
    BELAY_BIND = 6,            // u32 flags, source string, target string; repeated (SETUP, BEGIN)
    BELAY_CGROUP = 7,          // string: a directory to create and to put the trial into; repeated
    BELAY_CGROUP_SET = 8,      // file string, value string: written in the last BELAY_CGROUP
    BELAY_CGROUP_READ = 9,     // file string: read at END in the last BELAY_CGROUP
    BELAY_RLIMIT = 10,         // u32 resource, u32 zero, u64 value; repeated
    BELAY_HOSTNAME = 11,       // string (SETUP, BEGIN)
    BELAY_SHM = 12,            // u64 bytes of /dev/shm
    // BEGIN
    BELAY_FRESH = 20,          // u64 bytes, u64 inodes, u32 mode, target string; repeated
    BELAY_REMOVE = 21,         // string: taken away before anything runs; repeated, containers only
    BELAY_FOLDER = 22,         // u32 mode or 0, string: made where it is not; repeated, containers only
    BELAY_LISTEN = 23,         // u32: a port of the phase's own loopback to listen on; repeated
    // EXEC
    BELAY_ARGV = 30,           // strings
    BELAY_ENV = 31,            // strings
    BELAY_CWD = 32,            // string
    BELAY_WALL = 33,           // u64 milliseconds, 0 = none
    BELAY_KEEP = 34,           // u64 head bytes, u64 tail bytes
    BELAY_EXEC_FLAGS = 35,     // u32
    BELAY_USER = 36,           // string: name, uid, name:group or uid:gid; containers only
    BELAY_INPUT = 37,          // bytes for standard input; containers only
    // TALK: answered as soon as the command has said something, is over, or BELAY_WALL has passed
    BELAY_TARGET = 40,         // u32: the id of a command with BELAY_EXEC_LIVE; BELAY_INPUT is what it is told
    BELAY_TALK_FLAGS = 41,     // u32
    // replies
    BELAY_TEXT = 50,           // string
    BELAY_NANOSECONDS = 51,    // u64: how long the request took
    BELAY_STATUS = 52,         // u32: as wait(2) gives it
    BELAY_RESULT_FLAGS = 53,   // u32
    BELAY_CPU = 54,            // u64 user ns, u64 system ns
    BELAY_MAX_RSS = 55,        // u64 bytes
    BELAY_TOTAL = 56,          // u32 stream, u32 zero, u64 bytes that were written in all
    BELAY_HEAD = 57,           // u32 stream, bytes
    BELAY_TAIL = 58,           // u32 stream, bytes
    BELAY_CGROUP_TEXT = 59,    // u32 index of the BELAY_CGROUP_READ, bytes of the file
    BELAY_EXEC_ERRNO = 60,     // u32: the command could not be started
    BELAY_PIECE = 65,          // bytes: what the command said; none when the time was over
    BELAY_DISPLACED = 61,      // string: what stood where a mount had to go, and was removed
};

enum belay_bind_flags {
    BELAY_BIND_IDMAP = 1,      // on-disk uid 0 appears as the trial's uid 0
    BELAY_BIND_SYSTEM = 2,     // the host's own: what is mounted below comes along, owners stay the host's
    BELAY_BIND_OPTIONAL = 4,   // a missing source is no error
};

enum belay_exec_flags {
    BELAY_EXEC_KILL_PHASE = 1,    // at the wall limit the whole phase ends, not only the process group
    BELAY_EXEC_SPLIT = 2,         // standard error is captured apart from standard output
    BELAY_EXEC_STDIN = 4,         // a descriptor for standard input comes with the message
    BELAY_EXEC_LIVE = 8,          // input and output are a talk (BELAY_TALK), standard error is captured
};

enum belay_talk_flags {
    BELAY_TALK_TAKE = 1,       // with what it says comes the captured output since the last time
    BELAY_TALK_NOW = 2,        // the answer does not wait for anything
    BELAY_TALK_END = 4,        // nothing more will be told: the command reads the end of its input
    BELAY_TALK_INTERRUPT = 8,  // first its process group is sent SIGINT
};

enum belay_result_flags {
    BELAY_RESULT_TIMED_OUT = 1,
    BELAY_RESULT_PHASE_DIED = 2,  // the phase's first process died before the command
    BELAY_RESULT_ENDED = 4,       // the coordinator ended the phase before the command
    BELAY_RESULT_CLOSED = 8,      // the command will say nothing more
};

struct belay_header {
    uint32_t length;  // of the fields that follow
    uint16_t kind;
    uint16_t fds;     // descriptors of the packet that belong to this message
    uint32_t id;
    uint32_t zero;
};

struct belay_field {
    uint16_t tag;
    uint16_t zero;
    uint32_t length;
};

// What init tells the supervisor, besides BELAY_FAILED with a text.
struct belay_note {
    uint32_t kind;
    uint32_t id;
    int32_t status;
    int32_t error;
    uint64_t user_ns, system_ns, max_rss;
};

struct belay_writer {
    uint8_t *bytes;
    size_t length, capacity, message;
    int overflow;
};

void belay_message(struct belay_writer *w, uint16_t kind, uint32_t id);
void belay_message_fds(struct belay_writer *w, uint16_t count);
void *belay_field(struct belay_writer *w, uint16_t tag, size_t length);
void belay_bytes(struct belay_writer *w, uint16_t tag, const void *bytes, size_t length);
void belay_string(struct belay_writer *w, uint16_t tag, const char *text);
void belay_u32(struct belay_writer *w, uint16_t tag, uint32_t value);
void belay_u64(struct belay_writer *w, uint16_t tag, uint64_t value);
void belay_u64s(struct belay_writer *w, uint16_t tag, uint64_t first, uint64_t second);

struct belay_reader {
    const uint8_t *bytes;
    size_t length, offset;
};

// 1 = a message or field was read, 0 = the end, -1 = malformed.
int belay_next_message(struct belay_reader *packet, struct belay_header *header,
                       struct belay_reader *fields);
int belay_next_field(struct belay_reader *fields, struct belay_field *field, const uint8_t **value);

// A NUL-terminated string at `*offset` of a field; NULL when there is none.
const char *belay_take_string(const uint8_t *value, size_t length, size_t *offset);
uint32_t belay_take_u32(const uint8_t *value, size_t length, size_t *offset);
uint64_t belay_take_u64(const uint8_t *value, size_t length, size_t *offset);

// sendmsg and recvmsg with descriptors; received ones are close-on-exec. -1 with errno.
int belay_send(int fd, const void *bytes, size_t length, const int *fds, size_t count);
// Copies the bytes to a memfd and sends that: for packets beyond BELAY_PACKET_MAX.
int belay_send_indirect(int fd, const void *bytes, size_t length, const int *fds, size_t count);
long belay_receive(int fd, void *bytes, size_t capacity, int *fds, size_t *count, int flags);
// The whole packet inside a received memfd, malloc'd; NULL with errno.
uint8_t *belay_read_indirect(int memfd, size_t limit, size_t *length);

#endif
