/* Decides that pthread_cancel() ends no thread in the middle of the library: it is held back for the call, and lets
 * the host's log callback alone. */
#include "mpmeter_system.h"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the host had chosen, for its callback. */
static MPSYS_THREAD_LOCAL int chosen;

int mpsys_cancelling_hold(void) {
    int before = PTHREAD_CANCEL_ENABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    chosen = before;
    return before;
}

void mpsys_cancelling_release(int before) { pthread_setcancelstate(before, NULL); }

void mpsys_callback_begin(void) { pthread_setcancelstate(chosen, NULL); }

void mpsys_callback_end(void) {
    int unused;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &unused);
}

uint64_t mpsys_thread(void) { return (uint64_t)(uintptr_t)&chosen; }

int32_t mpsys_kernel_thread(void) { return (int32_t)syscall(SYS_gettid); }

int mpsys_has_ended(int32_t kernel_thread) {
    int before = errno;
    int gone = syscall(SYS_tgkill, getpid(), kernel_thread, 0) != 0 && errno == ESRCH;
    errno = before;
    return gone;
}
