/* Hosts with small stacks. mpmeter.h: "A stack of 64 KiB is enough." glibc gives 8 MiB and musl 128 KiB, but a host
 * may give a thread less. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/report.h"
#include "support/server.h"
#include "support/stack.h"
#include "support/tokens.h"

enum { LONG = 20000, STACK = 64 * 1024 };

static void *register_and_verify(void *context) {
    mpmeter_status *statuses = context;
    mpmeter_client *client = client_make(LONG);
    char *token = token_valid();
    for (int i = 0; i < 4; i++)
        statuses[i] = mpmeter_register_usage(client, i == 3 ? "another" : TOKEN_PRODUCT, NULL, NULL, NULL, NULL);
    statuses[4] = mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL);
    free(token);
    mpmeter_client_free(client);
    return NULL;
}

/* A refusal, a forgery, a registration at the third attempt, another one. Over TLS: see test_tls.c. */
static void sixty_four_kib_are_enough(void **state) {
    (void)state;
    mpmeter_status statuses[5] = {-1, -1, -1, -1, -1};
    server_script(SERVER_METERING, SERVER_REFUSE, SERVER_REPLAY, SERVER_RESET, SERVER_THROTTLE, SERVER_ROTATION, -1);
    const size_t used = stack_used(STACK, register_and_verify, statuses);
    print_message("%zu bytes of stack were used, the thread's own data among them\n", used);
    report_count("stack_bytes", (long)used);
    assert_true(used < STACK);
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED, statuses[0]);
    assert_code(MPMETER_E_TOKEN_CLAIMS, statuses[1]);
    for (int i = 2; i < 5; i++) assert_code(MPMETER_OK, statuses[i]);
}

static void *diagnose(void *context) {
    static const char *const codes[] = {TOKEN_PRODUCT};
    mpmeter_options *options = options_make();
    mpmeter_diagnosis *diagnosis = NULL;
    if (mpmeter_diagnose(options, codes, 1, MPMETER_DIAGNOSE_REGISTER, NULL, &diagnosis, NULL) == MPMETER_OK)
        *(mpmeter_status *)context = mpmeter_diagnosis_status(diagnosis);
    mpmeter_diagnosis_free(diagnosis);
    mpmeter_options_free(options);
    return NULL;
}

static void they_are_for_a_diagnosis_too(void **state) {
    (void)state;
    mpmeter_status found = -1;
    const size_t used = stack_used(STACK, diagnose, &found);
    print_message("%zu bytes of stack were used by a diagnosis\n", used);
    assert_true(used < STACK);
    assert_code(MPMETER_OK, found);
}

/** Makes a journal in a folder of its own, adds with tags, sends, reads the books, opens it again and diagnoses. */
static void *meter(void *context) {
    static const char *const keys[] = {"team", "stage"}, *const values[] = {"one", "test"},
                             *const dimensions[] = {"requests"};
    mpmeter_status *statuses = context;
    char folder[] = "/tmp/mpmeter-stack-XXXXXX", path[64], file[80];
    if (mkdtemp(folder) == NULL) return NULL;
    snprintf(path, sizeof path, "%s/journal", folder);
    mpmeter_client *client = client_make(LONG);
    for (int i = 0; i < 2; i++) {
        mpmeter_meter *opened = NULL;
        char *json = NULL;
        statuses[0] = mpmeter_meter_open(client, TOKEN_PRODUCT, path, 0, &opened, NULL);
        statuses[1] = mpmeter_meter_add(opened, "requests", "9999.999999", keys, values, 2, NULL);
        statuses[2] = mpmeter_meter_send(opened, MPMETER_SEND_FINAL, NULL, NULL);
        statuses[3] = mpmeter_meter_report(opened, &json, NULL);
        mpmeter_string_free(json);
        mpmeter_meter_free(opened);
    }
    mpmeter_options *options = options_make();
    mpmeter_diagnosis *diagnosis = NULL;
    statuses[4] = mpmeter_diagnose_metering(options, TOKEN_PRODUCT, path, dimensions, 1, 0, NULL, &diagnosis, NULL);
    mpmeter_diagnosis_free(diagnosis);
    mpmeter_options_free(options);
    mpmeter_client_free(client);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s%s", path, i == 0 ? "" : i == 1 ? "-journal" : "-sender");
        unlink(file);
    }
    rmdir(folder);
    return NULL;
}

static void they_are_for_a_meter_too(void **state) {
    (void)state;
    mpmeter_status statuses[5] = {-1, -1, -1, -1, -1};
    server_script(SERVER_METERING, SERVER_REFUSE, -1);
    const size_t used = stack_used(STACK, meter, statuses);
    print_message("%zu bytes of stack were used by a meter\n", used);
    report_count("stack_bytes_meter", (long)used);
    assert_true(used < STACK);
    for (int i = 0; i < 5; i++) assert_code(i == 2 ? MPMETER_E_CUSTOMER_NOT_ENTITLED : MPMETER_OK, statuses[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sixty_four_kib_are_enough, server_test_setup),
        cmocka_unit_test_setup(they_are_for_a_diagnosis_too, server_test_setup),
        cmocka_unit_test_setup(they_are_for_a_meter_too, server_test_setup),
    };
    return cmocka_run_group_tests_name("stack", tests, server_group_setup, server_group_teardown);
}
