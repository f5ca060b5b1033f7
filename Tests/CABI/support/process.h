/* What a library could leave behind in the process, measured; clocks; children. */
#ifndef CABI_PROCESS_H
#define CABI_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/** Milliseconds of the monotonic clock. */
int64_t clock_ms(void);

/** Milliseconds that this thread has computed, however busy the machine is. */
int64_t thread_cpu_ms(void);

void sleep_ms(int64_t milliseconds);

/** `milliseconds`, times TIME_SCALE of the environment: under valgrind everything takes longer. */
int64_t slack_ms(int64_t milliseconds);

/** Entries of /proc/self/task. */
int process_threads(void);

/** Entries of /proc/self/fd, without the one that is opened to count. */
int process_descriptors(void);

/** The whole environment as one text; free() it. */
char *process_environment(void);

struct signal_state {
    struct sigaction actions[65]; /* By number; 0 is unused. */
    sigset_t mask;
    sigset_t pending;
};

void process_signals(struct signal_state *state);

/** Whether handlers, mask and pending signals are the same. */
bool process_signals_equal(const struct signal_state *a, const struct signal_state *b);

/**
 * Runs `body` in a child made by fork(), which ends after `limit_ms` at the latest.
 * @return what body returned (0 to 100), or 128 + the signal that ended the child; SIGALRM (142) means that it hung.
 */
int in_child(int (*body)(void *context), void *context, int64_t limit_ms);

#endif
