/* Public keys: which forms a client accepts. mpmeter.h, mpmeter_options_add_public_key(); the files are described in
 * Tests/Vectors. */
#include "support/check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/clients.h"
#include "support/keys.h"
#include "support/tokens.h"

/** Makes a client with this one key. @return its status; the error, if any, is checked and freed. */
static mpmeter_status client_with(const char *name, int32_t minimum_bits, mpmeter_client **out_client) {
    mpmeter_options *options = NULL;
    mpmeter_error *error = NULL;
    *out_client = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    add_key(options, 1, name);
    if (minimum_bits != 0) assert_code(MPMETER_OK, mpmeter_options_set_minimum_key_bits(options, minimum_bits));
    const mpmeter_status status = mpmeter_client_new(options, out_client, &error);
    mpmeter_options_free(options);
    if (status != MPMETER_OK) {
        assert_row(*out_client == UNTOUCHED, name);
        assert_row(mpmeter_error_status(error) == status, name);
        assert_row(strlen(mpmeter_error_message(error)) > 10, name);
        mpmeter_error_free(error);
    }
    return status;
}

/** The same key in another form must verify what the private key signed. */
static void check_accepted(const char *name, int32_t minimum_bits, const char *private_key) {
    mpmeter_client *client;
    assert_row(client_with(name, minimum_bits, &client) == MPMETER_OK, name);
    char *token = token_sign(private_key, TOKEN_PS256, TOKEN_HEADER, TOKEN_CLAIMS);
    assert_row(mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL) == MPMETER_OK, name);
    free(token);
    mpmeter_client_free(client);
}

static void one_key_in_every_accepted_form_verifies(void **state) {
    (void)state;
    const char *const forms[] = {"rsa2048",
                                 "rsa2048-pkcs1",
                                 "rsa2048-crlf",
                                 "rsa2048-no-final-newline",
                                 "rsa2048-backslash-n",
                                 "rsa2048-pkcs1-backslash-n",
                                 "rsa2048-base64",
                                 "rsa2048-base64-newline"};
    for (size_t i = 0; i < COUNT(forms); i++) check_accepted(forms[i], 0, "rsa2048");
}

static void keys_from_2048_bits_on_are_accepted(void **state) {
    (void)state;
    check_accepted("rsa2049", 0, "rsa2049");
    check_accepted("rsa3072", 0, "rsa3072");
    check_accepted("rsa4096", 0, "rsa4096");
}

/* AWS's oldest sample key has 1024 bits: it needs to be asked for. */
static void shorter_keys_need_to_be_asked_for(void **state) {
    (void)state;
    mpmeter_client *client;
    assert_code(MPMETER_E_PUBLIC_KEY, client_with("rsa1024", 0, &client));
    assert_code(MPMETER_E_PUBLIC_KEY, client_with("rsa2047", 0, &client));
    assert_code(MPMETER_E_PUBLIC_KEY, client_with("rsa2048", 3072, &client));
    check_accepted("rsa1024", 1024, "rsa1024");
    check_accepted("rsa2047", 2047, "rsa2047");
    assert_code(MPMETER_E_PUBLIC_KEY, client_with("rsa1023", 1024, &client));
    assert_code(MPMETER_E_PUBLIC_KEY, client_with("rsa512", 1024, &client));
}

/** Every file that matches must be refused. @return how many there were. */
static size_t check_refused(const char *pattern) {
    char path[4096];
    glob_t found;
    snprintf(path, sizeof path, "%s/keys/%s.pem", VECTORS, pattern);
    assert_int_equal(glob(path, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *name = strdup(strrchr(found.gl_pathv[i], '/') + 1);
        mpmeter_client *client;
        name[strlen(name) - strlen(".pem")] = '\0';
        assert_row(client_with(name, 1024, &client) == MPMETER_E_PUBLIC_KEY, name);
        free(name);
    }
    const size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void garbage_is_refused(void **state) {
    (void)state;
    assert_true(check_refused("bad-*") >= 15);
}

static void keys_that_are_not_rsa_are_refused(void **state) {
    (void)state;
    assert_int_equal(check_refused("ec-p256") + check_refused("ed25519"), 2);
}

/* A vendor who compiles the private key in gives it away: it must not pass for the public one, and must not be
 * quoted. */
static void a_private_key_is_refused_and_not_quoted(void **state) {
    (void)state;
    assert_true(check_refused("*.private") >= 5);

    char *pem = key_text("rsa2048.private");
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    assert_code(MPMETER_OK, mpmeter_options_add_public_key(options, 1, pem));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_client_new(options, &client, &error));
    strtok(pem, "\n");
    for (char *line; (line = strtok(NULL, "\n")) != NULL;) assert_null(strstr(mpmeter_error_message(error), line));
    free(pem);
    mpmeter_error_free(error);
    mpmeter_options_free(options);
}

static void a_client_without_a_key_must_be_told_so(void **state) {
    (void)state;
    mpmeter_options *options = NULL;
    mpmeter_client *client = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_client_new(options, &client, NULL));
    assert_ptr_equal(client, UNTOUCHED);
    assert_code(MPMETER_OK, mpmeter_options_set_unverified(options, 1));
    assert_code(MPMETER_OK, mpmeter_client_new(options, &client, NULL));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_verify(client, "a.b.c", TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL));
    mpmeter_client_free(client);
    mpmeter_options_free(options);
}

/* One bad key spoils the client, also behind a good one: at the next rotation it would be too late to find out. */
static void every_key_is_read_when_the_client_is_made(void **state) {
    (void)state;
    mpmeter_options *options = options_make();
    mpmeter_client *client = UNTOUCHED;
    assert_code(MPMETER_OK, mpmeter_options_add_public_key(options, 2, "not a key"));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_client_new(options, &client, NULL));
    assert_code(MPMETER_OK, mpmeter_options_set_unverified(options, 1));
    assert_code(MPMETER_E_PUBLIC_KEY, mpmeter_client_new(options, &client, NULL));
    assert_ptr_equal(client, UNTOUCHED);
    mpmeter_options_free(options);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_key_in_every_accepted_form_verifies),
        cmocka_unit_test(keys_from_2048_bits_on_are_accepted),
        cmocka_unit_test(shorter_keys_need_to_be_asked_for),
        cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(keys_that_are_not_rsa_are_refused),
        cmocka_unit_test(a_private_key_is_refused_and_not_quoted),
        cmocka_unit_test(a_client_without_a_key_must_be_told_so),
        cmocka_unit_test(every_key_is_read_when_the_client_is_made),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
