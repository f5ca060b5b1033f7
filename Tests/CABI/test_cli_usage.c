/* The command line without a server: what is a usage error, what --json prints then, and how key files and tokens
 * are read. */
#include "support/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "support/command.h"
#include "support/keys.h"
#include "support/tokens.h"

#define KEY VECTORS "/keys/rsa2048.pem"
#define VERIFY "verify --product-code " TOKEN_PRODUCT " --nonce " TOKEN_NONCE " "

static struct outcome outcome;

static const char *text_of(json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "(none)";
}

/* A problem that the program sees is said in two lines, an error of the library in one. */
static bool says(const char *text, const char *status) {
    char problem[64];
    char error[80];
    snprintf(problem, sizeof problem, "mpmeter: %s: ", status);
    snprintf(error, sizeof error, "mpmeter: %s (terminate): ", status);
    return strncmp(text, problem, strlen(problem)) == 0
               ? strstr(text, "\nfix: ") != NULL
               : strncmp(text, error, strlen(error)) == 0 && strstr(text, " Fix: ") != NULL;
}

/* Exit status 2, nothing on stdout, a message and a fix on stderr; with --json the same as one object. */
static void usage_errors_exit_with_2(void **state) {
    (void)state;
    const char *const wrong[] = {
        "",
        "frobnicate",
        "--json",
        "register",
        "register --product-code a",
        "register --public-key " KEY,
        "register --product-code a --product-code b --public-key " KEY,
        "register --product-code a --public-key " KEY " extra",
        "register --product-code a --public-key " KEY " --public-key " KEY,
        "register --product-code a --public-key-version 1 --public-key-version 2 --public-key " KEY,
        "register --product-code a --public-key-version 1 --public-key-version 1 --public-key " KEY
        " --public-key " KEY,
        "register --product-code a --public-key-version 0 --public-key " KEY,
        "register --product-code a --public-key-version x --public-key " KEY,
        "register --product-code a --public-key-version 4294967297 --public-key " KEY,
        "register --product-code a --public-key " KEY " --deadline 0",
        "register --product-code a --public-key " KEY " --deadline -1",
        "register --product-code a --public-key " KEY " --deadline nan",
        "register --product-code a --public-key " KEY " --deadline 1.2.3",
        "register --product-code a --public-key " KEY " --deadline 86401",
        "register --product-code a --public-key " KEY " --region-policy maybe",
        "register --product-code a --public-key " KEY " --minimum-key-bits 512",
        "register --product-code a --public-key " KEY " --trust 'b c'",
        "register --product-code a --public-key " KEY " --trust b --trust b=free",
        "register --product-code 'a b' --public-key " KEY,
        "register --product-code a --nonce '' --public-key " KEY,
        "register --product-code a --public-key " KEY " --region eu-west-3",
        "register --product-code a --public-key " KEY " --unknown",
        "register --product-code",
        "verify --product-code a --public-key " KEY " token",
        "verify --product-code a --public-key " KEY " --nonce n",
        "verify --product-code a --public-key " KEY " --nonce n token token",
        "verify --product-code a --public-key " KEY " --nonce n --deadline 3 token",
        "region extra",
        "endpoint",
        "endpoint --region 'not a region'",
        "endpoint --region us-east-1 --region us-west-2",
        "doctor extra",
        "doctor --register",
        "doctor --register --product-code a --product-code b",
        "doctor --public-key-version 1 --public-key-version 2 --public-key " KEY,
        "doctor --nonce n",
        "version extra",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        command_run(&outcome, "exec '%s' %s", command_setting("CLI"), wrong[i]);
        assert_row(outcome.status == 2, wrong[i]);
        assert_row(says(outcome.err, "MPMETER_E_INVALID_ARGUMENT"), wrong[i]);
        if (strstr(wrong[i], "--json") == NULL) assert_row(outcome.out[0] == '\0', wrong[i]);
        command_run(&outcome, "exec '%s' %s --json", command_setting("CLI"), wrong[i]);
        if (strcmp(wrong[i], "register --product-code") == 0) continue; /* Here --json is the option's value. */
        assert_row(outcome.status == 2, wrong[i]);
        json_t *object = outcome_json(&outcome);
        assert_row(strcmp(text_of(object, "status"), "MPMETER_E_INVALID_ARGUMENT") == 0, wrong[i]);
        assert_row(json_integer_value(json_object_get(object, "code")) == 1, wrong[i]);
        assert_row(strcmp(text_of(object, "action"), "terminate") == 0, wrong[i]);
        assert_row(strlen(text_of(object, "message")) > 6 && strlen(text_of(object, "fix")) > 6, wrong[i]);
        json_decref(object);
    }
}

