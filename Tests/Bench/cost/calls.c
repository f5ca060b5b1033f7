/*
 * Decides how calls on one kept client are measured.
 *
 *   calls register|verify|region CALLS THREADS      prints "calls seconds cpu_seconds", without the first call of each
 *   thread
 */
#include "library.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct library library;
static mpmeter_client *client;
static char *signature;
static const char *what;
static long calls;
static pthread_barrier_t barrier;

static void call(long number) {
    mpmeter_error *error = NULL;
    mpmeter_status status = MPMETER_OK;
    if (strcmp(what, "verify") == 0) {
        mpmeter_registration *registration = NULL;
        status = library.mpmeter_verify(client, signature, "bench-product", 1, "bench-1", &registration, &error);
        library.mpmeter_registration_free(registration);
    } else if (strcmp(what, "region") == 0) {
        mpmeter_region *region = NULL;
        status = library.mpmeter_region_find(client, NULL, &region, &error);
        library.mpmeter_region_free(region);
    } else {
        char nonce[32];
        snprintf(nonce, sizeof nonce, "bench-%ld", number);
        status = library.mpmeter_register_usage(client, "bench-product", nonce, NULL, NULL, &error);
    }
    library_check(&library, status, &error);
}

static void *work(void *first) {
    long number = *(long *)first;
    call(number);
    /* The clock is read between the first, when all are ready, and the second. */
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    for (long i = 1; i <= calls; i++) call(number + i);
    pthread_barrier_wait(&barrier);
    return NULL;
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    what = argv[1];
    calls = atol(argv[2]);
    long threads = atol(argv[3]);
    long firsts[threads];
    pthread_t ids[threads];
    library = library_load();
    client = library_client(&library);
    signature = token(1);
    pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
    for (long i = 0; i < threads; i++) {
        firsts[i] = 1 + i * (calls + 1);
        if (pthread_create(&ids[i], NULL, work, &firsts[i]) != 0) return 1;
    }
    pthread_barrier_wait(&barrier);
    double start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    printf("%ld %.6f %.6f\n", calls * threads, now(CLOCK_MONOTONIC) - start, now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    for (long i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    return 0;
}
