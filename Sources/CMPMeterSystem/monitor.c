/* Decides how the library's threads take turns: one lock and one condition for the process, made anew in a child after fork(). */
#include "mpmeter_system.h"

#include <pthread.h>
#include <time.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition;
static uint64_t generation;

static void make_condition(void) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* The forking thread holds the lock across fork(), so that the child finds what it guards in one piece. The child's other threads are gone:
 * whatever they waited for or had under way is marked as another generation's. */
static void before_fork(void) { pthread_mutex_lock(&mutex); }

static void in_parent(void) { pthread_mutex_unlock(&mutex); }

static void in_child(void) {
    pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    mutex = fresh;
    make_condition();
    generation++;
}

static void prepare(void) {
    make_condition();
    pthread_atfork(before_fork, in_parent, in_child);
}

void mpsys_lock(void) {
    pthread_once(&once, prepare);
    pthread_mutex_lock(&mutex);
}

void mpsys_unlock(void) { pthread_mutex_unlock(&mutex); }

void mpsys_wait(int64_t until_ms) {
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000L};
    pthread_cond_timedwait(&condition, &mutex, &until);
}

void mpsys_wake(void) { pthread_cond_broadcast(&condition); }

uint64_t mpsys_fork_generation(void) { return generation; }
