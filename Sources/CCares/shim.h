/*
 * c-ares for Swift: one channel for each DNS server, driven by poll(2) on the caller's thread. What is here is what
 * Swift cannot say itself.
 */
#ifndef CCARES_SHIM_H
#define CCARES_SHIM_H

/* ares_query() and the parsers of its answers are in every release; their successors came with 1.28. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <netdb.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* An answer that comes after this many milliseconds is not waited for. */
enum { CCares_longest_answer_ms = 30000 };

/*
 * A channel that asks `server`, as resolv.conf(5) writes one, and nobody else: each question once, without a search
 * list and without remembering answers. Its own reading of resolv.conf is turned off: "" is the path of no file. NULL
 * if the address is not one, is link-local without an interface that is there, or memory is short.
 */
static inline ares_channel CCares_open(const char *server, int uses_tcp) {
    struct ares_options options;
    ares_channel channel = NULL;
    struct ares_addr_port_node *known = NULL;
    char none[] = "", files_last[] = "b";
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_RESOLVCONF;
    memset(&options, 0, sizeof options);
    /* No EDNS, like glibc: there are servers and firewalls that drop it or refuse it in every way, and an answer that
     * does not fit comes over TCP. */
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | (uses_tcp ? ARES_FLAG_USEVC : 0);
    options.timeout = CCares_longest_answer_ms;
    options.tries = 1;
    options.lookups = files_last;
    options.resolvconf_path = none;
#ifdef ARES_OPT_UDP_MAX_QUERIES
    /* Each question has a port of its own: there are firewalls that close one with the first answer, and of two packets
     * of one port sent at once a NAT can lose the second. */
    options.udp_max_queries = 1;
    mask |= ARES_OPT_UDP_MAX_QUERIES;
#endif
#ifdef ARES_OPT_MAXTIMEOUTMS
    /* It would otherwise be five seconds. */
    options.maxtimeout = CCares_longest_answer_ms;
    mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_QUERY_CACHE
    options.qcache_max_ttl = 0;
    mask |= ARES_OPT_QUERY_CACHE;
#endif
    if (ares_init_options(&channel, &options, mask) != ARES_SUCCESS) return NULL;
    /* It passes over a link-local address without its interface, and says that all is well. */
    if (ares_set_servers_csv(channel, server) == ARES_SUCCESS &&
        ares_get_servers_ports(channel, &known) == ARES_SUCCESS && known != NULL) {
        ares_free_data(known);
        return channel;
    }
    ares_destroy(channel);
    return NULL;
}

enum { CCares_server_size = 96 };

/*
 * What glibc takes `word` of resolv.conf(5) for, written as c-ares reads it: any way of writing an IPv4 address,
 * "0.0.0.0" and "::" as this machine, a zone as a number or a name. 0 if it is not an address: with a port, or a name.
 * `server` has room for CCares_server_size.
 */
static inline int CCares_server(const char *word, char *server) {
    struct in_addr v4;
    struct in6_addr v6;
    char address[INET6_ADDRSTRLEN], name[IF_NAMESIZE];
    const char *zone = strchr(word, '%');
    size_t length = zone == NULL ? strlen(word) : (size_t)(zone - word);
    unsigned long number;
    char *end;
    if (inet_aton(word, &v4) != 0) {
        if (v4.s_addr == htonl(INADDR_ANY)) v4.s_addr = htonl(INADDR_LOOPBACK);
        return inet_ntop(AF_INET, &v4, server, CCares_server_size) != NULL;
    }
    if (length >= sizeof address) return 0;
    memcpy(address, word, length);
    address[length] = '\0';
    if (inet_pton(AF_INET6, address, &v6) != 1) return 0;
    if (IN6_IS_ADDR_UNSPECIFIED(&v6)) v6 = in6addr_loopback;
    if (inet_ntop(AF_INET6, &v6, address, sizeof address) == NULL) return 0;
    if (zone != NULL) {
        number = strtoul(zone + 1, &end, 10);
        if (*end == '\0' && number <= UINT_MAX && if_indextoname((unsigned)number, name) != NULL)
            zone = name;
        else
            zone++;
    }
    length = (size_t)snprintf(server, CCares_server_size, zone == NULL ? "%s" : "%s%%%s", address, zone);
    return length < CCares_server_size;
}

