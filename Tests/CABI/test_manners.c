/*
 * A guest in somebody else's process. mpmeter.h: "The library starts no thread, installs no signal or exit handler,
 * sets no environment variable, writes nothing to stdout or stderr and calls back only on the thread that called it."
 */
#include "support/check.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000 };

/** What the log callback has seen. */
struct witness {
    pthread_t caller;
    int lines, threads, descriptors;
    bool foreign_thread, bad_line, under_level;
    mpmeter_log_level level;
    char text[65536];
};

static void watch(void *context, mpmeter_log_level level, const char *message) {
    struct witness *witness = context;
    const int threads = process_threads();
    witness->lines++;
    witness->threads = threads > witness->threads ? threads : witness->threads;
    witness->foreign_thread |= !pthread_equal(witness->caller, pthread_self());
    witness->bad_line |= strpbrk(message, "\r\n") != NULL || message[0] == '\0';
    witness->under_level |= level < witness->level || level > MPMETER_LOG_WARNING;
    if (strlen(witness->text) + strlen(message) + 2 < sizeof witness->text)
        strcat(strcat(witness->text, message), "\n");
}

static mpmeter_client *watched_client(struct witness *witness, mpmeter_log_level level, int64_t deadline_ms) {
    mpmeter_options *options = options_make();
    witness->caller = pthread_self();
    witness->level = level;
    assert_code(MPMETER_OK, mpmeter_options_set_log(options, watch, witness, level));
    assert_code(MPMETER_OK, mpmeter_options_set_deadline_ms(options, deadline_ms));
    return client_from(options);
}

/** One of everything: a registration that needs a retry, a refusal, a hang. */
static void use_the_library(void) {
    mpmeter_client *client = client_make(LONG);
    mpmeter_region *region = NULL;
    server_script(SERVER_METERING, SERVER_RESET, SERVER_SUCCEED, SERVER_REFUSE, -1);
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED, mpmeter_register_usage(client, "refused", NULL, NULL, NULL, NULL));
    assert_code(MPMETER_OK, mpmeter_region_find(client, NULL, &region, NULL));
    mpmeter_region_free(region);
    mpmeter_client_free(client);
    client = client_make(200);
    server_script(SERVER_METERING, SERVER_HANG, -1);
    assert_code(MPMETER_E_DEADLINE, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
    mpmeter_client_free(client);
}

static void nothing_is_left_behind(void **state) {
    (void)state;
    struct signal_state before, after;
    char *environment = process_environment(), *locale = strdup(setlocale(LC_ALL, NULL)), *folder = getcwd(NULL, 0);
    const mode_t mask = umask(022);
    umask(mask);
    const int threads = process_threads(), descriptors = process_descriptors();
    process_signals(&before);

    use_the_library();

    process_signals(&after);
    assert_true(process_signals_equal(&before, &after));
    assert_int_equal(process_threads(), threads);
    assert_int_equal(process_descriptors(), descriptors);
    char *environment_after = process_environment(), *folder_after = getcwd(NULL, 0);
    assert_string_equal(environment_after, environment);
    assert_string_equal(setlocale(LC_ALL, NULL), locale);
    assert_string_equal(folder_after, folder);
    assert_int_equal(umask(mask), mask);
    free(environment), free(environment_after), free(locale), free(folder), free(folder_after);
}

static void a_log_line_is_one_line_on_the_callers_thread(void **state) {
    (void)state;
    const mpmeter_log_level levels[] = {MPMETER_LOG_DEBUG, MPMETER_LOG_INFO, MPMETER_LOG_WARNING};
    int lines[COUNT(levels)];
    const int threads = process_threads();
    for (size_t i = 0; i < COUNT(levels); i++) {
        static struct witness witness;
        memset(&witness, 0, sizeof witness);
        mpmeter_client *client = watched_client(&witness, levels[i], LONG);
        server_script(SERVER_METERING, SERVER_UNAVAILABLE, SERVER_ROTATION, -1);
        assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL));
        lines[i] = witness.lines;
        mpmeter_client_free(client);
        assert_int_equal(witness.lines, lines[i]);
        assert_false(witness.foreign_thread);
        assert_false(witness.bad_line);
        assert_false(witness.under_level);
        if (witness.lines > 0)
            assert_int_equal(witness.threads, threads); /* No thread in the middle of a call either. */
    }
    assert_true(lines[0] > lines[1] && lines[1] > lines[2]);
    assert_true(lines[2] >= 1); /* A key that has expired is worth a warning. */
}

