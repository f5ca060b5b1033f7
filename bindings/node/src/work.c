/* Decides what each kind of call takes, which function of the library it calls, and what JavaScript gets of it. */
#include "work.h"

#include <stdlib.h>

/* What the tags of an add begin after: its dimension and its quantity. */
enum { BEFORE_TAGS = 2, MOST_TEXTS = 4096 };

/* ---- On the environment's thread: what is given ------------------------------------------------------------------ */

static bool take_handle(napi_env env, struct work *work, napi_value handle) {
    switch (work->kind) {
    case DIAGNOSE:
    case DIAGNOSE_METERING:
        work->options = handles_options(env, handle);
        return work->options != NULL && napi_create_reference(env, handle, 1, &work->kept) == napi_ok;
    case JOURNAL_REPORT: return true;
    case METER_CHECK:
    case METER_ADD:
    case METER_SEND:
    case METER_NEXT_DUE:
    case METER_REPORT: work->shared = handles_meter(env, handle); break;
    default: work->shared = handles_client(env, handle);
    }
    if (work->shared == NULL) return false;
    work->shared->owners++;
    return true;
}

static bool take_texts(napi_env env, struct work *work, napi_value texts) {
    uint32_t count = 0;
    if (napi_get_array_length(env, texts, &count) != napi_ok || count > MOST_TEXTS)
        return values_type_error(env, "an array of texts is required") != NULL;
    /* More than there are, so that a kind finds NULL for what it was not given. */
    work->texts = calloc((size_t)count + 4, sizeof *work->texts);
    if (work->texts == NULL) return napi_throw_error(env, NULL, "memory is exhausted") != napi_ok;
    work->count = count;
    for (uint32_t i = 0; i < count; i++) {
        napi_value text = NULL;
        if (napi_get_element(env, texts, i, &text) != napi_ok) return false;
        if (!values_missing(env, text) && (work->texts[i] = values_text(env, text)) == NULL) return false;
    }
    return true;
}

bool work_take(napi_env env, struct work *work, const napi_value *values) {
    if (!take_handle(env, work, values[0]) || !take_texts(env, work, values[1])) return false;
    napi_get_value_uint32(env, values[2], &work->flags);
    napi_get_value_int64(env, values[3], &work->number);
    return true;
}

/* ---- On any thread ----------------------------------------------------------------------------------------------- */

static mpmeter_status add(struct work *work) {
    const size_t tags = work->count > BEFORE_TAGS ? (work->count - BEFORE_TAGS) / 2 : 0;
    const char **keys = calloc(tags + 1, sizeof *keys), **values = calloc(tags + 1, sizeof *values);
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    if (keys != NULL && values != NULL) {
        for (size_t i = 0; i < tags; i++) {
            keys[i] = work->texts[BEFORE_TAGS + 2 * i];
            values[i] = work->texts[BEFORE_TAGS + 2 * i + 1];
        }
        status = mpmeter_meter_add(work->shared->pointer, work->texts[0], work->texts[1], keys, values, (int32_t)tags,
                                   &work->error);
    }
    free(keys);
    free(values);
    return status;
}

static mpmeter_status diagnose(struct work *work, mpmeter_cancellation *cancellation, mpmeter_diagnosis **diagnosis) {
    const char *codes[] = {work->texts[0]};
    const bool with_code = codes[0] != NULL;
    return mpmeter_diagnose(work->options, with_code ? codes : NULL, with_code ? 1 : 0, work->flags, cancellation,
                            diagnosis, &work->error);
}

/* Its texts: the product code, the journal's path, and the dimensions. */
static mpmeter_status diagnose_metering(struct work *work, mpmeter_cancellation *cancellation,
                                        mpmeter_diagnosis **diagnosis) {
    const size_t count = work->count > 2 ? work->count - 2 : 0;
    return mpmeter_diagnose_metering(work->options, work->texts[0], work->texts[1],
                                     (const char *const *)work->texts + 2, (int32_t)count, 0, cancellation, diagnosis,
                                     &work->error);
}

