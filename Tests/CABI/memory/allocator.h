/* An allocator that fails when it is told to. Linked into a program, it takes the C library's place for everything
 * in the process. */
#ifndef CABI_MEMORY_ALLOCATOR_H
#define CABI_MEMORY_ALLOCATOR_H

#include <stdbool.h>

/** Counts allocations from now on. Of these the `nth` fails, 1 being the next one, and with `for_good` every later
 * one too; 0 for none. */
void allocations_count(long nth, bool for_good);

/** Ends that. @return how many there were. */
long allocations_stop(void);

#endif
