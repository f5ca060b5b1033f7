/* Decides what may be read as text: at most FILE_LIMIT bytes, none of them NUL. A pipe is as good as a file
 * (`--public-key <(...)`), if somebody writes to it. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** Up to `size` bytes to the end of the file; -1 with errno: ETIMEDOUT if that takes longer than `patience_ms`,
 * which may be -1 for ever. */
static ssize_t read_whole(int descriptor, char *bytes, size_t size, int patience_ms) {
    const long end = now_ms() + patience_ms;
    size_t count = 0;
    while (count < size) {
        struct pollfd wait = {.fd = descriptor, .events = POLLIN};
        const long left = end - now_ms();
        const int ready = poll(&wait, 1, patience_ms < 0 ? -1 : left > 0 ? (int)left : 0);
        if (ready == 0) errno = ETIMEDOUT;
        if (ready <= 0) return -1;
        const ssize_t more = read(descriptor, bytes + count, size - count);
        if (more < 0) return -1;
        if (more == 0) break;
        count += (size_t)more;
    }
    return (ssize_t)count;
}

static bool read_text(int descriptor, int patience_ms, char **out_text, char *reason, size_t reason_size) {
    char *text = malloc(FILE_LIMIT + 2);
    if (text == NULL) {
        snprintf(reason, reason_size, "out of memory");
        return false;
    }
    const ssize_t size = read_whole(descriptor, text, FILE_LIMIT + 1,
                                    patience_ms); /* One more than allowed, to see that there is more. */
    if (size < 0 && errno == ETIMEDOUT)
        snprintf(reason, reason_size, "it is a pipe, and its end did not come within %d s", PATIENCE_MS / 1000);
    else if (size < 0)
        snprintf(reason, reason_size, "%s", strerror(errno)); /* A directory opens, and fails here. */
    else if (size > FILE_LIMIT)
        snprintf(reason, reason_size, "longer than %d bytes", FILE_LIMIT);
    else if (text[0] == '0' && memchr(text, '\0', (size_t)size) != NULL)
        snprintf(reason, reason_size,
                 "it is DER, a binary format, and PEM is needed (openssl pkey -pubin -inform DER -in FILE)");
    else if (size > 1 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        snprintf(reason, reason_size, "it is UTF-16, as Windows writes text; save it as UTF-8 or ASCII");
    else if (memchr(text, '\0', (size_t)size) != NULL)
        snprintf(reason, reason_size, "holds a NUL byte, so it is not text");
    else {
        text[size] = '\0';
        *out_text = text;
        return true;
    }
    free(text);
    return false;
}

bool file_read_text(const char *path, char **out_text, char *reason, size_t reason_size) {
    if (path == NULL) return read_text(STDIN_FILENO, -1, out_text, reason, reason_size);
    /* Without O_NONBLOCK a pipe that nobody writes to would be waited for here, for ever. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        snprintf(reason, reason_size, "%s", strerror(errno));
        return false;
    }
    const bool read = read_text(descriptor, PATIENCE_MS, out_text, reason, reason_size);
    close(descriptor);
    return read;
}
