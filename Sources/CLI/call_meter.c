/* Decides what the functions of metering are for mpmeter call. Each opens the journal anew: it is the journal that
 * lasts, not the process. */
#include <string.h>

#include "call.h"
#include "json.h"

enum { TAG_LIMIT = 5 };

static const json_t *argument(const json_t *request, const char *key) {
    return json_object_get(json_object_get(request, "arguments"), key);
}

static const char *text(const json_t *request, const char *key) { return json_string_value(argument(request, key)); }

static uint32_t bits(const json_t *request, const char *key) {
    return (uint32_t)json_integer_value(argument(request, key));
}

/** {"code"} and what was answered under `key`; `value` is freed. */
static json_t *answered(mpmeter_status status, const char *key, char *value, mpmeter_error *error) {
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *outcome = json_object();
    json_put_integer(outcome, "code", MPMETER_OK);
    json_put_text(outcome, key, value);
    mpmeter_string_free(value);
    return outcome;
}

static json_t *done(mpmeter_status status, mpmeter_error *error) {
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *outcome = json_object();
    json_put_integer(outcome, "code", MPMETER_OK);
    return outcome;
}

static json_t *add(const json_t *request, mpmeter_meter *meter) {
    const json_t *tags = argument(request, "tags");
    const char *keys[TAG_LIMIT + 1], *values[TAG_LIMIT + 1];
    /* One more than there may be is handed on, so that the library says what is allowed. */
    int32_t count = 0;
    for (; (size_t)count < json_array_size(tags) && count <= TAG_LIMIT; count++) {
        const json_t *tag = json_array_get(tags, (size_t)count);
        keys[count] = json_string_value(json_array_get(tag, 0));
        values[count] = json_string_value(json_array_get(tag, 1));
    }
    mpmeter_error *error = NULL;
    const mpmeter_status status =
        mpmeter_meter_add(meter, text(request, "dimension"), text(request, "quantity"), keys, values, count, &error);
    return done(status, error);
}

static json_t *with_meter(const char *function, const json_t *request, mpmeter_meter *meter,
                          mpmeter_cancellation *cancellation) {
    mpmeter_error *error = NULL;
    if (strcmp(function, "meter_open") == 0) return done(MPMETER_OK, NULL);
    if (strcmp(function, "meter_add") == 0) return add(request, meter);
    if (strcmp(function, "meter_check") == 0) {
        const mpmeter_status status = mpmeter_meter_check(meter, text(request, "dimension"), cancellation, &error);
        return done(status, error);
    }
    if (strcmp(function, "meter_send") == 0) {
        const mpmeter_status status = mpmeter_meter_send(meter, bits(request, "flags"), cancellation, &error);
        return done(status, error);
    }
    if (strcmp(function, "meter_next_due") == 0) {
        int64_t milliseconds = 0;
        const mpmeter_status status = mpmeter_meter_next_due(meter, &milliseconds, &error);
        json_t *outcome = done(status, error);
        if (status == MPMETER_OK) json_put_integer(outcome, "milliseconds", milliseconds);
        return outcome;
    }
    if (strcmp(function, "meter_report") == 0) {
        char *books = NULL;
        const mpmeter_status status = mpmeter_meter_report(meter, &books, &error);
        return answered(status, "books", books, error);
    }
    return call_failure(MPMETER_E_INVALID_ARGUMENT, NULL);
}

json_t *call_journal_report(const json_t *request) {
    char *books = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_journal_report(text(request, "journal"), &books, &error);
    return answered(status, "books", books, error);
}

json_t *call_meter(const char *function, const json_t *request, mpmeter_client *client,
                   mpmeter_cancellation *cancellation) {
    mpmeter_error *error = NULL;
    if (strcmp(function, "meter_usage") == 0) {
        char *record = NULL;
        const mpmeter_status status =
            mpmeter_meter_usage(client, text(request, "product_code"), text(request, "dimension"),
                                text(request, "quantity"), json_integer_value(argument(request, "timestamp")),
                                text(request, "client_token"), bits(request, "flags"), cancellation, &record, &error);
        return answered(status, "record_id", record, error);
    }
    mpmeter_meter *meter = NULL;
    const mpmeter_status status = mpmeter_meter_open(client, text(request, "product_code"), text(request, "journal"),
                                                     bits(request, "meter_flags"), &meter, &error);
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *outcome = with_meter(function, request, meter, cancellation);
    mpmeter_meter_free(meter);
    return outcome;
}
