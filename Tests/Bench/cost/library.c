/* Decides how the measuring programs load the library and make a client. */
#include "library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fprintf(stderr, "%s is not set\n", name);
        exit(2);
    }
    return value;
}

struct library library_load(void) {
    struct library library;
    void *handle = dlopen(setting("BENCH_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
#define BENCH_RESOLVE(name) *(void **)&library.name = dlsym(handle, #name);
    BENCH_FUNCTIONS(BENCH_RESOLVE)
    return library;
}

void library_check(const struct library *library, mpmeter_status status, mpmeter_error **error) {
    if (status == MPMETER_OK) return;
    fprintf(stderr, "status %d: %s\n", status, error && *error ? library->mpmeter_error_message(*error) : "");
    exit(1);
}

mpmeter_client *library_client(const struct library *library) {
    char pem[10000] = {0};
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    FILE *file = fopen(setting("BENCH_KEY"), "r");
    if (file == NULL || fread(pem, 1, sizeof pem - 1, file) == 0) exit(2);
    fclose(file);
    library_check(library, library->mpmeter_options_new(&options), NULL);
    library_check(library, library->mpmeter_options_add_public_key(options, 1, pem), NULL);
    library_check(library, library->mpmeter_client_new(options, &client, &error), &error);
    library->mpmeter_options_free(options);
    return client;
}

char *token(size_t number) {
    char *line = NULL;
    size_t size = 0;
    FILE *file = fopen(setting("BENCH_TOKENS"), "r");
    for (size_t i = 0; i < number; i++)
        if (file == NULL || getline(&line, &size, file) < 0) exit(2);
    fclose(file);
    line[strcspn(line, "\n")] = 0;
    return line;
}
