/* Decides how the environment is read: straight from `environ`, copied at once, on the thread that makes a client. */
#include "mpmeter_system.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

char *mpsys_environment(const char *name) {
    size_t length = strlen(name);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return strdup(*entry + length + 1);
    }
    return NULL;
}

void mpsys_free(void *memory) { free(memory); }
