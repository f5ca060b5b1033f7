/* NULL in every place of every function. mpmeter.h: "Every function accepts NULL in every place." Outputs keep what
 * they held. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/tokens.h"

static void ignore_line(void *context, mpmeter_log_level level, const char *message) {
    (void)context, (void)level, (void)message;
}

/** Checks an error object made by a call that got no further than its arguments, and frees it. */
static void check_argument_error(mpmeter_error *error) {
    assert_non_null(error);
    assert_int_equal(mpmeter_error_status(error), MPMETER_E_INVALID_ARGUMENT);
    assert_non_null(mpmeter_error_message(error));
    assert_non_null(mpmeter_error_fix(error));
    assert_int_equal(mpmeter_error_http_status(error), 0);
    assert_null(mpmeter_error_aws_type(error));
    assert_null(mpmeter_error_request_id(error));
    assert_null(mpmeter_error_region(error));
    assert_null(mpmeter_error_region_source(error));
    assert_null(mpmeter_error_credentials_source(error));
    assert_int_equal(mpmeter_error_attempts(error), 0);
    assert_true(mpmeter_error_elapsed_ms(error) >= 0);
    mpmeter_error_free(error);
}

static void free_functions_ignore_null(void **state) {
    (void)state;
    /* generated: free functions */
    mpmeter_error_free(NULL);
    mpmeter_options_free(NULL);
    mpmeter_cancellation_free(NULL);
    mpmeter_cancellation_cancel(NULL);
    mpmeter_client_free(NULL);
    mpmeter_registration_free(NULL);
    mpmeter_region_free(NULL);
    mpmeter_diagnosis_free(NULL);
    mpmeter_meter_free(NULL);
    mpmeter_string_free(NULL);
    /* end of generated */
}

/* mpmeter.h: "a getter asked of NULL answers NULL, 0 or the safest value". */
static void getters_of_null_answer_the_safest_value(void **state) {
    (void)state;
    /* generated: getters */
    assert_int_equal(mpmeter_error_status(NULL), MPMETER_E_INVALID_ARGUMENT);
    assert_null(mpmeter_error_message(NULL));
    assert_null(mpmeter_error_fix(NULL));
    assert_int_equal(mpmeter_error_http_status(NULL), 0);
    assert_null(mpmeter_error_aws_type(NULL));
    assert_null(mpmeter_error_request_id(NULL));
    assert_null(mpmeter_error_region(NULL));
    assert_null(mpmeter_error_region_source(NULL));
    assert_null(mpmeter_error_credentials_source(NULL));
    assert_null(mpmeter_error_platform(NULL));
    assert_int_equal(mpmeter_error_attempts(NULL), 0);
    assert_int_equal(mpmeter_error_elapsed_ms(NULL), 0);
    assert_null(mpmeter_error_json(NULL));
    assert_null(mpmeter_error_text(NULL));

    assert_null(mpmeter_registration_product_code(NULL));
    assert_int_equal(mpmeter_registration_product_kind(NULL), MPMETER_PRODUCT_FREE);
    assert_int_equal(mpmeter_registration_public_key_version(NULL), 0);
    assert_null(mpmeter_registration_nonce(NULL));
    assert_int_equal(mpmeter_registration_verified(NULL), 0);
    assert_null(mpmeter_registration_signature(NULL));
    assert_null(mpmeter_registration_public_key_rotation(NULL));
    assert_int_equal(mpmeter_registration_issued_at(NULL), 0);
    assert_null(mpmeter_registration_region(NULL));
    assert_null(mpmeter_registration_region_source(NULL));
    assert_null(mpmeter_registration_credentials_source(NULL));
    assert_null(mpmeter_registration_platform(NULL));
    assert_null(mpmeter_registration_request_id(NULL));
    assert_int_equal(mpmeter_registration_attempts(NULL), 0);
    assert_int_equal(mpmeter_registration_elapsed_ms(NULL), 0);
    assert_null(mpmeter_registration_json(NULL));

    assert_null(mpmeter_region_name(NULL));
    assert_null(mpmeter_region_source(NULL));
    assert_null(mpmeter_region_platform(NULL));
    assert_int_equal(mpmeter_region_supported(NULL), 0);

    assert_int_equal(mpmeter_diagnosis_status(NULL), MPMETER_E_INVALID_ARGUMENT);
    assert_null(mpmeter_diagnosis_json(NULL));
    /* end of generated */
}

