/* Decides how the environment is read: on the thread that makes a client, by the C library's own getenv(). Not from
 * `environ`: a library that was opened with RTLD_DEEPBIND finds a copy of it there that nobody fills. */
#include "mpmeter_system.h"

#include <stdlib.h>

/* The linker's name for it in the shipped library, where everything that calls getenv() gets HostGuard's, which
 * answers NULL. */
extern char *__real_getenv(const char *name) __attribute__((weak));

const char *mpsys_environment(const char *name) { return __real_getenv != NULL ? __real_getenv(name) : getenv(name); }
