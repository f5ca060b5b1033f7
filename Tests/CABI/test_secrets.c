/*
 * Secrets in memory. mpmeter.h: "Freed memory is overwritten, so that no secret outlives its use." The server deals in
 * secrets that this process knows only masked, so that every copy found in its memory was left by the library.
 */
#include "support/check.h"

#include <pthread.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/scan.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000 };

static void check_no_trace(const char *moment) {
    const struct {
        const char *name;
        const unsigned char *masked;
    } secrets[] = {{"the secret access key", server_masked_secret_key},
                   {"the session token", server_masked_session_token}};
    for (size_t i = 0; i < COUNT(secrets); i++) {
        char where[256] = "";
        if (scan_finds(secrets[i].masked, SERVER_SECRET_SIZE, SERVER_MASK, where, sizeof where)) {
            print_error("%s: %s is in %s\n", moment, secrets[i].name, where);
            fail();
        }
    }
}

static void the_scan_finds_what_is_there(void **state) {
    (void)state;
    char where[256] = "";
    volatile char *copy = malloc(SERVER_SECRET_SIZE);
    for (int i = 0; i < SERVER_SECRET_SIZE; i++) copy[i] = (char)(server_masked_secret_key[i] ^ SERVER_MASK);
    assert_true(scan_finds(server_masked_secret_key, SERVER_SECRET_SIZE, SERVER_MASK, where, sizeof where));
    for (int i = 0; i < SERVER_SECRET_SIZE; i++) copy[i] = 0;
    assert_false(scan_finds(server_masked_secret_key, SERVER_SECRET_SIZE, SERVER_MASK, where, sizeof where));
    free((void *)copy);
}

/** Looks while the call of the main thread hangs, then ends it. */
static void *look_and_cancel(void *context) {
    static char where[256];
    server_await(SERVER_METERING, 1);
    const bool found = scan_finds(server_masked_secret_key, SERVER_SECRET_SIZE, SERVER_MASK, where, sizeof where);
    mpmeter_cancellation_cancel(context);
    return found ? where : NULL;
}

/* Without this the tests below could pass because the secret never reached the library. */
static void the_secret_is_there_during_the_call(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_HANG, -1);
    mpmeter_client *client = client_make(LONG);
    mpmeter_cancellation *cancellation = NULL;
    pthread_t thread;
    void *where = NULL;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    assert_int_equal(pthread_create(&thread, NULL, look_and_cancel, cancellation), 0);
    assert_code(MPMETER_E_CANCELLED, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, cancellation, NULL, NULL));
    pthread_join(thread, &where);
    assert_non_null(where);
    check_no_trace("after the call was cancelled");
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
}

static void check_after(enum server_behaviour behaviour, mpmeter_status expected, int64_t deadline_ms) {
    server_script(SERVER_METERING, behaviour, -1);
    mpmeter_client *client = client_make(deadline_ms);
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    assert_status(expected, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, &error), error);
    check_no_trace("after the call");
    mpmeter_registration_free(registration);
    mpmeter_error_free(error);
    mpmeter_client_free(client);
    check_no_trace("after the client was freed");
}

static void nothing_remains_after_a_success(void **state) {
    (void)state;
    check_after(SERVER_SUCCEED, MPMETER_OK, LONG);
}

static void nothing_remains_after_a_refusal(void **state) {
    (void)state;
    check_after(SERVER_REFUSE, MPMETER_E_CUSTOMER_NOT_ENTITLED, LONG);
}

static void nothing_remains_after_a_deadline(void **state) {
    (void)state;
    check_after(SERVER_HANG, MPMETER_E_DEADLINE, 300);
}

static void nothing_remains_after_a_reset(void **state) {
    (void)state;
    check_after(SERVER_RESET, MPMETER_E_NETWORK, 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_scan_finds_what_is_there, server_test_setup),
        cmocka_unit_test_setup(the_secret_is_there_during_the_call, server_test_setup),
        cmocka_unit_test_setup(nothing_remains_after_a_success, server_test_setup),
        cmocka_unit_test_setup(nothing_remains_after_a_refusal, server_test_setup),
        cmocka_unit_test_setup(nothing_remains_after_a_deadline, server_test_setup),
        cmocka_unit_test_setup(nothing_remains_after_a_reset, server_test_setup),
    };
    return cmocka_run_group_tests_name("secrets", tests, server_group_setup, server_group_teardown);
}
