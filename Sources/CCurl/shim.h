/*
 * libcurl for Swift. The variadic functions get one typed spelling for each kind of argument, because Swift cannot call
 * a variadic C function.
 */
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/*
 * Whether the host of URL has an escape. libcurl looks for a numeric address before it decodes: http://213070643%33/
 * has the host 2130706433 at first, and 127.0.0.1 once it is written out and read again.
 */
static inline int CCurl_host_is_escaped(const char *url) {
    url += strcspn(url, ":");
    url += strspn(url, ":/");
    return url[strcspn(url, "%/?#")] == '%';
}

static inline CURLcode CCurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode CCurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode CCurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*CCurl_receiver)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode CCurl_set_receiver(CURL *easy, CURLoption option, CCurl_receiver receiver) {
    return curl_easy_setopt(easy, option, receiver);
}

static inline CURLcode CCurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

/* What a connection may be made to. */
typedef struct {
    int is_local_only; /* This machine, and the agents of AWS on the host's own link. */
    int has_refused;
} CCurl_reach;

/* 127.0.0.0/8, and where EC2, ECS and EKS have their services. */
static inline int CCurl_is_local_ipv4(const unsigned char *bytes) {
    static const unsigned char agents[][4] = {{169, 254, 169, 254}, {169, 254, 170, 2}, {169, 254, 170, 23}};
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++)
        if (memcmp(bytes, agents[i], 4) == 0) return 1;
    return bytes[0] == 127;
}

static inline int CCurl_is_local(const struct sockaddr *address) {
    static const unsigned char none[15] = {0}, mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    static const unsigned char ec2[14] = {0xFD, 0x00, 0x0E, 0xC2};
    if (address->sa_family == AF_INET)
        return CCurl_is_local_ipv4((const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr);
    if (address->sa_family != AF_INET6) return 0;
    const unsigned char *bytes = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    if (memcmp(bytes, mapped, 12) == 0) return CCurl_is_local_ipv4(bytes + 12);
    if (memcmp(bytes, none, 15) == 0) return bytes[15] == 1;
    /* fd00:ec2::254 and fd00:ec2::23. */
    return memcmp(bytes, ec2, 14) == 0 &&
           ((bytes[14] == 0x02 && bytes[15] == 0x54) || (bytes[14] == 0x00 && bytes[15] == 0x23));
}

/* A host that forks and executes another program while a call is under way must not hand it our socket. */
static inline curl_socket_t CCurl_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    CCurl_reach *reach = (CCurl_reach *)context;
    (void)purpose;
    if (reach->is_local_only && !CCurl_is_local(&address->addr)) {
        reach->has_refused = 1;
        errno = EACCES;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline CURLcode CCurl_set_reach(CURL *easy, CCurl_reach *reach) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, reach);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, CCurl_open_socket) : code;
}

/* For one of the times, in microseconds. */
static inline CURLcode CCurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

typedef CURLcode (*CCurl_ssl_context_function)(CURL *easy, void *ssl_context, void *context);

static inline CURLcode CCurl_set_ssl_context_function(CURL *easy, void *context, CCurl_ssl_context_function function) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, context);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, function) : code;
}

/* When a transfer has to end, for CCurl_is_over(). */
typedef struct {
    int64_t deadline_ms;     /* Of CLOCK_MONOTONIC. */
    const int *is_cancelled; /* Read atomically; NULL for never. */
} CCurl_end;

/* libcurl asks this inside loops of its own, which do not return while a peer keeps sending (the body of a proxy's
 * 407, say). It takes no lock: a fork() may be waiting for this thread. In the shipped library HostGuard's recv()
 * ends every such loop; the distribution's shared libcurl, which that does not reach, has this. */
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

/* Copies the name of whoever issued the last certificate of the chain. 1, or 0 if libcurl has none to tell of. Needs
 * CURLOPT_CERTINFO. */
static inline int CCurl_get_issuer(CURL *easy, char *text, size_t size) {
    struct curl_certinfo *chain = NULL;
    struct curl_slist *line;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL || chain->num_of_certs < 1 ||
        size == 0)
        return 0;
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
