/*
 * fork(). mpmeter.h: "A child made by fork() may go on using objects made before it. It inherits the registrations that
 * were accepted before it." In a child, checks are exit codes: cmocka's would run the parent's tests on.
 */
#include "support/check.h"

#include <pthread.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000, LIMIT = 15000 };

/** Registers in the child with the parent's client. @return the status. */
static int register_with(void *client) {
    mpmeter_registration *registration = NULL;
    const mpmeter_status status = mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL);
    if (status == MPMETER_OK && mpmeter_registration_verified(registration) != 1) return 100;
    mpmeter_registration_free(registration);
    mpmeter_client_free(client); /* The child's copy. */
    return status;
}

static int make_client_and_register(void *unused) {
    (void)unused;
    return register_with(client_make(LONG));
}

static void a_child_makes_its_own_client(void **state) {
    (void)state;
    assert_int_equal(in_child(make_client_and_register, NULL, slack_ms(LIMIT)), MPMETER_OK);
    assert_int_equal(server_requests(SERVER_METERING), 1);
}

static void a_child_goes_on_with_the_parents_client(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_int_equal(in_child(register_with, client, slack_ms(LIMIT)), MPMETER_OK);
    assert_int_equal(server_requests(SERVER_METERING), 1);
    assert_code(MPMETER_OK,
                mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL)); /* And so does the parent. */
    assert_int_equal(server_requests(SERVER_METERING), 2);
    mpmeter_client_free(client);
}

/* AWS wants one call for each task or pod: a parent that registers before it forks makes it for all its workers. */
static void a_child_inherits_what_was_accepted(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    for (int worker = 0; worker < 16; worker++)
        assert_int_equal(in_child(register_with, client, slack_ms(LIMIT)), MPMETER_OK);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_client_free(client);
}

/** The nonce that the child drew, by way of its exit code: 7 bits of it are enough to see that two differ, most of
 * the time. */
static int nonce_bits(void *client) {
    mpmeter_registration *registration = NULL;
    if (mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL) != MPMETER_OK) return 100;
    unsigned bits = 0;
    for (const char *c = mpmeter_registration_nonce(registration); *c != '\0'; c++)
        bits = (bits * 31 + (unsigned char)*c) % 97;
    mpmeter_registration_free(registration);
    return (int)bits;
}

/* A random generator whose state two processes share would give both the same nonce, and a replay its chance. */
static void children_draw_different_nonces(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    const int first = in_child(nonce_bits, client, slack_ms(LIMIT));
    bool differs = false;
    assert_in_range(first, 0, 96);
    for (int i = 0; i < 4; i++) differs = in_child(nonce_bits, client, slack_ms(LIMIT)) != first || differs;
    assert_true(differs);
    mpmeter_client_free(client);
}

struct flight {
    mpmeter_client *client;
    mpmeter_cancellation *cancellation;
    mpmeter_status status;
};

static void *register_until_cancelled(void *context) {
    struct flight *flight = context;
    flight->status = mpmeter_register_usage(flight->client, TOKEN_PRODUCT, NULL, flight->cancellation, NULL, NULL);
    return NULL;
}

/* Ends by exec: what the parent's thread alone held is nobody's in the child, and a leak checker would call it lost. */
static int register_with_and_exec(void *client) {
    const int code = register_with(client);
    if (code == 0) execl("/bin/true", "true", (char *)NULL);
    return code == 0 ? 99 : code;
}

/* The thread whose call is under way does not exist in the child: nobody there may wait for it, nor for a lock that
 * it held. */
static void a_child_does_not_wait_for_the_parents_thread(void **state) {
    (void)state;
    struct flight flight = {.client = client_make(LONG)};
    pthread_t thread;
    server_script(SERVER_METERING, SERVER_HANG, SERVER_SUCCEED, -1);
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&flight.cancellation));
    assert_int_equal(pthread_create(&thread, NULL, register_until_cancelled, &flight), 0);
    server_await(SERVER_METERING, 1);
    const int outcome = in_child(register_with_and_exec, flight.client, slack_ms(LIMIT));
    mpmeter_cancellation_cancel(flight.cancellation);
    pthread_join(thread, NULL);
    assert_int_equal(outcome, MPMETER_OK);
    assert_code(MPMETER_E_CANCELLED, flight.status);
    mpmeter_cancellation_free(flight.cancellation);
    mpmeter_client_free(flight.client);
}

static int cancel_and_return(void *cancellation) {
    mpmeter_cancellation_cancel(cancellation);
    return 0;
}

/* Parent and child are two processes: what one cancels, the other does not. */
static void a_childs_cancellation_is_its_own(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_cancellation *cancellation = NULL;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    assert_int_equal(in_child(cancel_and_return, cancellation, slack_ms(LIMIT)), 0);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, cancellation, NULL, NULL));
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_child_makes_its_own_client, server_test_setup),
        cmocka_unit_test_setup(a_child_goes_on_with_the_parents_client, server_test_setup),
        cmocka_unit_test_setup(a_child_inherits_what_was_accepted, server_test_setup),
        cmocka_unit_test_setup(children_draw_different_nonces, server_test_setup),
        cmocka_unit_test_setup(a_child_does_not_wait_for_the_parents_thread, server_test_setup),
        cmocka_unit_test_setup(a_childs_cancellation_is_its_own, server_test_setup),
    };
    return cmocka_run_group_tests_name("fork", tests, server_group_setup, server_group_teardown);
}
