/* Decides that fork() waits until no thread is inside OpenSSL or libcurl: milliseconds at most, for nothing that waits is inside. */
#include "mpmeter_system.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* Whoever enters or forks passes the gate first, so a fork does not wait for threads that come after it. musl's read-write locks let every
 * reader in while a writer waits, and a fork could then wait without end. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t inside = PTHREAD_RWLOCK_INITIALIZER;

static void before_fork(void) {
    pthread_mutex_lock(&gate);
    pthread_rwlock_wrlock(&inside);
}

static void in_parent(void) {
    pthread_rwlock_unlock(&inside);
    pthread_mutex_unlock(&gate);
}

static void in_child(void) {
    static const pthread_mutex_t fresh_gate = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_rwlock_t fresh_inside = PTHREAD_RWLOCK_INITIALIZER;
    gate = fresh_gate;
    inside = fresh_inside;
}

static void prepare(void) { pthread_atfork(before_fork, in_parent, in_child); }

void mpsys_enter(void) {
    pthread_once(&once, prepare);
    pthread_mutex_lock(&gate);
    pthread_rwlock_rdlock(&inside);
    pthread_mutex_unlock(&gate);
}

void mpsys_leave(void) { pthread_rwlock_unlock(&inside); }
