/* The conformance driver of the C interface: performs one case of cases.json and prints what came of it. README.md
 * is its specification. */
#include "driver.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- Values of the case ------------------------------------------------------------------------------------------ */

void give_up(const char *what) {
    fprintf(stderr, "driver: %s\n", what);
    exit(2);
}

const char *text(const json_t *value) {
    const char *written = json_string_value(value);
    if (written == NULL || written[0] != '$') return written;
    const char *found = getenv(written + 1);
    if (found == NULL) give_up(written);
    return found;
}

int64_t number(const json_t *value) {
    return json_is_string(value) ? strtoll(text(value), NULL, 10) : (int64_t)json_integer_value(value);
}

static char *whole_file(const char *path) {
    enum { LIMIT = 65536 };
    FILE *stream = fopen(path, "rb");
    char *content = malloc(LIMIT);
    if (stream == NULL || content == NULL) give_up(path);
    content[fread(content, 1, LIMIT - 1, stream)] = '\0';
    fclose(stream);
    return content;
}

/* ---- What is printed --------------------------------------------------------------------------------------------- */

static json_t *text_or_null(const char *value) { return value != NULL ? json_string(value) : json_null(); }

json_t *outcome(mpmeter_status status, const mpmeter_error *error) {
    const char *message = mpmeter_error_message(error), *fix = mpmeter_error_fix(error);
    json_t *object = json_object();
    json_object_set_new(object, "status", json_string(mpmeter_status_name(status)));
    json_object_set_new(object, "code", json_integer(status));
    json_object_set_new(object, "action", json_string(mpmeter_action_name(mpmeter_status_action(status))));
    json_object_set_new(object, "message", json_string(message != NULL ? message : mpmeter_status_message(status)));
    json_object_set_new(object, "fix", json_string(fix != NULL ? fix : mpmeter_status_fix(status)));
    json_object_set_new(object, "error_type",
                        status == MPMETER_OK ? json_null() : json_string(mpmeter_status_name(status)));
    if (error == NULL) return object;
    json_object_set_new(object, "text", json_string(mpmeter_error_text(error)));
    json_object_set_new(object, "region", text_or_null(mpmeter_error_region(error)));
    json_object_set_new(object, "region_source", text_or_null(mpmeter_error_region_source(error)));
    json_object_set_new(object, "credentials_source", text_or_null(mpmeter_error_credentials_source(error)));
    json_object_set_new(object, "platform", text_or_null(mpmeter_error_platform(error)));
    json_object_set_new(object, "request_id", text_or_null(mpmeter_error_request_id(error)));
    json_object_set_new(object, "aws_type", text_or_null(mpmeter_error_aws_type(error)));
    if (mpmeter_error_http_status(error) != 0)
        json_object_set_new(object, "http_status", json_integer(mpmeter_error_http_status(error)));
    json_object_set_new(object, "attempts", json_integer(mpmeter_error_attempts(error)));
    json_object_set_new(object, "elapsed_ms", json_integer(mpmeter_error_elapsed_ms(error)));
    return object;
}

static void put_registration(json_t *object, const mpmeter_registration *found) {
    const int64_t issued_at = mpmeter_registration_issued_at(found);
    const int is_free = mpmeter_registration_product_kind(found) == MPMETER_PRODUCT_FREE;
    json_object_set_new(object, "product_code", text_or_null(mpmeter_registration_product_code(found)));
    json_object_set_new(object, "product_kind", json_string(is_free ? "free" : "paid"));
    json_object_set_new(object, "public_key_version", json_integer(mpmeter_registration_public_key_version(found)));
    json_object_set_new(object, "nonce", text_or_null(mpmeter_registration_nonce(found)));
    json_object_set_new(object, "verified", json_boolean(mpmeter_registration_verified(found)));
    json_object_set_new(object, "signature", text_or_null(mpmeter_registration_signature(found)));
    json_object_set_new(object, "public_key_rotation", text_or_null(mpmeter_registration_public_key_rotation(found)));
    json_object_set_new(object, "issued_at", issued_at != 0 ? json_integer(issued_at) : json_null());
    json_object_set_new(object, "region", text_or_null(mpmeter_registration_region(found)));
    json_object_set_new(object, "region_source", text_or_null(mpmeter_registration_region_source(found)));
    json_object_set_new(object, "credentials_source", text_or_null(mpmeter_registration_credentials_source(found)));
    json_object_set_new(object, "platform", text_or_null(mpmeter_registration_platform(found)));
    json_object_set_new(object, "request_id", text_or_null(mpmeter_registration_request_id(found)));
    json_object_set_new(object, "attempts", json_integer(mpmeter_registration_attempts(found)));
    json_object_set_new(object, "elapsed_ms", json_integer(mpmeter_registration_elapsed_ms(found)));
}

/* ---- Options ----------------------------------------------------------------------------------------------------- */

