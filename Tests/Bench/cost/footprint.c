/*
 * Decides what the library leaves in a process, as the kernel sees it: one "name value" a line.
 *
 *   dlopen_us                                   the best of one: start it often
 *   touched_kib_loaded, touched_kib_called      resident pages of the library's own mappings, after dlopen() and after
 *   a registration threads, descriptors_left                   after the registration
 *   heap_kib_called                             what malloc holds then, after client and registration are freed
 */
#include "library.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long entries(const char *path) {
    DIR *directory = opendir(path);
    long count = 0;
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

/* Rss of every mapping of the library's file, and of its zero-initialised data, which follows without a name. */
static long touched_kib(void) {
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[4096];
    long sum = 0, kib;
    unsigned long start, end, last = 0;
    int is_ours = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2 && strchr(line, '-') < strchr(line, ' ')) {
            is_ours = strstr(line, "libmpmeter") != NULL ||
                      (is_ours && start == last && strchr(line, '/') == NULL && strchr(line, '[') == NULL);
            last = end;
        } else if (is_ours && sscanf(line, "Rss: %ld kB", &kib) == 1) {
            sum += kib;
        }
    }
    fclose(file);
    return sum;
}

int main(void) {
    struct timespec start, end;
    mpmeter_error *error = NULL;
    long descriptors = entries("/proc/self/fd");

    clock_gettime(CLOCK_MONOTONIC, &start);
    struct library library = library_load();
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("dlopen_us %ld\n", (end.tv_sec - start.tv_sec) * 1000000L + (end.tv_nsec - start.tv_nsec) / 1000);
    printf("touched_kib_loaded %ld\n", touched_kib());

    mpmeter_client *client = library_client(&library);
    library_check(&library, library.mpmeter_register_usage(client, "bench-product", "bench-1", NULL, NULL, &error),
                  &error);
    library.mpmeter_client_free(client);
    printf("touched_kib_called %ld\n", touched_kib());
    printf("threads %ld\n", entries("/proc/self/task") - 1);
    printf("descriptors_left %ld\n", entries("/proc/self/fd") - descriptors);
    printf("heap_kib_called %zu\n", mallinfo2().uordblks / 1024);
    return 0;
}
