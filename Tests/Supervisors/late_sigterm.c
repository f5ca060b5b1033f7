// Preloaded into the C++ parent: SIGTERM arrives after AWS's answer, before the thread that waits for signals has
// ended.
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static void late(void) {
    static int sent;
    if (sent++) return;
    kill(getpid(), SIGTERM);
    usleep(200000);
}

int pthread_kill(pthread_t thread, int number) {
    late();
    return ((int (*)(pthread_t, int))dlsym(RTLD_NEXT, "pthread_kill"))(thread, number);
}

int pthread_join(pthread_t thread, void **value) {
    late();
    return ((int (*)(pthread_t, void **))dlsym(RTLD_NEXT, "pthread_join"))(thread, value);
}