static mpmeter_status add_keys(mpmeter_options *options, const json_t *keys) {
    size_t index;
    const json_t *key;
    mpmeter_status status = MPMETER_OK;
    json_array_foreach(keys, index, key) {
        const char *file = text(json_object_get(key, "file"));
        char *content = file != NULL ? whole_file(file) : NULL;
        if (status == MPMETER_OK)
            status = mpmeter_options_add_public_key(options, (int32_t)number(json_object_get(key, "version")),
                                                    file != NULL ? content : text(json_object_get(key, "pem")));
        free(content);
    }
    return status;
}

static mpmeter_status trust(mpmeter_options *options, const json_t *products) {
    void *entry = json_object_iter((json_t *)products);
    mpmeter_status status = MPMETER_OK;
    for (; entry != NULL && status == MPMETER_OK; entry = json_object_iter_next((json_t *)products, entry)) {
        const int is_free = strcmp(text(json_object_iter_value(entry)), "free") == 0;
        status = mpmeter_options_trust_product(options, json_object_iter_key(entry),
                                               is_free ? MPMETER_PRODUCT_FREE : MPMETER_PRODUCT_PAID);
    }
    return status;
}

static mpmeter_status fill(mpmeter_options *options, const json_t *from) {
    const json_t *value;
    mpmeter_status status = add_keys(options, json_object_get(from, "public_keys"));
    if (status == MPMETER_OK) status = trust(options, json_object_get(from, "trusted_products"));
    if (status == MPMETER_OK && json_is_true(json_object_get(from, "accept_free_products")))
        status = mpmeter_options_accept_free_products(options, 1);
    if (status == MPMETER_OK && (value = json_object_get(from, "deadline_ms")) != NULL)
        status = mpmeter_options_set_deadline_ms(options, number(value));
    if (status == MPMETER_OK && (value = json_object_get(from, "region_policy")) != NULL)
        status = mpmeter_options_set_region_policy(options, strcmp(text(value), "attempt") == 0 ? MPMETER_REGION_ATTEMPT
                                                            : strcmp(text(value), "ask") == 0 ? MPMETER_REGION_ASK
                                                                                              : MPMETER_REGION_ENFORCE);
    if (status == MPMETER_OK && (value = json_object_get(from, "unverified_key_version")) != NULL)
        status = mpmeter_options_set_unverified(options, (int32_t)number(value));
    /* generated: plain options, by make generate */
    if (status == MPMETER_OK && (value = json_object_get(from, "minimum_key_bits")) != NULL)
        status = mpmeter_options_set_minimum_key_bits(options, (int32_t)number(value));
    if (status == MPMETER_OK && (value = json_object_get(from, "app_id")) != NULL)
        status = mpmeter_options_set_app_id(options, text(value));
    /* end of generated */
    return status;
}

static mpmeter_status make_client(const json_t *from, mpmeter_client **out_client, mpmeter_error **out_error) {
    mpmeter_options *options = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = fill(options, from);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, out_client, out_error);
    mpmeter_options_free(options);
    return status;
}

/* ---- Cancellation ------------------------------------------------------------------------------------------------ */

struct timer {
    mpmeter_cancellation *cancellation;
    int64_t after_ms;
};

