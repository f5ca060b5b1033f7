/*
 * A vendor's program that registers some times over, whatever becomes of it, and reports on itself: one line a run,
 * then one for the whole.
 *
 *   endures DEADLINE_MS RUNS        product and key are those of the sandbox in its environment
 *
 * run     status, the library's own milliseconds, the host's, bytes in use, descriptors, threads, message, fix
 * peak    the most memory that the process ever had resident (VmHWM), in KiB
 */
#include <dirent.h>
#include <malloc.h>
#include <mpmeter.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LONGEST_KEY = 65536 };

static void give_up(const char *what) {
    fprintf(stderr, "endures: %s\n", what);
    exit(2);
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) give_up(name);
    return value;
}

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int entries(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    if (folder == NULL) give_up(path);
    while (readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

static size_t bytes_in_use(void) {
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

static long peak(void) {
    char line[256];
    long kibibytes = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0) kibibytes = strtol(line + 6, NULL, 10);
    if (status == NULL || kibibytes < 0) give_up("/proc/self/status");
    fclose(status);
    return kibibytes;
}

static void run(const char *key, int64_t deadline) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK)
        status = mpmeter_options_add_public_key(
            options, (int32_t)strtol(variable("MPMETER_SANDBOX_PUBLIC_KEY_VERSION"), NULL, 10), key);
    if (status == MPMETER_OK) status = mpmeter_options_set_deadline_ms(options, deadline);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &client, &error);
    const int64_t started = milliseconds();
    if (status == MPMETER_OK)
        status =
            mpmeter_register_usage(client, variable("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, &registration, &error);
    const int64_t outside = milliseconds() - started;

    const int64_t inside =
        registration != NULL ? mpmeter_registration_elapsed_ms(registration) : mpmeter_error_elapsed_ms(error);
    const char *message = mpmeter_error_message(error), *fix = mpmeter_error_fix(error);
    char told[8192];
    snprintf(told, sizeof told, "%s\t%s", message != NULL ? message : "", fix != NULL ? fix : "");
    mpmeter_registration_free(registration);
    mpmeter_error_free(error);
    mpmeter_client_free(client);
    mpmeter_options_free(options);

    printf("run\t%s\t%lld\t%lld\t%zu\t%d\t%d\t%s\n", mpmeter_status_name(status), (long long)inside, (long long)outside,
           bytes_in_use(), entries("/proc/self/fd"), entries("/proc/self/task"), told);
}

int main(int count, char **arguments) {
    static char key[LONGEST_KEY];
    if (count != 3) give_up("DEADLINE_MS RUNS");
    FILE *file = fopen(variable("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (file == NULL || fread(key, 1, sizeof key - 1, file) == 0) give_up("the public key cannot be read");
    fclose(file);

    /* What stdio and the library make once for the process is there before the first line counts. */
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
    const int64_t deadline = strtoll(arguments[1], NULL, 10);
    const long runs = strtol(arguments[2], NULL, 10);
    printf("start\t%d\t%d\n", entries("/proc/self/fd"), entries("/proc/self/task"));
    for (long i = 0; i < runs; i++) run(key, deadline);
    printf("peak\t%ld\n", peak());
    return 0;
}
