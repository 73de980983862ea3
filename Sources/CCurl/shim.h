#pragma once
// Without this curl_easy_setopt is a type-checking macro that the importer drops.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <sys/socket.h>

// Swift imports no variadic functions: one form for each type of an option's value.
static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_large(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}
static inline void *ccurl_private(CURL *easy) {
  void *value = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
  return value;
}
static inline long ccurl_sent_bytes(CURL *easy) {
  long count = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &count);
  return count;
}
static inline CURLcode ccurl_result(const CURLMsg *message) { return message->data.result; }

// How a received piece of a head or a body is handed over.
typedef size_t (*ccurl_receive)(char *bytes, size_t size, size_t count, void *context);
static inline void ccurl_set_receivers(CURL *easy, ccurl_receive head, ccurl_receive body,
                                       void *context) {
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
}

// libcurl's own sockets would be inherited by every child that is started meanwhile.
static inline curl_socket_t ccurl_closed_on_exec(void *context, curlsocktype purpose,
                                                 struct curl_sockaddr *address) {
  (void)context, (void)purpose;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
static inline void ccurl_close_on_exec(CURL *easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, ccurl_closed_on_exec);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
typedef int (*ccurl_socket_watch)(CURL *easy, curl_socket_t socket, int what, void *context,
                                  void *socket_context);
typedef int (*ccurl_timer_set)(CURLM *multi, long milliseconds, void *context);
static inline void ccurl_multi_set_watchers(CURLM *multi, ccurl_socket_watch watch,
                                            ccurl_timer_set timer, void *context) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}
