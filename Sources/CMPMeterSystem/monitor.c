/* Decides how the library's threads take turns: one lock for the process, held with signals blocked, and one place
 * to wait at, which is the kernel's. A signal handler therefore never finds the lock taken by the thread that it
 * interrupts, and nothing in memory is amiss when it forks. */
#include "mpmeter_system.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Of linux/futex.h, which not every libc's headers come with. */
enum { FUTEX_WAIT_PRIVATE = 0 | 128, FUTEX_WAKE_PRIVATE = 1 | 128 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sigset_t mask_of_holder;
static uint32_t wakes;
static uint64_t generation;

void mpsys_signals_hold(sigset_t *before) {
    /* What the thread itself does wrong ends the process if it is blocked; SIGSYS is how a sandbox stands in for a
     * system call. */
    static const int never[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    sigset_t most;
    sigfillset(&most);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) sigdelset(&most, never[i]);
    pthread_sigmask(SIG_BLOCK, &most, before);
}

void mpsys_signals_release(const sigset_t *before) { pthread_sigmask(SIG_SETMASK, before, NULL); }

static void take(void) {
    sigset_t before;
    mpsys_signals_hold(&before);
    pthread_mutex_lock(&mutex);
    mask_of_holder = before;
}

static void give_back(void) {
    const sigset_t before = mask_of_holder;
    pthread_mutex_unlock(&mutex);
    mpsys_signals_release(&before);
}

/* The forking thread holds the lock across fork(), so that the child finds what it guards in one piece. The child's
 * other threads are gone: whatever they waited for or had under way is marked as another generation's. */
static void in_child(void) {
    const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    const sigset_t before = mask_of_holder;
    mutex = fresh;
    generation++;
    mpsys_signals_release(&before);
}

static void prepare(void) { pthread_atfork(take, give_back, in_child); }

/* When the library is loaded: musl's pthread_once() waits without end in a child that was forked while another
 * thread was in it. What a host calls before that, in a constructor of its own, still comes by way of mpsys_lock(). */
__attribute__((constructor(101))) static void prepare_when_loaded(void) { pthread_once(&once, prepare); }

void mpsys_lock(void) {
    sigset_t before;
    mpsys_signals_hold(&before);
    pthread_once(&once, prepare);
    pthread_mutex_lock(&mutex);
    mask_of_holder = before;
}

void mpsys_unlock(void) { give_back(); }

void mpsys_wait(int64_t until_ms) {
    const uint32_t seen = wakes;
    mpsys_unlock();
    int64_t left = until_ms - mpsys_monotonic_ms();
    if (left > 0) {
        struct timespec limit = {.tv_sec = (time_t)(left / 1000), .tv_nsec = (long)(left % 1000) * 1000000L};
        const long result = syscall(SYS_futex, &wakes, FUTEX_WAIT_PRIVATE, seen, &limit, NULL, 0);
        if (result != 0 && errno != EAGAIN && errno != EINTR && errno != ETIMEDOUT) {
            /* A kernel that does not offer it. */
            const struct timespec moment = {.tv_nsec = 10000000L};
            nanosleep(left > 10 ? &moment : &limit, NULL);
        }
    }
    mpsys_lock();
}

void mpsys_wake(void) {
    __atomic_add_fetch(&wakes, 1, __ATOMIC_RELAXED);
    syscall(SYS_futex, &wakes, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

uint64_t mpsys_fork_generation(void) { return generation; }
