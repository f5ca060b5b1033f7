/* Decides how a child is run, and reads from /proc and sigaction(2) what a process has. */
#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t read_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_ms(void) { return read_ms(CLOCK_MONOTONIC); }

int64_t thread_cpu_ms(void) { return read_ms(CLOCK_THREAD_CPUTIME_ID); }

void sleep_ms(int64_t milliseconds) {
    struct timespec rest = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0) continue;
}

int64_t slack_ms(int64_t milliseconds) {
    const char *scale = getenv("TIME_SCALE");
    return milliseconds * (scale != NULL ? atoi(scale) : 1);
}

static int entries(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    if (folder == NULL) abort();
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

int process_threads(void) { return entries("/proc/self/task"); }

int process_descriptors(void) { return entries("/proc/self/fd") - 1; }

char *process_environment(void) {
    size_t size = 1;
    for (char **entry = environ; *entry != NULL; entry++) size += strlen(*entry) + 1;
    char *text = calloc(1, size);
    if (text == NULL) abort();
    for (char **entry = environ; *entry != NULL; entry++) strcat(strcat(text, *entry), "\n");
    return text;
}

void process_signals(struct signal_state *state) {
    memset(state, 0, sizeof *state);
    for (int number = 1; number <= 64; number++)
        sigaction(number, NULL, &state->actions[number]); /* It refuses the C library's own two, which stay 0. */
    sigprocmask(SIG_BLOCK, NULL, &state->mask);
    sigpending(&state->pending);
}

bool process_signals_equal(const struct signal_state *a, const struct signal_state *b) {
    for (int number = 1; number <= 64; number++) {
        const struct sigaction *x = &a->actions[number], *y = &b->actions[number];
        if (x->sa_handler != y->sa_handler || x->sa_flags != y->sa_flags ||
            sigismember(&a->mask, number) != sigismember(&b->mask, number) ||
            sigismember(&a->pending, number) != sigismember(&b->pending, number)) {
            fprintf(stderr, "signal %d has changed\n", number);
            return false;
        }
    }
    return true;
}

int in_child(int (*body)(void *context), void *context, int64_t limit_ms) {
    fflush(NULL);
    const pid_t child = fork();
    if (child < 0) abort();
    if (child == 0) {
        struct itimerval limit = {{0, 0}, {.tv_sec = limit_ms / 1000, .tv_usec = limit_ms % 1000 * 1000}};
        setitimer(ITIMER_REAL, &limit, NULL);
        _exit(body(
            context)); /* Not exit(): the parent's buffers and cmocka's handlers are none of the child's business. */
    }
    int status = 0;
    while (waitpid(child, &status, 0) != child) continue;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
