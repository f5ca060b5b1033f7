/* Decides how a small file is read: regular files alone, never waiting for a FIFO or a device, never through stdio,
 * whose buffers stay behind in memory. */
#include "mpmeter_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int64_t read_all(int descriptor, uint8_t *bytes, size_t capacity) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -errno;
    /* /dev/null is how an empty file is named. */
    if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3)) return 0;
    if (!S_ISREG(status.st_mode)) return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
    size_t length = 0;
    for (;;) {
        uint8_t beyond;
        int full = length == capacity;
        ssize_t got = full ? read(descriptor, &beyond, 1) : read(descriptor, bytes + length, capacity - length);
        if (got < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (got == 0) return (int64_t)length;
        if (full) return -EFBIG;
        length += (size_t)got;
    }
}

int64_t mpsys_read_file(const char *path, uint8_t *bytes, size_t capacity) {
    int descriptor;
    do {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) return -errno;
    int64_t result = read_all(descriptor, bytes, capacity);
    close(descriptor);
    return result;
}

/* By opening it: access(2) is one more system call that a sandbox may not allow, and asks for the real user, not the
 * effective one. */
int mpsys_is_readable(const char *path, int64_t limit) {
    struct stat status;
    int descriptor;
    do {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    } while (descriptor < 0 && errno == EINTR);
    /* What passes is told by whoever reads the file. */
    if (descriptor < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    int result = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= limit;
    close(descriptor);
    return result;
}
