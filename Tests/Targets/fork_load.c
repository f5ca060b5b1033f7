/*
 * Forks while four threads register without a pause, in the environment of a sandbox. A fork has to get its turn
 * between them, and a child has to be able to register in its turn. Prints how many of the children did. Every wait has
 * an end: alarm().
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mpmeter.h"

enum { THREADS = 4, FORKS = 10, PATIENCE = 120 };

#define FIND(name) p_##name = (__typeof__(&name))dlsym(library, #name)

static __typeof__(&mpmeter_options_new) p_mpmeter_options_new;
static __typeof__(&mpmeter_options_add_public_key) p_mpmeter_options_add_public_key;
static __typeof__(&mpmeter_client_new) p_mpmeter_client_new;
static __typeof__(&mpmeter_register_usage) p_mpmeter_register_usage;
static __typeof__(&mpmeter_client_free) p_mpmeter_client_free;
static __typeof__(&mpmeter_options_free) p_mpmeter_options_free;
static char key[65536];
static int is_over;

static mpmeter_status use(void) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_status status = p_mpmeter_options_new(&options);
    if (status == MPMETER_OK)
        status = p_mpmeter_options_add_public_key(options, atoi(getenv("MPMETER_SANDBOX_PUBLIC_KEY_VERSION")), key);
    if (status == MPMETER_OK) status = p_mpmeter_client_new(options, &client, NULL);
    if (status == MPMETER_OK)
        status = p_mpmeter_register_usage(client, getenv("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    p_mpmeter_client_free(client);
    p_mpmeter_options_free(options);
    return status;
}

static void *work(void *context) {
    (void)context;
    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) (void)use();
    return NULL;
}

int main(int count, char **arguments) {
    pthread_t threads[THREADS];
    FILE *file = fopen(getenv("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (count != 2 || file == NULL) return 2;
    key[fread(key, 1, sizeof key - 1, file)] = 0;
    fclose(file);
    alarm(PATIENCE);
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        puts(dlerror());
        return 1;
    }
    FIND(mpmeter_options_new);
    FIND(mpmeter_options_add_public_key);
    FIND(mpmeter_client_new);
    FIND(mpmeter_register_usage);
    FIND(mpmeter_client_free);
    FIND(mpmeter_options_free);
    for (int i = 0; i < THREADS; i++) pthread_create(threads + i, NULL, work, NULL);
    int good = 0;
    for (int i = 0; i < FORKS; i++) {
        int status = -1;
        const pid_t child = fork();
        if (child == 0) {
            alarm(PATIENCE);
            _exit(use() == MPMETER_OK ? 0 : 1);
        }
        if (child > 0 && waitpid(child, &status, 0) == child && status == 0) good++;
    }
    __atomic_store_n(&is_over, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    printf("%d of %d children registered\n", good, FORKS);
    return good != FORKS;
}
