/* Decides how a stack is measured: painted before, and looked at afterwards. */
#include "stack.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAINT = 0xA5, GUARD = 65536 };

size_t stack_used(size_t size, void *(*body)(void *), void *context) {
    unsigned char *guard = mmap(NULL, GUARD + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *stack = guard + GUARD;
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    if (guard == MAP_FAILED || mprotect(guard, GUARD, PROT_NONE) != 0) abort();
    memset(stack, PAINT, size);
    pthread_attr_init(&attributes);
    if (pthread_attr_setstack(&attributes, stack, size) != 0 ||
        pthread_create(&thread, &attributes, body, context) != 0)
        abort();
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    while (untouched < size && stack[untouched] == PAINT) untouched++;
    munmap(guard, GUARD + size);
    return size - untouched;
}
