/* An outcome as JSON and as one line: the same as the getters say. And the one call that needs neither options nor
 * client. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "support/clients.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000 };

static char *key(void) {
    FILE *file = fopen(VECTORS "/keys/rsa2048.pem", "r");
    char *text = calloc(1, 4096);
    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, 4095, file) > 100);
    fclose(file);
    return text;
}

/** The document, which is one line; for the caller to json_decref(). */
static json_t *parsed(const char *document) {
    assert_non_null(document);
    assert_null(strpbrk(document, "\r\n"));
    json_t *object = json_loads(document, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(object);
    return object;
}

/** NULL stands for null, or for a key that is not there. */
static void check_text(const json_t *object, const char *name, const char *expected) {
    const char *found = json_string_value(json_object_get(object, name));
    assert_row((found == NULL) == (expected == NULL), name);
    if (expected != NULL) assert_string_equal(found, expected);
}

static void check_number(const json_t *object, const char *name, int64_t expected) {
    assert_row(json_is_integer(json_object_get(object, name)), name);
    assert_int_equal(json_integer_value(json_object_get(object, name)), expected);
}

static void check_registration(const mpmeter_registration *registration) {
    json_t *object = parsed(mpmeter_registration_json(registration));
    check_text(object, "status", "MPMETER_OK");
    check_number(object, "code", 0);
    check_text(object, "action", "proceed");
    check_text(object, "message", mpmeter_status_message(MPMETER_OK));
    check_text(object, "fix", "");
    check_text(object, "product_code", mpmeter_registration_product_code(registration));
    check_number(object, "public_key_version", mpmeter_registration_public_key_version(registration));
    check_text(object, "nonce", mpmeter_registration_nonce(registration));
    assert_true(json_is_true(json_object_get(object, "verified")));
    check_text(object, "signature", mpmeter_registration_signature(registration));
    check_text(object, "public_key_rotation", mpmeter_registration_public_key_rotation(registration));
    check_text(object, "region", mpmeter_registration_region(registration));
    check_text(object, "region_source", mpmeter_registration_region_source(registration));
    check_text(object, "credentials_source", mpmeter_registration_credentials_source(registration));
    check_text(object, "platform", mpmeter_registration_platform(registration));
    check_text(object, "request_id", mpmeter_registration_request_id(registration));
    check_number(object, "attempts", mpmeter_registration_attempts(registration));
    check_number(object, "elapsed_ms", mpmeter_registration_elapsed_ms(registration));
    assert_int_equal(json_object_size(object), 18);
    json_decref(object);
}

static void a_registration_is_one_object(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_registration *registration = NULL;
    /* What JSON has to escape. */
    const char *const nonces[] = {"plain", "\"quoted\" \\ and /", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"};
    for (size_t i = 0; i < COUNT(nonces); i++) {
        assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, nonces[i], NULL, &registration, NULL));
        check_registration(registration);
        mpmeter_registration_free(registration);
    }
    char *token = token_valid();
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, &registration, NULL));
    check_registration(registration);
    mpmeter_registration_free(registration);
    free(token);
    mpmeter_client_free(client);
}

static void check_error(const mpmeter_error *error) {
    const mpmeter_status status = mpmeter_error_status(error);
    json_t *object = parsed(mpmeter_error_json(error));
    check_text(object, "status", mpmeter_status_name(status));
    check_number(object, "code", status);
    check_text(object, "action", mpmeter_action_name(mpmeter_status_action(status)));
    check_text(object, "message", mpmeter_error_message(error));
    check_text(object, "fix", mpmeter_error_fix(error));
    check_number(object, "attempts", mpmeter_error_attempts(error));
    check_number(object, "elapsed_ms", mpmeter_error_elapsed_ms(error));
    if (mpmeter_error_http_status(error) != 0)
        check_number(object, "http_status", mpmeter_error_http_status(error));
    else
        assert_null(json_object_get(object, "http_status"));
    const struct {
        const char *name, *value;
    } texts[] = {
        {"region", mpmeter_error_region(error)},
        {"region_source", mpmeter_error_region_source(error)},
        {"credentials_source", mpmeter_error_credentials_source(error)},
        {"platform", mpmeter_error_platform(error)},
        {"request_id", mpmeter_error_request_id(error)},
        {"aws_type", mpmeter_error_aws_type(error)},
    };
    const char *line = mpmeter_error_text(error);
    assert_null(strpbrk(line, "\r\n\t"));
    assert_memory_equal(line, mpmeter_status_name(status), strlen(mpmeter_status_name(status)));
    assert_non_null(strstr(line, mpmeter_error_message(error)));
    assert_non_null(strstr(line, mpmeter_error_fix(error)));
    for (size_t i = 0; i < COUNT(texts); i++) {
        char pair[300];
        check_text(object, texts[i].name, texts[i].value);
        assert_row((json_object_get(object, texts[i].name) == NULL) == (texts[i].value == NULL), texts[i].name);
        snprintf(pair, sizeof pair, "%s=%s", texts[i].name, texts[i].value != NULL ? texts[i].value : "");
        assert_row((strstr(line, pair) != NULL) == (texts[i].value != NULL), texts[i].name);
    }
    json_decref(object);
}

