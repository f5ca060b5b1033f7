/* Decides how the books of a journal look: the library's JSON object, or lines for a person. */
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "output.h"

static const char *text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value != NULL ? value : "";
}

static void print_entries(const json_t *report, const char *title) {
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(report, title), index, entry) {
        printf("%-8s %-16s %s %20s", title, text(entry, "dimension"), text(entry, "hour"), text(entry, "quantity"));
        if (text(entry, "tags")[0] != '\0') printf("  %s", text(entry, "tags"));
        if (text(entry, "record_id")[0] != '\0')
            printf("  %s", text(entry, "record_id"));
        else
            printf("  %s", text(entry, "state"));
        if (text(entry, "why")[0] != '\0') printf(": %s", text(entry, "why"));
        if (text(entry, "answer")[0] != '\0') printf(" (%s)", text(entry, "answer"));
        putchar('\n');
    }
}

static bool print_lines(const json_t *report) {
    print_entries(report, "pending");
    print_entries(report, "held");
    print_entries(report, "sent");
    const char *dimension;
    json_t *sums;
    json_object_foreach(json_object_get(report, "totals"), dimension, sums)
        printf("total    %-16s added %s, sent %s, pending %s, held %s\n", dimension, text(sums, "added"),
               text(sums, "sent"), text(sums, "pending"), text(sums, "held"));
    printf("%s\n", text(report, "message"));
    if (text(report, "fix")[0] != '\0') fprintf(stderr, "fix: %s\n", text(report, "fix"));
    return true;
}

int usage_print(const struct arguments *arguments) {
    char *document = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_journal_report(arguments->journal, &document, &error);
    json_t *report = status == MPMETER_OK ? json_loads(document, JSON_REJECT_DUPLICATES, NULL) : NULL;
    int code;
    if (status != MPMETER_OK)
        code = output_error(arguments, status, error);
    else if (report == NULL)
        code = output_error(arguments, MPMETER_E_INTERNAL, NULL);
    else
        code = output_finish(MPMETER_OK, arguments->json ? json_print(json_incref(report)) : print_lines(report));
    json_decref(report);
    mpmeter_string_free(document);
    mpmeter_error_free(error);
    return code;
}
