/* Decides whether this thread was refused memory in a step: HostGuard notes it. What the C libraries say of such a step
 * is often something else, such as a certificate whose key cannot be read. */
#include "mpmeter_system.h"

static MPSYS_THREAD_LOCAL int seen;

void mpsys_shortage_forget(void) { seen = 0; }

void mpsys_shortage_note(void) { seen = 1; }

int mpsys_shortage_seen(void) { return seen; }
