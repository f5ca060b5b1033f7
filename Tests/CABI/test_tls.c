/* What needs a server with TLS: run in `mpmeter-sandbox run --scenario ecs-fargate --tls`, whose environment says
 * where it is. */
#include "memory/cases.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/command.h"
#include "support/report.h"
#include "support/stack.h"

enum { LONG = 20000, STACK = 64 * 1024, CASES = 1000 };

static char pem[65536];

static void *register_over_tls(void *context) {
    mpmeter_status *status = context;
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    *status = mpmeter_options_new(&options);
    if (*status == MPMETER_OK) *status = mpmeter_options_add_public_key(options, 1, pem);
    if (*status == MPMETER_OK) *status = mpmeter_options_set_deadline_ms(options, LONG);
    if (*status == MPMETER_OK) *status = mpmeter_client_new(options, &client, NULL);
    if (*status == MPMETER_OK)
        *status =
            mpmeter_register_usage(client, command_setting("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    mpmeter_client_free(client);
    mpmeter_options_free(options);
    return NULL;
}

/* The first use in this process, so that OpenSSL sets itself up on that stack too. */
static void sixty_four_kib_of_stack_are_enough(void **state) {
    (void)state;
    mpmeter_status status = -1;
    const size_t used = stack_used(STACK, register_over_tls, &status);
    print_message("%zu bytes of stack were used, the thread's own data among them\n", used);
    report_count("stack_bytes_tls", (long)used);
    assert_code(MPMETER_OK, status);
    assert_true(used < STACK);
}

static void allocations_of_a_registration_may_fail(void **state) {
    (void)state;
    cases_warm_up();
    const long at_most = getenv("EVERY_ALLOCATION") != NULL ? LONG_MAX : CASES;
    const struct tally *tally = cases_fail_allocations("a registration over TLS", false, at_most);
    assert_true(tally->answered > 0 && tally->aborted > 0);
}

static int group_setup(void **state) {
    (void)state;
    FILE *file = fopen(command_setting("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (file == NULL || fread(pem, 1, sizeof pem - 1, file) == 0) return -1;
    fclose(file);
    if (strncmp(command_setting("AWS_ENDPOINT_URL_MARKETPLACE_METERING"), "https:", 6) != 0) return -1;
    cases_begin(&(struct subject){command_setting("MPMETER_SANDBOX_PRODUCT_CODE"), pem, NULL});
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixty_four_kib_of_stack_are_enough),
        cmocka_unit_test(allocations_of_a_registration_may_fail),
    };
    return cmocka_run_group_tests_name("tls", tests, group_setup, NULL);
}
