/*
 * What the library asks of the operating system, in the few places where Swift's embedded subset has no words for it.
 * All functions are safe to call from any thread.
 */
#ifndef MPMETER_SYSTEM_H
#define MPMETER_SYSTEM_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* ---- monitor.c: the one lock of the process, its condition, and the count of forks ---- */

/* Never held during I/O or a callback, and not recursive. */
void mpsys_lock(void);
void mpsys_unlock(void);
/* With the lock held: waits for mpsys_wake() or until the moment, in milliseconds of mpsys_monotonic_ms(). May return early. */
void mpsys_wait(int64_t until_ms);
/* With the lock held. */
void mpsys_wake(void);
/* With the lock held: a number that differs in a child made by fork(). */
uint64_t mpsys_fork_generation(void);

/* ---- fork_guard.c: what fork() must not cut in two ---- */

/* Between the two calls, a fork() in another thread waits: OpenSSL and libcurl have locks of their own, which a child would find taken for ever.
 * Any number of threads at once; never nested, never across a wait. */
void mpsys_enter(void);
void mpsys_leave(void);

/* ---- A number that one thread sets and another reads ---- */

static inline void mpsys_flag_set(int *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }

/* ---- clock.c ---- */

int64_t mpsys_monotonic_ms(void);
int64_t mpsys_unix_seconds(void);

/* ---- receiving.c ---- */

/* From this moment of the monotonic clock on, what this thread receives counts as not there yet; 0 for no such moment. */
void mpsys_receive_until(int64_t moment_ms);
int mpsys_receiving_is_over(void);

/* ---- random.c ---- */

/* Fills `bytes` from the kernel's generator. 0, or -1 if it has none. */
int mpsys_random(uint8_t *bytes, size_t count);

/* ---- file.c ---- */

/* Reads a regular file of at most `capacity` bytes without ever blocking. The count, or a negative errno: -EFBIG for a longer file, -EINVAL
 * for anything that is no regular file. */
int64_t mpsys_read_file(const char *path, uint8_t *bytes, size_t capacity);

/* 1 if the path is a regular file of at most `limit` bytes that this process may read, else 0. */
int mpsys_is_readable(const char *path, int64_t limit);

/* ---- environment.c ---- */

/* The variable's value, to be copied at once, or NULL. Reads `environ` itself: in the shipped library getenv() answers NULL. */
const char *mpsys_environment(const char *name);

/* ---- sigpipe.c ---- */

typedef struct {
    sigset_t mask;
    int was_pending;
} mpsys_sigpipe;

/* Between the two calls, on this thread, writing to a closed connection raises no SIGPIPE. */
void mpsys_sigpipe_hold(mpsys_sigpipe *state);
void mpsys_sigpipe_release(const mpsys_sigpipe *state);

#endif
