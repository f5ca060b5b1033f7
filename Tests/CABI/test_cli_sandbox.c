/* The command line in the sandbox: each kind of host, the exit statuses, the JSON, and signals. */
#include "support/check.h"

#include <stdio.h>

#include "support/command.h"

static struct outcome outcome;

/** Runs `mpmeter register` with the sandbox's own product and key, and these more arguments, in a sandbox with
 * these. */
static void register_in(const char *sandbox, const char *arguments) {
    command_run(&outcome,
                "exec '%s' run %s -- sh -c 'exec \"%s\" register --product-code \"$MPMETER_SANDBOX_PRODUCT_CODE\" "
                "--public-key \"$MPMETER_SANDBOX_PUBLIC_KEY\" %s'",
                command_setting("SANDBOX"), sandbox, command_setting("CLI"), arguments);
}

static const char *text_of(json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "(none)";
}

static void each_host_is_found_and_told(void **state) {
    (void)state;
    const struct {
        const char *scenario, *region_source, *credentials_source, *platform, *status;
    } hosts[] = {
        {"ecs-ec2", "ecs-task-metadata", "ecs-task-role", "ecs", "MPMETER_OK"},
        {"ecs-fargate", "AWS_REGION", "ecs-task-role", "fargate", "MPMETER_OK"},
        {"eks-irsa", "AWS_REGION", "eks-irsa", "eks", "MPMETER_OK"},
        {"eks-pod-identity", "AWS_REGION", "eks-pod-identity", "eks", "MPMETER_E_PLATFORM_NOT_SUPPORTED"},
        {"ec2", "ec2-instance-metadata", "ec2-instance-role", "ec2", "MPMETER_E_PLATFORM_NOT_SUPPORTED"},
        {"local", "AWS_REGION", "environment", "none", "MPMETER_E_PLATFORM_NOT_SUPPORTED"},
    };
    for (size_t i = 0; i < COUNT(hosts); i++) {
        char sandbox[64] = "--scenario ";
        const bool succeeds = strcmp(hosts[i].status, "MPMETER_OK") == 0;
        register_in(strcat(sandbox, hosts[i].scenario), "--json");
        json_t *object = outcome_json(&outcome);
        assert_string_equal(text_of(object, "status"), hosts[i].status);
        assert_int_equal(outcome.status, succeeds ? 0 : 1);
        assert_string_equal(text_of(object, "action"), succeeds ? "proceed" : "terminate");
        assert_string_equal(text_of(object, "region"), "eu-west-3");
        assert_string_equal(text_of(object, "region_source"), hosts[i].region_source);
        assert_string_equal(text_of(object, "credentials_source"), hosts[i].credentials_source);
        assert_string_equal(text_of(object, "platform"), hosts[i].platform);
        assert_int_equal(json_integer_value(json_object_get(object, "attempts")), 1);
        assert_true(json_is_integer(json_object_get(object, "elapsed_ms")));
        assert_true(json_is_string(json_object_get(object, "request_id")));
        assert_string_equal(text_of(object, "product_code"), "prod-sandbox-paid");
        if (succeeds) {
            assert_true(json_is_true(json_object_get(object, "verified")));
            assert_int_equal(json_integer_value(json_object_get(object, "public_key_version")), 1);
            assert_true(json_is_string(json_object_get(object, "nonce")) &&
                        json_is_string(json_object_get(object, "signature")));
            assert_true(json_is_null(json_object_get(object, "public_key_rotation")));
            assert_int_equal(json_object_size(object), 18); /* The keys of the contract, and no other. */
        }
        json_decref(object);
    }
}

static void the_exit_status_says_what_to_do(void **state) {
    (void)state;
    const struct {
        const char *sandbox, *arguments, *status;
        int code;
    } runs[] = {
        {"--scenario ecs-fargate --product prod-x=not-entitled", "", "MPMETER_E_CUSTOMER_NOT_ENTITLED", 1},
        {"--scenario ecs-fargate --fault throttle", "--deadline 0.4", "MPMETER_E_THROTTLED", 75},
        {"--scenario ecs-fargate --fault http-503", "--deadline 0.4", "MPMETER_E_SERVICE_UNAVAILABLE", 75},
        {"--scenario ecs-fargate --fault hang", "--deadline 0.4", "MPMETER_E_DEADLINE", 75},
        {"--scenario ecs-fargate --fault reset", "--deadline 0.4", "MPMETER_E_NETWORK", 75},
        {"--scenario ecs-fargate --fault tls-self-signed", "--deadline 5", "MPMETER_E_TLS", 1},
        {"--scenario ecs-fargate --fault token-wrong-nonce", "", "MPMETER_E_TOKEN_CLAIMS", 1},
        {"--scenario ecs-fargate --fault token-bad-signature", "", "MPMETER_E_TOKEN_SIGNATURE", 1},
        {"--scenario ecs-fargate --unset AWS_CONTAINER_CREDENTIALS_FULL_URI", "", "MPMETER_E_CREDENTIALS_NOT_FOUND", 1},
        {"--scenario ecs-fargate", "--trust another", "MPMETER_E_UNTRUSTED_PRODUCT", 1},
        {"--scenario ecs-fargate", "--trust prod-sandbox-paid=free", "MPMETER_E_UNTRUSTED_PRODUCT", 1},
        {"--scenario ecs-fargate", "--trust prod-sandbox-paid=free --accept-free", "MPMETER_OK", 0},
        {"--scenario ecs-fargate", "--trust prod-sandbox-paid=paid --trust another", "MPMETER_OK", 0},
        {"--scenario ecs-fargate --region cn-north-1", "--region-policy enforce", "MPMETER_E_REGION_UNSUPPORTED", 1},
        {"--scenario ecs-fargate --tls", "--deadline 20", "MPMETER_OK", 0},
    };
    for (size_t i = 0; i < COUNT(runs); i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "%s --json", runs[i].arguments);
        register_in(runs[i].sandbox, arguments);
        json_t *object = outcome_json(&outcome);
        if (strcmp(text_of(object, "status"), runs[i].status) != 0)
            print_error("%s %s: %s", runs[i].sandbox, runs[i].arguments, outcome.out);
        assert_string_equal(text_of(object, "status"), runs[i].status);
        assert_int_equal(outcome.status, runs[i].code);
        json_decref(object);
    }
}

