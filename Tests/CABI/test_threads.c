/*
 * A host with 64 threads that call the library a thousand times each, at the same time and with the same objects. Made
 * for ThreadSanitizer, which sees the library's own code too (make raced); the answers are checked in every run.
 * mpmeter.h: "mpmeter_client and mpmeter_cancellation may be used by many threads at once."
 */
#include "support/check.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/report.h"
#include "support/server.h"
#include "support/tokens.h"

enum { THREADS = 64, CALLS = 1000, LONG = 120000 };

static mpmeter_client *client;
static mpmeter_cancellation *never, *cancelled;
static char *token;
static int calls;

struct worker {
    pthread_t thread;
    int number, done;
    const char *failed; /* What was answered wrongly; NULL for nothing. */
};

static const char *check(const char *what, mpmeter_status status, mpmeter_status expected) {
    return status == expected ? NULL : what;
}

/** A new registration: its own nonce goes to AWS and comes back. */
static const char *register_anew(const struct worker *worker, int call) {
    char nonce[64];
    mpmeter_registration *registration = NULL;
    snprintf(nonce, sizeof nonce, "thread %d, call %d", worker->number, call);
    const mpmeter_status status = mpmeter_register_usage(client, TOKEN_PRODUCT, nonce, never, &registration, NULL);
    const bool is_mine = status == MPMETER_OK && strcmp(mpmeter_registration_nonce(registration), nonce) == 0;
    mpmeter_registration_free(registration);
    return is_mine ? NULL : "a registration with a nonce";
}

static const char *register_refused(void) {
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_register_usage(client, "not a product code", NULL, NULL, NULL, &error);
    const bool is_told = status == MPMETER_E_INVALID_ARGUMENT && mpmeter_error_status(error) == status;
    mpmeter_error_free(error);
    return is_told ? NULL : "a refusal";
}

static const char *find_region(void) {
    mpmeter_region *region = NULL;
    const mpmeter_status status = mpmeter_region_find(client, never, &region, NULL);
    const bool is_found = status == MPMETER_OK && strcmp(mpmeter_region_name(region), "eu-west-3") == 0;
    mpmeter_region_free(region);
    return is_found ? NULL : "the Region";
}

static const char *make_client(void) {
    mpmeter_options *options = NULL;
    mpmeter_client *mine = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = mpmeter_options_set_unverified(options, 1);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &mine, NULL);
    mpmeter_options_free(options);
    mpmeter_client_free(mine);
    return check("a client", status, MPMETER_OK);
}

/** Of a hundred calls one registers anew and one makes a client; the threads are not in step. */
static const char *call_once(const struct worker *worker, int call) {
    const int kind = (call + worker->number) % 100;
    if (kind == 0) return register_anew(worker, call);
    if (kind == 1) return make_client();
    if (kind < 6)
        return check("a cancelled call", mpmeter_register_usage(client, "other", NULL, cancelled, NULL, NULL),
                     MPMETER_E_CANCELLED);
    if (kind < 10) return register_refused();
    if (kind < 20)
        return check("a proof", mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, NULL, NULL), MPMETER_OK);
    if (kind < 30) return find_region();
    return check("a registration", mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, never, NULL, NULL), MPMETER_OK);
}

static void *work(void *context) {
    struct worker *worker = context;
    for (; worker->done < calls && worker->failed == NULL; worker->done++)
        worker->failed = call_once(worker, worker->done);
    return NULL;
}

static void sixty_four_threads_make_a_thousand_calls_each(void **state) {
    (void)state;
    static struct worker workers[THREADS];
    long done = 0;
    calls = getenv("UNDER_VALGRIND") != NULL ? CALLS / 20 : CALLS; /* valgrind runs one thread at a time. */
    token = token_valid();
    client = client_make(LONG);
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&never));
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancelled));
    mpmeter_cancellation_cancel(cancelled);
    for (int i = 0; i < THREADS; i++) {
        workers[i].number = i;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        done += workers[i].done;
    }
    for (int i = 0; i < THREADS; i++)
        if (workers[i].failed != NULL) fail_msg("thread %d, call %d: %s", i, workers[i].done, workers[i].failed);
    assert_int_equal(done, (long)THREADS * calls);
    print_message("%ld calls, %d of them answered by the server\n", done, server_requests(SERVER_METERING));
    mpmeter_cancellation_free(never);
    mpmeter_cancellation_free(cancelled);
    mpmeter_client_free(client);
    free(token);
    if (calls == CALLS) {
        report_count("threads", THREADS);
        report_count("calls", done);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sixty_four_threads_make_a_thousand_calls_each, server_test_setup),
    };
    return cmocka_run_group_tests_name("threads", tests, server_group_setup, server_group_teardown);
}
