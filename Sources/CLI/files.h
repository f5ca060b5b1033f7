/* Files and standard input, read whole and with a limit. */
#ifndef MPMETER_CLI_FILES_H
#define MPMETER_CLI_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum { FILE_LIMIT = 65536 };

/**
 * Reads a file, or standard input for NULL.
 * @param out_text  The caller frees it. Text alone: a NUL byte is refused.
 * @param reason    At least `reason_size` bytes; says on failure what is wrong.
 */
bool file_read_text(const char *path, char **out_text, char *reason, size_t reason_size);

#endif
