/* The functions of metering of the C driver: the steps of a meter, and a single record. README.md is the
 * specification. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAGS = 16 };

struct run {
    mpmeter_meter *meter;
    mpmeter_cancellation *cancellation;
    mpmeter_error *error;
    json_t *found;
};

/** A text of a step, which never stands for a variable. */
static const char *member(const json_t *step, const char *name) {
    return json_string_value(json_object_get(step, name));
}

static mpmeter_status add(struct run *run, const json_t *step) {
    const char *keys[TAGS], *values[TAGS];
    int32_t count = 0;
    json_t *tags = json_object_get(step, "tags");
    for (void *tag = json_object_iter(tags); tag != NULL; tag = json_object_iter_next(tags, tag)) {
        if (count == TAGS) give_up("too many tags");
        keys[count] = json_object_iter_key(tag);
        values[count++] = json_string_value(json_object_iter_value(tag));
    }
    return mpmeter_meter_add(run->meter, member(step, "dimension"), member(step, "quantity"), keys, values, count,
                             &run->error);
}

static mpmeter_status next_due(struct run *run) {
    int64_t milliseconds = -1;
    const mpmeter_status status = mpmeter_meter_next_due(run->meter, &milliseconds, &run->error);
    if (status == MPMETER_OK) json_object_set_new(run->found, "due", json_boolean(milliseconds == 0));
    return status;
}

static int by_text(const void *first, const void *second) {
    return strcmp(*(const char *const *)first, *(const char *const *)second);
}

/** Of each entry DIMENSION=QUANTITY, sorted. */
static json_t *entries(const json_t *list) {
    const size_t count = json_array_size(list);
    char **texts = calloc(count + 1, sizeof *texts);
    json_t *sorted = json_array();
    if (texts == NULL) give_up("no memory");
    for (size_t index = 0; index < count; index++) {
        const json_t *entry = json_array_get(list, index);
        const char *dimension = member(entry, "dimension"), *quantity = member(entry, "quantity");
        const size_t size = strlen(dimension) + strlen(quantity) + 2;
        if ((texts[index] = malloc(size)) == NULL) give_up("no memory");
        snprintf(texts[index], size, "%s=%s", dimension, quantity);
    }
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t index = 0; index < count; index++) {
        json_array_append_new(sorted, json_string(texts[index]));
        free(texts[index]);
    }
    free(texts);
    return sorted;
}

static mpmeter_status report(struct run *run) {
    static const char *const parts[] = {"pending", "held", "sent"};
    char *document = NULL;
    const mpmeter_status status = mpmeter_meter_report(run->meter, &document, &run->error);
    if (status != MPMETER_OK) return status;
    json_t *books = json_loads(document, 0, NULL);
    for (size_t index = 0; index < sizeof parts / sizeof *parts; index++)
        json_object_set_new(run->found, parts[index], entries(json_object_get(books, parts[index])));
    json_decref(books);
    mpmeter_string_free(document);
    return status;
}

static mpmeter_status perform(struct run *run, const json_t *step) {
    const char *name = member(step, "step");
    if (strcmp(name, "add") == 0) return add(run, step);
    if (strcmp(name, "next_due") == 0) return next_due(run);
    if (strcmp(name, "report") == 0) return report(run);
    if (strcmp(name, "check") == 0)
        return mpmeter_meter_check(run->meter, member(step, "dimension"), run->cancellation, &run->error);
    if (strcmp(name, "send") != 0) give_up(name);
    return mpmeter_meter_send(run->meter, json_is_true(json_object_get(step, "final")) ? MPMETER_SEND_FINAL : 0,
                              run->cancellation, &run->error);
}

json_t *meter(const json_t *arguments, mpmeter_client *client, mpmeter_cancellation *cancellation) {
    struct run run = {NULL, cancellation, NULL, json_object()};
    uint32_t flags = 0;
    size_t index;
    const json_t *flag, *step;
    json_int_t done = 0;
    json_array_foreach(json_object_get(arguments, "flags"), index, flag) flags |=
        strcmp(text(flag), "hold_late") == 0 ? MPMETER_METER_HOLD_LATE : MPMETER_METER_WHOLE_UNITS;
    mpmeter_status status =
        mpmeter_meter_open(client, text(json_object_get(arguments, "product_code")),
                           text(json_object_get(arguments, "journal")), flags, &run.meter, &run.error);
    json_array_foreach(json_object_get(arguments, "steps"), index, step) {
        if (status == MPMETER_OK) status = perform(&run, step);
        done += status == MPMETER_OK;
    }
    json_t *object = outcome(status, run.error);
    json_object_update(object, run.found);
    json_object_set_new(object, "steps", json_integer(done));
    json_decref(run.found);
    mpmeter_meter_free(run.meter);
    mpmeter_error_free(run.error);
    return object;
}

json_t *meter_usage(const json_t *arguments, mpmeter_client *client, mpmeter_cancellation *cancellation) {
    char *record = NULL;
    mpmeter_error *error = NULL;
    const uint32_t flags = json_is_true(json_object_get(arguments, "dry_run")) ? MPMETER_USAGE_DRY_RUN : 0;
    const mpmeter_status status = mpmeter_meter_usage(
        client, text(json_object_get(arguments, "product_code")), text(json_object_get(arguments, "dimension")),
        text(json_object_get(arguments, "quantity")), number(json_object_get(arguments, "timestamp")),
        text(json_object_get(arguments, "client_token")), flags, cancellation, &record, &error);
    json_t *object = outcome(status, error);
    json_object_set_new(object, "record_id", record != NULL ? json_string(record) : json_null());
    mpmeter_string_free(record);
    mpmeter_error_free(error);
    return object;
}
