/* mpmeter_verify(): what a genuine token must say. Every token here is signed rightly. */
#include "support/check.h"

#include <stdlib.h>

#include "support/clients.h"
#include "support/tokens.h"

#define P "\"productCode\":\"" TOKEN_PRODUCT "\""
#define V "\"publicKeyVersion\":1"
#define N "\"nonce\":\"" TOKEN_NONCE "\""

/* AWS signs productCode, publicKeyVersion (a number) and nonce; its documentation prints ProductCode,
 * PublicKeyVersion and Nonce. */
static const struct {
    const char *claims;
    mpmeter_status expected;
} table[] = {
    {"{" P "," V "," N "}", MPMETER_OK},
    {"{" N "," V "," P "}", MPMETER_OK},
    {" {\n" P ",\t" V ",\r" N "} ", MPMETER_OK},
    {"{" P "," V "," N ",\"PublicKeyRotationTimestamp\":null,\"other\":{\"a\":[1]}}", MPMETER_OK},
    {"{\"ProductCode\":\"" TOKEN_PRODUCT "\",\"PublicKeyVersion\":\"1\",\"Nonce\":\"" TOKEN_NONCE "\"}", MPMETER_OK},
    {"{" P "," V "," N ",\"ProductCode\":\"" TOKEN_PRODUCT "\"}", MPMETER_OK},
    {"{" P "," V "," N ",\"ProductCode\":null}", MPMETER_OK},
    {"{" P "," V "," N ",\"ProductCode\":\"another\"}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V "," N ",\"PublicKeyVersion\":2}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V "," N ",\"Nonce\":\"another\"}", MPMETER_E_TOKEN_CLAIMS},
    {"{" V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V "}", MPMETER_E_TOKEN_CLAIMS},
    {"{}", MPMETER_E_TOKEN_CLAIMS},
    {"{\"productCode\":\"another\"," V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{\"productCode\":\"4W1VGSRKQDKYPBZ43G7QKK4UZ\"," V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{\"productCode\":\"4w1vgsrkqdkypbz43g7qkk4u\"," V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{\"productCode\":\"" TOKEN_PRODUCT "\\u0000x\"," V "," N "}",
     MPMETER_E_TOKEN_MALFORMED}, /* No text of ours holds a NUL. */
    {"{\"productCode\":[\"" TOKEN_PRODUCT "\"]," V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{\"productcode\":\"" TOKEN_PRODUCT "\"," V "," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":2," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":-1," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":1.5," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":4294967297," N "}", MPMETER_E_TOKEN_CLAIMS}, /* 1 in its low 32 bits. */
    {"{" P ",\"publicKeyVersion\":true," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":null," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":\"2\"," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":\"01\"," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":\"1 \"," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P ",\"publicKeyVersion\":\"\"," N "}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V ",\"nonce\":\"another\"}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V ",\"nonce\":\"\"}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V ",\"nonce\":7}", MPMETER_E_TOKEN_CLAIMS},
    {"{" P "," V ",\"nonce\":\"3F1C9A52-8A77-4B37-9C0E-5D2F4E7A6B18\"}", MPMETER_E_TOKEN_CLAIMS},
    /* RFC 7519 section 4: duplicate names are to be rejected, or the last taken. Whoever takes the first must not
     * find another token. */
    {"{\"productCode\":\"another\"," P "," V "," N "}", MPMETER_E_TOKEN_MALFORMED},
    {"{" P "," P "," V "," N "}", MPMETER_E_TOKEN_MALFORMED},
    {"{" P "," V "," N, MPMETER_E_TOKEN_MALFORMED},
    {"{" P "," V "," N "} x", MPMETER_E_TOKEN_MALFORMED},
    {"[" P "]", MPMETER_E_TOKEN_MALFORMED},
    {"null", MPMETER_E_TOKEN_MALFORMED},
    {"", MPMETER_E_TOKEN_MALFORMED},
    {"{" P "," V "," N ",\"x\":\"\xff\"}", MPMETER_E_TOKEN_MALFORMED},
    {"{" P "," V "," N ",\"x\":NaN}", MPMETER_E_TOKEN_MALFORMED},
};

static void the_claims_must_be_those_asked_for(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    for (size_t i = 0; i < COUNT(table); i++) {
        char *token = token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, table[i].claims);
        const mpmeter_status status = mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL);
        if (status != table[i].expected)
            print_error("%s instead of %s\n", mpmeter_status_name(status), mpmeter_status_name(table[i].expected));
        assert_row(status == table[i].expected, table[i].claims);
        free(token);
    }
    mpmeter_client_free(client);
}

/* A payload is believed only when its signature holds: what it says must not show before. */
static void the_signature_is_checked_before_the_claims(void **state) {
    (void)state;
    mpmeter_client *client = client_make(1000);
    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].claims[0] == '\0') continue; /* An empty part is malformed whoever signed it. */
        char *token = token_sign("rsa2048-other", TOKEN_PS256, TOKEN_HEADER, table[i].claims);
        assert_row(mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL) ==
                       MPMETER_E_TOKEN_SIGNATURE,
                   table[i].claims);
        free(token);
    }
    mpmeter_client_free(client);
}

