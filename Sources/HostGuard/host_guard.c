/*
 * Decides what the libraries inside libmpmeter.so may do to their host. Linked with --wrap, so that every reference to
 * these functions from Swift, libcurl, OpenSSL, c-ares and jansson comes here, and no other library's does:
 *
 *   malloc, calloc, realloc, free, strdup, strndup
 *                        overwrite what is given back, so that no secret stays in the host's heap, whatever allocator
 *                        the host has: memory.h.
 *   posix_memalign       ends the process with a message where Swift would end it without one.
 *   fopen                opens regular files alone, never waits, and reads no more than such a file has: a FIFO or
 *                        /proc/self/pagemap in the place of /etc/resolv.conf would hang the host.
 *   recv                 has nothing more to give when a step has taken long enough: OpenSSL skips some handshake
 *                        messages in a loop of its own, which ends only when nothing comes.
 *   socket               never gets the numbers 0, 1 and 2: a host that closed these and still prints would print into
 *                        our connections.
 *   getenv               answers NULL. The environment is read once, on the caller's thread, by
 *                        CMPMeterSystem/environment.c: a host that calls setenv() meanwhile cannot crash us, and
 *                        SSLKEYLOGFILE or RES_OPTIONS cannot steer us.
 *   getservbyname_r, getservbyport_r
 *                        know no service: glibc would load what /etc/nsswitch.conf names. c-ares asks only for a
 *                        service that is not a number.
 *   openssl_add_all_ciphers_int, ossl_err_load_crypto_strings
 *                        do nothing. Both belong to OpenSSL: they make tables of cipher names, for programs that ask
 *                        for a cipher by name, and of libcrypto's error texts (libssl's stay). Nothing inside asks for
 *                        either; together they were a third of a cold start.
 *   getrandom, getentropy
 *                        read /dev/urandom where a sandbox forbids getrandom(2), and fail only with ENOSYS. Otherwise
 *                        OpenSSL would have no random bytes on a kernel that has the call, and c-ares, told EPERM,
 *                        would ask again for ever.
 *
 * It also gives the embedded Swift runtime the arc4random_buf() that glibc has only from 2.36 on and the ceil() that is
 * in libm, and libcurl the __popcountdi2() that is in libgcc.
 */
#include "memory.h"
#include "mpmeter_system.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

extern ssize_t __real_recv(int descriptor, void *bytes, size_t size, int flags);
extern int __real_socket(int domain, int type, int protocol);

FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
ssize_t __wrap_recv(int descriptor, void *bytes, size_t size, int flags);
int __wrap_socket(int domain, int type, int protocol);
char *__wrap_getenv(const char *name);
char *__wrap_secure_getenv(const char *name);
int __wrap_getservbyname_r(const char *name, const char *protocol, struct servent *entry, char *bytes, size_t size,
                           struct servent **found);
int __wrap_getservbyport_r(int port, const char *protocol, struct servent *entry, char *bytes, size_t size,
                           struct servent **found);
void __wrap_openssl_add_all_ciphers_int(void);
int __wrap_ossl_err_load_crypto_strings(void);
ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags);
int __wrap_getentropy(void *bytes, size_t size);
void arc4random_buf(void *bytes, size_t count);
double ceil(double number);
int __popcountdi2(unsigned long long bits);

/* Everything inside opens files to read them: CA bundles, /etc/resolv.conf, /etc/hosts. They are read to the end in
 * one step, which no deadline stops, and c-ares takes time that grows with the square of some. So each ends where no
 * such file has more; in /proc, st_size tells nothing. */
static off_t longest(const char *path) {
    static const char *const resolver_files[] = {"/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/netsvc.conf",
                                                 "/etc/svc.conf"};
    for (size_t i = 0; i < sizeof resolver_files / sizeof resolver_files[0]; i++)
        if (strcmp(path, resolver_files[i]) == 0) return 32 << 10;
    return strcmp(path, "/etc/hosts") == 0 ? 256 << 10 : 2 << 20;
}

typedef struct {
    int descriptor;
    off_t position;
    off_t limit;
} limited_file;

static ssize_t read_limited(void *context, char *bytes, size_t size) {
    limited_file *file = context;
    off_t left = file->limit - file->position;
    if (left <= 0) return 0;
    ssize_t count = pread(file->descriptor, bytes, size < (size_t)left ? size : (size_t)left, file->position);
    if (count > 0) file->position += count;
    return count;
}

