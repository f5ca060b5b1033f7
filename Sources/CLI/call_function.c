/* Decides what a request's function is, and what its outcome holds: the library's JSON, and what that leaves out. */
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "json.h"

static json_t *success(void) {
    json_t *outcome = json_object();
    json_put_integer(outcome, "code", MPMETER_OK);
    return outcome;
}

json_t *call_failure(mpmeter_status status, mpmeter_error *error) {
    json_t *outcome = json_object();
    json_put_integer(outcome, "code", status);
    json_object_set_new(outcome, "error", error != NULL ? json_read(mpmeter_error_json(error)) : json_null());
    mpmeter_error_free(error);
    return outcome;
}

static const char *text(const json_t *request, const char *key) {
    return json_string_value(json_object_get(json_object_get(request, "arguments"), key));
}

static json_int_t number(const json_t *request, const char *key) {
    return json_integer_value(json_object_get(json_object_get(request, "arguments"), key));
}

static json_t *registered(mpmeter_status status, mpmeter_registration *registration, mpmeter_error *error) {
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *found = json_read(mpmeter_registration_json(registration));
    if (found == NULL) {
        mpmeter_registration_free(registration);
        return call_failure(MPMETER_E_OUT_OF_MEMORY, NULL);
    }
    json_put_integer(found, "product_kind", mpmeter_registration_product_kind(registration));
    json_put_integer(found, "issued_at", mpmeter_registration_issued_at(registration));
    mpmeter_registration_free(registration);
    json_t *outcome = success();
    json_object_set_new(outcome, "registration", found);
    return outcome;
}

static json_t *find_region(mpmeter_client *client, mpmeter_cancellation *cancellation) {
    mpmeter_region *region = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_region_find(client, cancellation, &region, &error);
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *found = json_object();
    json_put_text(found, "name", mpmeter_region_name(region));
    json_put_text(found, "source", mpmeter_region_source(region));
    json_put_text(found, "platform", mpmeter_region_platform(region));
    json_put_boolean(found, "supported", mpmeter_region_supported(region) != 0);
    mpmeter_region_free(region);
    json_t *outcome = success();
    json_object_set_new(outcome, "region", found);
    return outcome;
}

static json_t *endpoint(const json_t *request) {
    char *url = NULL;
    const mpmeter_status status = mpmeter_endpoint(text(request, "region"), (uint32_t)number(request, "kinds"), &url);
    if (status != MPMETER_OK) return call_failure(status, NULL);
    json_t *outcome = success();
    json_put_text(outcome, "url", url);
    mpmeter_string_free(url);
    return outcome;
}

/** NULL for "", by which Go says that there is none. */
static const char *text_or_null(const json_t *request, const char *name) {
    const char *found = text(request, name);
    return found != NULL && *found != '\0' ? found : NULL;
}

static json_t *diagnose(const json_t *request, mpmeter_options *options, int is_metering,
                        mpmeter_cancellation *cancellation) {
    const json_t *texts =
        json_object_get(json_object_get(request, "arguments"), is_metering ? "dimensions" : "product_codes");
    const size_t count = json_array_size(texts);
    const char **array = calloc(count + 1, sizeof *array);
    if (array == NULL || count > INT32_MAX) return free(array), call_failure(MPMETER_E_OUT_OF_MEMORY, NULL);
    for (size_t i = 0; i < count; i++) array[i] = json_string_value(json_array_get(texts, i));
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = NULL;
    const char *const *given = count > 0 ? array : NULL;
    const mpmeter_status status =
        is_metering ? mpmeter_diagnose_metering(options, text_or_null(request, "product_code"),
                                                text_or_null(request, "journal"), given, (int32_t)count, 0,
                                                cancellation, &diagnosis, &error)
                    : mpmeter_diagnose(options, given, (int32_t)count, (uint32_t)number(request, "flags"), cancellation,
                                       &diagnosis, &error);
    free(array);
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *outcome = success();
    json_put_integer(outcome, "verdict", mpmeter_diagnosis_status(diagnosis));
    json_put_text(outcome, "diagnosis", mpmeter_diagnosis_json(diagnosis));
    mpmeter_diagnosis_free(diagnosis);
    return outcome;
}

/** A function of a client. */
static json_t *with_client(const char *function, const json_t *request, mpmeter_client *client,
                           mpmeter_cancellation *cancellation) {
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    if (strcmp(function, "new") == 0) return success();
    if (strcmp(function, "find_region") == 0) return find_region(client, cancellation);
    if (strcmp(function, "register_usage") == 0) {
        const mpmeter_status status = mpmeter_register_usage(
            client, text(request, "product_code"), text(request, "nonce"), cancellation, &registration, &error);
        return registered(status, registration, error);
    }
    if (strcmp(function, "verify") == 0) {
        const int32_t version = (int32_t)number(request, "public_key_version");
        const mpmeter_status status = mpmeter_verify(client, text(request, "token"), text(request, "product_code"),
                                                     version, text(request, "nonce"), &registration, &error);
        return registered(status, registration, error);
    }
    if (strncmp(function, "meter_", 6) == 0) return call_meter(function, request, client, cancellation);
    return call_failure(MPMETER_E_INVALID_ARGUMENT, NULL);
}

json_t *call_function(const json_t *request, mpmeter_options *options, mpmeter_cancellation *cancellation) {
    const char *function = json_string_value(json_object_get(request, "function"));
    if (function == NULL) return call_failure(MPMETER_E_INVALID_ARGUMENT, NULL);
    if (strcmp(function, "endpoint") == 0) return endpoint(request);
    if (strcmp(function, "journal_report") == 0) return call_journal_report(request);
    if (strcmp(function, "diagnose") == 0) return diagnose(request, options, 0, cancellation);
    if (strcmp(function, "diagnose_metering") == 0) return diagnose(request, options, 1, cancellation);
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_client_new(options, &client, &error);
    if (status != MPMETER_OK) return call_failure(status, error);
    json_t *outcome = with_client(function, request, client, cancellation);
    mpmeter_client_free(client);
    return outcome;
}
