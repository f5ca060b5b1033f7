/* Hosts that are not like a test program: other signals, closed or many descriptors, small stacks. Each runs in a child of its own. */
#include "support/check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000, LIMIT = 15000 };

static int register_once(void *client) { return mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL); }

static int register_with_default_sigpipe(void *client)
{
    signal(SIGPIPE, SIG_DFL);
    return register_once(client);
}

/* mpmeter.h: "SIGPIPE is never raised." At its default disposition it would end the child. Over TLS: see test_cli_sandbox.c. */
static void a_peer_that_goes_raises_no_sigpipe(void **state)
{
    (void)state;
    const enum server_behaviour rude[] = {SERVER_RESET, SERVER_CLOSE};
    mpmeter_client *client = client_make(slack_ms(1000)); /* The credentials are asked for three times, 600 ms in all. */
    for (size_t i = 0; i < COUNT(rude); i++)
        for (int place = SERVER_METERING; place <= SERVER_CREDENTIALS; place++) {
            server_reset();
            server_script((enum server_place)place, rude[i], -1);
            assert_int_equal(in_child(register_with_default_sigpipe, client, slack_ms(LIMIT)), MPMETER_E_NETWORK);
        }
    mpmeter_client_free(client);
}

static int register_with_sigpipe_pending(void *client)
{
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
static void the_hosts_own_sigpipe_stays_pending(void **state)
{
    (void)state;
    mpmeter_client *client = client_make(slack_ms(300));
    server_script(SERVER_METERING, SERVER_RESET, -1);
    assert_int_equal(in_child(register_with_sigpipe_pending, client, slack_ms(LIMIT)), 0);
    mpmeter_client_free(client);
}

static void do_nothing(int number) { (void)number; }

static int register_in_a_storm_of_signals(void *client)
{
    const struct itimerval often = {{0, 3000}, {0, 3000}};
    struct sigaction action = {.sa_handler = do_nothing}; /* Without SA_RESTART: every system call may answer EINTR. */
    sigaction(SIGVTALRM, &action, NULL);
    sigaction(SIGPROF, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    setitimer(ITIMER_PROF, &often, NULL);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    const struct itimerspec every = {{0, 3000000}, {0, 3000000}};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &every, NULL) != 0)
        return 100;
    return register_once(client);
}

/* Profilers and runtimes interrupt a thread hundreds of times a second. */
static void signals_do_not_break_a_call(void **state)
{
    (void)state;
    mpmeter_client *client = client_make(LONG);
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    assert_int_equal(in_child(register_in_a_storm_of_signals, client, slack_ms(LIMIT)), MPMETER_OK);
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_client_free(client);
}

static int register_without_standard_descriptors(void *client)
{
    close(0);
    close(1);
    close(2);
    return register_once(client);
}

/* A daemon has closed 0, 1 and 2: the library's sockets get these numbers. */
static void descriptors_0_1_and_2_may_be_closed(void **state)
{
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_int_equal(in_child(register_without_standard_descriptors, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static int register_above_1024(void *client)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int number = 0; number < 1100;)
        if ((number = open("/dev/null", O_RDONLY)) < 0)
            return 100;
    return register_once(client);
}

/* select(2) overwrites memory from descriptor 1024 on. */
static void descriptors_may_be_above_1024(void **state)
{
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_int_equal(in_child(register_above_1024, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static int register_without_descriptors(void *client)
{
    const struct rlimit none = {3, 3};
    setrlimit(RLIMIT_NOFILE, &none);
    return register_once(client);
}

/* Out of descriptors is a failure like another: a status, not a crash or a wait for ever. */
static void running_out_of_descriptors_is_a_status(void **state)
{
    (void)state;
    if (getenv("TIME_SCALE") != NULL)
        skip(); /* valgrind keeps descriptors of its own beyond the limit, and lends them. */
    mpmeter_client *client = client_make(300);
    const int outcome = in_child(register_without_descriptors, client, slack_ms(LIMIT));
    assert_in_range(outcome, MPMETER_E_INVALID_ARGUMENT, MPMETER_E_INTERNAL);
    assert_int_equal(server_requests(SERVER_METERING), 0);
    mpmeter_client_free(client);
}

static void *register_and_store(void *context)
{
    void **call = context;
    *(int *)call[1] = register_once(call[0]);
    return NULL;
}

/* 128 KiB is what musl gives a thread; a host may give less than glibc's 8 MiB anywhere. */
static void a_stack_of_128_kib_is_enough(void **state)
{
    (void)state;
    mpmeter_client *client = client_make(LONG);
    int status = 100;
    void *call[] = {client, &status};
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 128 * 1024), 0);
    assert_int_equal(pthread_create(&thread, &attributes, register_and_store, call), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    assert_int_equal(status, MPMETER_OK);
    mpmeter_client_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_peer_that_goes_raises_no_sigpipe, server_test_setup),
        cmocka_unit_test_setup(the_hosts_own_sigpipe_stays_pending, server_test_setup),
        cmocka_unit_test_setup(signals_do_not_break_a_call, server_test_setup),
        cmocka_unit_test_setup(descriptors_0_1_and_2_may_be_closed, server_test_setup),
        cmocka_unit_test_setup(descriptors_may_be_above_1024, server_test_setup),
        cmocka_unit_test_setup(running_out_of_descriptors_is_a_status, server_test_setup),
        cmocka_unit_test_setup(a_stack_of_128_kib_is_enough, server_test_setup),
    };
    return cmocka_run_group_tests_name("hosts", tests, server_group_setup, server_group_teardown);
}
