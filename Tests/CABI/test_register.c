/* mpmeter_register_usage() through the C interface: what a success and a failure tell, and what is refused before
 * anything is sent. */
#include "support/check.h"

#include "support/clients.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000 };

/** A client that has also rsa2048-other as version 2, and this deadline. */
static mpmeter_client *two_keys(int64_t deadline_ms) {
    mpmeter_options *options = options_make();
    add_key(options, 2, "rsa2048-other");
    assert_code(MPMETER_OK, mpmeter_options_set_deadline_ms(options, deadline_ms));
    return client_from(options);
}

static void a_success_tells_all(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, &error));
    assert_ptr_equal(error, UNTOUCHED);
    assert_int_equal(server_requests(SERVER_METERING), 1);
    assert_string_equal(mpmeter_registration_product_code(registration), TOKEN_PRODUCT);
    assert_int_equal(mpmeter_registration_product_kind(registration), MPMETER_PRODUCT_PAID);
    assert_int_equal(mpmeter_registration_public_key_version(registration), 1);
    assert_int_equal(mpmeter_registration_verified(registration), 1);
    assert_true(strlen(mpmeter_registration_nonce(registration)) >= 32); /* 128 bits in hexadecimal digits at least. */
    assert_string_equal(mpmeter_registration_region(registration), "eu-west-3");
    assert_string_equal(mpmeter_registration_region_source(registration), "AWS_REGION");
    assert_string_equal(mpmeter_registration_credentials_source(registration), "ecs-task-role");
    assert_string_equal(mpmeter_registration_platform(registration), "fargate");
    assert_string_equal(mpmeter_registration_request_id(registration), "8a6e1f0c-0001");
    assert_int_equal(mpmeter_registration_attempts(registration), 1);
    assert_int_equal(mpmeter_registration_issued_at(registration), 1700000000);
    assert_null(mpmeter_registration_public_key_rotation(registration));
    assert_in_range(mpmeter_registration_elapsed_ms(registration), 0, LONG);
    /* The proof holds when it is verified again, elsewhere and later. */
    assert_code(MPMETER_OK, mpmeter_verify(client, mpmeter_registration_signature(registration), TOKEN_PRODUCT, 1,
                                           mpmeter_registration_nonce(registration), NULL, NULL));
    mpmeter_client_free(client);
    mpmeter_registration_free(registration);
}

static void outputs_may_be_null(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    mpmeter_client_free(client);
    client = client_make(LONG);
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED, mpmeter_register_usage(client, "refused", NULL, NULL, NULL, NULL));
    mpmeter_client_free(client);
}

static void a_refusal_tells_all(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    mpmeter_client *client = client_make(LONG);
    mpmeter_registration *registration = UNTOUCHED;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED,
                mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, &error));
    assert_ptr_equal(registration, UNTOUCHED);
    mpmeter_client_free(client); /* An error outlives its client. */
    assert_int_equal(mpmeter_error_status(error), MPMETER_E_CUSTOMER_NOT_ENTITLED);
    assert_non_null(strstr(mpmeter_error_message(error), "The loopback server says so."));
    assert_true(strlen(mpmeter_error_fix(error)) > 10);
    assert_int_equal(mpmeter_error_http_status(error), 400);
    assert_string_equal(mpmeter_error_aws_type(error), "CustomerNotEntitledException");
    assert_string_equal(mpmeter_error_request_id(error), "8a6e1f0c-0001");
    assert_string_equal(mpmeter_error_region(error), "eu-west-3");
    assert_string_equal(mpmeter_error_region_source(error), "AWS_REGION");
    assert_string_equal(mpmeter_error_credentials_source(error), "ecs-task-role");
    assert_string_equal(mpmeter_error_platform(error), "fargate");
    assert_int_equal(mpmeter_error_attempts(error), 1);
    assert_in_range(mpmeter_error_elapsed_ms(error), 0, LONG);
    mpmeter_error_free(error);
    assert_int_equal(server_requests(SERVER_METERING), 1); /* AWS asks to stop on this error, not to try again. */
}

/* mpmeter.h: "once accepted, the registration is remembered, and later calls in this process return at once". */
static void a_registration_is_remembered(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_registration *first = NULL, *second = NULL;
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &first, NULL));
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &second, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 1);
    assert_string_equal(mpmeter_registration_signature(first), mpmeter_registration_signature(second));
    mpmeter_registration_free(first); /* Each caller has an object of its own. */
    assert_string_equal(mpmeter_registration_product_code(second), TOKEN_PRODUCT);
    mpmeter_registration_free(second);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, "another-product", NULL, NULL, NULL, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 2);
    mpmeter_client_free(client);
}

