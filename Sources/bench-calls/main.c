// The floor of the bench for calls, and the slow server that both sides call.
//
//   bench-calls serve MILLISECONDS        prints its port, answers every request after so long
//   bench-calls floor PORT CALLS ROUNDS   CALLS at once, ROUNDS times, by a bare loop around libcurl;
//                                         prints CPU microseconds and resident bytes of one call
#define _GNU_SOURCE
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BODY_SIZE 8192
#define ANSWER_SIZE 2048

static _Noreturn void stop(const char *what) {
    fprintf(stderr, "bench-calls: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// The server: every connection has a moment at which its answer is due; they are due in the order in
// which the requests came, so that a queue is enough.

struct connection {
    int fd, need;       // bytes of the request that are still to come; -1 while its head is
    int used;
    char head[4096];
};

struct due {
    struct connection *connection;
    long at;
};

static int respond(struct connection *c) {
    static char answer[ANSWER_SIZE + 256];
    static int size;
    if (!size) {
        static const char start[] =
            "{\"id\":\"c1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
            "{\"role\":\"assistant\",\"content\":\"";
        static const char end[] = "\"}}],\"usage\":{\"prompt_tokens\":2000,\"completion_tokens\":500}}";
        int fill = ANSWER_SIZE - (int)(sizeof start - 1) - (int)(sizeof end - 1);
        size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s",
                        ANSWER_SIZE, start);
        memset(answer + size, 'x', (size_t)fill);
        size += fill;
        memcpy(answer + size, end, sizeof end - 1);
        size += (int)(sizeof end - 1);
    }
    return send(c->fd, answer, (size_t)size, MSG_NOSIGNAL) == size;
}

// Whether a whole request has come; -1 when the other side is gone.
static int take(struct connection *c) {
    char rest[65536];
    for (;;) {
        ssize_t got = c->need < 0 ? recv(c->fd, c->head + c->used, sizeof c->head - 1 - (size_t)c->used, MSG_DONTWAIT)
                                  : recv(c->fd, rest, sizeof rest, MSG_DONTWAIT);
        if (got == 0) return -1;
        if (got < 0) return errno == EAGAIN ? 0 : -1;
        if (c->need < 0) {
            c->used += (int)got;
            c->head[c->used] = 0;
            char *end = strstr(c->head, "\r\n\r\n");
            if (!end) continue;
            char *length = strcasestr(c->head, "content-length:");
            c->need = (length ? atoi(length + 15) : 0) - (c->used - (int)(end + 4 - c->head));
        } else {
            c->need -= (int)got;
        }
        if (c->need <= 0) {
            c->need = -1;
            c->used = 0;
            return 1;
        }
    }
}

static void serve(long delay) {
    enum { QUEUE = 1 << 16 };
    static struct due queue[QUEUE];
    unsigned first = 0, last = 0;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (void *)&address, size) || listen(listener, 16384) ||
        getsockname(listener, (void *)&address, &size))
        stop("listen");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        long wait = first == last ? -1 : queue[first % QUEUE].at - now_ms();
        int count = epoll_wait(epoll, events, 256, first == last ? -1 : wait < 0 ? 0 : (int)wait);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (!c) {
                int fd;
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    int on = 1;
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    struct connection *new = calloc(1, sizeof *new);
                    if (!new) stop("calloc");
                    new->fd = fd;
                    new->need = -1;
                    struct epoll_event watch = {.events = EPOLLIN, .data.ptr = new};
                    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &watch);
                }
                continue;
            }
            int whole = take(c);
            if (whole > 0 && last - first < QUEUE) {
                queue[last++ % QUEUE] = (struct due){c, now_ms() + delay};
            } else if (whole < 0) {
                // Its memory stays: an answer to it may still be due.
                epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL);
                close(c->fd);
            }
        }
        while (first != last && queue[first % QUEUE].at <= now_ms()) respond(queue[first++ % QUEUE].connection);
    }
}

