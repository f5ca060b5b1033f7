/* Hosts with other signals than a test program: SIGPIPE at its default or pending, storms of timers and of children. */
#include "support/check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000, LIMIT = 15000 };

static int register_once(void *client) { return mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL); }

static int register_with_default_sigpipe(void *client) {
    signal(SIGPIPE, SIG_DFL);
    return register_once(client);
}

/* mpmeter.h: "SIGPIPE is never raised." At its default disposition it would end the child. Over TLS: see
 * test_cli_sandbox.c. */
static void a_peer_that_goes_raises_no_sigpipe(void **state) {
    (void)state;
    const enum server_behaviour rude[] = {SERVER_RESET, SERVER_CLOSE};
    mpmeter_client *client =
        client_make(slack_ms(1000)); /* The credentials are asked for three times, 600 ms in all. */
    for (size_t i = 0; i < COUNT(rude); i++)
        for (int place = SERVER_METERING; place <= SERVER_CREDENTIALS; place++) {
            server_reset();
            server_script((enum server_place)place, rude[i], -1);
            assert_int_equal(in_child(register_with_default_sigpipe, client, slack_ms(LIMIT)), MPMETER_E_NETWORK);
        }
    mpmeter_client_free(client);
}

static int register_with_sigpipe_pending(void *client) {
    sigset_t pipe_alone, pending;
    sigemptyset(&pipe_alone);
    sigaddset(&pipe_alone, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_alone, NULL);
    raise(SIGPIPE);
    const int status = register_once(client);
    sigpending(&pending);
    return status == MPMETER_E_NETWORK && sigismember(&pending, SIGPIPE) == 1 ? 0 : 1;
}

/* A signal that the host has blocked and not yet taken is the host's: it must still be there. */
static void the_hosts_own_sigpipe_stays_pending(void **state) {
    (void)state;
    mpmeter_client *client = client_make(slack_ms(300));
    server_script(SERVER_METERING, SERVER_RESET, -1);
    assert_int_equal(in_child(register_with_sigpipe_pending, client, slack_ms(LIMIT)), 0);
    mpmeter_client_free(client);
}

static volatile sig_atomic_t signals_seen;
static atomic_bool is_over;

static void count_signal(int number) {
    (void)number;
    signals_seen++;
}

/** A host's other thread: children come and go as fast as they can, but under valgrind, where a fork takes a tenth
 * of a second. It takes no signal itself. */
static void *fork_again_and_again(void *unused) {
    sigset_t all;
    (void)unused;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (!is_over) {
        const pid_t child = fork();
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
        sleep_ms((slack_ms(1) - 1) * 25);
    }
    return NULL;
}

struct storm {
    mpmeter_client *client;
    int flags;     /* Of sigaction(2). */
    bool children; /* SIGCHLD instead of a timer. */
};

/** Registers while this thread is interrupted. @return the status, or 100 if it was no storm. */
static int register_in_a_storm(void *context) {
    const struct storm *storm = context;
    const long every = (long)slack_ms(1) * 1000000;
    const struct itimerspec interval = {{0, every}, {0, every}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct sigaction action = {.sa_handler = count_signal, .sa_flags = storm->flags};
    timer_t timer;
    pthread_t thread;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    if (storm->children
            ? pthread_create(&thread, NULL, fork_again_and_again, NULL) != 0
            : timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &interval, NULL) != 0)
        return 100;
    while (signals_seen == 0)
        sleep_ms(1); /* Until the storm is there. If it never is, the child ends by its time limit. */
    const int status = register_once(storm->client); /* 300 ms at least: the server is slow. */
    is_over = true;
    if (storm->children) pthread_join(thread, NULL);
    return signals_seen >= (storm->children ? 1 : 20) ? status : 100;
}

/* Profilers and runtimes interrupt a thread a thousand times a second. Without SA_RESTART every system call may
 * answer EINTR. */
static void signals_do_not_break_a_call(void **state) {
    (void)state;
    const struct {
        const char *name;
        int flags;
        bool children;
    } storms[] = {
        {"a timer of 1 kHz", 0, false},
        {"a timer of 1 kHz, SA_RESTART", SA_RESTART, false},
        {"SIGCHLD", 0, true},
        {"SIGCHLD, SA_RESTART", SA_RESTART, true},
    };
    for (size_t i = 0; i < COUNT(storms); i++) {
        struct storm storm = {client_make(LONG), storms[i].flags, storms[i].children};
        server_script(SERVER_METERING, SERVER_SLOW, -1);
        assert_row(in_child(register_in_a_storm, &storm, slack_ms(LIMIT)) == MPMETER_OK, storms[i].name);
        assert_row(server_requests(SERVER_METERING) == 1, storms[i].name);
        mpmeter_client_free(storm.client);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_peer_that_goes_raises_no_sigpipe, server_test_setup),
        cmocka_unit_test_setup(the_hosts_own_sigpipe_stays_pending, server_test_setup),
        cmocka_unit_test_setup(signals_do_not_break_a_call, server_test_setup),
    };
    return cmocka_run_group_tests_name("hosts", tests, server_group_setup, server_group_teardown);
}
