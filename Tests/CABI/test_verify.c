/* mpmeter_verify(): what a token must be. Each is signed here by OpenSSL, so that only the one thing under test is
 * wrong. */
#include "support/check.h"

#include <limits.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/tokens.h"

/** A client with the keys 1 (rsa2048) and 2 (rsa2048-other). */
static mpmeter_client *two_keys(void) {
    mpmeter_options *options = options_make();
    add_key(options, 2, "rsa2048-other");
    return client_from(options);
}

/** Verifies for product, version 1 and nonce of TOKEN_CLAIMS, checks that a failure wrote nothing, and frees the
 * token. */
static mpmeter_status verify(mpmeter_client *client, char *token) {
    mpmeter_registration *registration = UNTOUCHED;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, &registration, &error);
    if (status == MPMETER_OK) {
        assert_null(error);
        mpmeter_registration_free(registration);
    } else {
        assert_ptr_equal(registration, UNTOUCHED);
        assert_int_equal(mpmeter_error_status(error), status);
        assert_int_equal(mpmeter_error_attempts(error), 0);
        if (strlen(token) > 20) assert_null(strstr(mpmeter_error_message(error), token));
        mpmeter_error_free(error);
    }
    free(token);
    return status;
}

static void a_valid_token_tells_what_it_says(void **state) {
    (void)state;
    mpmeter_client *client = two_keys();
    char *token = token_valid();
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, &registration, &error));
    assert_ptr_equal(error, UNTOUCHED); /* "After success … it is left alone." */
    mpmeter_client_free(client);        /* A registration outlives its client. */
    assert_string_equal(mpmeter_registration_product_code(registration), TOKEN_PRODUCT);
    assert_int_equal(mpmeter_registration_product_kind(registration), MPMETER_PRODUCT_PAID);
    assert_int_equal(mpmeter_registration_public_key_version(registration), 1);
    assert_string_equal(mpmeter_registration_nonce(registration), TOKEN_NONCE);
    assert_int_equal(mpmeter_registration_verified(registration), 1);
    assert_string_equal(mpmeter_registration_signature(registration), token);
    assert_int_equal(mpmeter_registration_issued_at(registration), 1700000000);
    assert_null(mpmeter_registration_public_key_rotation(registration));
    assert_null(mpmeter_registration_region(registration));
    assert_null(mpmeter_registration_region_source(registration));
    assert_null(mpmeter_registration_credentials_source(registration));
    assert_null(mpmeter_registration_platform(registration));
    assert_null(mpmeter_registration_request_id(registration));
    assert_int_equal(mpmeter_registration_attempts(registration), 0);
    assert_true(mpmeter_registration_elapsed_ms(registration) >= 0);
    mpmeter_registration_free(registration);
    free(token);
}

/* RFC 8725 section 3.1: the verifier says which algorithm, not the token. RFC 7515 section 4.1.11: crit. */
static void the_header_must_ask_for_ps256_alone(void **state) {
    (void)state;
    const struct {
        const char *header;
        mpmeter_status expected;
    } headers[] = {
        {"{\"alg\":\"PS256\"}", MPMETER_OK},
        {"{\"typ\":\"JWT\",\"alg\":\"PS256\",\"kid\":\"2\",\"jku\":\"https://example.com/\"}", MPMETER_OK},
        {"{\"alg\":\"none\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"HS256\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"RS256\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"PS384\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"ps256\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"PS256\\u0000\"}", MPMETER_E_TOKEN_MALFORMED},
        {"{\"alg\":[\"PS256\"]}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"typ\":\"JWT\"}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"PS256\",\"crit\":[\"b64\"]}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"PS256\",\"crit\":[]}", MPMETER_E_TOKEN_ALGORITHM},
        {"{\"alg\":\"none\",\"alg\":\"PS256\"}", MPMETER_E_TOKEN_MALFORMED},
        {"[\"PS256\"]", MPMETER_E_TOKEN_MALFORMED},
        {"\"PS256\"", MPMETER_E_TOKEN_MALFORMED},
        {"{\"alg\":\"PS256\"", MPMETER_E_TOKEN_MALFORMED},
        {"{\"alg\":\"PS256\"}x", MPMETER_E_TOKEN_MALFORMED},
        {"{\"alg\":\"PS256\",\"x\":\"\xff\"}", MPMETER_E_TOKEN_MALFORMED},
        {"", MPMETER_E_TOKEN_MALFORMED},
    };
    mpmeter_client *client = two_keys();
    for (size_t i = 0; i < COUNT(headers); i++)
        assert_row(verify(client, token_sign("rsa2048", TOKEN_PS256, headers[i].header, TOKEN_CLAIMS)) ==
                       headers[i].expected,
                   headers[i].header);
    mpmeter_client_free(client);
}

/* RFC 7518 section 3.5: RSASSA-PSS with SHA-256 and a salt of 32 bytes. */
static void only_ps256_signatures_hold(void **state) {
    (void)state;
    const enum token_scheme others[] = {TOKEN_PSS_SALT_0, TOKEN_PSS_SALT_20, TOKEN_PSS_SHA384, TOKEN_RS256};
    mpmeter_client *client = two_keys();
    assert_code(MPMETER_OK, verify(client, token_valid()));
    for (size_t i = 0; i < COUNT(others); i++)
        assert_code(MPMETER_E_TOKEN_SIGNATURE,
                    verify(client, token_sign("rsa2048", others[i], TOKEN_HEADER, TOKEN_CLAIMS)));
    assert_code(MPMETER_E_TOKEN_SIGNATURE,
                verify(client, token_sign("rsa2048-other", TOKEN_PS256, TOKEN_HEADER, TOKEN_CLAIMS)));
    assert_code(MPMETER_E_TOKEN_SIGNATURE,
                verify(client, token_sign("rsa3072", TOKEN_PS256, TOKEN_HEADER, TOKEN_CLAIMS)));
    mpmeter_client_free(client);
}

