/* Decides which options the settings of a request stand for, and how a line of the log is written. */
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "json.h"

/** Each line is written whole before the call goes on. */
static void log_line(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    json_t *line = json_object();
    json_put_integer(line, "level", level);
    json_put_text(line, "log", message);
    json_print(line);
    fflush(stdout);
}

static mpmeter_status apply(mpmeter_options *options, const json_t *setting) {
    const char *name = json_string_value(json_object_get(setting, "set"));
    const char *text = json_string_value(json_object_get(setting, "text"));
    const json_int_t number = json_integer_value(json_object_get(setting, "number"));
    const int32_t small = number < INT32_MIN || number > INT32_MAX ? -1 : (int32_t)number;
    if (name == NULL) return MPMETER_E_INVALID_ARGUMENT;
    /* generated: options, by make generate */
    if (strcmp(name, "public_key") == 0) return mpmeter_options_add_public_key(options, small, text);
    if (strcmp(name, "minimum_key_bits") == 0) return mpmeter_options_set_minimum_key_bits(options, small);
    if (strcmp(name, "trust_product") == 0) return mpmeter_options_trust_product(options, text, small);
    if (strcmp(name, "accept_free_products") == 0) return mpmeter_options_accept_free_products(options, small);
    if (strcmp(name, "unverified") == 0) return mpmeter_options_set_unverified(options, small);
    if (strcmp(name, "deadline_ms") == 0) return mpmeter_options_set_deadline_ms(options, number);
    if (strcmp(name, "app_id") == 0) return mpmeter_options_set_app_id(options, text);
    if (strcmp(name, "region_policy") == 0) return mpmeter_options_set_region_policy(options, small);
    /* end of generated */
    return MPMETER_E_INVALID_ARGUMENT;
}

json_t *call_options(const json_t *request, mpmeter_options **out_options) {
    mpmeter_status status = mpmeter_options_new(out_options);
    if (status != MPMETER_OK) return call_failure(status, NULL);
    const json_t *settings = json_object_get(request, "settings");
    for (size_t i = 0; i < json_array_size(settings); i++) {
        status = apply(*out_options, json_array_get(settings, i));
        if (status == MPMETER_OK) continue;
        json_t *outcome = call_failure(status, NULL);
        json_put_integer(outcome, "refused", (int64_t)i);
        return outcome;
    }
    if (json_is_true(json_object_get(request, "log")))
        status = mpmeter_options_set_log(*out_options, log_line, NULL, MPMETER_LOG_DEBUG);
    return status == MPMETER_OK ? NULL : call_failure(status, NULL);
}
