/* Decides until when this thread may go on receiving in one step: HostGuard asks before each recv() of libcurl. */
#include "mpmeter_system.h"

static MPSYS_THREAD_LOCAL int64_t limit;

void mpsys_receive_until(int64_t moment_ms) { limit = moment_ms; }

int mpsys_receiving_is_over(void) { return limit != 0 && mpsys_monotonic_ms() >= limit; }