/* Another character in any one place is another token. Some places make it malformed, none lets it hold. */
static void a_token_changed_in_any_one_place_is_refused(void **state) {
    (void)state;
    mpmeter_client *client = two_keys();
    char *token = token_valid();
    const size_t length = strlen(token);
    for (size_t place = 0; place < length; place += place < 60 ? 1 : 7) {
        char *changed = strdup(token);
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        assert_true(verify(client, changed) >= MPMETER_E_TOKEN_MALFORMED);
    }
    free(token);
    mpmeter_client_free(client);
}

/** The valid token with `text` put in at `place`, or at its end for -1. */
static char *with(const char *text, ptrdiff_t place) {
    char *token = token_valid();
    const size_t length = strlen(token), at = place < 0 ? length : (size_t)place;
    char *longer = calloc(1, length + strlen(text) + 1);
    memcpy(longer, token, at);
    memcpy(longer + at, text, strlen(text));
    memcpy(longer + at + strlen(text), token + at, length - at);
    free(token);
    return longer;
}

/** The valid token with its last character replaced by one that differs in the bits that base64 leaves unused. */
static char *with_stray_bits(void) {
    char *token = token_valid(),
         *last = token + strlen(token) - 1; /* 256 bytes: the last character has 4 bits that count for none. */
    *last = (char)(*last + 1);
    return token;
}

/* RFC 7515 section 7.1 and RFC 4648 section 3.5: three parts of strict base64url, and nothing else. */
static void the_form_is_strict(void **state) {
    (void)state;
    mpmeter_client *client = two_keys();
    char *parts[] = {
        strdup(""),    strdup("."),       strdup(".."),   strdup("..."),        strdup("not a token"),
        with(".", -1), with(".AAAA", -1), with("=", -1),  with("==", -1),       with("\n", -1),
        with(" ", -1), with(" ", 0),      with("\n", 10), with("+", 10),        with("/", 10),
        with("!", 10), with("AAA", -1),   with(".", 0),   with("\xc3\xa9", 10), with_stray_bits(),
    };
    for (size_t i = 0; i < COUNT(parts); i++) {
        char *shown = strdup(parts[i]);
        assert_row(verify(client, parts[i]) == MPMETER_E_TOKEN_MALFORMED, shown);
        free(shown);
    }
    assert_code(MPMETER_E_INVALID_ARGUMENT,
                verify(client, with("\xff", 10))); /* "Text that is not valid UTF-8 is refused." */
    mpmeter_client_free(client);
}

/* mpmeter.h: "at most 16384 bytes". */
static void a_token_of_16384_bytes_is_the_longest(void **state) {
    (void)state;
    char claims[16384];
    mpmeter_client *client = two_keys();
    mpmeter_status expected = MPMETER_OK;
    for (size_t length = 11900; length <= 12100; length += 1) {
        memset(claims, ' ', length);
        memcpy(claims, TOKEN_CLAIMS, strlen(TOKEN_CLAIMS));
        claims[length] = '\0';
        char *header = base64url(TOKEN_HEADER, strlen(TOKEN_HEADER));
        const size_t total = strlen(header) + 1 + (length * 8 + 5) / 6 + 1 + 342;
        free(header);
        expected = total <= 16384 ? MPMETER_OK : MPMETER_E_TOKEN_MALFORMED;
        if (total < 16383 || total > 16387) continue;
        char *token = token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, claims);
        assert_int_equal(strlen(token), total);
        assert_code(expected, verify(client, token));
    }
    assert_code(MPMETER_E_TOKEN_MALFORMED, expected); /* The loop has reached both sides of the limit. */
    mpmeter_client_free(client);
}

/* Whoever hands out the token decides how long it is. */
static void a_token_of_64_mib_is_refused_at_once(void **state) {
    (void)state;
    enum { SIZE = 64 << 20 };
    mpmeter_client *client = two_keys();
    char *token = malloc(SIZE + 1);
    memset(token, 'a', SIZE);
    token[SIZE] = '\0';
    token[1000] = token[2000] = '.';
    const int64_t start = thread_cpu_ms();
    assert_code(MPMETER_E_TOKEN_MALFORMED, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    assert_in_range(thread_cpu_ms() - start, 0, slack_ms(1000));
    free(token);
    mpmeter_client_free(client);
}

static void arguments_are_checked_before_the_token(void **state) {
    (void)state;
    char long_nonce[257];
    memset(long_nonce, 'n', 256);
    long_nonce[256] = '\0';
    mpmeter_client *client = two_keys();
    char *token = token_valid();
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(client, token, "", 1, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(client, token, "a b", 1, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, "", NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, long_nonce, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_verify(client, token, TOKEN_PRODUCT, -1, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT,
                mpmeter_verify(client, token, TOKEN_PRODUCT, INT32_MIN, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_verify(client, token, TOKEN_PRODUCT, 3, TOKEN_NONCE, NULL, NULL));
    free(token);
    mpmeter_client_free(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_token_tells_what_it_says),
        cmocka_unit_test(the_header_must_ask_for_ps256_alone),
        cmocka_unit_test(only_ps256_signatures_hold),
        cmocka_unit_test(a_token_changed_in_any_one_place_is_refused),
        cmocka_unit_test(the_form_is_strict),
        cmocka_unit_test(a_token_of_16384_bytes_is_the_longest),
        cmocka_unit_test(a_token_of_64_mib_is_refused_at_once),
        cmocka_unit_test(arguments_are_checked_before_the_token),
    };
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
