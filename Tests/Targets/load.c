/* Loads each library that is named, with every symbol that it needs, and finds a function in it: load LIBRARY=FUNCTION.
 * For the natives of packages whose runtime cannot be had here for the target. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        char *function = strrchr(arguments[i], '=');
        if (function == NULL) return 2;
        *function++ = '\0';
        void *library = dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL);
        if (library == NULL || dlsym(library, function) == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        printf("%s\n", function);
    }
    return 0;
}