static void *cancel_later(void *context) {
    const struct timer *timer = context;
    struct timespec left = {(time_t)(timer->after_ms / 1000), (long)(timer->after_ms % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
    mpmeter_cancellation_cancel(timer->cancellation);
    return NULL;
}

/* ---- The calls --------------------------------------------------------------------------------------------------- */

static json_t *perform_with_client(const char *function, const json_t *arguments, mpmeter_client *client,
                                   mpmeter_cancellation *cancellation) {
    mpmeter_registration *registration = NULL;
    mpmeter_region *region = NULL;
    mpmeter_error *error = NULL;
    mpmeter_status status;
    const char *product_code = text(json_object_get(arguments, "product_code")),
               *nonce = text(json_object_get(arguments, "nonce"));

    if (strcmp(function, "meter") == 0) return meter(arguments, client, cancellation);
    if (strcmp(function, "meter_usage") == 0) return meter_usage(arguments, client, cancellation);
    if (strcmp(function, "verify") == 0) {
        status = mpmeter_verify(client, text(json_object_get(arguments, "token")), product_code,
                                (int32_t)number(json_object_get(arguments, "public_key_version")), nonce, &registration,
                                &error);
    } else if (strcmp(function, "find_region") == 0) {
        status = mpmeter_region_find(client, cancellation, &region, &error);
    } else if (strncmp(function, "register_usage", strlen("register_usage")) == 0) {
        status = mpmeter_register_usage(client, product_code, nonce, cancellation, &registration, &error);
        if (status == MPMETER_OK && strcmp(function, "register_usage_twice") == 0) {
            mpmeter_registration_free(registration);
            registration = NULL;
            status = mpmeter_register_usage(client, product_code, nonce, cancellation, &registration, &error);
        }
    } else {
        give_up(function);
        return NULL;
    }

    json_t *object = outcome(status, error);
    if (registration != NULL) put_registration(object, registration);
    if (region != NULL) {
        json_object_set_new(object, "region", text_or_null(mpmeter_region_name(region)));
        json_object_set_new(object, "region_source", text_or_null(mpmeter_region_source(region)));
        json_object_set_new(object, "platform", text_or_null(mpmeter_region_platform(region)));
        json_object_set_new(object, "supported", json_boolean(mpmeter_region_supported(region)));
    }
    mpmeter_registration_free(registration);
    mpmeter_region_free(region);
    mpmeter_error_free(error);
    return object;
}

static json_t *endpoint(const json_t *arguments) {
    uint32_t kinds = 0;
    size_t index;
    const json_t *kind;
    json_array_foreach(json_object_get(arguments, "kinds"), index, kind) kinds |=
        strcmp(text(kind), "fips") == 0 ? MPMETER_ENDPOINT_FIPS : MPMETER_ENDPOINT_DUALSTACK;
    char *url = NULL;
    json_t *object = outcome(mpmeter_endpoint(text(json_object_get(arguments, "region")), kinds, &url), NULL);
    if (url != NULL) json_object_set_new(object, "endpoint", json_string(url));
    mpmeter_string_free(url);
    return object;
}

static json_t *diagnose(const json_t *from, const json_t *arguments) {
    mpmeter_options *options = NULL;
    mpmeter_cancellation *cancellation = NULL;
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = NULL;
    const json_t *after = json_object_get(from, "cancel_after_ms");
    const char *const code = text(json_object_get(arguments, "product_code"));
    const uint32_t flags = json_is_true(json_object_get(arguments, "register")) ? MPMETER_DIAGNOSE_REGISTER : 0;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = fill(options, from);
    if (status == MPMETER_OK) status = mpmeter_cancellation_new(&cancellation);
    if (after != NULL && number(after) == 0) mpmeter_cancellation_cancel(cancellation);
    if (status == MPMETER_OK) status = mpmeter_diagnose(options, &code, 1, flags, cancellation, &diagnosis, &error);
    json_t *object = outcome(status, error);
    if (diagnosis != NULL) {
        json_t *report = json_loads(mpmeter_diagnosis_json(diagnosis), 0, NULL);
        json_object_set_new(object, "verdict", json_string(mpmeter_status_name(mpmeter_diagnosis_status(diagnosis))));
        json_object_set(object, "first_failure", json_object_get(report, "first_failure"));
        json_object_set_new(object, "checks",
                            json_integer((json_int_t)json_array_size(json_object_get(report, "checks"))));
        json_decref(report);
    }
    mpmeter_diagnosis_free(diagnosis);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_options_free(options);
    return object;
}

static json_t *perform(const json_t *options, const char *function, const json_t *arguments) {
    if (strcmp(function, "diagnose") == 0) return diagnose(options, arguments);
    if (strcmp(function, "endpoint") == 0) return endpoint(arguments);
    if (strcmp(function, "version") == 0) {
        json_t *object = outcome(MPMETER_OK, NULL);
        json_object_set_new(object, "version", json_string(mpmeter_version()));
        return object;
    }

    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    json_t *object = NULL;
    mpmeter_status status = make_client(options, &client, &error);
    if (status == MPMETER_OK) status = mpmeter_cancellation_new(&cancellation);
    if (status == MPMETER_OK) {
        const json_t *after = json_object_get(options, "cancel_after_ms");
        struct timer timer = {cancellation, number(after)};
        pthread_t thread;
        int waiting = 0;
        if (after != NULL && timer.after_ms == 0)
            mpmeter_cancellation_cancel(cancellation);
        else if (after != NULL)
            waiting = pthread_create(&thread, NULL, cancel_later, &timer) == 0;
        object = perform_with_client(function, arguments, client, cancellation);
        if (waiting) pthread_join(thread, NULL);
    } else {
        object = outcome(status, error);
    }
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
    return object;
}

static json_t *statuses(void) {
    json_t *table = json_array();
    for (int32_t index = 0; index < mpmeter_status_count(); index++) {
        const mpmeter_status status = mpmeter_status_at(index);
        const char *name = mpmeter_status_name(status);
        json_array_append_new(table, json_pack("{s:s, s:i, s:s, s:s?}", "status", name, "code", (int)status, "action",
                                               mpmeter_action_name(mpmeter_status_action(status)), "error_type",
                                               status == MPMETER_OK ? NULL : name));
    }
    return table;
}

int main(int argc, char **argv) {
    if (argc != 2) give_up("usage: driver CASE.json | --statuses");
    json_t *read = NULL, *printed;
    if (strcmp(argv[1], "--statuses") == 0) {
        printed = statuses();
    } else {
        json_error_t problem;
        read = json_load_file(argv[1], 0, &problem);
        if (read == NULL) give_up(problem.text);
        const json_t *call = json_object_get(read, "call");
        printed = perform(json_object_get(read, "options"), text(json_object_get(call, "function")),
                          json_object_get(call, "arguments"));
    }
    const int done = json_dumpf(printed, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF && fflush(stdout) == 0;
    json_decref(printed);
    json_decref(read);
    return done ? 0 : 2;
}