/* c-ares asks where the end is before it reads. */
static int seek_limited(void *context, off_t *offset, int whence) {
    limited_file *file = context;
    struct stat status;
    off_t base = 0;
    if (whence == SEEK_CUR) base = file->position;
    if (whence == SEEK_END) {
        if (fstat(file->descriptor, &status) != 0) return -1;
        base = status.st_size < file->limit ? status.st_size : file->limit;
    }
    if (*offset < -base || *offset > file->limit - base) {
        errno = EINVAL;
        return -1;
    }
    *offset = file->position = base + *offset;
    return 0;
}

static int close_limited(void *context) {
    limited_file *file = context;
    int result = close(file->descriptor);
    free(file);
    return result;
}

FILE *__wrap_fopen(const char *path, const char *mode) {
    struct stat status;
    if (mode[0] != 'r' || strchr(mode, '+') != NULL) {
        errno = EACCES;
        return NULL;
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) return NULL;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(descriptor);
        errno = EINVAL;
        return NULL;
    }
    limited_file *context = malloc(sizeof *context);
    FILE *file = NULL;
    if (context != NULL) {
        *context = (limited_file){descriptor, 0, longest(path)};
        file = fopencookie(context, "r",
                           (cookie_io_functions_t){.read = read_limited, .seek = seek_limited, .close = close_limited});
    }
    if (file == NULL) {
        close(descriptor);
        free(context);
        errno = ENOMEM;
    }
    return file;
}

FILE *__wrap_fopen64(const char *path, const char *mode) { return __wrap_fopen(path, mode); }

ssize_t __wrap_recv(int descriptor, void *bytes, size_t size, int flags) {
    if (mpsys_receiving_is_over()) {
        errno = EAGAIN;
        return -1;
    }
    return __real_recv(descriptor, bytes, size, flags);
}

static int above_stdio(int descriptor) {
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return moved;
}

int __wrap_socket(int domain, int type, int protocol) {
    return above_stdio(__real_socket(domain, type | SOCK_CLOEXEC, protocol));
}

char *__wrap_getenv(const char *name) {
    (void)name;
    return NULL;
}

char *__wrap_secure_getenv(const char *name) {
    (void)name;
    return NULL;
}

int __wrap_getservbyname_r(const char *name, const char *protocol, struct servent *entry, char *bytes, size_t size,
                           struct servent **found) {
    (void)name;
    (void)protocol;
    (void)entry;
    (void)bytes;
    (void)size;
    *found = NULL;
    return ENOENT;
}

int __wrap_getservbyport_r(int port, const char *protocol, struct servent *entry, char *bytes, size_t size,
                           struct servent **found) {
    (void)port;
    return __wrap_getservbyname_r(NULL, protocol, entry, bytes, size, found);
}

/* Swift's hash tables ask for it: without this the archive would need libm. */
double ceil(double number) {
    if (!(number > -4503599627370496.0 && number < 4503599627370496.0)) return number; /* It is whole from 2^52 on. */
    double whole = (double)(int64_t)number;
    return whole < number ? whole + 1 : whole;
}

/* What libcurl counts a set of numbers with: without this the archive would need libgcc. Written so that no compiler
 * takes it for a call of itself. */
int __popcountdi2(unsigned long long bits) {
    int count = 0;
    for (int place = 0; place < 64; place += 4) count += "0112122312232334"[bits >> place & 15] - '0';
    return count;
}

/* Swift seeds its hash tables with it, and c-ares numbers its questions. It cannot report failure. Where the kernel
 * gives no random bytes, what it gave this process at its start has to do, told apart by time: no nonce and no key
 * comes from here. */
void arc4random_buf(void *bytes, size_t count) {
    if (mpsys_random(bytes, count) != 0) mpsys_random_of_start(bytes, count);
}

ssize_t __wrap_getrandom(void *bytes, size_t size, unsigned flags) {
    (void)flags;
    if (mpsys_random(bytes, size) == 0) return (ssize_t)size;
    errno = ENOSYS;
    return -1;
}

int __wrap_getentropy(void *bytes, size_t size) { return __wrap_getrandom(bytes, size, 0) < 0 ? -1 : 0; }

void __wrap_openssl_add_all_ciphers_int(void) {}

int __wrap_ossl_err_load_crypto_strings(void) { return 1; }
