/* Many threads and one client. mpmeter.h: "Calls for one product at the same time are one request". */
#include "support/check.h"

#include <pthread.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { THREADS = 12, LONG = 20000 };

/** One thread's call and what came of it. Assertions are for the main thread alone: a failing one leaves by longjmp. */
struct call {
    pthread_t thread;
    mpmeter_client *client;
    const char *product, *nonce, *token, *forged;
    mpmeter_cancellation *cancellation;
    mpmeter_status status;
    mpmeter_registration *registration;
    int64_t elapsed_ms;
};

static void *register_once(void *context) {
    struct call *call = context;
    const int64_t start = clock_ms();
    call->status =
        mpmeter_register_usage(call->client, call->product, call->nonce, call->cancellation, &call->registration, NULL);
    call->elapsed_ms = clock_ms() - start;
    return NULL;
}

static void *verify_often(void *context) {
    struct call *call = context;
    for (int i = 0; i < 50 && call->status == MPMETER_OK; i++) {
        call->status = mpmeter_verify(call->client, call->token, call->product, 0, call->nonce, NULL, NULL);
        const mpmeter_status of_forged =
            mpmeter_verify(call->client, call->forged, call->product, 0, call->nonce, NULL, NULL);
        if (of_forged != MPMETER_E_TOKEN_SIGNATURE) call->status = MPMETER_E_INTERNAL;
    }
    return NULL;
}

static void run(struct call *calls, size_t count, void *(*body)(void *)) {
    for (size_t i = 0; i < count; i++) assert_int_equal(pthread_create(&calls[i].thread, NULL, body, &calls[i]), 0);
    for (size_t i = 0; i < count; i++) pthread_join(calls[i].thread, NULL);
}

/* Genuine and forged tokens in turn, by one key. */
static void threads_verify_with_one_client(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    char *token = token_valid(), *forged = strdup(token), *signature = strrchr(forged, '.') + 1;
    struct call calls[THREADS] = {{0}};
    *signature = *signature == 'A' ? 'B' : 'A';
    for (size_t i = 0; i < THREADS; i++)
        calls[i] = (struct call){
            .client = client, .token = token, .forged = forged, .product = TOKEN_PRODUCT, .nonce = TOKEN_NONCE};
    run(calls, THREADS, verify_often);
    for (size_t i = 0; i < THREADS; i++) assert_code(MPMETER_OK, calls[i].status);
    free(token);
    free(forged);
    mpmeter_client_free(client);
}

struct reader {
    pthread_t thread;
    pthread_barrier_t *start;
    mpmeter_registration **registrations;
    const char *documents[300];
};

static void *read_all(void *context) {
    struct reader *reader = context;
    pthread_barrier_wait(reader->start);
    for (size_t i = 0; i < COUNT(reader->documents); i++)
        reader->documents[i] = mpmeter_registration_json(reader->registrations[i]);
    return NULL;
}

/* The first call creates the document. Whoever finds it catches up with who creates the next one, so some come at
 * once; it is the same for each. */
static void threads_ask_for_one_document(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    char *token = token_valid();
    struct reader readers[THREADS] = {{0}};
    mpmeter_registration *registrations[COUNT(readers->documents)] = {NULL};
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, THREADS);
    for (size_t i = 0; i < COUNT(registrations); i++)
        assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, &registrations[i], NULL));
    for (size_t i = 0; i < THREADS; i++) {
        readers[i].start = &start;
        readers[i].registrations = registrations;
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) pthread_join(readers[i].thread, NULL);
    pthread_barrier_destroy(&start);
    for (size_t i = 0; i < COUNT(registrations); i++) {
        const char *document = mpmeter_registration_json(registrations[i]);
        assert_non_null(document);
        assert_non_null(strstr(document, token));
        for (size_t reader = 0; reader < THREADS; reader++) assert_ptr_equal(document, readers[reader].documents[i]);
        mpmeter_registration_free(registrations[i]);
    }
    free(token);
    mpmeter_client_free(client);
}

static void one_product_is_one_request(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    mpmeter_client *client = client_make(LONG);
    struct call calls[THREADS] = {{0}};
    for (size_t i = 0; i < THREADS; i++) calls[i] = (struct call){.client = client, .product = TOKEN_PRODUCT};
    run(calls, THREADS, register_once);
    assert_int_equal(server_requests(SERVER_METERING), 1);
    assert_int_equal(server_requests(SERVER_CREDENTIALS), 1);
    for (size_t i = 0; i < THREADS; i++) {
        assert_code(MPMETER_OK, calls[i].status);
        assert_string_equal(mpmeter_registration_signature(calls[i].registration),
                            mpmeter_registration_signature(calls[0].registration));
    }
    mpmeter_client_free(client);
    for (size_t i = 0; i < THREADS; i++) mpmeter_registration_free(calls[i].registration);
}

