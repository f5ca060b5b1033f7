/*
 * A host in which one thread registers while another forks and a third may cancel: how long each had to wait.
 *
 *   steps KEY_FILE DEADLINE_MS CANCEL_AFTER_MS       0 for no cancellation
 *
 * One line: status, milliseconds of the call, milliseconds from the cancellation to the call's end (-1 without), the
 * longest fork() in microseconds, how many forks there were, message
 */
#include <mpmeter.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_bool is_over;
static int64_t longest, forks, cancelled_at;
static mpmeter_cancellation *cancellation;

static int64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *fork_on(void *unused) {
    (void)unused;
    while (!is_over) {
        const int64_t began = microseconds();
        const pid_t child = fork();
        if (child == 0) _exit(0);
        const int64_t took = microseconds() - began;
        if (took > longest) longest = took;
        forks++;
        waitpid(child, NULL, 0);
        usleep(500);
    }
    return NULL;
}

static void *cancel(void *after) {
    usleep((useconds_t)(intptr_t)after * 1000);
    cancelled_at = microseconds();
    mpmeter_cancellation_cancel(cancellation);
    return NULL;
}

int main(int count, char **arguments) {
    static char key[65536];
    FILE *file = count == 4 ? fopen(arguments[1], "r") : NULL;
    if (file == NULL || fread(key, 1, sizeof key - 1, file) == 0) return 2;
    const long deadline = strtol(arguments[2], NULL, 10), after = strtol(arguments[3], NULL, 10);
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    if (mpmeter_options_new(&options) || mpmeter_options_add_public_key(options, 1, key) ||
        mpmeter_options_set_deadline_ms(options, deadline) || mpmeter_cancellation_new(&cancellation) ||
        mpmeter_client_new(options, &client, &error)) {
        fprintf(stderr, "%s\n", mpmeter_error_text(error));
        return 2;
    }
    pthread_t forker, canceller;
    pthread_create(&forker, NULL, fork_on, NULL);
    const int64_t began = microseconds();
    if (after > 0) pthread_create(&canceller, NULL, cancel, (void *)(intptr_t)after);
    const mpmeter_status status = mpmeter_register_usage(client, "product", NULL, cancellation, NULL, &error);
    const int64_t ended = microseconds();
    is_over = 1;
    pthread_join(forker, NULL);
    if (after > 0) pthread_join(canceller, NULL);
    printf("%s %.1f %.1f %lld %lld %s\n", mpmeter_status_name(status), (double)(ended - began) / 1000,
           after > 0 ? (double)(ended - cancelled_at) / 1000 : -1.0, (long long)longest, (long long)forks,
           error == NULL ? "" : mpmeter_error_message(error));
    return 0;
}
