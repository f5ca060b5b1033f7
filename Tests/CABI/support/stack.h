/* How much of its stack a thread uses. */
#ifndef CABI_STACK_H
#define CABI_STACK_H

#include <stddef.h>

/** Runs `body` in a thread with a stack of `size` bytes, below which there is no memory. @return how many of them
 * were written to. */
size_t stack_used(size_t size, void *(*body)(void *), void *context);

#endif
