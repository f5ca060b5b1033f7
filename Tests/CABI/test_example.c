/* examples/c/register.c, built as its own comment says and run in the sandbox (run_example.sh): it goes on when told
 * to, and only then. */
#include "support/check.h"

#include "support/command.h"

static struct outcome outcome;

/** Builds and runs it in a sandbox with these arguments. */
static void run_example(const char *sandbox) {
    command_run(&outcome, "exec '%s' run --scenario ecs-fargate %s -- ./run_example.sh '%s/example'",
                command_setting("SANDBOX"), sandbox, command_setting("OUT"));
}

static void it_begins_when_aws_says_so(void **state) {
    (void)state;
    run_example("--product 4w1vgsrkqdkypbz43g7qkk4uz=entitled");
    if (outcome.status != 0) print_error("%s", outcome.err);
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.out, "registered: the product begins here\n");
}

static void it_ends_when_aws_says_so(void **state) {
    (void)state;
    run_example("--product 4w1vgsrkqdkypbz43g7qkk4uz=not-entitled");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.out, "");
    assert_non_null(strstr(outcome.err, "MPMETER_E_CUSTOMER_NOT_ENTITLED"));
}

static void it_ends_when_the_proof_does_not_hold(void **state) {
    (void)state;
    run_example("--product 4w1vgsrkqdkypbz43g7qkk4uz=entitled --fault token-wrong-key");
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "MPMETER_E_TOKEN_SIGNATURE"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_when_aws_says_so),
        cmocka_unit_test(it_ends_when_aws_says_so),
        cmocka_unit_test(it_ends_when_the_proof_does_not_hold),
    };
    return cmocka_run_group_tests_name("example", tests, NULL, NULL);
}
