// Preloaded into the C++ parent: one worker is forked, and no more.
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>

pid_t fork(void) {
    static int forked;
    if (!forked++) return ((pid_t (*)(void))dlsym(RTLD_NEXT, "fork"))();
    errno = EAGAIN;
    return -1;
}
