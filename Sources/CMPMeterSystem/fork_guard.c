/* Decides that fork() waits until no thread is inside OpenSSL or libcurl: milliseconds at most, for nothing that
 * waits is inside. A fork() in a signal handler that interrupts such a thread does not wait: it would wait for
 * itself. Its child may return from the handler, and go on. */
#include "mpmeter_system.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* Whoever enters or forks passes the gate first, so a fork does not wait for threads that come after it. musl's
 * read-write locks let every reader in while a writer waits, and a fork could then wait without end. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t inside = PTHREAD_RWLOCK_INITIALIZER;
static sigset_t mask_of_forker;
/* Changed with signals blocked only, so that a handler finds it true. */
static MPSYS_THREAD_LOCAL int is_inside;

static void before_fork(void) {
    sigset_t before;
    if (is_inside) return;
    mpsys_signals_hold(&before);
    pthread_mutex_lock(&gate);
    pthread_rwlock_wrlock(&inside);
    mask_of_forker = before;
}

static void in_parent(void) {
    if (is_inside) return;
    const sigset_t before = mask_of_forker;
    pthread_rwlock_unlock(&inside);
    pthread_mutex_unlock(&gate);
    mpsys_signals_release(&before);
}

static void in_child(void) {
    static const pthread_mutex_t fresh_gate = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_rwlock_t fresh_inside = PTHREAD_RWLOCK_INITIALIZER;
    gate = fresh_gate;
    inside = fresh_inside;
    if (is_inside) {
        pthread_rwlock_rdlock(&inside);
    } else {
        const sigset_t before = mask_of_forker;
        mpsys_signals_release(&before);
    }
}

static void prepare(void) { pthread_atfork(before_fork, in_parent, in_child); }

/* When the library is loaded, as in monitor.c. */
__attribute__((constructor(102))) static void prepare_when_loaded(void) { pthread_once(&once, prepare); }

void mpsys_enter(void) {
    sigset_t before;
    mpsys_signals_hold(&before);
    pthread_once(&once, prepare);
    pthread_mutex_lock(&gate);
    pthread_rwlock_rdlock(&inside);
    pthread_mutex_unlock(&gate);
    is_inside = 1;
    mpsys_signals_release(&before);
}

void mpsys_leave(void) {
    sigset_t before;
    mpsys_signals_hold(&before);
    is_inside = 0;
    pthread_rwlock_unlock(&inside);
    mpsys_signals_release(&before);
}
