/* Decides until when this thread may go on receiving in one step: HostGuard asks before each recv() of libcurl. */
#include "mpmeter_system.h"

/* Initial-exec: it is there from the start, so that reading it allocates nothing. musl refuses to dlopen() a library with such a variable, and
 * needs none: its dlopen() allocates for every thread itself. */
#ifdef __GLIBC__
static _Thread_local int64_t limit __attribute__((tls_model("initial-exec")));
#else
static _Thread_local int64_t limit;
#endif

void mpsys_receive_until(int64_t moment_ms) { limit = moment_ms; }

int mpsys_receiving_is_over(void) { return limit != 0 && mpsys_monotonic_ms() >= limit; }
