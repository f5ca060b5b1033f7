/* Feeds files, and the files of directories, to a fuzz target: for machines without libFuzzer, and for the code as
 * it is shipped. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static long replayed;

static void replay_file(FILE *file) {
    static uint8_t bytes[1 << 20];
    size_t count = fread(bytes, 1, sizeof bytes, file);
    (void)LLVMFuzzerTestOneInput(bytes, count);
    replayed++;
}

static void replay(const char *path) {
    char inner[PATH_MAX];
    DIR *directory = opendir(path);
    if (directory != NULL) {
        for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
            if (entry->d_name[0] == '.') continue;
            if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner) replay(inner);
        }
        closedir(directory);
        return;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) return;
    fprintf(stderr, "%s\n", path); /* The last line names the input that ended the process. */
    alarm(5);
    replay_file(file);
    fclose(file);
}

int main(int count, char **paths) {
    for (int i = 1; i < count; i++) replay(paths[i]);
    printf("%ld\n", replayed);
    return replayed > 0 ? 0 : 1;
}
