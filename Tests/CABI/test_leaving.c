/*
 * Threads that leave a call in an odd way, and handlers that fork in the middle of one. mpmeter.h, "Threads that end",
 * "Forks" and mpmeter_log_fn: the next call on the same product succeeds, within its deadline, and fork() does not
 * hang.
 */
#include "support/check.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { SHORT = 1500, LONG = 20000, LIMIT = 15000 };

static int register_once(void *client) { return mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL); }

static mpmeter_client *client_with_log(mpmeter_log_fn log, int64_t deadline_ms) {
    mpmeter_options *options = options_make();
    assert_code(MPMETER_OK, mpmeter_options_set_deadline_ms(options, deadline_ms));
    assert_code(MPMETER_OK, mpmeter_options_set_log(options, log, NULL, MPMETER_LOG_DEBUG));
    return client_from(options);
}

static atomic_int statuses_seen = -1;

static void *register_and_tell(void *client) {
    statuses_seen = register_once(client);
    pthread_testcancel();
    return NULL;
}

static int cancel_a_thread_inside(void *client) {
    pthread_t thread;
    void *result = NULL;
    if (pthread_create(&thread, NULL, register_and_tell, client) != 0) return 99;
    server_await(SERVER_METERING, 1);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    if (result != PTHREAD_CANCELED || statuses_seen != MPMETER_E_DEADLINE)
        return 98; /* The call ended as every call does, and then the thread did. */
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, NULL, 0);
    return register_once(client);
}