/* The command line leaves SIGPIPE at its default: had one been raised, the exit status would be 141. */
static void a_peer_that_resets_raises_no_sigpipe_over_tls(void **state) {
    (void)state;
    register_in("--scenario ecs-fargate --tls --fault reset", "--deadline 1 --json");
    assert_int_equal(outcome.status, 75);
    register_in("--scenario ecs-fargate --tls --fault reset-mid-body", "--deadline 1 --json");
    assert_int_equal(outcome.status, 75);
}

static void a_person_reads_short_lines(void **state) {
    (void)state;
    register_in("--scenario ecs-ec2 --fault throttle:1", "--deadline 20");
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "registered  prod-sandbox-paid\n"));
    assert_non_null(strstr(outcome.out, "eu-west-3 (ecs-task-metadata, platform ecs)\n"));
    assert_non_null(strstr(outcome.err, "ThrottlingException")); /* The retry and why. */
    register_in("--scenario ecs-ec2 --product prod-x=not-entitled", "");
    assert_string_equal(outcome.out, "");
    assert_non_null(strstr(outcome.err, "mpmeter: MPMETER_E_CUSTOMER_NOT_ENTITLED (terminate): "));
    assert_non_null(strstr(outcome.err, " Fix: Subscribe "));
}

static void unverified_needs_no_key_and_ignores_a_redirected_endpoint(void **state) {
    (void)state;
    command_run(&outcome,
                "exec '%s' run --scenario ecs-fargate -- '%s' register --product-code prod-sandbox-paid --unverified "
                "--deadline 0.5 --json",
                command_setting("SANDBOX"), command_setting("CLI"));
    json_t *object = outcome_json(&outcome);
    assert_string_not_equal(text_of(object, "status"), "MPMETER_OK"); /* The sandbox is a redirected endpoint. */
    assert_string_not_equal(text_of(object, "status"), "MPMETER_E_PUBLIC_KEY");
    json_decref(object);
}

static void a_rotation_is_followed_by_the_second_pair(void **state) {
    (void)state;
    command_run(&outcome,
                "exec '%s' run --scenario ecs-fargate --fault key-rotated -- sh -c 'exec \"%s\" register "
                "--product-code prod-sandbox-paid "
                "--public-key \"$MPMETER_SANDBOX_PUBLIC_KEY\" --public-key-version 1 "
                "--public-key \"$MPMETER_SANDBOX_NEXT_PUBLIC_KEY\" --public-key-version 2 --json'",
                command_setting("SANDBOX"), command_setting("CLI"));
    assert_int_equal(outcome.status, 0);
    json_t *object = outcome_json(&outcome);
    assert_int_equal(json_integer_value(json_object_get(object, "public_key_version")), 2);
    assert_true(json_is_string(json_object_get(object, "public_key_rotation")));
    json_decref(object);
}

static void region_says_who_said_so(void **state) {
    (void)state;
    command_run(&outcome, "exec '%s' run --scenario ecs-ec2 -- '%s' region --json", command_setting("SANDBOX"),
                command_setting("CLI"));
    assert_int_equal(outcome.status, 0);
    json_t *object = outcome_json(&outcome);
    assert_string_equal(text_of(object, "region"), "eu-west-3");
    assert_string_equal(text_of(object, "region_source"), "ecs-task-metadata");
    assert_string_equal(text_of(object, "platform"), "ecs");
    json_decref(object);
}

/* 128 + the signal, at once, and the object all the same. */
static void signals_cancel_the_call(void **state) {
    (void)state;
    const struct {
        const char *name;
        int status;
    } signals[] = {{"INT", 130}, {"TERM", 143}};
    for (size_t i = 0; i < COUNT(signals); i++) {
        /* timeout(1) hands on the exit status of what it stopped only with --preserve-status. */
        command_run(&outcome,
                    "exec '%s' run --scenario ecs-fargate --fault hang -- sh -c 'exec timeout --preserve-status -s %s "
                    "0.5 \"%s\" register "
                    "--product-code prod-sandbox-paid --public-key \"$MPMETER_SANDBOX_PUBLIC_KEY\" --json'",
                    command_setting("SANDBOX"), signals[i].name, command_setting("CLI"));
        assert_int_equal(outcome.status, signals[i].status);
        json_t *object = outcome_json(&outcome);
        assert_string_equal(text_of(object, "status"), "MPMETER_E_CANCELLED");
        json_decref(object);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_host_is_found_and_told),
        cmocka_unit_test(the_exit_status_says_what_to_do),
        cmocka_unit_test(a_peer_that_resets_raises_no_sigpipe_over_tls),
        cmocka_unit_test(a_person_reads_short_lines),
        cmocka_unit_test(unverified_needs_no_key_and_ignores_a_redirected_endpoint),
        cmocka_unit_test(a_rotation_is_followed_by_the_second_pair),
        cmocka_unit_test(region_says_who_said_so),
        cmocka_unit_test(signals_cancel_the_call),
    };
    return cmocka_run_group_tests_name("command line, sandbox", tests, NULL, NULL);
}
