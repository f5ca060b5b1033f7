/* Decides that a peer that hangs up never raises SIGPIPE in the host. libcurl sends with MSG_NOSIGNAL, but c-ares
 * and OpenSSL may write(2): the signal is blocked on this thread for the call, and one that came is taken back. No
 * disposition is touched. */
#include "mpmeter_system.h"

#include <pthread.h>
#include <time.h>

void mpsys_sigpipe_hold(mpsys_sigpipe *state) {
    sigset_t pipe_alone, pending;
    sigemptyset(&pipe_alone);
    sigaddset(&pipe_alone, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    state->was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_alone, &state->mask);
}

void mpsys_sigpipe_release(const mpsys_sigpipe *state) {
    if (!state->was_pending) {
        sigset_t pipe_alone;
        struct timespec at_once = {0, 0};
        sigemptyset(&pipe_alone);
        sigaddset(&pipe_alone, SIGPIPE);
        while (sigtimedwait(&pipe_alone, NULL, &at_once) == SIGPIPE) {}
    }
    pthread_sigmask(SIG_SETMASK, &state->mask, NULL);
}
