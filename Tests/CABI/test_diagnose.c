/* mpmeter_diagnose() through the C interface: what it takes and hands out, that it changes nothing, and how it is
 * stopped. */
#include "support/check.h"

#include <jansson.h>
#include <pthread.h>

#include "support/clients.h"
#include "support/server.h"
#include "support/tokens.h"

static const char *const codes[] = {TOKEN_PRODUCT};

static mpmeter_diagnosis *diagnose(mpmeter_options *options, uint32_t flags) {
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_diagnose(options, codes, 1, flags, NULL, &diagnosis, &error));
    assert_ptr_equal(error, UNTOUCHED);
    mpmeter_options_free(options); /* A diagnosis outlives its options. */
    return diagnosis;
}

/** The outcome of one check; the document is read anew, as a vendor's program would. */
static char outcome_of(const mpmeter_diagnosis *diagnosis, const char *id) {
    json_t *document = json_loads(mpmeter_diagnosis_json(diagnosis), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "status")),
                        mpmeter_status_name(mpmeter_diagnosis_status(diagnosis)));
    assert_string_equal(json_string_value(json_object_get(document, "library_version")), MPMETER_VERSION);
    char found = '?';
    size_t index;
    json_t *check;
    json_array_foreach(json_object_get(document, "checks"), index,
                       check) if (strcmp(json_string_value(json_object_get(check, "id")), id) == 0) found =
        json_string_value(json_object_get(check, "outcome"))[0];
    json_decref(document);
    return found;
}

static void nothing_fails_and_nothing_is_registered(void **state) {
    (void)state;
    mpmeter_diagnosis *diagnosis = diagnose(options_make(), 0);
    assert_code(MPMETER_OK, mpmeter_diagnosis_status(diagnosis));
    assert_int_equal(outcome_of(diagnosis, "credentials"), 'p');
    assert_int_equal(outcome_of(diagnosis, "registration"), 's');
    assert_null(strchr(mpmeter_diagnosis_json(diagnosis), '\n'));
    mpmeter_diagnosis_free(diagnosis);
}

static void a_registration_is_sent_when_it_is_asked_for(void **state) {
    (void)state;
    mpmeter_diagnosis *diagnosis = diagnose(options_make(), MPMETER_DIAGNOSE_REGISTER);
    assert_code(MPMETER_OK, mpmeter_diagnosis_status(diagnosis));
    assert_int_equal(outcome_of(diagnosis, "registration"), 'p');
    assert_int_equal(server_requests(SERVER_METERING), 2); /* The other one asks whether anybody is there. */
    mpmeter_diagnosis_free(diagnosis);
}

static void what_aws_refuses_is_a_finding(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    mpmeter_diagnosis *diagnosis = diagnose(options_make(), MPMETER_DIAGNOSE_REGISTER);
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED, mpmeter_diagnosis_status(diagnosis));
    assert_int_equal(outcome_of(diagnosis, "registration"), 'f');
    mpmeter_diagnosis_free(diagnosis);
}

/* mpmeter.h: "a public key that cannot be used is found, not refused". */
static void a_key_that_cannot_be_used_is_a_finding(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    assert_code(MPMETER_OK, mpmeter_options_add_public_key(options, 2, "no key"));
    mpmeter_diagnosis *diagnosis = diagnose(options, MPMETER_DIAGNOSE_REGISTER);
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_diagnosis_status(diagnosis));
    assert_int_equal(outcome_of(diagnosis, "public-key"), 'f');
    assert_int_equal(server_requests(SERVER_METERING), 1);
    mpmeter_diagnosis_free(diagnosis);
}

static void neither_keys_nor_codes_are_needed(void **state) {
    (void)state;
    mpmeter_options *options = NULL;
    mpmeter_diagnosis *diagnosis = NULL;
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    assert_code(MPMETER_OK, mpmeter_diagnose(options, NULL, 0, 0, NULL, &diagnosis, NULL));
    assert_code(MPMETER_OK, mpmeter_diagnosis_status(diagnosis));
    assert_int_equal(outcome_of(diagnosis, "public-key"), 's');
    mpmeter_diagnosis_free(diagnosis);
    mpmeter_options_free(options);
}

static void *cancel_when_it_hangs(void *cancellation) {
    server_await(SERVER_CREDENTIALS, 1);
    mpmeter_cancellation_cancel(cancellation);
    return NULL;
}

static void it_is_cancelled_from_another_thread(void **state) {
    (void)state;
    server_script(SERVER_CREDENTIALS, SERVER_HANG, -1);
    mpmeter_options *options = options_make();
    mpmeter_cancellation *cancellation = NULL;
    mpmeter_diagnosis *diagnosis = UNTOUCHED;
    mpmeter_error *error = NULL;
    pthread_t thread;
    assert_code(MPMETER_OK, mpmeter_cancellation_new(&cancellation));
    assert_int_equal(pthread_create(&thread, NULL, cancel_when_it_hangs, cancellation), 0);
    assert_code(MPMETER_E_CANCELLED, mpmeter_diagnose(options, codes, 1, 0, cancellation, &diagnosis, &error));
    assert_ptr_equal(diagnosis, UNTOUCHED);
    assert_code(MPMETER_E_CANCELLED, mpmeter_error_status(error));
    pthread_join(thread, NULL);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_options_free(options);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_fails_and_nothing_is_registered, server_test_setup),
        cmocka_unit_test_setup(a_registration_is_sent_when_it_is_asked_for, server_test_setup),
        cmocka_unit_test_setup(what_aws_refuses_is_a_finding, server_test_setup),
        cmocka_unit_test_setup(a_key_that_cannot_be_used_is_a_finding, server_test_setup),
        cmocka_unit_test_setup(neither_keys_nor_codes_are_needed, server_test_setup),
        cmocka_unit_test_setup(it_is_cancelled_from_another_thread, server_test_setup),
    };
    return cmocka_run_group_tests_name("diagnose", tests, server_group_setup, server_group_teardown);
}
