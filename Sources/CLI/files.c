/* Decides what may be read as text: at most FILE_LIMIT bytes, none of them NUL. A pipe is as good as a file: `--public-key <(…)`. */
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_stream(FILE *stream, char **out_text, char *reason, size_t reason_size)
{
    char *text = malloc(FILE_LIMIT + 2);
    if (text == NULL) {
        snprintf(reason, reason_size, "out of memory");
        return false;
    }
    errno = 0;
    const size_t size = fread(text, 1, FILE_LIMIT + 1, stream); /* One more than allowed, to see that there is more. */
    text[size] = '\0';
    if (ferror(stream))
        snprintf(reason, reason_size, "%s", strerror(errno)); /* A directory opens, and fails here. */
    else if (size > FILE_LIMIT)
        snprintf(reason, reason_size, "longer than %d bytes", FILE_LIMIT);
    else if (memchr(text, '\0', size) != NULL)
        snprintf(reason, reason_size, "holds a NUL byte, so it is not text");
    else {
        *out_text = text;
        return true;
    }
    free(text);
    return false;
}

bool file_read_text(const char *path, char **out_text, char *reason, size_t reason_size)
{
    if (path == NULL)
        return read_stream(stdin, out_text, reason, reason_size);
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        snprintf(reason, reason_size, "%s", strerror(errno));
        return false;
    }
    const bool read = read_stream(stream, out_text, reason, reason_size);
    fclose(stream);
    return read;
}
