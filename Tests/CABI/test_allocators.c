/*
 * A host with an allocator of its own, which replaces malloc, free, calloc and realloc and nothing else: all that glibc
 * asks for ("Replacing malloc"). Its free() ends the process when it is given what it did not hand out, or a block
 * whose end was written over. mpmeter.h, "Memory".
 */
#include "support/check.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/clients.h"
#include "support/keys.h"
#include "support/process.h"
#include "support/server.h"
#include "support/tokens.h"

enum { LONG = 20000, LIMIT = 15000, GUARD = 0x5A };

/* The bytes in front of a block look like a chunk of glibc's that is far larger than it is. */
struct front {
    uint64_t mark, size, unused, chunk;
};

static const uint64_t handed_out = 0x6D70206865726521, given_back = 0x6D7020676F6E6521;
static atomic_long blocks;

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *memory);

static void *hand_out(size_t size) {
    if (size > PTRDIFF_MAX - sizeof(struct front) - 16) {
        errno = ENOMEM;
        return NULL;
    }
    struct front *front = __libc_malloc(sizeof *front + size + 16);
    if (front == NULL) return NULL;
    *front = (struct front){handed_out, size, 0, 2 * size + 4096 + 1};
    memset((char *)(front + 1) + size, GUARD, 16);
    blocks++;
    return front + 1;
}

static void flaw(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) abort();
    abort();
}

void *malloc(size_t size) { return hand_out(size); }

void *calloc(size_t count, size_t size) {
    void *memory = size != 0 && count > SIZE_MAX / size ? NULL : hand_out(count * size);
    return memory == NULL ? NULL : memset(memory, 0, count * size);
}

void free(void *memory) {
    if (memory == NULL) return;
    struct front *front = (struct front *)memory - 1;
    if (front->mark != handed_out) flaw("free(): a block that malloc() did not hand out\n");
    for (size_t i = 0; i < 16; i++)
        if (((unsigned char *)memory)[front->size + i] != GUARD) flaw("free(): a block whose end was written over\n");
    front->mark = given_back;
    __libc_free(front);
}

void *realloc(void *memory, size_t size) {
    void *moved = hand_out(size);
    if (memory != NULL && moved != NULL) {
        const size_t had = ((struct front *)memory)[-1].size;
        memcpy(moved, memory, had < size ? had : size);
        free(memory);
    }
    return moved;
}

static int register_and_verify(void *token) {
    const long before = blocks;
    mpmeter_registration *registration = NULL;
    mpmeter_client *client = client_make(LONG);
    mpmeter_status status = mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, &registration, NULL);
    if (status == MPMETER_OK) status = mpmeter_verify(client, token, TOKEN_PRODUCT, 1, TOKEN_NONCE, NULL, NULL);
    mpmeter_registration_free(registration);
    mpmeter_client_free(client);
    return blocks - before > 100 ? status : 99; /* It is this allocator that was asked. */
}

static void four_functions_are_enough(void **state) {
    (void)state;
    char *token = token_valid();
    assert_int_equal(in_child(register_and_verify, token, slack_ms(LIMIT)), MPMETER_OK);
    free(token);
}

#define FUNCTION(name) __typeof__(&name) own_##name = (__typeof__(&name))(uintptr_t)dlsym(library, #name)

/** Through a copy of the library, which the linker takes for another. */
static int register_with_deep_binding(void *pem) {
    char path[4096];
    snprintf(path, sizeof path, "%s/deep.so", getenv("OUT"));
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (library == NULL) flaw("dlopen() has failed\n");
    FUNCTION(mpmeter_options_new);
    FUNCTION(mpmeter_options_add_public_key);
    FUNCTION(mpmeter_options_free);
    FUNCTION(mpmeter_client_new);
    FUNCTION(mpmeter_register_usage);
    FUNCTION(mpmeter_client_free);
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    if (own_mpmeter_options_new(&options) != MPMETER_OK ||
        own_mpmeter_options_add_public_key(options, 1, pem) != MPMETER_OK ||
        own_mpmeter_client_new(options, &client, NULL) != MPMETER_OK)
        return 98;
    const mpmeter_status status = own_mpmeter_register_usage(client, TOKEN_PRODUCT, NULL, NULL, NULL, NULL);
    own_mpmeter_client_free(client);
    own_mpmeter_options_free(options);
    return status;
}

/* PHP's FFI opens libraries so: what they call is libc's, but what libc's strdup() calls is the host's. */
static void deep_binding_mixes_no_blocks(void **state) {
    (void)state;
    char *pem = key_text("rsa2048");
    assert_int_equal(in_child(register_with_deep_binding, pem, slack_ms(LIMIT)), MPMETER_OK);
    free(pem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(four_functions_are_enough, server_test_setup),
        cmocka_unit_test_setup(deep_binding_mixes_no_blocks, server_test_setup),
    };
    return cmocka_run_group_tests_name("allocators", tests, server_group_setup, server_group_teardown);
}
