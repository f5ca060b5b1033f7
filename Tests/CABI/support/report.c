/* Decides how a count is kept: in one JSON object, read and written anew for each. */
#include "report.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static void keep(const char *name, long value, bool added) {
    const char *path = getenv("TRUST");
    if (path == NULL || path[0] == '\0') return;
    json_t *counts = json_load_file(path, 0, NULL);
    if (!json_is_object(counts)) counts = json_object();
    const json_int_t before = added ? json_integer_value(json_object_get(counts, name)) : 0;
    if (json_object_set_new(counts, name, json_integer(before + value)) != 0 ||
        json_dump_file(counts, path, JSON_INDENT(2) | JSON_SORT_KEYS) != 0) {
        perror(path);
        abort();
    }
    json_decref(counts);
}

void report_count(const char *name, long value) { keep(name, value, false); }

void report_add(const char *name, long value) { keep(name, value, true); }