static void key_files_that_cannot_be_read_are_said_so(void **state) {
    (void)state;
    const char *const files[] = {"/nowhere/key.pem",
                                 "/tmp",
                                 "/dev/null",
                                 "/dev/zero",
                                 VECTORS "/keys/bad-text.pem",
                                 VECTORS "/keys/rsa2048.private.pem",
                                 VECTORS "/keys/rsa1024.pem"};
    for (size_t i = 0; i < COUNT(files); i++) {
        command_run(&outcome, "exec '%s' register --product-code a --public-key '%s' --json", command_setting("CLI"),
                    files[i]);
        assert_row(outcome.status == 1, files[i]);
        json_t *object = outcome_json(&outcome);
        assert_row(strcmp(text_of(object, "status"), "MPMETER_E_PUBLIC_KEY") == 0, files[i]);
        assert_row(says(outcome.err, "MPMETER_E_PUBLIC_KEY"), files[i]);
        json_decref(object);
    }
}

/* A name that is not UTF-8 must not keep --json from printing its object. */
static void what_is_not_utf8_still_gives_an_object(void **state) {
    (void)state;
    command_run(&outcome,
                "exec '%s' register --product-code \"$(printf '\\377')\" --public-key \"$(printf '/n\\377')\" --json",
                command_setting("CLI"));
    assert_int_equal(outcome.status, 1);
    json_decref(outcome_json(&outcome));
}

static void a_token_is_verified_from_the_argument_and_from_standard_input(void **state) {
    (void)state;
    char *token = token_valid();
    const struct {
        const char *source;
        int status;
    } ways[] = {{"printf '%s'", 0},
                {"printf '%s\\n'", 0},
                {"printf '%s\\n\\n'", 0},
                {"printf ' %s'", 0},
                {"printf '%s\\0'", 1}};
    command_run(&outcome, "exec '%s' " VERIFY "--public-key " KEY " --json %s", command_setting("CLI"), token);
    assert_int_equal(outcome.status, 0);
    json_t *object = outcome_json(&outcome);
    assert_string_equal(text_of(object, "status"), "MPMETER_OK");
    assert_string_equal(text_of(object, "product_code"), TOKEN_PRODUCT);
    assert_string_equal(text_of(object, "nonce"), TOKEN_NONCE);
    assert_string_equal(text_of(object, "signature"), token);
    assert_true(json_is_true(json_object_get(object, "verified")));
    assert_int_equal(json_integer_value(json_object_get(object, "public_key_version")), 1);
    assert_true(json_is_null(json_object_get(object, "region")));
    json_decref(object);
    for (size_t i = 0; i < COUNT(ways); i++) {
        command_run(&outcome, "%s '%s' | '%s' " VERIFY "--public-key " KEY " -", ways[i].source, token,
                    command_setting("CLI"));
        assert_row(outcome.status == ways[i].status, ways[i].source);
    }
    command_run(&outcome, "'%s' " VERIFY "--public-key " KEY " - < /tmp", command_setting("CLI"));
    assert_int_equal(outcome.status, 1);
    command_run(&outcome, "'%s' " VERIFY "--public-key " KEY " - < /dev/zero", command_setting("CLI"));
    assert_int_equal(outcome.status, 1);
    free(token);
}

