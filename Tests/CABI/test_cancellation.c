/* Cancellation and deadline. mpmeter.h: a cancelled call returns "within 100 ms"; a deadline bounds the whole call. */
#include "support/check.h"

#include <pthread.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 60000, PROMPT = 100 };

struct canceller {
    mpmeter_cancellation *cancellation;
    enum server_place place;
    int64_t cancelled_at;
};

/** Cancels when a request has reached the place, and a little later, so that a back-off has begun. */
static void *cancel_in_the_middle(void *context) {
    struct canceller *canceller = context;
    server_await(canceller->place, 1);
    sleep_ms(60);
    canceller->cancelled_at = clock_ms();
    mpmeter_cancellation_cancel(canceller->cancellation);
    return NULL;
}

/** Registers, or finds the Region, while another thread cancels. @return how long after the cancellation the call
 * returned. */
static int64_t cancelled(mpmeter_client *client, bool region_only, enum server_place place) {
    struct canceller canceller = {NULL, place, 0};
    mpmeter_error *error = NULL;
    mpmeter_region *region = UNTOUCHED;
    mpmeter_registration *registration = UNTOUCHED;
    pthread_t thread;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&canceller.cancellation));
    assert_int_equal(pthread_create(&thread, NULL, cancel_in_the_middle, &canceller), 0);
    const mpmeter_status status = region_only ? mpmeter_region_find(client, canceller.cancellation, &region, &error)
                                              : mpmeter_register_usage(client, TOKEN_PRODUCT, NULL,
                                                                       canceller.cancellation, &registration, &error);
    const int64_t returned_at = clock_ms();
    pthread_join(thread, NULL);
    assert_status(MPMETER_E_CANCELLED, status, error);
    assert_int_equal(mpmeter_error_status(error), MPMETER_E_CANCELLED);
    assert_ptr_equal(registration, UNTOUCHED);
    assert_ptr_equal(region, UNTOUCHED);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(canceller.cancellation);
    return returned_at - canceller.cancelled_at;
}

static void a_call_that_hangs_is_cancelled_within_100_ms(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_HANG, -1);
    mpmeter_client *client = client_make(LONG);
    assert_in_range(cancelled(client, false, SERVER_METERING), 0, slack_ms(PROMPT));
    mpmeter_client_free(client);
}

static void a_call_that_waits_for_credentials_is_cancelled_within_100_ms(void **state) {
    (void)state;
    server_script(SERVER_CREDENTIALS, SERVER_HANG, -1);
    mpmeter_client *client = client_make(LONG);
    assert_in_range(cancelled(client, false, SERVER_CREDENTIALS), 0, slack_ms(PROMPT));
    mpmeter_client_free(client);
}

static void a_call_that_backs_off_is_cancelled_within_100_ms(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) { /* The back-off is random, and may be short. */
        mpmeter_client *client = client_make(LONG);
        server_script(SERVER_METERING, SERVER_THROTTLE, -1);
        assert_in_range(cancelled(client, false, SERVER_METERING), 0, slack_ms(PROMPT));
        mpmeter_client_free(client);
    }
}

static void a_search_for_the_region_is_cancelled_within_100_ms(void **state) {
    (void)state;
    unsetenv("AWS_REGION");
    setenv("ECS_CONTAINER_METADATA_URI_V4", getenv("AWS_ENDPOINT_URL_MARKETPLACE_METERING"),
           1); /* The library asks for URL/task. */
    server_script(SERVER_TASK, SERVER_HANG, -1);
    mpmeter_client *client = client_make(LONG);
    unsetenv("ECS_CONTAINER_METADATA_URI_V4");
    setenv("AWS_REGION", "eu-west-3", 1);
    assert_in_range(cancelled(client, true, SERVER_TASK), 0, slack_ms(PROMPT));
    mpmeter_client_free(client);
}