/* mpmeter.h: "a remembered registration serves only the same nonce". */
static void a_nonce_is_proved_and_not_swapped(void **state) {
    (void)state;
    char longest[256];
    memset(longest, 'n', 255);
    longest[255] = '\0';
    mpmeter_client *client = client_make(LONG);
    const char *const nonces[] = {"one", "two", "two", "caf\xc3\xa9 \"\\ \xe2\x82\xac", longest};
    for (size_t i = 0; i < COUNT(nonces); i++) {
        mpmeter_registration *registration = NULL;
        mpmeter_error *error = NULL;
        assert_status(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, nonces[i], NULL, &registration, &error),
                      error);
        assert_string_equal(mpmeter_registration_nonce(registration), nonces[i]);
        mpmeter_registration_free(registration);
    }
    assert_int_equal(server_requests(SERVER_METERING), 4);
    mpmeter_client_free(client);
}

static void a_replayed_proof_is_refused(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_REPLAY, -1);
    mpmeter_client *client = client_make(LONG);
    assert_code(MPMETER_E_TOKEN_CLAIMS, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    server_reset(); /* What failed is not remembered: the next call asks again. */
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_client_free(client);
}

/* mpmeter.h: "the first added is used first, and the next one after an InvalidPublicKeyVersionException". */
static void the_next_key_is_tried_after_a_rotation(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_VERSION, SERVER_ROTATION, -1);
    mpmeter_client *client = two_keys(LONG);
    mpmeter_registration *registration = NULL;
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL));
    assert_int_equal(mpmeter_registration_public_key_version(registration), 2);
    assert_non_null(mpmeter_registration_public_key_rotation(registration));
    assert_int_equal(mpmeter_registration_attempts(registration), 2);
    mpmeter_registration_free(registration);

    server_script(SERVER_METERING, SERVER_VERSION, -1);
    assert_code(MPMETER_E_INVALID_PUBLIC_KEY_VERSION, mpmeter_register_usage(client, "second", NULL, NULL, NULL, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 2);
    mpmeter_client_free(client);
}

/* AWS: "you must maintain a list of trusted product codes", and free ones must not stand in for paid ones. */
static void untrusted_codes_are_refused_before_anything_is_sent(void **state) {
    (void)state;
    for (int accept_free = 0; accept_free < 2; accept_free++) {
        mpmeter_options *options = options_make();
        mpmeter_registration *registration = NULL;
        assert_code(MPMETER_OK, mpmeter_options_trust_product(options, "paid-product", MPMETER_PRODUCT_PAID));
        assert_code(MPMETER_OK, mpmeter_options_trust_product(options, "free-product", MPMETER_PRODUCT_FREE));
        assert_code(MPMETER_OK, mpmeter_options_accept_free_products(options, accept_free));
        mpmeter_client *client = client_from(options);
        server_reset();
        assert_code(MPMETER_E_UNTRUSTED_PRODUCT, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
        assert_int_equal(server_requests(SERVER_METERING) + server_requests(SERVER_CREDENTIALS), 0);
        assert_code(accept_free ? MPMETER_OK : MPMETER_E_UNTRUSTED_PRODUCT,
                    mpmeter_register_usage(client, "free-product", NULL, NULL, &registration, NULL));
        if (accept_free) assert_int_equal(mpmeter_registration_product_kind(registration), MPMETER_PRODUCT_FREE);
        mpmeter_registration_free(registration);
        assert_code(MPMETER_OK, mpmeter_register_usage(client, "paid-product", NULL, NULL, NULL, NULL));
        assert_int_equal(server_requests(SERVER_METERING), accept_free ? 2 : 1);
        mpmeter_client_free(client);
    }
}

static void region_find_says_who_said_so(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_region *region = NULL;
    mpmeter_error *error = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_region_find(client, NULL, &region, &error));
    assert_ptr_equal(error, UNTOUCHED);
    mpmeter_client_free(client);
    assert_string_equal(mpmeter_region_name(region), "eu-west-3");
    assert_string_equal(mpmeter_region_source(region), "AWS_REGION");
    assert_string_equal(mpmeter_region_platform(region), "fargate");
    assert_int_equal(mpmeter_region_supported(region), 1);
    mpmeter_region_free(region);
    assert_int_equal(server_requests(SERVER_METERING), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_success_tells_all, server_test_setup),
        cmocka_unit_test_setup(outputs_may_be_null, server_test_setup),
        cmocka_unit_test_setup(a_refusal_tells_all, server_test_setup),
        cmocka_unit_test_setup(a_registration_is_remembered, server_test_setup),
        cmocka_unit_test_setup(a_nonce_is_proved_and_not_swapped, server_test_setup),
        cmocka_unit_test_setup(a_replayed_proof_is_refused, server_test_setup),
        cmocka_unit_test_setup(the_next_key_is_tried_after_a_rotation, server_test_setup),
        cmocka_unit_test_setup(untrusted_codes_are_refused_before_anything_is_sent, server_test_setup),
        cmocka_unit_test_setup(region_find_says_who_said_so, server_test_setup),
    };
    return cmocka_run_group_tests_name("register", tests, server_group_setup, server_group_teardown);
}
