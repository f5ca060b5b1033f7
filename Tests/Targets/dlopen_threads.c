/*
 * Loads the library that its argument names while eight threads run already, as Python, Java and Node.js do, and lets
 * each of them register: in the environment of a sandbox. musl has no room for some kinds of thread-local variables
 * then. Prints how many registered.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpmeter.h"

enum { THREADS = 8, FIRST_SIGNAL = 1, LAST_SIGNAL = 31 };

#define FIND(name) __typeof__(&name) p_##name = (__typeof__(&name))dlsym(library, #name)

static pthread_barrier_t loaded;
static void *library;
static int registered;
static char key[65536];

static void *work(void *context) {
    (void)context;
    pthread_barrier_wait(&loaded);
    FIND(mpmeter_options_new);
    FIND(mpmeter_options_add_public_key);
    FIND(mpmeter_client_new);
    FIND(mpmeter_register_usage);
    FIND(mpmeter_client_free);
    FIND(mpmeter_options_free);
    FIND(mpmeter_status_name);
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_status status = p_mpmeter_options_new(&options);
    if (status == MPMETER_OK)
        status = p_mpmeter_options_add_public_key(options, atoi(getenv("MPMETER_SANDBOX_PUBLIC_KEY_VERSION")), key);
    if (status == MPMETER_OK) status = p_mpmeter_client_new(options, &client, NULL);
    if (status == MPMETER_OK)
        status = p_mpmeter_register_usage(client, getenv("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    if (status == MPMETER_OK)
        __atomic_add_fetch(&registered, 1, __ATOMIC_RELAXED);
    else
        puts(p_mpmeter_status_name(status));
    p_mpmeter_client_free(client);
    p_mpmeter_options_free(options);
    return NULL;
}

/** How many signals have a handler, or are ignored. */
static int handled(void) {
    int count = 0;
    for (int number = FIRST_SIGNAL; number <= LAST_SIGNAL; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL) count++;
    }
    return count;
}

int main(int count, char **arguments) {
    pthread_t threads[THREADS];
    FILE *file = fopen(getenv("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (count != 2 || file == NULL) return 2;
    key[fread(key, 1, sizeof key - 1, file)] = 0;
    fclose(file);
    const int before = handled();
    pthread_barrier_init(&loaded, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) pthread_create(threads + i, NULL, work, NULL);
    library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        puts(dlerror());
        return 1;
    }
    pthread_barrier_wait(&loaded);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    printf("%d of %d threads registered; %d signals more have a handler\n", registered, THREADS, handled() - before);
    return registered != THREADS || handled() != before;
}