/* mpmeter.h: "0 for any version whose key was added". The version must be the one whose key verified. */
static void with_version_0_any_key_that_was_added_will_do(void **state) {
    (void)state;
    static const char second[] = "{" P ",\"publicKeyVersion\":2," N "}",
                      third[] = "{" P ",\"publicKeyVersion\":3," N "}";
    mpmeter_options *options = options_make();
    add_key(options, 2, "rsa2048-other");
    mpmeter_client *client = client_from(options);
    mpmeter_registration *registration = NULL;
    char *token = token_sign("rsa2048-other", TOKEN_PS256, TOKEN_HEADER, second);
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, &registration, NULL));
    assert_int_equal(mpmeter_registration_public_key_version(registration), 2);
    mpmeter_registration_free(registration);
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 2, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_TOKEN_SIGNATURE, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    free(token);

    token = token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, second); /* Signed with key 1, and says that it was 2. */
    assert_code(MPMETER_E_TOKEN_CLAIMS, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    assert_code(MPMETER_E_TOKEN_SIGNATURE, mpmeter_verify(client, token, TOKEN_PRODUCT, 2, TOKEN_NONCE, NULL, NULL));
    assert_int_not_equal(mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, NULL, NULL), MPMETER_OK);
    free(token);

    token = token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, third);
    assert_int_not_equal(mpmeter_verify(client, token, TOKEN_PRODUCT, 0, TOKEN_NONCE, NULL, NULL), MPMETER_OK);
    free(token);
    mpmeter_client_free(client);
}

/* mpmeter.h: "Only its public keys count: the trusted list does not." */
static void the_trusted_list_does_not_count(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    assert_code(MPMETER_OK, mpmeter_options_trust_product(options, "another", MPMETER_PRODUCT_PAID));
    mpmeter_client *client = client_from(options);
    char *token = token_valid();
    assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    free(token);
    mpmeter_client_free(client);
}

static void issued_at_is_0_if_it_does_not_say(void **state) {
    (void)state;
    const char *const without[] = {"{" P "," V "," N "}", "{" P "," V "," N ",\"iat\":null}",
                                   "{" P "," V "," N ",\"iat\":\"soon\"}"};
    mpmeter_client *client = client_make(1000);
    for (size_t i = 0; i < COUNT(without); i++) {
        mpmeter_registration *registration = NULL;
        char *token = token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, without[i]);
        assert_code(MPMETER_OK, mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, &registration, NULL));
        assert_int_equal(mpmeter_registration_issued_at(registration), 0);
        mpmeter_registration_free(registration);
        free(token);
    }
    mpmeter_client_free(client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claims_must_be_those_asked_for),
        cmocka_unit_test(the_signature_is_checked_before_the_claims),
        cmocka_unit_test(with_version_0_any_key_that_was_added_will_do),
        cmocka_unit_test(the_trusted_list_does_not_count),
        cmocka_unit_test(issued_at_is_0_if_it_does_not_say),
    };
    return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