static void the_nth_version_belongs_to_the_nth_key(void **state) {
    (void)state;
    char *token = token_valid();
    const struct {
        const char *keys, *status;
    } pairs[] = {
        {"--public-key " KEY, "MPMETER_OK"},
        {"--public-key " KEY " --public-key-version 1", "MPMETER_OK"},
        {"--public-key " KEY " --public-key-version 2", "MPMETER_E_TOKEN_CLAIMS"},
        {"--public-key " VECTORS "/keys/rsa2048-other.pem", "MPMETER_E_TOKEN_SIGNATURE"},
        {"--public-key " VECTORS "/keys/rsa2048-other.pem --public-key-version 2 --public-key " KEY
         " --public-key-version 1",
         "MPMETER_OK"},
        {"--public-key-version 2 --public-key-version 1 --public-key " VECTORS
         "/keys/rsa2048-other.pem --public-key " KEY,
         "MPMETER_OK"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        command_run(&outcome, "exec '%s' " VERIFY "%s --json %s", command_setting("CLI"), pairs[i].keys, token);
        json_t *object = outcome_json(&outcome);
        assert_string_equal(text_of(object, "status"), pairs[i].status);
        json_decref(object);
    }
    free(token);
}

static void minimum_key_bits_lets_a_short_key_in(void **state) {
    (void)state;
    char *token = token_sign("rsa1024", TOKEN_PS256, TOKEN_HEADER, TOKEN_CLAIMS);
    command_run(&outcome, "exec '%s' " VERIFY "--public-key " VECTORS "/keys/rsa1024.pem --minimum-key-bits 1024 %s",
                command_setting("CLI"), token);
    assert_int_equal(outcome.status, 0);
    free(token);
}

static void endpoint_version_and_help_answer_on_stdout(void **state) {
    (void)state;
    const struct {
        const char *arguments, *beginning;
    } answers[] = {
        {"endpoint --region eu-west-3", "https://metering.marketplace.eu-west-3.amazonaws.com\n"},
        {"endpoint --region eu-west-3 --fips", "https://metering.marketplace-fips.eu-west-3.amazonaws.com\n"},
        {"endpoint --region eu-west-3 --dualstack", "https://metering-marketplace.eu-west-3.api.aws\n"},
        {"version", MPMETER_VERSION "\n"},
        {"--help", "usage: mpmeter COMMAND"},
        {"-h", "usage: mpmeter COMMAND"},
        {"register --help", "usage: mpmeter register"},
        {"verify -h", "usage: mpmeter verify"},
        {"region --help", "usage: mpmeter region"},
        {"endpoint --help", "usage: mpmeter endpoint"},
        {"doctor --help", "usage: mpmeter doctor"},
        {"version --help", "usage: mpmeter version"},
    };
    for (size_t i = 0; i < COUNT(answers); i++) {
        command_run(&outcome, "exec '%s' %s", command_setting("CLI"), answers[i].arguments);
        assert_row(outcome.status == 0, answers[i].arguments);
        assert_row(strncmp(outcome.out, answers[i].beginning, strlen(answers[i].beginning)) == 0, answers[i].arguments);
        assert_row(outcome.err[0] == '\0', answers[i].arguments);
    }
}

/* Whoever asked for the answer has not got it: that is no success. */
static void a_full_disk_is_no_success(void **state) {
    (void)state;
    command_run(&outcome, "exec '%s' version > /dev/full", command_setting("CLI"));
    assert_int_equal(outcome.status, 1);
    command_run(&outcome, "exec '%s' version --json > /dev/full", command_setting("CLI"));
    assert_int_equal(outcome.status, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_errors_exit_with_2),
        cmocka_unit_test(key_files_that_cannot_be_read_are_said_so),
        cmocka_unit_test(what_is_not_utf8_still_gives_an_object),
        cmocka_unit_test(a_token_is_verified_from_the_argument_and_from_standard_input),
        cmocka_unit_test(the_nth_version_belongs_to_the_nth_key),
        cmocka_unit_test(minimum_key_bits_lets_a_short_key_in),
        cmocka_unit_test(endpoint_version_and_help_answer_on_stdout),
        cmocka_unit_test(a_full_disk_is_no_success),
    };
    return cmocka_run_group_tests_name("command line, usage", tests, NULL, NULL);
}
