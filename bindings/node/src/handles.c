/* Decides how long clients, meters and options live: as long as the JavaScript object, and as long as each call. */
#include "addon.h"

#include "arguments.h"

#include <stdlib.h>
#include <string.h>

/* Whatever else a program passes is told from these by their tags. */
static const napi_type_tag OPTIONS = {0x6d706d657465726fULL, 0x7074696f6e730001ULL};
static const napi_type_tag CLIENT = {0x6d706d6574657263ULL, 0x6c69656e74000001ULL};
static const napi_type_tag METER = {0x6d706d657465726dULL, 0x6574657200000001ULL};

/** The JavaScript object's share; `shared` is NULL once it is closed. */
struct holder {
    struct shared *shared;
};

void shared_release(struct shared *shared) {
    if (shared == NULL || --shared->owners > 0) return;
    shared->free(shared->pointer);
    free(shared);
}

static void free_client(void *pointer) { mpmeter_client_free(pointer); }

static void free_meter(void *pointer) { mpmeter_meter_free(pointer); }

static void free_options(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    mpmeter_options_free(data);
}

static void free_holder(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    shared_release(((struct holder *)data)->shared);
    free(data);
}

/* The object that owns `data`; NULL, and `data` is freed, if there can be none. */
static napi_value wrapped(napi_env env, const napi_type_tag *tag, void *data, napi_finalize finalize) {
    napi_value object = NULL;
    if (napi_create_object(env, &object) == napi_ok && napi_type_tag_object(env, object, tag) == napi_ok &&
        napi_wrap(env, object, data, finalize, NULL, NULL) == napi_ok)
        return object;
    finalize(env, data, NULL);
    return NULL;
}

static void *unwrapped(napi_env env, napi_value value, const napi_type_tag *tag, const char *otherwise) {
    bool is_it = false;
    void *data = NULL;
    if (value != NULL && napi_check_object_type_tag(env, value, tag, &is_it) == napi_ok && is_it &&
        napi_unwrap(env, value, &data) == napi_ok)
        return data;
    bool pending = false;
    if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) values_type_error(env, otherwise);
    return NULL;
}

mpmeter_options *handles_options(napi_env env, napi_value value) {
    return unwrapped(env, value, &OPTIONS, "options are required");
}

static struct shared *shared_of(napi_env env, napi_value value, const napi_type_tag *tag, const char *otherwise,
                                const char *closed) {
    struct holder *holder = unwrapped(env, value, tag, otherwise);
    if (holder != NULL && holder->shared == NULL) napi_throw_error(env, "ERR_INVALID_STATE", closed);
    return holder != NULL ? holder->shared : NULL;
}

struct shared *handles_client(napi_env env, napi_value value) {
    return shared_of(env, value, &CLIENT, "a client is required", "the client is closed");
}

struct shared *handles_meter(napi_env env, napi_value value) {
    return shared_of(env, value, &METER, "a meter is required", "the meter is closed");
}

/* The object that owns `pointer`; NULL, and it is freed, if there can be none. */
static napi_value owner(napi_env env, const napi_type_tag *tag, void *pointer, void (*free_pointer)(void *)) {
    struct shared *shared = calloc(1, sizeof *shared);
    struct holder *holder = calloc(1, sizeof *holder);
    if (shared == NULL || holder == NULL) {
        free_pointer(pointer);
        free(shared);
        free(holder);
        return NULL;
    }
    *shared = (struct shared){.pointer = pointer, .free = free_pointer, .owners = 1};
    holder->shared = shared;
    return wrapped(env, tag, holder, free_holder);
}

napi_value handles_new_meter(napi_env env, mpmeter_meter *meter) { return owner(env, &METER, meter, free_meter); }

/* newOptions(logLevel or null): the log goes to whichever call is under way on the thread. */
napi_value handles_new_options(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    mpmeter_options *options = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK && !values_missing(env, given.values[0]))
        status = mpmeter_options_set_log(options, calls_log, NULL, arguments_int32(env, &given, 0));
    if (status != MPMETER_OK) {
        mpmeter_options_free(options);
        return values_failure(env, status, NULL);
    }
    return values_success(env, wrapped(env, &OPTIONS, options, free_options));
}

static mpmeter_status set(mpmeter_options *options, const char *name, int64_t number, const char *text) {
    const int32_t small = (int32_t)number;
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
    return MPMETER_E_INTERNAL;
}

/* setOption(options, name, number, text or null): the status. */
napi_value handles_set_option(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    mpmeter_options *options = handles_options(env, given.values[0]);
    char *name = options != NULL ? values_text(env, given.values[1]) : NULL;
    if (name == NULL) return NULL;
    const int64_t number = arguments_int64(env, &given, 2);
    const bool with_text = !values_missing(env, given.values[3]);
    char *text = with_text ? values_text(env, given.values[3]) : NULL;
    const bool taken = !with_text || text != NULL;
    const mpmeter_status status = taken ? set(options, name, number, text) : MPMETER_E_INVALID_ARGUMENT;
    free(name);
    free(text);
    return values_number(env, status);
}

/* newClient(options): {status, value: the handle} or {status, message, …}. */
napi_value handles_new_client(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    const mpmeter_options *options = handles_options(env, given.values[0]);
    if (options == NULL) return NULL;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_client_new(options, &client, &error);
    if (status != MPMETER_OK) return values_failure(env, status, error);
    napi_value object = owner(env, &CLIENT, client, free_client);
    return object != NULL ? values_success(env, object) : values_failure(env, MPMETER_E_OUT_OF_MEMORY, NULL);
}

/* close(client or meter): calls under way go on to their end. */
napi_value handles_close(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    bool is_meter = false;
    if (given.values[0] != NULL) napi_check_object_type_tag(env, given.values[0], &METER, &is_meter);
    struct holder *holder =
        unwrapped(env, given.values[0], is_meter ? &METER : &CLIENT, "a client or a meter is required");
    if (holder != NULL) {
        shared_release(holder->shared);
        holder->shared = NULL;
    }
    return NULL;
}