/* Two nonces are two proofs, and each caller must get its own. */
static void callers_with_nonces_get_their_own_proof(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    static const char *const nonces[] = {"one", "two", "three"};
    mpmeter_client *client = client_make(LONG);
    struct call calls[9] = {{0}};
    for (size_t i = 0; i < COUNT(calls); i++)
        calls[i] = (struct call){.client = client, .product = TOKEN_PRODUCT, .nonce = nonces[i % 3]};
    run(calls, COUNT(calls), register_once);
    for (size_t i = 0; i < COUNT(calls); i++) {
        assert_code(MPMETER_OK, calls[i].status);
        assert_string_equal(mpmeter_registration_nonce(calls[i].registration), nonces[i % 3]);
        mpmeter_registration_free(calls[i].registration);
    }
    mpmeter_client_free(client);
}

static void products_do_not_wait_for_each_other(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    static const char *const products[] = {"product-1", "product-2", "product-3", "product-4"};
    mpmeter_client *client = client_make(LONG);
    struct call calls[COUNT(products)] = {{0}};
    for (size_t i = 0; i < COUNT(products); i++) calls[i] = (struct call){.client = client, .product = products[i]};
    const int64_t start = clock_ms();
    run(calls, COUNT(products), register_once);
    assert_true(clock_ms() - start < slack_ms(900)); /* One after the other they would need 4 times 300 ms. */
    for (size_t i = 0; i < COUNT(products); i++) {
        assert_code(MPMETER_OK, calls[i].status);
        assert_string_equal(mpmeter_registration_product_code(calls[i].registration), products[i]);
        mpmeter_registration_free(calls[i].registration);
    }
    mpmeter_client_free(client);
}

static void a_refusal_reaches_every_waiting_caller(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    server_script(SERVER_CREDENTIALS, SERVER_SLOW, -1); /* So that all of them wait before the refusal. */
    mpmeter_client *client = client_make(LONG);
    struct call calls[THREADS] = {{0}};
    for (size_t i = 0; i < THREADS; i++) calls[i] = (struct call){.client = client, .product = TOKEN_PRODUCT};
    run(calls, THREADS, register_once);
    for (size_t i = 0; i < THREADS; i++) {
        assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED, calls[i].status);
        assert_null(calls[i].registration);
    }
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_client_free(client);
}

/* A cancellation stops the calls that were given it, and no other: who waits for somebody else's request goes on
 * alone. */
static void cancelling_the_first_caller_does_not_cancel_the_second(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_HANG, SERVER_SUCCEED, -1);
    mpmeter_client *client = client_make(LONG);
    mpmeter_cancellation *cancellation = NULL;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    struct call first = {.client = client, .product = TOKEN_PRODUCT, .cancellation = cancellation};
    struct call second = {.client = client, .product = TOKEN_PRODUCT};
    assert_int_equal(pthread_create(&first.thread, NULL, register_once, &first), 0);
    server_await(SERVER_METERING, 1);
    assert_int_equal(pthread_create(&second.thread, NULL, register_once, &second), 0);
    sleep_ms(slack_ms(100)); /* Long enough to be waiting. */
    mpmeter_cancellation_cancel(cancellation);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_code(MPMETER_E_CANCELLED, first.status);
    assert_code(MPMETER_OK, second.status);
    assert_int_equal(server_requests(SERVER_METERING), 2);
    mpmeter_registration_free(second.registration);
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
}

static void cancelling_a_waiting_caller_does_not_cancel_the_first(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    mpmeter_client *client = client_make(LONG);
    mpmeter_cancellation *cancellation = NULL;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    struct call first = {.client = client, .product = TOKEN_PRODUCT};
    struct call second = {.client = client, .product = TOKEN_PRODUCT, .cancellation = cancellation};
    assert_int_equal(pthread_create(&first.thread, NULL, register_once, &first), 0);
    server_await(SERVER_METERING, 1);
    assert_int_equal(pthread_create(&second.thread, NULL, register_once, &second), 0);
    sleep_ms(50);
    mpmeter_cancellation_cancel(cancellation);
    pthread_join(first.thread, NULL);
    pthread_join(second.thread, NULL);
    assert_code(MPMETER_OK, first.status);
    assert_code(MPMETER_E_CANCELLED, second.status);
    assert_true(second.elapsed_ms < slack_ms(200));
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_registration_free(first.registration);
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(threads_verify_with_one_client, server_test_setup),
        cmocka_unit_test_setup(threads_ask_for_one_document, server_test_setup),
        cmocka_unit_test_setup(one_product_is_one_request, server_test_setup),
        cmocka_unit_test_setup(callers_with_nonces_get_their_own_proof, server_test_setup),
        cmocka_unit_test_setup(products_do_not_wait_for_each_other, server_test_setup),
        cmocka_unit_test_setup(a_refusal_reaches_every_waiting_caller, server_test_setup),
        cmocka_unit_test_setup(cancelling_the_first_caller_does_not_cancel_the_second, server_test_setup),
        cmocka_unit_test_setup(cancelling_a_waiting_caller_does_not_cancel_the_first, server_test_setup),
    };
    return cmocka_run_group_tests_name("concurrency", tests, server_group_setup, server_group_teardown);
}