void work_perform(struct work *work, mpmeter_cancellation *cancellation) {
    void *on = work->shared != NULL ? work->shared->pointer : NULL;
    char **texts = work->texts;
    mpmeter_registration *registration = NULL;
    mpmeter_region *region = NULL;
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_meter *meter = NULL;
    char *string = NULL;
    work->status = MPMETER_E_INTERNAL;
    switch (work->kind) {
    case REGISTER_USAGE:
        work->status = mpmeter_register_usage(on, texts[0], texts[1], cancellation, &registration, &work->error);
        work->value = registration;
        break;
    case FIND_REGION:
        work->status = mpmeter_region_find(on, cancellation, &region, &work->error);
        work->value = region;
        break;
    case DIAGNOSE:
        work->status = diagnose(work, cancellation, &diagnosis);
        work->value = diagnosis;
        break;
    case DIAGNOSE_METERING:
        work->status = diagnose_metering(work, cancellation, &diagnosis);
        work->value = diagnosis;
        break;
    case METER_OPEN:
        work->status = mpmeter_meter_open(on, texts[0], texts[1], work->flags, &meter, &work->error);
        work->value = meter;
        break;
    case METER_CHECK: work->status = mpmeter_meter_check(on, texts[0], cancellation, &work->error); break;
    case METER_ADD: work->status = add(work); break;
    case METER_SEND: work->status = mpmeter_meter_send(on, work->flags, cancellation, &work->error); break;
    case METER_NEXT_DUE: work->status = mpmeter_meter_next_due(on, &work->number, &work->error); break;
    case METER_REPORT:
        work->status = mpmeter_meter_report(on, &string, &work->error);
        work->value = string;
        break;
    case JOURNAL_REPORT:
        work->status = mpmeter_journal_report(texts[0], &string, &work->error);
        work->value = string;
        break;
    case METER_USAGE:
        work->status = mpmeter_meter_usage(on, texts[0], texts[1], texts[2], work->number, texts[3], work->flags,
                                           cancellation, &string, &work->error);
        work->value = string;
        break;
    case KINDS: break;
    }
}

/* ---- On the environment's thread: what came of it ---------------------------------------------------------------- */

static napi_value string_value(napi_env env, char *string) {
    napi_value value = values_string_or_null(env, string);
    mpmeter_string_free(string);
    return value;
}

napi_value work_outcome(napi_env env, struct work *work) {
    if (work->status != MPMETER_OK) {
        mpmeter_error *error = work->error;
        work->error = NULL;
        return values_failure(env, work->status, error);
    }
    void *value = work->value;
    work->value = NULL;
    switch (work->kind) {
    case REGISTER_USAGE: return values_success(env, values_registration(env, value));
    case FIND_REGION: return values_success(env, values_region(env, value));
    case DIAGNOSE:
    case DIAGNOSE_METERING: return values_success(env, values_diagnosis(env, value));
    case METER_OPEN: return values_success(env, handles_new_meter(env, value));
    case METER_NEXT_DUE: return values_success(env, values_number(env, (double)work->number));
    case METER_REPORT:
    case JOURNAL_REPORT:
    case METER_USAGE: return values_success(env, string_value(env, value));
    default: return values_success(env, values_string_or_null(env, NULL));
    }
}

static void free_value(struct work *work) {
    switch (work->kind) {
    case REGISTER_USAGE: mpmeter_registration_free(work->value); break;
    case FIND_REGION: mpmeter_region_free(work->value); break;
    case DIAGNOSE:
    case DIAGNOSE_METERING: mpmeter_diagnosis_free(work->value); break;
    case METER_OPEN: mpmeter_meter_free(work->value); break;
    default: mpmeter_string_free(work->value);
    }
}

void work_end(napi_env env, struct work *work) {
    if (env != NULL && work->kept != NULL) napi_delete_reference(env, work->kept);
    free_value(work);
    mpmeter_error_free(work->error);
    shared_release(work->shared);
    for (uint32_t i = 0; i < work->count; i++) free(work->texts[i]);
    free(work->texts);
}
