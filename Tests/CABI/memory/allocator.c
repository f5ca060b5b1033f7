/*
 * Decides which allocation fails. The functions have the names of the C library's, which the dynamic linker then takes
 * from here, for libmpmeter and for the C library itself (strdup(), fopen()). free() and malloc_usable_size() stay the
 * C library's.
 */
#include "allocator.h"

#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static struct {
    bool counts, for_good;
    long seen, nth;
} plan;

void allocations_count(long nth, bool for_good) {
    plan.seen = 0;
    plan.nth = nth;
    plan.for_good = for_good;
    plan.counts = true;
}

long allocations_stop(void) {
    plan.counts = false;
    return plan.seen;
}

static bool fails(void) {
    if (!plan.counts) return false;
    plan.seen++;
    if (plan.nth == 0 || plan.seen < plan.nth || (plan.seen > plan.nth && !plan.for_good)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void *realloc(void *memory, size_t size) { return size != 0 && fails() ? NULL : __libc_realloc(memory, size); }
void *memalign(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *got = memalign(alignment, size);
    if (got == NULL) return ENOMEM;
    *memory = got;
    return 0;
}
