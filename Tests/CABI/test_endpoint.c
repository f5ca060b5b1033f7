/* mpmeter_endpoint(): a few rows of AWS's endpoint rules as seen through the C interface; all of them are in
 * Tests/Vectors/endpoints. */
#include "support/check.h"

#include <limits.h>

enum { FIPS = MPMETER_ENDPOINT_FIPS, DUALSTACK = MPMETER_ENDPOINT_DUALSTACK };

/* botocore, endpoint-rule-set-1.json of meteringmarketplace. */
static const struct {
    const char *region;
    uint32_t kinds;
    const char *url;
} rules[] = {
    {"us-east-1", 0, "https://metering.marketplace.us-east-1.amazonaws.com"},
    {"eu-west-3", 0, "https://metering.marketplace.eu-west-3.amazonaws.com"},
    {"eu-west-3", FIPS, "https://metering.marketplace-fips.eu-west-3.amazonaws.com"},
    {"eu-west-3", DUALSTACK, "https://metering-marketplace.eu-west-3.api.aws"},
    {"cn-northwest-1", 0, "https://metering.marketplace.cn-northwest-1.amazonaws.com.cn"},
    {"cn-northwest-1", DUALSTACK, "https://metering-marketplace.cn-northwest-1.api.amazonwebservices.com.cn"},
    {"mx-central-1", 0,
     "https://metering.marketplace.mx-central-1.amazonaws.com"}, /* Newer than the lists: rules, not lists, decide. */
};

static void the_url_follows_the_rules_of_aws(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        char *url = NULL;
        assert_code(MPMETER_OK, mpmeter_endpoint(rules[i].region, rules[i].kinds, &url));
        assert_string_equal(url, rules[i].url);
        mpmeter_string_free(url);
    }
}

/* The name becomes part of a host name, and credentials are sent there. */
static void what_is_no_region_is_refused(void **state) {
    (void)state;
    const char *const names[] = {
        "",           " ",           "eu west 3",     "EU-WEST-3",  "eu-west-3/",  "evil.example.com/eu-west-3",
        "eu-west-3#", "eu-west-3\n", "eu-west-3.",    "-eu-west-3", "eu-west-3-",  "caf\xc3\xa9-1",
        "\xff-1",     "a@b-1",       "eu-west-3:443", "euwest3",    "eu-west-3%2e"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char *url = UNTOUCHED;
        assert_row(mpmeter_endpoint(names[i], 0, &url) == MPMETER_E_INVALID_ARGUMENT, names[i]);
        assert_row(url == UNTOUCHED, names[i]);
    }
}

static void unknown_kinds_are_refused(void **state) {
    (void)state;
    const uint32_t kinds[] = {4, 5, 8, 0x80000000u, UINT32_MAX};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        char *url = UNTOUCHED;
        assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_endpoint("eu-west-3", kinds[i], &url));
        assert_ptr_equal(url, UNTOUCHED);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_url_follows_the_rules_of_aws),
        cmocka_unit_test(what_is_no_region_is_refused),
        cmocka_unit_test(unknown_kinds_are_refused),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