/* "Makes every call that was given it, now or later, return MPMETER_E_CANCELLED … There is no way back." */
static void a_cancelled_token_stops_later_calls_before_they_begin(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_cancellation *cancellation = NULL;
    mpmeter_region *region = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    mpmeter_cancellation_cancel(cancellation);
    mpmeter_cancellation_cancel(cancellation); /* Again: nothing more happens. */
    for (int i = 0; i < 2; i++)
        assert_code(MPMETER_E_CANCELLED, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, cancellation, NULL, NULL));
    assert_code(MPMETER_E_CANCELLED, mpmeter_region_find(client, cancellation, &region, NULL));
    assert_int_equal(server_requests(SERVER_METERING) + server_requests(SERVER_CREDENTIALS), 0);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL,
                                                   NULL)); /* The client is none the worse. */
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
}

static const struct {
    const char *row;
    enum server_place place;
    enum server_behaviour behaviour;
    mpmeter_status expected;
} outlived[] = {
    {"metering hangs", SERVER_METERING, SERVER_HANG, MPMETER_E_DEADLINE},
    {"credentials hang", SERVER_CREDENTIALS, SERVER_HANG, MPMETER_E_DEADLINE},
    {"metering throttles", SERVER_METERING, SERVER_THROTTLE, MPMETER_E_THROTTLED},
    {"metering is unavailable", SERVER_METERING, SERVER_UNAVAILABLE, MPMETER_E_SERVICE_UNAVAILABLE},
    {"metering resets", SERVER_METERING, SERVER_RESET, MPMETER_E_NETWORK},
    {"metering closes", SERVER_METERING, SERVER_CLOSE, MPMETER_E_NETWORK},
};

/* A call may end before its deadline only when another wait would outlast it; it never ends later. */
static void the_deadline_is_kept_within_100_ms(void **state) {
    (void)state;
    const int64_t deadline = slack_ms(400);
    for (size_t i = 0; i < COUNT(outlived); i++) {
        server_reset();
        server_script(outlived[i].place, outlived[i].behaviour, -1);
        mpmeter_client *client = client_make(deadline);
        mpmeter_error *error = NULL;
        const int64_t start = clock_ms();
        const mpmeter_status status = mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, &error);
        const int64_t elapsed = clock_ms() - start;
        if (status != outlived[i].expected || elapsed > deadline + slack_ms(PROMPT))
            print_error("%s: %s after %lld ms\n", outlived[i].row, mpmeter_status_name(status), (long long)elapsed);
        assert_row(elapsed <= deadline + slack_ms(PROMPT), outlived[i].row);
        assert_status(outlived[i].expected, status, error);
        assert_row(mpmeter_status_action(status) == MPMETER_ACTION_RETRY, outlived[i].row);
        assert_row(mpmeter_error_elapsed_ms(error) <= elapsed, outlived[i].row);
        if (outlived[i].behaviour == SERVER_HANG && outlived[i].place == SERVER_METERING)
            assert_row(elapsed >= deadline, outlived[i].row);
        mpmeter_error_free(error);
        mpmeter_client_free(client);
    }
}

static void a_passing_fault_is_retried(void **state) {
    (void)state;
    const enum server_behaviour passing[] = {SERVER_THROTTLE, SERVER_UNAVAILABLE, SERVER_RESET, SERVER_CLOSE};
    for (size_t i = 0; i < COUNT(passing); i++) {
        server_script(SERVER_METERING, passing[i], SERVER_SUCCEED, -1);
        mpmeter_client *client = client_make(LONG);
        mpmeter_registration *registration = NULL;
        assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL));
        assert_int_equal(mpmeter_registration_attempts(registration), 2);
        mpmeter_registration_free(registration);
        mpmeter_client_free(client);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_call_that_hangs_is_cancelled_within_100_ms, server_test_setup),
        cmocka_unit_test_setup(a_call_that_waits_for_credentials_is_cancelled_within_100_ms, server_test_setup),
        cmocka_unit_test_setup(a_call_that_backs_off_is_cancelled_within_100_ms, server_test_setup),
        cmocka_unit_test_setup(a_search_for_the_region_is_cancelled_within_100_ms, server_test_setup),
        cmocka_unit_test_setup(a_cancelled_token_stops_later_calls_before_they_begin, server_test_setup),
        cmocka_unit_test_setup(the_deadline_is_kept_within_100_ms, server_test_setup),
        cmocka_unit_test_setup(a_passing_fault_is_retried, server_test_setup),
    };
    return cmocka_run_group_tests_name("cancellation", tests, server_group_setup, server_group_teardown);
}
