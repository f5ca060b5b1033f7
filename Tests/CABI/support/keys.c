/* Decides nothing: reads key files, and ends the process when one is missing, since no test means anything without
 * it. */
#include "keys.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VECTORS
#error "the Makefile defines VECTORS, the folder Tests/Vectors"
#endif

static FILE *open_key(const char *name, const char *ending) {
    char path[4096];
    snprintf(path, sizeof path, "%s/keys/%s%s", VECTORS, name, ending);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        abort();
    }
    return file;
}

char *key_text(const char *name) {
    FILE *file = open_key(name, ".pem");
    char *text = calloc(1, 65536);
    if (text == NULL || fread(text, 1, 65535, file) == 65535) abort();
    fclose(file);
    return text;
}

EVP_PKEY *key_private(const char *name) {
    static struct {
        const char *name;
        EVP_PKEY *key;
    } kept[8];
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (kept[i].name != NULL && strcmp(kept[i].name, name) == 0) return kept[i].key;
        if (kept[i].name == NULL) {
            FILE *file = open_key(name, ".private.pem");
            kept[i].name = name;
            kept[i].key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
            fclose(file);
            if (kept[i].key == NULL) abort();
            return kept[i].key;
        }
    }
    abort();
}
