/* Decides where random bytes come from: getrandom(2), which needs no file and no descriptor. */
#include "mpmeter_system.h"

#include <errno.h>
#include <sys/random.h>

int mpsys_random(uint8_t *bytes, size_t count) {
    while (count > 0) {
        ssize_t got = getrandom(bytes, count, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        bytes += got;
        count -= (size_t)got;
    }
    return 0;
}
