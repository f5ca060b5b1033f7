/* The options: what each setter accepts, and that options are copied. The limits are those that mpmeter.h states. */
#include "support/check.h"

#include <limits.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/keys.h"
#include "support/tokens.h"

enum setter { ADD_KEY, KEY_BITS, TRUST_KIND, ACCEPT_FREE, UNVERIFIED, DEADLINE, POLICY, LOG_LEVEL };

static mpmeter_status set(mpmeter_options *options, enum setter setter, int64_t value) {
    const int32_t narrow = (int32_t)value;
    switch (setter) {
    case ADD_KEY: return mpmeter_options_add_public_key(options, narrow, "read when a client is made");
    case KEY_BITS: return mpmeter_options_set_minimum_key_bits(options, narrow);
    case TRUST_KIND: return mpmeter_options_trust_product(options, "code", narrow);
    case ACCEPT_FREE: return mpmeter_options_accept_free_products(options, narrow);
    case UNVERIFIED: return mpmeter_options_set_unverified(options, narrow);
    case DEADLINE: return mpmeter_options_set_deadline_ms(options, value);
    case POLICY: return mpmeter_options_set_region_policy(options, narrow);
    case LOG_LEVEL: return mpmeter_options_set_log(options, NULL, NULL, narrow);
    }
    return MPMETER_E_INTERNAL;
}

static const struct {
    enum setter setter;
    int64_t value;
    bool accepted;
    const char *row;
} numbers[] = {
    {ADD_KEY, 1, true, "version 1"},
    {ADD_KEY, INT32_MAX, true, "the largest version"},
    {ADD_KEY, 0, false, "version 0"},
    {ADD_KEY, -1, false, "version -1"},
    {ADD_KEY, INT32_MIN, false, "the smallest version"},
    {KEY_BITS, 1024, true, "1024 bits"},
    {KEY_BITS, 16384, true, "16384 bits"},
    {KEY_BITS, 1023, false, "1023 bits"},
    {KEY_BITS, 16385, false, "16385 bits"},
    {KEY_BITS, 0, false, "0 bits"},
    {KEY_BITS, INT32_MIN, false, "the fewest bits"},
    {KEY_BITS, INT32_MAX, false, "the most bits"},
    {TRUST_KIND, MPMETER_PRODUCT_PAID, true, "paid"},
    {TRUST_KIND, MPMETER_PRODUCT_FREE, true, "free"},
    {TRUST_KIND, 2, false, "kind 2"},
    {TRUST_KIND, -1, false, "kind -1"},
    {ACCEPT_FREE, 0, true, "accept no free ones"},
    {ACCEPT_FREE, 1, true, "accept free ones"},
    {ACCEPT_FREE, -1, true, "accept free ones, by another number"},
    {UNVERIFIED, 1, true, "unverified, version 1"},
    {UNVERIFIED, INT32_MAX, true, "unverified, the largest version"},
    {UNVERIFIED, 0, false, "unverified, version 0"},
    {UNVERIFIED, -1, false, "unverified, version -1"},
    {DEADLINE, 1, true, "1 ms"},
    {DEADLINE, 86400000, true, "a day"},
    {DEADLINE, 0, false, "0 ms"},
    {DEADLINE, -1, false, "-1 ms"},
    {DEADLINE, 86400001, false, "a day and 1 ms"},
    {DEADLINE, INT64_MAX, false, "the longest deadline"},
    {DEADLINE, INT64_MIN, false, "the shortest deadline"},
    {POLICY, MPMETER_REGION_ENFORCE, true, "enforce"},
    {POLICY, MPMETER_REGION_ATTEMPT, true, "attempt"},
    {POLICY, MPMETER_REGION_ASK, true, "ask"},
    {POLICY, 3, false, "policy 3"},
    {POLICY, -1, false, "policy -1"},
    {LOG_LEVEL, MPMETER_LOG_DEBUG, true, "debug"},
    {LOG_LEVEL, MPMETER_LOG_WARNING, true, "warning"},
    {LOG_LEVEL, 3, false, "level 3"},
    {LOG_LEVEL, -1, false, "level -1"},
};

static void numbers_have_their_ranges(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        mpmeter_options *options = NULL;
        assert_code(MPMETER_OK, mpmeter_options_new(&options));
        const mpmeter_status status = set(options, numbers[i].setter, numbers[i].value);
        assert_row(status == (numbers[i].accepted ? MPMETER_OK : MPMETER_E_INVALID_ARGUMENT), numbers[i].row);
        mpmeter_options_free(options);
    }
}

