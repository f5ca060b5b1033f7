/* Decides that fork() waits until no thread is inside OpenSSL or libcurl: milliseconds at most, for nothing that waits is inside. */
#include "mpmeter_system.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* A fork is not kept waiting by threads that come after it. */
static const pthread_rwlock_t fresh = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static pthread_rwlock_t inside = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void before_fork(void) { pthread_rwlock_wrlock(&inside); }

static void in_parent(void) { pthread_rwlock_unlock(&inside); }

static void in_child(void) { inside = fresh; }

static void prepare(void) { pthread_atfork(before_fork, in_parent, in_child); }

void mpsys_enter(void) {
    pthread_once(&once, prepare);
    pthread_rwlock_rdlock(&inside);
}

void mpsys_leave(void) { pthread_rwlock_unlock(&inside); }