static void a_refusal_is_one_object_and_one_line(void **state) {
    (void)state;
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    mpmeter_client *client = client_make(LONG);
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED,
                mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, &error));
    mpmeter_client_free(client);
    check_error(error);
    assert_non_null(strstr(mpmeter_error_text(error), "MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): "));
    assert_non_null(strstr(mpmeter_error_text(error), "http_status=400 attempts=1 elapsed_ms="));
    mpmeter_error_free(error);
}

static void a_wrong_argument_is_one_too(void **state) {
    (void)state;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_client_new(NULL, &client, &error));
    check_error(error);
    mpmeter_error_free(error);
}

static void one_call_registers(void **state) {
    (void)state;
    char *pem = key();
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_register_product(TOKEN_PRODUCT, 1, pem, LONG, &registration, &error));
    assert_ptr_equal(error, UNTOUCHED);
    check_registration(registration);
    mpmeter_registration_free(registration);
    assert_code(MPMETER_OK, mpmeter_register_product(TOKEN_PRODUCT, 1, pem, 0, NULL, NULL));
    server_script(SERVER_METERING, SERVER_THROTTLE, -1);
    error = NULL;
    assert_code(MPMETER_E_THROTTLED, mpmeter_register_product(TOKEN_PRODUCT, 1, pem, 500, NULL, &error));
    check_error(error);
    mpmeter_error_free(error);
    free(pem);
}

static void one_call_refuses_what_cannot_be(void **state) {
    (void)state;
    char *pem = key();
    const struct {
        const char *code;
        int32_t version;
        const char *pem;
        int64_t deadline_ms;
        mpmeter_status status;
    } wrong[] = {
        {NULL, 1, pem, LONG, MPMETER_E_INVALID_ARGUMENT},
        {"", 1, pem, LONG, MPMETER_E_INVALID_ARGUMENT},
        {"\xff", 1, pem, LONG, MPMETER_E_INVALID_ARGUMENT},
        {TOKEN_PRODUCT, 0, pem, LONG, MPMETER_E_INVALID_ARGUMENT},
        {TOKEN_PRODUCT, INT32_MIN, pem, LONG, MPMETER_E_INVALID_ARGUMENT},
        {TOKEN_PRODUCT, 1, NULL, LONG, MPMETER_E_INVALID_ARGUMENT},
        {TOKEN_PRODUCT, 1, "no key", LONG, MPMETER_E_PUBLIC_KEY},
        {TOKEN_PRODUCT, 1, pem, -1, MPMETER_E_INVALID_ARGUMENT},
        {TOKEN_PRODUCT, 1, pem, INT64_MAX, MPMETER_E_INVALID_ARGUMENT},
        {NULL, 0, NULL, 0, MPMETER_E_INVALID_ARGUMENT},
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        mpmeter_registration *registration = UNTOUCHED;
        mpmeter_error *error = NULL;
        assert_code(wrong[i].status, mpmeter_register_product(wrong[i].code, wrong[i].version, wrong[i].pem,
                                                              wrong[i].deadline_ms, &registration, &error));
        assert_ptr_equal(registration, UNTOUCHED);
        check_error(error);
        mpmeter_error_free(error);
    }
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_product(NULL, 0, NULL, 0, NULL, NULL));
    assert_int_equal(server_requests(SERVER_METERING), 0);
    free(pem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_registration_is_one_object, server_test_setup),
        cmocka_unit_test_setup(a_refusal_is_one_object_and_one_line, server_test_setup),
        cmocka_unit_test_setup(a_wrong_argument_is_one_too, server_test_setup),
        cmocka_unit_test_setup(one_call_registers, server_test_setup),
        cmocka_unit_test_setup(one_call_refuses_what_cannot_be, server_test_setup),
    };
    return cmocka_run_group_tests_name("outcomes", tests, server_group_setup, server_group_teardown);
}
