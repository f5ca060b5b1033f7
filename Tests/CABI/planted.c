/*
 * Defects made on purpose, for check_sanitizers.sh: one each, named by the argument. Those that can be are a host's
 * mistakes that show in the library's own code, so that seeing them proves that the library is instrumented, not this
 * program alone.
 */
#include <mpmeter.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(mpmeter_status status) {
    if (status != MPMETER_OK) exit(70);
}

static void *set_deadlines(void *options) {
    for (int i = 0; i < 10000; i++) must(mpmeter_options_set_deadline_ms(options, 1000 + i));
    return NULL;
}

/* mpmeter.h: "mpmeter_options must be used by one thread at a time." */
static void race(void) {
    pthread_t threads[2];
    mpmeter_options *options = NULL;
    must(mpmeter_options_new(&options));
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, set_deadlines, options) != 0) exit(70);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    mpmeter_options_free(options);
}

static void use_after_free(void) {
    mpmeter_error *error = NULL;
    if (mpmeter_client_new(NULL, NULL, &error) == MPMETER_OK || error == NULL) exit(70);
    mpmeter_error_free(error);
    printf("%lld\n", (long long)mpmeter_error_elapsed_ms(error));
}

/* Many: a pointer to the last of them may still lie in a register or on the stack, and counts as known. */
static void leak(void) {
    for (int i = 0; i < 100; i++) {
        mpmeter_options *options = NULL;
        must(mpmeter_options_new(&options));
        printf("%d\n", options != NULL);
    }
}

static void overflow(void) {
    volatile int most = INT_MAX;
    printf("%d\n", most + 1);
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        void (*plant)(void);
    } defects[] = {{"race", race}, {"use-after-free", use_after_free}, {"leak", leak}, {"overflow", overflow}};
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++)
        if (count == 2 && strcmp(arguments[1], defects[i].name) == 0) {
            defects[i].plant();
            return 0;
        }
    return 70;
}
