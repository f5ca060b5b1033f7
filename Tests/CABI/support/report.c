/* Decides how a count is kept: in one JSON object, read and written anew for each. */
#include "report.h"

#include <jansson.h>
#include <stdlib.h>

void report_count(const char *name, long value)
{
    const char *path = getenv("TRUST");
    if (path == NULL || path[0] == '\0')
        return;
    json_t *counts = json_load_file(path, 0, NULL);
    if (!json_is_object(counts))
        counts = json_object();
    if (json_object_set_new(counts, name, json_integer(value)) != 0 ||
        json_dump_file(counts, path, JSON_INDENT(2) | JSON_SORT_KEYS) != 0) {
        perror(path);
        abort();
    }
    json_decref(counts);
}
