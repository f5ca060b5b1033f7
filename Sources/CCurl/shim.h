/*
 * libcurl for Swift. The variadic functions get one typed spelling for each kind of argument, because Swift cannot call a variadic C function.
 */
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static inline CURLcode CCurl_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }

static inline CURLcode CCurl_set_string(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }

static inline CURLcode CCurl_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }

typedef size_t (*CCurl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode CCurl_set_receiver(CURL *easy, CURLoption option, CCurl_receiver receiver) {
    return curl_easy_setopt(easy, option, receiver);
}

static inline CURLcode CCurl_get_long(CURL *easy, CURLINFO info, long *value) { return curl_easy_getinfo(easy, info, value); }

/* A host that forks and executes another program while a call is under way must not hand it our socket. */
static inline curl_socket_t CCurl_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode CCurl_close_sockets_on_exec(CURL *easy) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, CCurl_open_socket);
}

typedef CURLcode (*CCurl_ssl_context_function)(CURL *easy, void *ssl_context, void *context);

static inline CURLcode CCurl_set_ssl_context_function(CURL *easy, void *context, CCurl_ssl_context_function function) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, context);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, function) : code;
}

/* When a transfer has to end, for CCurl_is_over(). */
typedef struct {
    int64_t deadline_ms;      /* Of CLOCK_MONOTONIC. */
    const int *is_cancelled;  /* Read atomically; NULL for never. */
} CCurl_end;

/* libcurl asks this inside loops of its own, which do not return while a peer keeps sending (the body of a proxy's 407, say). It takes no
 * lock: a fork() may be waiting for this thread. In the shipped library HostGuard's recv() ends every such loop; the distribution's shared libcurl,
 * which that does not reach, has this. */
static inline int CCurl_is_over(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    const CCurl_end *end = (const CCurl_end *)context;
    struct timespec now;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    if (end->is_cancelled != NULL && __atomic_load_n(end->is_cancelled, __ATOMIC_RELAXED)) return 1;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 >= end->deadline_ms;
}

static inline CURLcode CCurl_set_end(CURL *easy, CCurl_end *end) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, end);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, CCurl_is_over) : code;
}

/* Copies the name of whoever issued the last certificate of the chain. 1, or 0 if libcurl has none to tell of. Needs CURLOPT_CERTINFO. */
static inline int CCurl_get_issuer(CURL *easy, char *text, size_t size) {
    struct curl_certinfo *chain = NULL;
    struct curl_slist *line;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL || chain->num_of_certs < 1 || size == 0) return 0;
    for (line = chain->certinfo[chain->num_of_certs - 1]; line != NULL; line = line->next) {
        if (strncmp(line->data, "Issuer:", 7) != 0) continue;
        strncpy(text, line->data + 7, size - 1);
        text[size - 1] = 0;
        return 1;
    }
    return 0;
}

/* The outcome of the one transfer in `multi`; -1 if it has none yet. */
static inline int CCurl_result(CURLM *multi) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) return (int)message->data.result;
    }
    return -1;
}

#endif
