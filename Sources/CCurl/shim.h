/*
 * libcurl for Swift. The variadic functions get one typed spelling for each kind of argument, because Swift cannot call a variadic C function.
 */
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <sys/socket.h>

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
