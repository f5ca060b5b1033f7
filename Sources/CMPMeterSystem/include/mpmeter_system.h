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

/* A variable of each thread. Initial-exec: it is there from the start, so that reading it allocates nothing. musl
 * refuses to dlopen() a library with such a variable, and needs none: its dlopen() allocates for every thread
 * itself. */
#ifdef __GLIBC__
#define MPSYS_THREAD_LOCAL _Thread_local __attribute__((tls_model("initial-exec")))
#else
#define MPSYS_THREAD_LOCAL _Thread_local
#endif

/* ---- monitor.c: the one lock of the process, where threads wait, and the count of forks ---- */

/* Never held during I/O or a callback, and not recursive. */
void mpsys_lock(void);
void mpsys_unlock(void);
/* With the lock held: waits without it for mpsys_wake() or until the moment, in milliseconds of
 * mpsys_monotonic_ms(). May return early. */
void mpsys_wait(int64_t until_ms);
/* With the lock held. */
void mpsys_wake(void);
/* With the lock held: a number that differs in a child made by fork(). */
uint64_t mpsys_fork_generation(void);

/* Between the two calls no signal handler runs on this thread, but for what the thread itself brings about. */
void mpsys_signals_hold(sigset_t *before);
void mpsys_signals_release(const sigset_t *before);

/* ---- fork_guard.c: what fork() must not cut in two ---- */

/* Between the two calls, a fork() in another thread waits: OpenSSL and libcurl have locks of their own, which a
 * child would find taken for ever. Any number of threads at once; never nested, never across a wait. */
void mpsys_enter(void);
void mpsys_leave(void);

/* ---- cancelling.c: pthread_cancel() ---- */

/* Between the two calls the thread is not cancelled. The first returns what the second takes. */
int mpsys_cancelling_hold(void);
void mpsys_cancelling_release(int before);
/* Between these two, which are between those, it is as the host has chosen. */
void mpsys_callback_begin(void);
void mpsys_callback_end(void);

/* A number that no other living thread has. */
uint64_t mpsys_thread(void);

/* The kernel's number of the calling thread, and whether the thread of this process with such a number is gone. A
 * number may be given again: then the answer is no, as it is where the kernel does not say. */
int32_t mpsys_kernel_thread(void);
int mpsys_has_ended(int32_t kernel_thread);

/* ---- A number that one thread sets and another reads ---- */

static inline void mpsys_flag_set(int *flag) { __atomic_store_n(flag, 1, __ATOMIC_RELAXED); }

/* ---- clock.c ---- */

int64_t mpsys_monotonic_ms(void);
int64_t mpsys_unix_seconds(void);

/* ---- receiving.c ---- */

/* From this moment of the monotonic clock on, what this thread receives counts as not there yet; 0 for no such
 * moment. */
void mpsys_receive_until(int64_t moment_ms);
int mpsys_receiving_is_over(void);

/* ---- shortage.c ---- */

/* Whether an allocation has failed on this thread since it was last forgotten. */
void mpsys_shortage_forget(void);
void mpsys_shortage_note(void);
int mpsys_shortage_seen(void);

/* ---- random.c ---- */

/* Fills `bytes` from the kernel's generator. 0, or -1 if it has none. */
int mpsys_random(uint8_t *bytes, size_t count);

/* Fills `bytes` from what the kernel gave the process at its start, and the clock: for what has to differ, not for what
 * nobody may guess. */
void mpsys_random_of_start(uint8_t *bytes, size_t count);

/* ---- file.c ---- */

/* Reads a regular file of at most `capacity` bytes without ever blocking. The count, or a negative errno: -EFBIG for
 * a longer file, -EINVAL for anything that is no regular file. */
int64_t mpsys_read_file(const char *path, uint8_t *bytes, size_t capacity);

/* 1 if the path is a regular file of at most `limit` bytes that this process may read, else 0. */
int mpsys_is_readable(const char *path, int64_t limit);

/* ---- journal_file.c ---- */

/* Opens or makes the file and locks it for this process. The descriptor, or a negative errno: -EAGAIN if another
 * process has the lock. A second lock in the same process would succeed, and closing any descriptor of the file
 * gives it up: the caller keeps count. */
int64_t mpsys_lock_file(const char *path);
/* The first `count` bytes of a locked file, by the descriptor that has the lock: how many there are, or a negative
 * errno. */
int64_t mpsys_read_start(int64_t descriptor, uint8_t *bytes, size_t count);
/* Writes them, durably. 0, or a negative errno. */
int mpsys_write_start(int64_t descriptor, const uint8_t *bytes, size_t count);
void mpsys_close(int64_t descriptor);

/* How many bytes the rollback journal at `path` must have for what its first header promises; 0 if nothing is to be
 * rolled back, or there is none. https://www.sqlite.org/fileformat2.html#the_rollback_journal */
int64_t mpsys_rollback_length(const char *path);

/* Puts the file `finished` at `path`, durably, and takes its old name away. 0; 1 if there is a file at `path`, which
 * stays as it is; or a negative errno. */
int mpsys_put_in_place(const char *finished, const char *path);

void mpsys_remove(const char *path);

typedef struct {
    int is_regular;
    int64_t size;
    /* Which file it is, whatever its name. */
    uint64_t device, number;
} mpsys_file;

/* 0, or a negative errno. */
int mpsys_look_at(const char *path, mpsys_file *file);

/* ---- journal_place.c ---- */

typedef struct {
    /* statfs's f_type: which file system it is. */
    uint32_t kind;
    /* Whether it is the file system that "/" is on. */
    int is_on_root;
    int is_read_only;
    /* Whether this process may make files in the folder, as far as its permissions say. */
    int may_write;
    uint64_t free_bytes;
    /* Whether one more file can be made. */
    int has_files;
} mpsys_place;

/* 0, or a negative errno. */
int mpsys_look_at_place(const char *folder, mpsys_place *place);

/* 0 if this process may read and write the file, or a negative errno. */
int mpsys_may_write(const char *path);

/* The process that has the lock of mpsys_lock_file(): 0 for none, INT64_MAX for one without a number here, or a
 * negative errno. No thread of this process may have the lock: it would lose it. */
int64_t mpsys_lock_holder(const char *path);

/* ---- environment.c ---- */

/* The variable's value, to be copied at once, or NULL. */
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