// The floor: libcurl's multi interface on epoll, nothing around it.

struct call {
    CURL *easy;
    char *body;
    size_t size;
};

static int epoll_fd;
static long timer_due = -1;

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    (void)easy, (void)context, (void)known;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    struct epoll_event event = {.data.fd = fd};
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event)) epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi, (void)context;
    timer_due = milliseconds < 0 ? -1 : now_ms() + milliseconds;
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    struct call *call = context;
    call->body = realloc(call->body, call->size + size * count);
    memcpy(call->body + call->size, bytes, size * count);
    call->size += size * count;
    return size * count;
}

static long resident(void) {
    long pages = 0, whole;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &whole, &pages) != 2) stop("/proc/self/statm");
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static long cpu_us(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static void run_floor(int port, int calls, int rounds) {
    curl_global_init(CURL_GLOBAL_ALL);
    CURLM *multi = curl_multi_init();
    epoll_fd = epoll_create1(0);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)calls);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/chat/completions", port);
    struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/json");
    fields = curl_slist_append(fields, "Authorization: Bearer sk-bench");
    fields = curl_slist_append(fields, "Expect:");
    char *body = malloc(BODY_SIZE);
    memset(body, 'x', BODY_SIZE);
    struct call *all = calloc((size_t)calls, sizeof *all);
    long before = resident(), most = 0, looked = 0, cpu = cpu_us();
    int failed = 0;
    for (int round = 0; round < rounds; round++) {
        int running = 0, left = calls, pending;
        for (int i = 0; i < calls; i++) {
            CURL *easy = all[i].easy = curl_easy_init();
            curl_easy_setopt(easy, CURLOPT_URL, url);
            curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
            curl_easy_setopt(easy, CURLOPT_PROXY, "");
            curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields);
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)BODY_SIZE);
            curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
            curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
            curl_easy_setopt(easy, CURLOPT_WRITEDATA, &all[i]);
            curl_easy_setopt(easy, CURLOPT_PRIVATE, &all[i]);
            curl_multi_add_handle(multi, easy);
        }
        while (left > 0) {
            struct epoll_event events[128];
            long wait = timer_due < 0 ? 1000 : timer_due - now_ms();
            int count = epoll_wait(epoll_fd, events, 128, wait < 0 ? 0 : (int)wait);
            for (int i = 0; i < count; i++) {
                int seen = (events[i].events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                           (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                           (events[i].events & EPOLLERR ? CURL_CSELECT_ERR : 0);
                curl_multi_socket_action(multi, events[i].data.fd, seen, &running);
            }
            if (timer_due >= 0 && timer_due <= now_ms()) {
                timer_due = -1;
                curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
            }
            // All are on their way when the first answer comes: so much is taken by those that wait.
            if (left == calls && now_ms() - looked >= 50) {
                looked = now_ms();
                long held = resident();
                if (held > most) most = held;
            }
            CURLMsg *message;
            while ((message = curl_multi_info_read(multi, &pending))) {
                struct call *call;
                curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
                if (message->data.result != CURLE_OK || call->size != ANSWER_SIZE) failed++;
                curl_multi_remove_handle(multi, call->easy);
                curl_easy_cleanup(call->easy);
                free(call->body);
                *call = (struct call){0};
                left--;
            }
        }
    }
    if (failed) {
        fprintf(stderr, "bench-calls: %d calls failed\n", failed);
        exit(1);
    }
    printf("%.2f %ld\n", (double)(cpu_us() - cpu) / calls / rounds, (most - before) / calls);
}

int main(int argc, char **argv) {
    raise_file_limit();
    if (argc == 3 && strcmp(argv[1], "serve") == 0) serve(atol(argv[2]));
    if (argc == 5 && strcmp(argv[1], "floor") == 0) {
        run_floor(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
        return 0;
    }
    fprintf(stderr, "usage: bench-calls serve MILLISECONDS | floor PORT CALLS ROUNDS\n");
    return 2;
}
