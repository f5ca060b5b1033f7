/*
 * A host that loads and unloads the library a thousand times, as a host with plug-ins does, and looks whether threads,
 * descriptors, mappings or memory grow. With "register" as its second argument it registers each time; with "global",
 * RTLD_GLOBAL is used in every second round.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The C library counts as used what it keeps at hand for the next allocation. A leak of 40 bytes a round would be
 * more than that. */
enum { ROUNDS = 1000, SETTLED = 100, NOISE = 32768 };

struct state {
    size_t threads, descriptors, mappings, heap;
};

static char key[65536];

static size_t entries(const char *path) {
    size_t count = 0;
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

static size_t lines(const char *path) {
    size_t count = 0;
    FILE *file = fopen(path, "r");
    for (int c; file != NULL && (c = getc(file)) != EOF;) count += c == '\n';
    fclose(file);
    return count;
}

static struct state look(void) {
    struct state now = {entries("/proc/self/task"), entries("/proc/self/fd"), lines("/proc/self/maps"),
                        mallinfo2().uordblks};
    return now;
}

/* ISO C has no conversion from an object's address to a function's; POSIX promises that it works. */
#define FUNCTION(library, name, ...)                    \
    int (*name)(__VA_ARGS__) = NULL;                    \
    *(void **)&name = dlsym(library, "mpmeter_" #name); \
    if (name == NULL) exit(3)

static void use(void *library, int registers) {
    void *options = NULL, *client = NULL;
    FUNCTION(library, options_new, void **);
    FUNCTION(library, options_add_public_key, void *, int, const char *);
    FUNCTION(library, options_free, void *);
    FUNCTION(library, client_new, const void *, void **, void **);
    FUNCTION(library, client_free, void *);
    FUNCTION(library, register_usage, void *, const char *, const char *, void *, void **, void **);
    if (options_new(&options) != 0 || options_add_public_key(options, 1, key) != 0 ||
        client_new(options, &client, NULL) != 0)
        exit(4);
    if (registers && register_usage(client, getenv("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL) != 0)
        exit(5);
    client_free(client);
    options_free(options);
}

int main(int count, char **arguments) {
    struct state settled = {0}, now = {0};
    FILE *file = fopen(getenv("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (count != 3 || file == NULL || fread(key, 1, sizeof key - 1, file) == 0) return 2;
    fclose(file);
    for (int round = 0; round < ROUNDS; round++) {
        int global = strcmp(arguments[2], "global") == 0 && round % 2 == 1;
        void *library = dlopen(arguments[1], RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL));
        if (library == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 3;
        }
        use(library, strcmp(arguments[2], "register") == 0);
        dlclose(library);
        if (round == SETTLED) settled = look();
    }
    now = look();
    if (now.threads != settled.threads || now.descriptors != settled.descriptors || now.mappings > settled.mappings ||
        now.heap > settled.heap + NOISE) {
        fprintf(stderr, "threads %zu to %zu, descriptors %zu to %zu, mappings %zu to %zu, heap %zu to %zu\n",
                settled.threads, now.threads, settled.descriptors, now.descriptors, settled.mappings, now.mappings,
                settled.heap, now.heap);
        return 1;
    }
    printf("OK %d rounds, %zu bytes of heap before and %zu after\n", ROUNDS, settled.heap, now.heap);
    return 0;
}