static void options_refuse_null(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_new(NULL));
    /* generated: options, by make generate */
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_add_public_key(NULL, 2, "text"));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_add_public_key(options, 2, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_add_public_key(NULL, 2, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_minimum_key_bits(NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_trust_product(NULL, "text", 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_trust_product(options, NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_trust_product(NULL, NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_accept_free_products(NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_unverified(NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_deadline_ms(NULL, 2));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_app_id(NULL, "text"));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_app_id(options, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_app_id(NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_region_policy(NULL, 2));
    /* end of generated */
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_log(NULL, ignore_line, NULL, MPMETER_LOG_DEBUG));
    assert_code(MPMETER_OK, mpmeter_options_set_log(options, NULL, NULL, MPMETER_LOG_DEBUG));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_cancellation_new(NULL));
    mpmeter_options_free(options);
}

static void a_client_needs_options_and_a_place_to_go(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    mpmeter_client *client = UNTOUCHED;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(NULL, &client, &error));
    assert_ptr_equal(client, UNTOUCHED);
    check_argument_error(error);
    error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(options, NULL, &error));
    check_argument_error(error);
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(NULL, &client, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(options, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(NULL, NULL, NULL));
    assert_ptr_equal(client, UNTOUCHED);

    assert_code(MPMETER_OK, mpmeter_client_new(options, &client, NULL));
    mpmeter_client_free(client);
    mpmeter_options_free(options);
}

static void register_usage_needs_a_client_and_a_product(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    mpmeter_registration *registration = UNTOUCHED;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT,
                mpmeter_register_usage(NULL, TOKEN_PRODUCT, NULL, NULL, &registration, &error));
    check_argument_error(error);
    error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(client, NULL, NULL, NULL, &registration, &error));
    check_argument_error(error);
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(client, NULL, "nonce", NULL, &registration, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(NULL, NULL, NULL, NULL, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_product(NULL, 0, NULL, 0, &registration, NULL));
    assert_ptr_equal(registration, UNTOUCHED);
    mpmeter_client_free(client);
}

static void verify_needs_all_but_its_outputs(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    char *token = token_valid();
    for (int missing = 0; missing < 4; missing++) {
        mpmeter_registration *registration = UNTOUCHED;
        mpmeter_error *error = NULL;
        assert_code(MPMETER_E_INVALID_ARGUMENT,
                    mpmeter_verify(missing == 0 ? NULL : client, missing == 1 ? NULL : token,
                                   missing == 2 ? NULL : TOKEN_PRODUCT, 1, missing == 3 ? NULL : TOKEN_NONCE,
                                   &registration, &error));
        assert_ptr_equal(registration, UNTOUCHED);
        check_argument_error(error);
    }
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(NULL, NULL, NULL, 0, NULL, NULL, NULL));
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    free(token);
    mpmeter_client_free(client);
}

static void region_and_endpoint_need_a_place_to_go(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    mpmeter_region *region = UNTOUCHED;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_region_find(NULL, NULL, &region, &error));
    check_argument_error(error);
    error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_region_find(client, NULL, NULL, &error));
    check_argument_error(error);
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_region_find(NULL, NULL, NULL, NULL));
    assert_ptr_equal(region, UNTOUCHED);
    mpmeter_client_free(client);

    char *url = UNTOUCHED;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_endpoint(NULL, 0, &url));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_endpoint("eu-west-3", 0, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_endpoint(NULL, 0, NULL));
    assert_ptr_equal(url, UNTOUCHED);
}

static void a_diagnosis_needs_options_its_codes_and_a_place_to_go(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    const char *const codes[] = {TOKEN_PRODUCT, NULL};
    const struct {
        const mpmeter_options *options;
        const char *const *codes;
        int32_t count;
        uint32_t flags;
    } wrong[] = {
        {NULL, NULL, 0, 0},      {options, NULL, 1, 0},  {options, codes, 2, 0},
        {options, codes, -1, 0}, {options, codes, 1, 2}, {options, codes, 0, MPMETER_DIAGNOSE_REGISTER},
    };
    mpmeter_diagnosis *diagnosis = UNTOUCHED;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mpmeter_error *error = NULL;
        assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_diagnose(wrong[i].options, wrong[i].codes, wrong[i].count,
                                                                 wrong[i].flags, NULL, &diagnosis, &error));
        check_argument_error(error);
        assert_ptr_equal(diagnosis, UNTOUCHED);
    }
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_diagnose(options, codes, 1, 0, NULL, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_diagnose(NULL, NULL, 0, 0, NULL, NULL, NULL));
    mpmeter_options_free(options);
}

static void a_diagnosis_of_metering_refuses_what_is_malformed(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    const char *const names[] = {"requests", NULL}, *const malformed = "\xff";
    mpmeter_diagnosis *diagnosis = UNTOUCHED;
    for (int wrong = 0; wrong < 7; wrong++) {
        mpmeter_error *error = NULL;
        assert_code(MPMETER_E_INVALID_ARGUMENT,
                    mpmeter_diagnose_metering(wrong == 0 ? NULL : options, wrong == 1 ? malformed : "product",
                                              wrong == 2 ? malformed : NULL, wrong == 3 ? NULL : names,
                                              wrong == 4   ? 2
                                              : wrong == 5 ? -1
                                                           : 1,
                                              wrong == 6 ? 1u : 0u, NULL, &diagnosis, &error));
        check_argument_error(error);
        assert_ptr_equal(diagnosis, UNTOUCHED);
    }
    assert_code(MPMETER_E_INVALID_ARGUMENT,
                mpmeter_diagnose_metering(options, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL));
    mpmeter_options_free(options);
}

