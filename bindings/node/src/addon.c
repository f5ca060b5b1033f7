/* Decides what lib/ finds in the addon, and what one environment has: the main thread and each worker load it once. */
#include "addon.h"

#include "arguments.h"

#include <stdlib.h>

static napi_value library_version(napi_env env, napi_callback_info info) {
    (void)info;
    return values_string_or_null(env, mpmeter_version());
}

/* describe(status): {message, fix} of the library's table. */
static napi_value describe(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    return values_failure(env, arguments_int32(env, &given, 0), NULL);
}

/* statuses(): [{status, name, action}, …], the library's own table. */
static napi_value statuses(napi_env env, napi_callback_info info) {
    napi_value table = NULL;
    (void)info;
    if (napi_create_array(env, &table) != napi_ok) return NULL;
    for (int32_t i = 0; i < mpmeter_status_count(); i++) {
        const mpmeter_status status = mpmeter_status_at(i);
        const char *action = mpmeter_action_name(mpmeter_status_action(status));
        napi_value row = NULL;
        if (napi_create_object(env, &row) != napi_ok) return NULL;
        values_put(env, row, "number", values_number(env, status));
        values_put(env, row, "code", values_string_or_null(env, mpmeter_status_name(status)));
        values_put(env, row, "action", values_string_or_null(env, action));
        napi_set_element(env, table, (uint32_t)i, row);
    }
    return table;
}

/* endpoint(region, kinds) */
static napi_value endpoint(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    char *region = values_text(env, given.values[0]), *url = NULL;
    if (region == NULL) return NULL;
    const mpmeter_status status = mpmeter_endpoint(region, (uint32_t)arguments_int32(env, &given, 1), &url);
    napi_value found =
        status == MPMETER_OK ? values_success(env, values_string_or_null(env, url)) : values_failure(env, status, NULL);
    mpmeter_string_free(url);
    free(region);
    return found;
}

/* verify(client, token, productCode, publicKeyVersion, nonce): takes microseconds, so it runs here. */
static napi_value verify(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    const struct shared *client = handles_client(env, given.values[0]);
    char *texts[3] = {NULL, NULL, NULL};
    static const size_t places[3] = {1, 2, 4};
    bool taken = client != NULL;
    for (size_t i = 0; i < 3 && taken; i++) taken = (texts[i] = values_text(env, given.values[places[i]])) != NULL;
    napi_value found = NULL;
    if (taken) {
        mpmeter_registration *registration = NULL;
        mpmeter_error *error = NULL;
        const int32_t version = arguments_int32(env, &given, 3);
        const mpmeter_status status =
            mpmeter_verify(client->pointer, texts[0], texts[1], version, texts[2], &registration, &error);
        found = status == MPMETER_OK ? values_success(env, values_registration(env, registration))
                                     : values_failure(env, status, error);
    }
    for (size_t i = 0; i < 3; i++) free(texts[i]);
    return found;
}

static void end(void *data) { calls_stop_all(data); }

static void free_instance(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    free(data);
}

static bool make_instance(napi_env env) {
    napi_value name = values_string_or_null(env, "mpmeter");
    struct instance *instance = calloc(1, sizeof *instance);
    napi_threadsafe_function events = NULL;
    const bool made =
        instance != NULL && name != NULL &&
        napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, NULL, calls_event, &events) == napi_ok;
    if (!made) {
        free(instance);
        return false;
    }
    /* Hooks run last in, first out: this one before the thread-safe function's own. */
    instance->events = events;
    napi_unref_threadsafe_function(env, events);
    napi_set_instance_data(env, instance, free_instance, NULL);
    napi_add_env_cleanup_hook(env, end, instance);
    return true;
}

NAPI_MODULE_INIT() {
    static const struct {
        const char *name;
        napi_callback function;
    } FUNCTIONS[] = {
        {"version", library_version},
        {"describe", describe},
        {"statuses", statuses},
        {"endpoint", endpoint},
        {"verify", verify},
        {"newOptions", handles_new_options},
        {"setOption", handles_set_option},
        {"newClient", handles_new_client},
        {"close", handles_close},
        {"start", calls_start},
        {"cancel", calls_cancel},
        {"stop", calls_stop},
    };
    if (!make_instance(env)) {
        napi_throw_error(env, NULL, "mpmeter: memory is exhausted");
        return NULL;
    }
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
        napi_value function = NULL;
        const napi_callback call = FUNCTIONS[i].function;
        if (napi_create_function(env, FUNCTIONS[i].name, NAPI_AUTO_LENGTH, call, NULL, &function) != napi_ok)
            return NULL;
        napi_set_named_property(env, exports, FUNCTIONS[i].name, function);
    }
    return exports;
}