/* "A thread that is cancelled while it is inside ends after the call." */
static void a_cancelled_thread_leaves_nothing_behind(void **state) {
    (void)state;
    mpmeter_client *client = client_make(slack_ms(SHORT));
    server_script(SERVER_METERING, SERVER_HANG, SERVER_SUCCEED, -1);
    assert_int_equal(in_child(cancel_a_thread_inside, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static void log_nothing(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    (void)level;
    (void)message;
}

/* What may wait for a file, a lock or a server. Each answers a status of its own; what counts is that it answers. */
enum { CALLS = 9 };
static mpmeter_client *calls_client;
static mpmeter_meter *calls_meter;
static char calls_journal[64];

static int call_number(int number) {
    char *json = NULL;
    int64_t due = 0;
    switch (number) {
    case 0: return register_once(calls_client);
    case 1: return mpmeter_region_find(calls_client, NULL, NULL, NULL) == MPMETER_E_INVALID_ARGUMENT ? 0 : 1;
    case 2: return mpmeter_meter_add(calls_meter, "requests", "1", NULL, NULL, 0, NULL);
    case 3: return mpmeter_meter_next_due(calls_meter, &due, NULL);
    case 4: {
        const int status = mpmeter_meter_report(calls_meter, &json, NULL);
        mpmeter_string_free(json);
        return status;
    }
    case 5: {
        const int status = mpmeter_journal_report(calls_journal, &json, NULL);
        mpmeter_string_free(json);
        return status;
    }
    case 6:
        return mpmeter_meter_check(calls_meter, NULL, NULL, NULL) == MPMETER_OK ? 1 : 0; /* The server knows none. */
    case 7: return mpmeter_meter_send(calls_meter, MPMETER_SEND_FINAL, NULL, NULL) == MPMETER_OK ? 1 : 0;
    default:
        return mpmeter_meter_usage(calls_client, TOKEN_PRODUCT, "requests", "1", 0, NULL, 0, NULL, NULL, NULL) ==
               MPMETER_OK;
    }
}

static atomic_int answered[CALLS];

/** With pthread_cancel() waiting for it from the first line of the call on. */
static void *be_cancelled_in(void *number) {
    const int call = (int)(intptr_t)number;
    int before = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    pthread_cancel(pthread_self());
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before); /* Not a place where a thread ends. */
    const int status = call_number(call);
    answered[call] = status + 1;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before);
    if (before != PTHREAD_CANCEL_ENABLE) answered[call] = 99; /* The host's own choice is as it was. */
    pthread_testcancel();
    return NULL;
}

static int cancel_in_every_call(void *folder) {
    snprintf(calls_journal, sizeof calls_journal, "%s/journal", (char *)folder);
    calls_client = client_with_log(log_nothing, SHORT);
    if (mpmeter_meter_open(calls_client, TOKEN_PRODUCT, calls_journal, 0, &calls_meter, NULL) != MPMETER_OK) return 90;
    for (int call = 0; call < CALLS; call++) {
        pthread_t thread;
        void *result = NULL;
        if (pthread_create(&thread, NULL, be_cancelled_in, (void *)(intptr_t)call) != 0) return 91;
        pthread_join(thread, &result);
        if (result != PTHREAD_CANCELED || answered[call] != MPMETER_OK + 1) return 10 + call;
    }
    /* And nothing is locked. */
    for (int call = 0; call < CALLS; call++)
        if (call_number(call) != MPMETER_OK) return 30 + call;
    mpmeter_meter_free(calls_meter);
    mpmeter_client_free(calls_client);
    return 0;
}

/* "A thread that pthread_cancel() meets inside ends after the call": in those for usage, too. */
static void every_call_is_finished(void **state) {
    (void)state;
    char folder[] = "/tmp/mpmeter-leaving-XXXXXX";
    assert_non_null(mkdtemp(folder));
    server_script(SERVER_METERING, SERVER_SUCCEED, SERVER_REFUSE, -1);
    assert_int_equal(in_child(cancel_in_every_call, folder, slack_ms(LIMIT) * 2), 0);
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static jmp_buf way_out;
static volatile int jumps_left;

static void jump(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    (void)level;
    (void)message;
    if (jumps_left > 0) {
        jumps_left = jumps_left - 1;
        longjmp(way_out, 1);
    }
}

/** Leaves each line's call in turn until none is left to leave from. @return the last status. */
static int jump_out_and_register(void *client) {
    volatile int lines = 0;
    for (;;) {
        lines = lines + 1;
        jumps_left = 1;
        if (setjmp(way_out) == 0) {
            const int status = register_once(client);
            return lines > 1 ? status : 97;
        }
        if (lines > 3) jumps_left = 0;
        const int status = jumps_left == 0 ? register_once(client) : MPMETER_OK;
        if (lines > 3) return status;
    }
}

/* As Ruby's Timeout and Thread#kill leave, or a C++ exception. */
static void a_log_function_may_leave_by_a_jump(void **state) {
    (void)state;
    mpmeter_client *client = client_with_log(jump, slack_ms(SHORT));
    assert_int_equal(in_child(jump_out_and_register, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static int jump_out_of_a_send(void *folder) {
    snprintf(calls_journal, sizeof calls_journal, "%s/jumped", (char *)folder);
    mpmeter_client *client = client_with_log(jump, SHORT);
    mpmeter_meter *meter = NULL;
    if (mpmeter_meter_open(client, TOKEN_PRODUCT, calls_journal, 0, &meter, NULL) != MPMETER_OK) return 90;
    volatile int lines = 0;
    for (; lines < 4; lines = lines + 1) {
        if (mpmeter_meter_add(meter, "requests", "1", NULL, NULL, 0, NULL) != MPMETER_OK) return 91;
        jumps_left = 1;
        if (setjmp(way_out) == 0) {
            (void)!mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, NULL);
            return lines == 0 ? 92 : 93;
        }
    }
    jumps_left = 0;
    return mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, NULL);
}

/* The server knows nothing of usage; what counts is that the journal is nobody's. */
static void a_jump_out_of_a_send_leaves_the_journal_free(void **state) {
    (void)state;
    char folder[] = "/tmp/mpmeter-leaving-XXXXXX";
    assert_non_null(mkdtemp(folder));
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    assert_int_equal(in_child(jump_out_of_a_send, folder, slack_ms(LIMIT) * 2), MPMETER_E_CUSTOMER_NOT_ENTITLED);
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static atomic_bool others_wait, has_ended;

static void end_the_first_thread(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    (void)level;
    (void)message;
    if (atomic_exchange(&has_ended, true)) return;
    while (!others_wait) sleep_ms(1);
    sleep_ms(100);
    pthread_exit(NULL);
}

static void *just_register(void *client) {
    const int status = register_once(client);
    return (void *)(intptr_t)status;
}

static int register_beside_a_thread_that_ends(void *client) {
    pthread_t first;
    if (pthread_create(&first, NULL, just_register, client) != 0) return 99;
    while (!has_ended) sleep_ms(1);
    others_wait = true;
    const int status = register_once(client);
    pthread_join(first, NULL);
    return status;
}

/* Nobody waits for a thread that does not come back. */
static void a_log_function_may_end_its_thread(void **state) {
    (void)state;
    mpmeter_client *client = client_with_log(end_the_first_thread, slack_ms(LONG));
    assert_int_equal(in_child(register_beside_a_thread_that_ends, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static void *just_send(void *meter) {
    if (mpmeter_meter_add(meter, "requests", "1", NULL, NULL, 0, NULL) != MPMETER_OK) return NULL;
    return (void *)(intptr_t)mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, NULL);
}

static int send_after_a_thread_that_ended(void *folder) {
    snprintf(calls_journal, sizeof calls_journal, "%s/ended", (char *)folder);
    mpmeter_client *client = client_with_log(end_the_first_thread, SHORT);
    mpmeter_meter *meter = NULL;
    if (mpmeter_meter_open(client, TOKEN_PRODUCT, calls_journal, 0, &meter, NULL) != MPMETER_OK) return 90;
    others_wait = true;
    pthread_t first;
    if (pthread_create(&first, NULL, just_send, meter) != 0) return 91;
    pthread_join(first, NULL);
    if (!has_ended) return 92;
    const int status = mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, NULL);
    mpmeter_meter_free(meter);
    mpmeter_client_free(client);
    return status;
}

/* The server knows nothing of usage; what counts is that the journal is nobody's. */
static void a_thread_that_ends_in_a_send_leaves_the_journal_free(void **state) {
    (void)state;
    char folder[] = "/tmp/mpmeter-leaving-XXXXXX";
    assert_non_null(mkdtemp(folder));
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    assert_int_equal(in_child(send_after_a_thread_that_ended, folder, slack_ms(LIMIT) * 2),
                     MPMETER_E_CUSTOMER_NOT_ENTITLED);
    char command[96];
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static atomic_int forks;

static void fork_in_handler(int number) {
    const int reason = errno;
    (void)number;
    const pid_t child = fork();
    if (child == 0) _exit(0);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
    forks++;
    errno = reason;
}

/** Makes a client, registers and verifies, again and again, while a handler forks every few milliseconds. */
static int work_while_a_handler_forks(void *token) {
    const struct sigaction action = {.sa_handler = fork_in_handler, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    const struct itimerspec interval = {{0, 1000000}, {0, 1000000}};
    timer_t timer;
    sigaction(SIGUSR1, &action, NULL);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &interval, NULL) != 0) return 99;
    int status = MPMETER_OK;
    while (status == MPMETER_OK && forks < 300) {
        mpmeter_client *client = client_make(LONG);
        status = register_once(client);
        for (int i = 0; i < 50 && status == MPMETER_OK; i++)
            status = mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL);
        mpmeter_client_free(client);
    }
    return status;
}

/* POSIX had fork() among the functions that are safe in a handler until 2024. */
static void a_handler_may_fork(void **state) {
    (void)state;
    char *token = token_valid();
    assert_int_equal(in_child(work_while_a_handler_forks, token, slack_ms(LIMIT) * 2), MPMETER_OK);
    free(token);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_cancelled_thread_leaves_nothing_behind, server_test_setup),
        cmocka_unit_test_setup(every_call_is_finished, server_test_setup),
        cmocka_unit_test_setup(a_log_function_may_leave_by_a_jump, server_test_setup),
        cmocka_unit_test_setup(a_jump_out_of_a_send_leaves_the_journal_free, server_test_setup),
        cmocka_unit_test_setup(a_log_function_may_end_its_thread, server_test_setup),
        cmocka_unit_test_setup(a_thread_that_ends_in_a_send_leaves_the_journal_free, server_test_setup),
        cmocka_unit_test_setup(a_handler_may_fork, server_test_setup),
    };
    return cmocka_run_group_tests_name("leaving", tests, server_group_setup, server_group_teardown);
}
