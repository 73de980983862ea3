#define _GNU_SOURCE
#include "launch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int keep(uint8_t **bytes, const struct belay_reader *fields, struct belay_reader *copy) {
    *bytes = malloc(fields->length ? fields->length : 1);
    if (!*bytes) return fault("memory for a request");
    memcpy(*bytes, fields->bytes, fields->length);
    *copy = (struct belay_reader){.bytes = *bytes, .length = fields->length};
    return 0;
}

static int read_bind(struct bind *binds, int *count, const uint8_t *value, size_t length) {
    size_t at = 0;
    if (*count == MAX_BINDS) return fault_plain("more than %d binds", MAX_BINDS);
    struct bind bind = {.flags = belay_take_u32(value, length, &at), .fd = -1};
    bind.source = belay_take_string(value, length, &at);
    bind.target = belay_take_string(value, length, &at);
    if (!bind.source || !bind.target) return fault_plain("malformed bind");
    binds[(*count)++] = bind;
    return 0;
}

static int read_plan_field(struct plan *plan, uint16_t tag, const uint8_t *value, size_t length) {
    size_t at = 0;
    const char *text = belay_take_string(value, length, &(size_t){0});
    switch (tag) {
    case BELAY_UID: plan->uid = belay_take_u32(value, length, &at); return 0;
    case BELAY_GID: plan->gid = belay_take_u32(value, length, &at); return 0;
    case BELAY_IDMAP: plan->idmap = belay_take_u32(value, length, &at); return 0;
    case BELAY_SHM: plan->shm_bytes = belay_take_u64(value, length, &at); return 0;
    case BELAY_STORAGE:
        plan->storage_bytes = belay_take_u64(value, length, &at);
        plan->storage_inodes = belay_take_u64(value, length, &at);
        return 0;
    case BELAY_LAYER:
        if (!text || plan->layer_count == MAX_LAYERS) return fault_plain("layers");
        plan->layers[plan->layer_count++] = text;
        return 0;
    case BELAY_BIND: return read_bind(plan->binds, &plan->bind_count, value, length);
    case BELAY_CGROUP:
        if (!text || plan->cgroup_count == MAX_CGROUPS) return fault_plain("control groups");
        plan->cgroups[plan->cgroup_count++] = text;
        return 0;
    case BELAY_CGROUP_READ:
        if (!text || plan->read_count == MAX_CGROUPS * 2) return fault_plain("control group files");
        plan->reads[plan->read_count++] =
            (struct cgroup_read){.group = plan->cgroup_count - 1, .file = text};
        return 0;
    case BELAY_RLIMIT:
        if (plan->rlimit_count == MAX_RLIMITS) return fault_plain("resource limits");
        plan->rlimits[plan->rlimit_count].resource = belay_take_u32(value, length, &at);
        belay_take_u32(value, length, &at);
        plan->rlimits[plan->rlimit_count++].value = belay_take_u64(value, length, &at);
        return 0;
    case BELAY_HOSTNAME: plan->hostname = text; return 0;
    case BELAY_CGROUP_SET: return 0;  // cgroups_create reads these in their order
    default: return fault_plain("unknown field %u", tag);
    }
}

int plan_read(struct plan *plan, const struct belay_reader *fields) {
    struct belay_reader copy;
    struct belay_field field;
    const uint8_t *value;
    int more;
    memset(plan, 0, sizeof *plan);
    plan->root = geteuid() == 0;
    plan->hostname = "sandbox";
    if (keep(&plan->bytes, fields, &copy) < 0) return -1;
    while ((more = belay_next_field(&copy, &field, &value)) == 1)
        if (read_plan_field(plan, field.tag, value, field.length) < 0) return -1;
    if (more < 0) return fault_plain("malformed request");
    if (!plan->root) {
        plan->uid = geteuid();
        plan->gid = getegid();
        plan->idmap = 0;
    }
    if (plan->uid == 0) return fault_plain("a trial may not be the host's uid 0");
    if (plan->layer_count == 0) return fault_plain("no layer");
    return 0;
}

int phase_read(struct phase *phase, const struct belay_reader *fields) {
    struct belay_reader copy;
    struct belay_field field;
    const uint8_t *value;
    int more;
    free(phase->bytes);
    memset(phase, 0, sizeof *phase);
    phase->hostname = trial.plan.hostname;
    if (keep(&phase->bytes, fields, &copy) < 0) return -1;
    while ((more = belay_next_field(&copy, &field, &value)) == 1) {
        size_t at = 0;
        struct fresh fresh = {0};
        switch (field.tag) {
        case BELAY_BIND:
            if (read_bind(phase->binds, &phase->bind_count, value, field.length) < 0) return -1;
            break;
        case BELAY_LAYER:
            if (phase->cover_count == MAX_COVERS) return fault_plain("covers");
            phase->covers[phase->cover_count].flags = BELAY_BIND_IDMAP;
            phase->covers[phase->cover_count].fd = -1;
            phase->covers[phase->cover_count++].source = belay_take_string(value, field.length, &at);
            break;
        case BELAY_FRESH:
            fresh.bytes = belay_take_u64(value, field.length, &at);
            fresh.inodes = belay_take_u64(value, field.length, &at);
            fresh.mode = belay_take_u32(value, field.length, &at);
            fresh.target = belay_take_string(value, field.length, &at);
            if (!fresh.target || phase->fresh_count == MAX_FRESH) return fault_plain("fresh mounts");
            phase->fresh[phase->fresh_count++] = fresh;
            break;
        case BELAY_LISTEN:
            if (phase->listener_count == MAX_LISTENERS) return fault_plain("listeners");
            phase->listeners[phase->listener_count++] =
                (uint16_t)belay_take_u32(value, field.length, &at);
            break;
        case BELAY_HOSTNAME:
            phase->hostname = belay_take_string(value, field.length, &at);
            if (!phase->hostname) return fault_plain("host name");
            break;
        default: return fault_plain("unknown field %u", field.tag);
        }
    }
    return more < 0 ? fault_plain("malformed request") : 0;
}
