/* Decides how the loopback server lives: its process, its scripts and counts in shared memory, and what each request
 * meets. */
#include "server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answers.h"
#include "keys.h"
#include "process.h"

enum { SCRIPT_LENGTH = 16 };

static struct shared {
    atomic_int script[SERVER_PLACES][SCRIPT_LENGTH];
    atomic_int length[SERVER_PLACES];
    atomic_int requests[SERVER_PLACES];
} *shared;

static pid_t server;
static int port;

static enum server_behaviour next_behaviour(enum server_place place) {
    const int number = atomic_fetch_add(&shared->requests[place], 1);
    const int last = atomic_load(&shared->length[place]) - 1;
    return (enum server_behaviour)atomic_load(&shared->script[place][number < last ? number : last]);
}

/** Reads one request, headers and body. @return the length of the headers, or 0 when the peer has gone. */
static size_t read_request(int connection, char *buffer, size_t room) {
    size_t size = 0;
    for (;;) {
        const ssize_t more = recv(connection, buffer + size, room - 1 - size, 0);
        if (more <= 0) return 0;
        size += (size_t)more;
        buffer[size] = '\0';
        const char *end = strstr(buffer, "\r\n\r\n");
        if (end == NULL) continue;
        const size_t headers = (size_t)(end - buffer) + 4;
        const char *length = strcasestr(buffer, "\r\nContent-Length:");
        const size_t body = length != NULL && length < end ? (size_t)atoi(length + 17) : 0;
        if (size >= headers + body) return headers;
    }
}

static void serve(int connection) {
    char request[32768];
    const size_t headers = read_request(connection, request, sizeof request);
    if (headers == 0) return;
    const enum server_place place = strncmp(request, "GET /task", 9) == 0           ? SERVER_TASK
                                    : strncmp(request, "GET /credentials", 16) == 0 ? SERVER_CREDENTIALS
                                                                                    : SERVER_METERING;
    const enum server_behaviour behaviour = next_behaviour(place);
    if (behaviour == SERVER_HANG) {
        char ignored[16];
        while (recv(connection, ignored, sizeof ignored, 0) > 0) continue;
    } else if (behaviour == SERVER_RESET) {
        const struct linger at_once = {1, 0}; /* close() then sends RST instead of FIN: socket(7). */
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (behaviour != SERVER_CLOSE) {
        if (behaviour == SERVER_SLOW) sleep_ms(slack_ms(300));
        char *answer = answer_make(place, behaviour, request + headers);
        send(connection, answer, strlen(answer), MSG_NOSIGNAL);
        free(answer);
    }
}

static void *serve_and_close(void *connection) {
    serve((int)(intptr_t)connection);
    close((int)(intptr_t)connection);
    return NULL;
}

static void accept_for_ever(int listener) {
    for (;;) {
        const int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (connection >= 0 && pthread_create(&thread, NULL, serve_and_close, (void *)(intptr_t)connection) == 0)
            pthread_detach(thread);
    }
}

static void set_environment(void) {
    static const char *const cleared[] = {"AWS_DEFAULT_REGION",
                                          "AWS_ROLE_ARN",
                                          "AWS_WEB_IDENTITY_TOKEN_FILE",
                                          "AWS_ROLE_SESSION_NAME",
                                          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                          "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                                          "ECS_CONTAINER_METADATA_URI_V4",
                                          "AWS_ACCESS_KEY_ID",
                                          "AWS_SECRET_ACCESS_KEY",
                                          "AWS_SESSION_TOKEN",
                                          "AWS_PROFILE",
                                          "AWS_ENDPOINT_URL",
                                          "AWS_ENDPOINT_URL_STS",
                                          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                                          "AWS_USE_FIPS_ENDPOINT",
                                          "AWS_USE_DUALSTACK_ENDPOINT",
                                          "AWS_CA_BUNDLE",
                                          "HTTPS_PROXY",
                                          "https_proxy",
                                          "NO_PROXY",
                                          "no_proxy",
                                          "KUBERNETES_SERVICE_HOST"};
    char url[64];
    for (size_t i = 0; i < sizeof cleared / sizeof cleared[0]; i++) unsetenv(cleared[i]);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    setenv("AWS_ENDPOINT_URL_MARKETPLACE_METERING", url, 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/credentials", port);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, 1);
    setenv("AWS_REGION", "eu-west-3", 1);
    setenv("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE", 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1); /* No test asks 169.254.169.254. */
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
}

static void server_start(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (listener < 0 || shared == MAP_FAILED || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 64) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        perror("the loopback server");
        abort();
    }
    port = ntohs(address.sin_port);
    server_reset();
    key_private("rsa2048"); /* Kept, so that the server's threads need not read them at the same time. */
    key_private("rsa2048-other");
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        accept_for_ever(listener);
    }
    close(listener);
    set_environment();
}

static void server_stop(void) {
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
}

static void clear_counts(void) {
    for (int place = 0; place < SERVER_PLACES; place++) atomic_store(&shared->requests[place], 0);
}

void server_script(enum server_place place, ...) {
    va_list behaviours;
    int length = 0;
    va_start(behaviours, place);
    for (int behaviour; length < SCRIPT_LENGTH && (behaviour = va_arg(behaviours, int)) >= 0; length++)
        atomic_store(&shared->script[place][length], behaviour);
    va_end(behaviours);
    atomic_store(&shared->length[place], length);
    clear_counts();
}

void server_reset(void) {
    for (int place = 0; place < SERVER_PLACES; place++) server_script((enum server_place)place, SERVER_SUCCEED, -1);
}

int server_requests(enum server_place place) { return atomic_load(&shared->requests[place]); }

void server_await(enum server_place place, int requests) {
    const int64_t limit = clock_ms() + slack_ms(10000);
    while (server_requests(place) < requests && clock_ms() < limit) sleep_ms(2);
}

int server_group_setup(void **state) {
    (void)state;
    server_start();
    return 0;
}

int server_group_teardown(void **state) {
    (void)state;
    server_stop();
    return 0;
}

int server_test_setup(void **state) {
    (void)state;
    server_reset();
    return 0;
}