/* Fills in what is to be waited for; how many. `places` has room for ARES_GETSOCK_MAXNUM. */
static inline int CCares_watch(ares_channel channel, struct pollfd *places) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int count = 0, at, bits = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    for (at = 0; at < ARES_GETSOCK_MAXNUM; at++) {
        short events =
            (short)((ARES_GETSOCK_READABLE(bits, at) ? POLLIN : 0) | (ARES_GETSOCK_WRITABLE(bits, at) ? POLLOUT : 0));
        if (events != 0) places[count++] = (struct pollfd){sockets[at], events, 0};
    }
    return count;
}

/* Takes up what poll(2) said of `count` places, and what is overdue. Answers are handed out from within. */
static inline void CCares_process(ares_channel channel, const struct pollfd *places, int count) {
    int at;
    for (at = 0; at < count; at++) {
        if (places[at].revents == 0) continue;
        ares_process_fd(channel, places[at].revents & (POLLIN | POLLERR | POLLHUP) ? places[at].fd : ARES_SOCKET_BAD,
                        places[at].revents & POLLOUT ? places[at].fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* What came of a question: c-ares's statuses are macros in some releases and an enumeration in others. */
typedef enum __attribute__((enum_extensibility(closed))) {
    CCares_success,
    CCares_no_data,
    CCares_no_such_name,
    CCares_server_failure,
    CCares_refused,
    CCares_not_understood,
    CCares_not_reached,
    CCares_silent,
    CCares_given_up,
    CCares_other
} CCares_outcome;

static inline CCares_outcome CCares_outcome_of(int status) {
    switch (status) {
    case ARES_SUCCESS: return CCares_success;
    case ARES_ENODATA: return CCares_no_data;
    case ARES_ENOTFOUND: return CCares_no_such_name;
    case ARES_ESERVFAIL: return CCares_server_failure;
    case ARES_EREFUSED: return CCares_refused;
    case ARES_ENOTIMP:
    case ARES_EFORMERR: return CCares_not_understood;
    case ARES_ECONNREFUSED: return CCares_not_reached;
    case ARES_ETIMEOUT: return CCares_silent;
    case ARES_EDESTRUCTION:
    case ARES_ECANCELLED: return CCares_given_up;
    default: return CCares_other;
    }
}

/* The next address of a host as text, brackets included for IPv6; 0 if there is none at that index. `text` has room
 * for 64 bytes. */
static inline int CCares_address(const struct hostent *host, int index, char *text) {
    int at;
    for (at = 0; host->h_addr_list[at] != NULL; at++) {
        if (at != index) continue;
        if (host->h_addrtype == AF_INET) return inet_ntop(AF_INET, host->h_addr_list[at], text, 64) != NULL;
        text[0] = '[';
        if (inet_ntop(AF_INET6, host->h_addr_list[at], text + 1, 62) == NULL) return 0;
        strcat(text, "]");
        return 1;
    }
    return 0;
}

/* The beginning of a text file; how many bytes, -1 if it cannot be read. */
static inline long CCares_read(const char *path, unsigned char *bytes, long size) {
    FILE *file = fopen(path, "re");
    long count = -1;
    if (file == NULL) return -1;
    count = (long)fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return count;
}

/* Whether packets of that family have a way out of here. Sends none. */
static inline int CCares_has_route(int family) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(443)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
    int result, descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return 0;
    /* Addresses for documentation (RFC 5737, RFC 3849). */
    inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
    inet_pton(AF_INET6, "2001:db8::1", &v6.sin6_addr);
    result = family == AF_INET ? connect(descriptor, (struct sockaddr *)&v4, sizeof v4)
                               : connect(descriptor, (struct sockaddr *)&v6, sizeof v6);
    close(descriptor);
    return result == 0;
}

#endif