static void a_meter_needs_a_client_a_product_a_journal_and_a_place_to_go(void **state) {
    (void)state;
    char folder[] = "/tmp/mpmeter-null-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/journal", folder);
    mpmeter_client *client = client_make(1000);
    mpmeter_meter *meter = UNTOUCHED;
    for (int missing = 0; missing < 5; missing++) {
        mpmeter_error *error = NULL;
        assert_code(MPMETER_E_INVALID_ARGUMENT,
                    mpmeter_meter_open(missing == 0 ? NULL : client, missing == 1 ? NULL : "product",
                                       missing == 2 ? NULL : path, missing == 3 ? 4u : 0u, missing == 4 ? NULL : &meter,
                                       &error));
        assert_ptr_equal(meter, UNTOUCHED);
        check_argument_error(error);
    }
    assert_int_not_equal(access(path, F_OK), 0); /* Nothing was made. */
    assert_code(MPMETER_OK, mpmeter_meter_open(client, "product", path, 0, &meter, NULL));
    mpmeter_client_free(client); /* The meter has what it needs. */

    const char *const keys[] = {"a", NULL}, *const values[] = {"b", NULL};
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(NULL, "d", "1", NULL, NULL, 0, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, NULL, "1", NULL, NULL, 0, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, "d", NULL, NULL, NULL, 0, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, "d", "1", NULL, values, 1, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, "d", "1", keys, NULL, 1, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, "d", "1", keys, values, 2, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_add(meter, "d", "1", keys, values, -1, NULL));
    assert_code(MPMETER_OK, mpmeter_meter_add(meter, "d", "1", keys, values, 1, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_check(NULL, NULL, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_send(NULL, 0, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_send(meter, 2, NULL, NULL));
    assert_code(MPMETER_OK, mpmeter_meter_send(meter, 0, NULL, NULL)); /* Nothing is due. */
    int64_t milliseconds = -1;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_next_due(NULL, &milliseconds, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_next_due(meter, NULL, NULL));
    assert_int_equal(milliseconds, -1);
    assert_code(MPMETER_OK, mpmeter_meter_next_due(meter, &milliseconds, NULL));
    assert_true(milliseconds > 0 && milliseconds <= 7200000);
    char *json = UNTOUCHED;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_report(NULL, &json, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_meter_report(meter, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_journal_report(NULL, &json, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_journal_report(path, NULL, NULL));
    assert_ptr_equal(json, UNTOUCHED);
    assert_code(MPMETER_OK, mpmeter_journal_report(path, &json, NULL));
    assert_non_null(strstr(json, "\"d\""));
    mpmeter_string_free(json);
    mpmeter_meter_free(meter);
    unlink(path);
    strcat(path, "-journal");
    unlink(path);
    snprintf(path, sizeof path, "%s/journal-sender", folder);
    unlink(path);
    rmdir(folder);
}

static void a_single_record_needs_a_client_a_product_a_dimension_and_a_quantity(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    char *id = UNTOUCHED;
    for (int missing = 0; missing < 6; missing++) {
        mpmeter_error *error = NULL;
        assert_code(MPMETER_E_INVALID_ARGUMENT,
                    mpmeter_meter_usage(missing == 0 ? NULL : client, missing == 1 ? NULL : "product",
                                        missing == 2 ? NULL : "d", missing == 3 ? NULL : "1", missing == 4 ? -1 : 0,
                                        NULL, missing == 5 ? 2u : 0u, NULL, &id, &error));
        assert_ptr_equal(id, UNTOUCHED);
        check_argument_error(error);
    }
    mpmeter_client_free(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_functions_ignore_null),
        cmocka_unit_test(getters_of_null_answer_the_safest_value),
        cmocka_unit_test(options_refuse_null),
        cmocka_unit_test(a_client_needs_options_and_a_place_to_go),
        cmocka_unit_test(register_usage_needs_a_client_and_a_product),
        cmocka_unit_test(verify_needs_all_but_its_outputs),
        cmocka_unit_test(region_and_endpoint_need_a_place_to_go),
        cmocka_unit_test(a_diagnosis_needs_options_its_codes_and_a_place_to_go),
        cmocka_unit_test(a_diagnosis_of_metering_refuses_what_is_malformed),
        cmocka_unit_test(a_meter_needs_a_client_a_product_a_journal_and_a_place_to_go),
        cmocka_unit_test(a_single_record_needs_a_client_a_product_a_dimension_and_a_quantity),
    };
    return cmocka_run_group_tests_name("null", tests, NULL, NULL);
}