/* botocore's alphabet and length: Tests/EndToEnd/test_app_id.py asks botocore. */
static void app_ids_have_their_alphabet(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    const char *const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+,-.^_`|~";
    for (int byte = 1; byte < 256; byte++) {
        const char id[] = {'a', (char)byte, 'b', '\0'};
        const mpmeter_status expected = strchr(alphabet, byte) != NULL ? MPMETER_OK : MPMETER_E_INVALID_ARGUMENT;
        assert_row(mpmeter_options_set_app_id(options, id) == expected, id);
    }
    char longest[52];
    memset(longest, 'a', sizeof longest);
    longest[51] = '\0';
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_app_id(options, longest));
    longest[50] = '\0';
    assert_code(MPMETER_OK, mpmeter_options_set_app_id(options, longest));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_set_app_id(options, ""));
    mpmeter_options_free(options);
}

/* The API reference: 0 to 255 of [-a-zA-Z0-9/=:_.@]; an empty one registers nothing. Whoever trusts or registers
 * meets one rule. */
static void product_codes_have_their_pattern(void **state) {
    (void)state;
    char longest[257];
    memset(longest, 'a', sizeof longest);
    longest[255] = '\0';
    char too_long[257];
    memset(too_long, 'a', sizeof too_long);
    too_long[256] = '\0';
    const char *const accepted[] = {"a", TOKEN_PRODUCT, "-/=:_.@", "AZaz09", longest};
    const char *const refused[] = {"",     " ",     "a b", "a\n", "a+b",   "caf\xc3\xa9",
                                   "\xff", "a\x01", "a\"", "a,b", too_long};
    mpmeter_options *options = options_make();
    for (size_t i = 0; i < COUNT(accepted); i++)
        assert_row(mpmeter_options_trust_product(options, accepted[i], MPMETER_PRODUCT_PAID) == MPMETER_OK,
                   accepted[i]);
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_row(mpmeter_options_trust_product(options, refused[i], MPMETER_PRODUCT_PAID) ==
                       MPMETER_E_INVALID_ARGUMENT,
                   refused[i]);
    mpmeter_client *client = client_from(options);
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_row(mpmeter_register_usage(client, refused[i], NULL, NULL, NULL, NULL) == MPMETER_E_INVALID_ARGUMENT,
                   refused[i]);
    mpmeter_client_free(client);
}

/* mpmeter.h: "A version that was added before is refused", "A code that was added before is refused". */
static void nothing_is_added_twice(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_add_public_key(options, 1, "another key"));
    assert_code(MPMETER_OK, mpmeter_options_trust_product(options, "code", MPMETER_PRODUCT_PAID));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_trust_product(options, "code", MPMETER_PRODUCT_PAID));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_trust_product(options, "code", MPMETER_PRODUCT_FREE));
    mpmeter_client_free(client_from(options)); /* What was refused has left no trace: "another key" is no key. */
}

static void text_that_is_not_utf8_is_refused(void **state) {
    (void)state;
    const char *const not_utf8[] = {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80"};
    mpmeter_options *options = options_make();
    for (size_t i = 0; i < COUNT(not_utf8); i++)
        assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_options_add_public_key(options, 2, not_utf8[i]));
    mpmeter_client *client = client_from(options);
    for (size_t i = 0; i < COUNT(not_utf8); i++)
        assert_code(MPMETER_E_INVALID_ARGUMENT,
                    mpmeter_register_usage(client, TOKEN_PRODUCT, not_utf8[i], NULL, NULL, NULL));
    mpmeter_client_free(client);
}

/* mpmeter.h: a nonce has "1 to 255 bytes"; the call must fail before it looks for a Region. */
static void a_nonce_has_1_to_255_bytes(void **state) {
    (void)state;
    char too_long[257];
    memset(too_long, 'n', sizeof too_long);
    too_long[256] = '\0';
    mpmeter_client *client = client_make(1000);
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(client, TOKEN_PRODUCT, "", NULL, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(client, TOKEN_PRODUCT, too_long, NULL, NULL, NULL));
    mpmeter_client_free(client);
}

/* mpmeter.h: "Every argument is copied"; "Clients made from them go on". */
static void what_is_passed_in_is_copied(void **state) {
    (void)state;
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    char *pem = key_text("rsa2048"), *token = token_valid();
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    assert_code(MPMETER_OK, mpmeter_options_add_public_key(options, 1, pem));
    memset(pem, 'x', strlen(pem));
    free(pem);
    assert_code(MPMETER_OK, mpmeter_client_new(options, &client, NULL));
    add_key(options, 2, "rsa2048-other"); /* A client made before does not get it. */
    mpmeter_client *second = client_from(options);
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_verify(client, token, TOKEN_PRODUCT, 2, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_TOKEN_SIGNATURE, mpmeter_verify(second, token, TOKEN_PRODUCT, 2, TOKEN_NONCE, NULL, NULL));
    free(token);
    mpmeter_client_free(client);
    mpmeter_client_free(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_their_ranges),   cmocka_unit_test(product_codes_have_their_pattern),
        cmocka_unit_test(nothing_is_added_twice),      cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_nonce_has_1_to_255_bytes),  cmocka_unit_test(what_is_passed_in_is_copied),
        cmocka_unit_test(app_ids_have_their_alphabet),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
