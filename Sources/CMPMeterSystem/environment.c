/* Decides how the environment is read: straight from `environ`, on the thread that makes a client. */
#include "mpmeter_system.h"

#include <string.h>

extern char **environ;

const char *mpsys_environment(const char *name) {
    size_t length = strlen(name);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
    }
    return NULL;
}
