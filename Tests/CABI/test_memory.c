/*
 * Memory that runs out, at every allocation of a registration. mpmeter.h, "Memory": a status, or the end of the process
 * with one line; never anything else. What counts as what is in memory/cases.c. Over TLS: see test_tls.c.
 */
#include "memory/cases.h"

#include <limits.h>
#include <stdlib.h>

#include "support/keys.h"
#include "support/server.h"
#include "support/tokens.h"

static void every_allocation_of_the_first_registration_may_fail(void **state) {
    (void)state;
    const struct tally *tally = cases_fail_allocations("the first registration of the process", false, LONG_MAX);
    assert_true(tally->answered > 0 && tally->aborted > 0);
}

/* As a host meets it: the C library's own allocator, which asks the kernel, in steps of more than a page. */
static void the_address_space_may_be_limited(void **state) {
    (void)state;
    const struct tally *tally = cases_limit_address_space(4096, 16);
    assert_true(tally->registered > 0 && tally->registered < tally->cases);
}

static void every_allocation_of_a_later_registration_may_fail(void **state) {
    (void)state;
    cases_warm_up();
    const struct tally *tally = cases_fail_allocations("a later registration", false, LONG_MAX);
    assert_true(tally->answered > 0 && tally->aborted > 0);
}

static void memory_may_run_out_for_good(void **state) {
    (void)state;
    const struct tally *tally =
        cases_fail_allocations("a later registration, and no memory ever after", true, LONG_MAX);
    assert_int_equal(tally->registered, 0);
}

static char *pem, *token;

static int group_setup(void **state) {
    pem = key_text("rsa2048");
    token = token_valid();
    cases_begin(&(struct subject){TOKEN_PRODUCT, pem, token});
    return server_group_setup(state);
}

static int group_teardown(void **state) {
    free(pem);
    free(token);
    return server_group_teardown(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_allocation_of_the_first_registration_may_fail, server_test_setup),
        cmocka_unit_test_setup(the_address_space_may_be_limited, server_test_setup),
        cmocka_unit_test_setup(every_allocation_of_a_later_registration_may_fail, server_test_setup),
        cmocka_unit_test_setup(memory_may_run_out_for_good, server_test_setup),
    };
    return cmocka_run_group_tests_name("memory", tests, group_setup, group_teardown);
}
