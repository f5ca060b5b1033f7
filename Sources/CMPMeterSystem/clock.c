/* Decides which clocks are read: one that never jumps for waiting, one that says the date for signing. */
#include "mpmeter_system.h"

#include <time.h>

int64_t mpsys_monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t mpsys_unix_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec;
}
