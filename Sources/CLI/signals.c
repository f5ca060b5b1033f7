/*
 * Decides how a signal stops a call. mpmeter_cancellation_cancel() may not be called in a signal handler, so the
 * signals are blocked and a thread waits for them, until one of its own tells it to end (pthread_cancel() needs
 * libgcc_s.so.1, which a bare image has not).
 */
#include "signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static struct {
    bool running;
    pthread_t thread;
    sigset_t watched, mask_before;
    mpmeter_cancellation *cancellation;
    int caught; /* Written by the thread, read after it was joined. */
} watch;

static void *wait_for_signal(void *unused) {
    int number = 0;
    if (sigwait(&watch.watched, &number) == 0 && number != SIGRTMIN) {
        watch.caught = number;
        mpmeter_cancellation_cancel(watch.cancellation);
    }
    return unused;
}

/** A signal that was ignored when the program started, as under nohup, stays ignored. */
static void add_unless_ignored(int number) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN) sigaddset(&watch.watched, number);
}

void signals_watch(mpmeter_cancellation *cancellation) {
    watch.cancellation = cancellation;
    watch.caught = 0;
    sigemptyset(&watch.watched);
    sigaddset(&watch.watched, SIGRTMIN);
    add_unless_ignored(SIGINT);
    add_unless_ignored(SIGTERM);
    pthread_sigmask(SIG_BLOCK, &watch.watched, &watch.mask_before);
    watch.running = pthread_create(&watch.thread, NULL, wait_for_signal, NULL) == 0;
    if (!watch.running) pthread_sigmask(SIG_SETMASK, &watch.mask_before, NULL);
}

int signals_stop(void) {
    if (!watch.running) return 0;
    pthread_kill(watch.thread, SIGRTMIN);
    pthread_join(watch.thread, NULL);
    watch.running = false;
    /* After a first signal a second one, as timeout(1) sends to the group too, must not end the program before it
     * has told its outcome. */
    if (watch.caught == 0) pthread_sigmask(SIG_SETMASK, &watch.mask_before, NULL);
    return watch.caught;
}
