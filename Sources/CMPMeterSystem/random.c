/* Decides where random bytes come from: getrandom(2), which needs no file and no descriptor; where a sandbox forbids
 * it, the kernel's device. */
#include "mpmeter_system.h"

#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static int from_device(uint8_t *bytes, size_t count) {
    struct stat status;
    int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) return -1;
    /* Number 1:9: an image may have put a file of its own there. */
    int is_device = fstat(descriptor, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 9);
    while (is_device && count > 0) {
        ssize_t got = read(descriptor, bytes, count);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        bytes += got;
        count -= (size_t)got;
    }
    close(descriptor);
    return is_device && count == 0 ? 0 : -1;
}

int mpsys_random(uint8_t *bytes, size_t count) {
    while (count > 0) {
        /* Not by libc's function, for which the host guard stands. */
        const long got = syscall(SYS_getrandom, bytes, count, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return from_device(bytes, count);
        }
        bytes += got;
        count -= (size_t)got;
    }
    return 0;
}

void mpsys_random_of_start(uint8_t *bytes, size_t count) {
    uint64_t seed[2] = {0, 0};
    struct timespec now = {0, 0};
    const void *given = (const void *)getauxval(AT_RANDOM);
    if (given != NULL) memcpy(seed, given, sizeof seed);
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t state = seed[0] ^ (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 32 ^ (uint64_t)(uintptr_t)bytes;
    for (size_t i = 0; i < count; i++) {
        state = (state ^ state >> 29) * 0x9e3779b97f4a7c15u + seed[1];
        bytes[i] = (uint8_t)(state >> 56);
    }
}
