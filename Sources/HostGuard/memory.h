/*
 * Decides how memory is handed out and taken back inside libmpmeter.so: every block that is freed here was handed out
 * here. Part of host_guard.c.
 *
 * What a block can hold is asked of malloc_usable_size() where that certainly belongs to the malloc() in use: all of
 * them come from one library, which is not the one that these lines are in (a program that is linked with libmpmeter.a
 * may have a malloc() of its own, and its libc's malloc_usable_size()). Elsewhere (a host that replaces malloc, calloc,
 * realloc and free only, which is all that glibc asks for) the size stands in front of each block, and malloc() and
 * free() are all that is asked of the host. strdup() is made of malloc(), too: libc's would take the host's where
 * dlopen() with RTLD_DEEPBIND gives us libc's own.
 */
#ifndef MPMETER_HOST_GUARD_MEMORY_H
#define MPMETER_HOST_GUARD_MEMORY_H

#include "mpmeter_system.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__real_malloc(size_t size);
extern void *__real_calloc(size_t count, size_t size);
extern void __real_free(void *memory);
/* Weak, so that a static program with an allocator of its own need not have them. */
extern int __real_posix_memalign(void **memory, size_t alignment, size_t size) __attribute__((weak));
extern size_t malloc_usable_size(void *memory) __attribute__((weak));

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t limit);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

typedef struct {
    void *start;
    size_t size;
} block_header;

_Static_assert(sizeof(block_header) <= 16, "a block's header fits in front of it");

enum { HEADER_SIZE = 16, UNKNOWN = 0, ASKED = 1, KEPT = 2 };

static int sizes = UNKNOWN;

typedef struct {
    uintptr_t place;
    uintptr_t holder; /* Where the library that holds it begins; 0 for none. */
} search;

static int holds(struct dl_phdr_info *object, size_t size, void *context) {
    search *wanted = context;
    (void)size;
    for (ElfW(Half) i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || wanted->place - (object->dlpi_addr + part->p_vaddr) >= part->p_memsz) continue;
        wanted->holder = (uintptr_t)object->dlpi_phdr;
        return 1;
    }
    return 0;
}

static uintptr_t holder_of(uintptr_t place) {
    search wanted = {place, 0};
    dl_iterate_phdr(holds, &wanted);
    return wanted.holder;
}

/* The answer never changes, so it does not matter which thread finds it first. */
static int sizes_are_asked(void) {
    int known = __atomic_load_n(&sizes, __ATOMIC_RELAXED);
    if (known == UNKNOWN) {
        const uintptr_t others[] = {(uintptr_t)__real_free, (uintptr_t)__real_calloc, (uintptr_t)__real_posix_memalign,
                                    (uintptr_t)malloc_usable_size};
        uintptr_t holder = holder_of((uintptr_t)__real_malloc);
        known = holder != 0 && holder != holder_of((uintptr_t)holder_of) ? ASKED : KEPT;
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
            if (holder_of(others[i]) != holder) known = KEPT;
        __atomic_store_n(&sizes, known, __ATOMIC_RELAXED);
    }
    return known == ASKED;
}

static block_header *header_of(void *memory) { return (block_header *)((char *)memory - HEADER_SIZE); }

static void *with_header(size_t alignment, size_t size) {
    if (alignment < HEADER_SIZE) alignment = HEADER_SIZE;
    if (size > PTRDIFF_MAX - HEADER_SIZE || alignment > PTRDIFF_MAX - HEADER_SIZE - size) {
        errno = ENOMEM;
        return NULL;
    }
    char *start = __real_malloc(size + HEADER_SIZE + alignment);
    if (start == NULL) return NULL;
    uintptr_t first = (uintptr_t)start + HEADER_SIZE;
    char *memory = start + HEADER_SIZE + (-first & (alignment - 1));
    *header_of(memory) = (block_header){start, size};
    return memory;
}

static size_t capacity_of(void *memory) {
    return sizes_are_asked() ? malloc_usable_size(memory) : header_of(memory)->size;
}

static void *noted(void *memory) {
    if (memory == NULL) mpsys_shortage_note();
    return memory;
}

void *__wrap_malloc(size_t size) {
    return noted(sizes_are_asked() ? __real_malloc(size) : with_header(HEADER_SIZE, size));
}

void *__wrap_calloc(size_t count, size_t size) {
    if (sizes_are_asked()) return noted(__real_calloc(count, size));
    if (size != 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = noted(with_header(HEADER_SIZE, count * size));
    return memory == NULL ? NULL : memset(memory, 0, count * size);
}

void __wrap_free(void *memory) {
    if (memory == NULL) return;
    explicit_bzero(memory, capacity_of(memory));
    __real_free(sizes_are_asked() ? memory : header_of(memory)->start);
}

void *__wrap_realloc(void *memory, size_t size) {
    if (memory == NULL) return malloc(size);
    if (size == 0) {
        free(memory);
        return NULL;
    }
    size_t capacity = capacity_of(memory);
    /* It stays where it is unless it must grow, or would waste more than half. */
    if (size <= capacity && size >= capacity / 2) return memory;
    void *moved = malloc(size);
    if (moved == NULL) return size <= capacity ? memory : NULL;
    memcpy(moved, memory, size < capacity ? size : capacity);
    free(memory);
    return moved;
}

char *__wrap_strndup(const char *text, size_t limit) {
    size_t length = strnlen(text, limit);
    char *copy = malloc(length + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *__wrap_strdup(const char *text) { return __wrap_strndup(text, SIZE_MAX); }

/* Only Swift allocates this way, and it cannot refuse an allocation: where there is no memory, the process ends, and
 * says why. libcurl, OpenSSL and jansson go through malloc(), and their callers report MPMETER_E_OUT_OF_MEMORY. */
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
    static const char last_words[] = "libmpmeter: memory is exhausted\n";
    if (sizes_are_asked()) {
        if (__real_posix_memalign(memory, alignment, size) == 0) return 0;
    } else {
        void *block = with_header(alignment, size);
        if (block != NULL) {
            *memory = block;
            return 0;
        }
    }
    if (write(STDERR_FILENO, last_words, sizeof last_words - 1) < 0) { /* Nobody listens. */
    }
    abort();
}

#endif
