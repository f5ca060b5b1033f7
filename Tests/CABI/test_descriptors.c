/* Hosts whose descriptors are not as usual: 0, 1 and 2 closed, very many open, none left. Each runs in a child of
 * its own. */
#include "support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000, LIMIT = 15000, FULL = 64 };

static int register_once(void *client) { return mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL); }

static void *register_in_thread(void *client) { return (void *)(intptr_t)register_once(client); }

/** @return the status; 100 if one of the three numbers was in use in the middle of the call, 101 if it was
 * afterwards. */
static int register_without_stdio(void *client) {
    pthread_t thread;
    void *status = NULL;
    bool taken = false, still_taken = false;
    for (int number = 0; number < 3; number++) close(number);
    if (pthread_create(&thread, NULL, register_in_thread, client) != 0) return 102;
    server_await(SERVER_METERING, 1); /* The server is slow to answer: the connection is open. */
    for (int number = 0; number < 3; number++) taken |= fcntl(number, F_GETFD) != -1 || errno != EBADF;
    pthread_join(thread, &status);
    for (int number = 0; number < 3; number++) still_taken |= fcntl(number, F_GETFD) != -1 || errno != EBADF;
    return taken ? 100 : still_taken ? 101 : (int)(intptr_t)status;
}

/* A daemon has closed 0, 1 and 2, and parts of it may print all the same: not into the library's connections. */
static void descriptors_0_1_and_2_stay_closed(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    assert_int_equal(in_child(register_without_stdio, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

/** @return the status; 100 if something in the middle of the call would be open after an exec, 101 if nothing was
 * open, 102 for no thread. */
static int register_and_look(void *client) {
    pthread_t thread;
    void *status = NULL;
    bool was_open[FULL], is_inherited = false;
    int opened = 0;
    for (int number = 0; number < FULL; number++) was_open[number] = fcntl(number, F_GETFD) != -1;
    if (pthread_create(&thread, NULL, register_in_thread, client) != 0) return 102;
    server_await(SERVER_METERING, 1);
    for (int number = 0; number < FULL; number++) {
        const int flags = was_open[number] ? -1 : fcntl(number, F_GETFD);
        opened += flags != -1;
        is_inherited |= flags != -1 && (flags & FD_CLOEXEC) == 0;
    }
    pthread_join(thread, &status);
    return is_inherited ? 100 : opened == 0 ? 101 : (int)(intptr_t)status;
}

/* A host that starts another program meanwhile does not hand it our connections. */
static void no_program_inherits_a_descriptor(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    server_script(SERVER_METERING, SERVER_SLOW, -1);
    assert_int_equal(in_child(register_and_look, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

static int register_above_1024(void *client) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int number = 0; number < 1100;)
        if ((number = open("/dev/null", O_RDONLY)) < 0) return 100;
    return register_once(client);
}

/* select(2) overwrites memory from descriptor 1024 on. */
static void descriptors_may_be_above_1024(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    assert_int_equal(in_child(register_above_1024, client, slack_ms(LIMIT)), MPMETER_OK);
    mpmeter_client_free(client);
}

struct shortage {
    mpmeter_client *client;
    int left;
};

/** @return the status with so few descriptors left; 100 if there are not as many as before afterwards, 101 if all of
 * them do not help. */
static int register_with_few(void *context) {
    const struct shortage *shortage = context;
    const struct rlimit limit = {FULL, FULL};
    int first = -1, last = -1;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int number; (number = open("/dev/null", O_RDONLY)) >= 0; last = number) first = first < 0 ? number : first;
    for (int i = 0; i < shortage->left; i++) close(last - i);
    const int status = register_once(shortage->client);
    int left = 0;
    while (open("/dev/null", O_RDONLY) >= 0) left++;
    for (int number = first; number <= last; number++) close(number);
    if (left != shortage->left) return 100;
    return mpmeter_register_usage(shortage->client, "another", NULL, NULL, NULL, NULL) == MPMETER_OK ? status : 101;
}

/* Out of descriptors is a failure like another: a status, not a crash or a wait for ever, and it passes. */
static void running_out_of_descriptors_is_a_status(void **state) {
    (void)state;
    if (getenv("UNDER_VALGRIND") != NULL)
        skip(); /* valgrind keeps descriptors of its own beyond the limit, and lends them. */
    struct shortage shortage = {.client = client_make(1000)};
    int outcome = -1, failures = 0;
    for (; shortage.left < 16 && outcome != MPMETER_OK; shortage.left++) {
        outcome = in_child(register_with_few, &shortage, slack_ms(LIMIT));
        assert_in_range(outcome, MPMETER_OK, MPMETER_E_INTERNAL);
        failures += outcome != MPMETER_OK;
    }
    print_message("a registration needs %d descriptors\n", failures);
    assert_in_range(failures, 1, 8);
    assert_int_equal(outcome, MPMETER_OK);
    mpmeter_client_free(shortage.client);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(descriptors_0_1_and_2_stay_closed, server_test_setup),
        cmocka_unit_test_setup(no_program_inherits_a_descriptor, server_test_setup),
        cmocka_unit_test_setup(descriptors_may_be_above_1024, server_test_setup),
        cmocka_unit_test_setup(running_out_of_descriptors_is_a_status, server_test_setup),
    };
    return cmocka_run_group_tests_name("descriptors", tests, server_group_setup, server_group_teardown);
}
