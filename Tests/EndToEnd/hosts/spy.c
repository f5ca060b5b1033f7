/*
 * Preloaded into a host: writes down each call that libmpmeter makes of a function a library in somebody else's process
 * must leave alone. The caller is known by the address to which the call returns. What others do is passed on and
 * forgotten.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int is_mpmeter(const void *caller) {
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, "libmpmeter") != NULL;
}

static void report(const char *what, const char *detail) {
    const char *path = getenv("SPY_LOG");
    if (path == NULL) return;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    char line[256];
    int length = snprintf(line, sizeof line, "%s %s\n", what, detail != NULL ? detail : "");
    syscall(SYS_write, file, line, (size_t)length);
    close(file);
}

#define SEEN(what, detail)                                                 \
    do {                                                                   \
        if (is_mpmeter(__builtin_return_address(0))) report(what, detail); \
    } while (0)
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

extern int __cxa_atexit(void (*function)(void *), void *argument, void *library);
int __cxa_atexit(void (*function)(void *), void *argument, void *library) {
    SEEN("__cxa_atexit", NULL);
    return NEXT(__cxa_atexit)(function, argument, library);
}

int on_exit(void (*function)(int, void *), void *argument) {
    SEEN("on_exit", NULL);
    return NEXT(on_exit)(function, argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    SEEN("pthread_create", NULL);
    return NEXT(pthread_create)(thread, attributes, start, argument);
}

int sigaction(int number, const struct sigaction *new, struct sigaction *old) {
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    if (new != NULL) SEEN("sigaction", text);
    return NEXT(sigaction)(number, new, old);
}

sighandler_t signal(int number, sighandler_t handler) {
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    SEEN("signal", text);
    return NEXT(signal)(number, handler);
}

int setenv(const char *name, const char *value, int overwrite) {
    SEEN("setenv", name);
    return NEXT(setenv)(name, value, overwrite);
}

int unsetenv(const char *name) {
    SEEN("unsetenv", name);
    return NEXT(unsetenv)(name);
}

int putenv(char *text) {
    SEEN("putenv", text);
    return NEXT(putenv)(text);
}

char *getenv(const char *name) {
    if (strcmp(name, "SPY_LOG") != 0) SEEN("getenv", name);
    return NEXT(getenv)(name);
}

char *secure_getenv(const char *name) {
    SEEN("secure_getenv", name);
    return NEXT(secure_getenv)(name);
}

char *setlocale(int category, const char *locale) {
    SEEN("setlocale", locale);
    return NEXT(setlocale)(category, locale);
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (file == 1 || file == 2) SEEN("write", file == 1 ? "stdout" : "stderr");
    return NEXT(write)(file, bytes, count);
}

int vfprintf(FILE *stream, const char *format, va_list values) {
    if (stream == stdout || stream == stderr) SEEN("vfprintf", format);
    return NEXT(vfprintf)(stream, format, values);
}

int fputs(const char *text, FILE *stream) {
    if (stream == stdout || stream == stderr) SEEN("fputs", text);
    return NEXT(fputs)(text, stream);
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
    if (stream == stdout || stream == stderr) SEEN("fwrite", NULL);
    return NEXT(fwrite)(bytes, size, count, stream);
}

/* Proof that the spy is there and knows the library: one harmless call that the library is bound to make. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    SEEN("clock_gettime", NULL);
    return NEXT(clock_gettime)(clock, now);
}

/* What a file is opened for is of interest too: a configuration of OpenSSL's, a key log. */
int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & O_CREAT) != 0) {
        __builtin_va_list rest;
        __builtin_va_start(rest, flags);
        mode = (mode_t) __builtin_va_arg(rest, int);
        __builtin_va_end(rest);
    }
    SEEN("open", path);
    return NEXT(open64)(path, flags, mode);
}

FILE *fopen64(const char *path, const char *mode) {
    SEEN("open", path);
    return NEXT(fopen64)(path, mode);
}

FILE *fopen(const char *path, const char *mode) {
    SEEN("open", path);
    return NEXT(fopen)(path, mode);
}