static void the_log_and_the_error_hold_no_secret(void **state) {
    (void)state;
    static struct witness witness;
    char secret[SERVER_SECRET_SIZE + 1] = "", token[SERVER_SECRET_SIZE + 1] = "";
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "authorization-7c1f", 1);
    server_script(SERVER_METERING, SERVER_UNAVAILABLE, SERVER_REFUSE, -1);
    mpmeter_client *client = watched_client(&witness, MPMETER_LOG_DEBUG, LONG);
    unsetenv("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    mpmeter_error *error = NULL;
    assert_code(MPMETER_E_CUSTOMER_NOT_ENTITLED,
                mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, &error));
    for (int i = 0; i < SERVER_SECRET_SIZE; i++) {
        secret[i] = (char)(server_masked_secret_key[i] ^ SERVER_MASK);
        token[i] = (char)(server_masked_session_token[i] ^ SERVER_MASK);
    }
    const char *const secrets[] = {secret, token, "authorization-7c1f", "Signature="};
    assert_true(witness.lines > 0);
    for (size_t i = 0; i < COUNT(secrets); i++) {
        assert_null(strstr(witness.text, secrets[i]));
        assert_null(strstr(mpmeter_error_message(error), secrets[i]));
        assert_null(strstr(mpmeter_error_fix(error), secrets[i]));
    }
    mpmeter_error_free(error);
    mpmeter_client_free(client);
}

static void stdout_and_stderr_stay_silent(void **state) {
    (void)state;
    char path[] = "/tmp/mpmeter-cabi-XXXXXX";
    const int file = mkstemp(path), out = dup(1), err = dup(2);
    struct stat written;
    assert_true(file >= 0);
    unlink(path);
    fflush(NULL);
    dup2(file, 1);
    dup2(file, 2);
    use_the_library();
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    close(out), close(err);
    assert_int_equal(fstat(file, &written), 0);
    assert_int_equal(written.st_size, 0);
    close(file);
}

/* mpmeter.h: "It reads the environment once, in mpmeter_client_new()". */
static void the_environment_is_read_when_the_client_is_made(void **state) {
    (void)state;
    const char *const names[] = {"AWS_REGION", "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
                                 "AWS_CONTAINER_CREDENTIALS_FULL_URI"};
    char *values[COUNT(names)];
    mpmeter_client *client = client_make(LONG);
    for (size_t i = 0; i < COUNT(names); i++) {
        values[i] = strdup(getenv(names[i]));
        setenv(names[i], "nonsense", 1);
    }
    const mpmeter_status status = mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL);
    for (size_t i = 0; i < COUNT(names); i++) {
        setenv(names[i], values[i], 1);
        free(values[i]);
    }
    assert_code(MPMETER_OK, status);
    mpmeter_client_free(client);
}

/* A program reads errno after its own call failed; asking about that or cleaning up in between must not change it. */
static void asking_and_freeing_keep_errno(void **state) {
    (void)state;
    mpmeter_client *client = client_make(LONG);
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    assert_code(MPMETER_OK, mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL));
    assert_code(MPMETER_E_INVALID_ARGUMENT, mpmeter_register_usage(client, "", NULL, NULL, NULL, &error));
    errno = E2BIG;
    mpmeter_status_name(MPMETER_E_NETWORK);
    mpmeter_status_fix(MPMETER_E_NETWORK);
    mpmeter_error_message(error);
    mpmeter_registration_signature(registration);
    mpmeter_error_free(error);
    mpmeter_registration_free(registration);
    mpmeter_client_free(client);
    assert_int_equal(errno, E2BIG);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_left_behind, server_test_setup),
        cmocka_unit_test_setup(a_log_line_is_one_line_on_the_callers_thread, server_test_setup),
        cmocka_unit_test_setup(the_log_and_the_error_hold_no_secret, server_test_setup),
        cmocka_unit_test_setup(stdout_and_stderr_stay_silent, server_test_setup),
        cmocka_unit_test_setup(the_environment_is_read_when_the_client_is_made, server_test_setup),
        cmocka_unit_test_setup(asking_and_freeing_keep_errno, server_test_setup),
    };
    return cmocka_run_group_tests_name("manners", tests, server_group_setup, server_group_teardown);
}
