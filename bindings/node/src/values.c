/* Decides how texts and results cross between JavaScript and C. Everything is copied. */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

napi_value values_type_error(napi_env env, const char *message) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
    return NULL;
}

char *values_text(napi_env env, napi_value value) {
    size_t length = 0;
    if (value == NULL || napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) {
        values_type_error(env, "a string is required");
        return NULL;
    }
    char *text = malloc(length + 1);
    if (text == NULL) {
        napi_throw_error(env, NULL, "memory is exhausted");
        return NULL;
    }
    if (napi_get_value_string_utf8(env, value, text, length + 1, &length) != napi_ok || strlen(text) != length) {
        free(text);
        values_type_error(env, "the text holds a NUL");
        return NULL;
    }
    return text;
}

bool values_missing(napi_env env, napi_value value) {
    napi_valuetype type = napi_undefined;
    return value == NULL || napi_typeof(env, value, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

napi_value values_string_or_null(napi_env env, const char *text) {
    napi_value value = NULL;
    if (text == NULL)
        napi_get_null(env, &value);
    else
        napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

napi_value values_number(napi_env env, double number) {
    napi_value value = NULL;
    napi_create_double(env, number, &value);
    return value;
}

static napi_value boolean(napi_env env, bool yes) {
    napi_value value = NULL;
    napi_get_boolean(env, yes, &value);
    return value;
}

static napi_value new_object(napi_env env) {
    napi_value object = NULL;
    napi_create_object(env, &object);
    return object;
}

/* Where an environment is ending, no value can be made: both may be NULL. */
void values_put(napi_env env, napi_value object, const char *name, napi_value value) {
    if (object != NULL && value != NULL) napi_set_named_property(env, object, name, value);
}

static void put_text(napi_env env, napi_value object, const char *name, const char *text) {
    values_put(env, object, name, values_string_or_null(env, text));
}

static void put_number(napi_env env, napi_value object, const char *name, double number) {
    values_put(env, object, name, values_number(env, number));
}

napi_value values_success(napi_env env, napi_value value) {
    napi_value object = new_object(env);
    put_number(env, object, "status", MPMETER_OK);
    values_put(env, object, "value", value);
    return object;
}

napi_value values_failure(napi_env env, mpmeter_status status, mpmeter_error *error) {
    const char *message = mpmeter_error_message(error), *fix = mpmeter_error_fix(error);
    napi_value object = new_object(env);
    put_number(env, object, "status", status);
    put_text(env, object, "name", mpmeter_status_name(status));
    put_text(env, object, "message", message != NULL ? message : mpmeter_status_message(status));
    put_text(env, object, "fix", fix != NULL ? fix : mpmeter_status_fix(status));
    if (mpmeter_error_http_status(error) != 0) put_number(env, object, "httpStatus", mpmeter_error_http_status(error));
    put_text(env, object, "awsType", mpmeter_error_aws_type(error));
    put_text(env, object, "requestId", mpmeter_error_request_id(error));
    put_text(env, object, "region", mpmeter_error_region(error));
    put_text(env, object, "regionSource", mpmeter_error_region_source(error));
    put_text(env, object, "credentialsSource", mpmeter_error_credentials_source(error));
    put_text(env, object, "platform", mpmeter_error_platform(error));
    put_number(env, object, "attempts", mpmeter_error_attempts(error));
    put_number(env, object, "elapsedMs", (double)mpmeter_error_elapsed_ms(error));
    put_text(env, object, "text", mpmeter_error_text(error));
    mpmeter_error_free(error);
    return object;
}

napi_value values_registration(napi_env env, mpmeter_registration *registration) {
    napi_value object = new_object(env);
    const bool is_free = mpmeter_registration_product_kind(registration) == MPMETER_PRODUCT_FREE;
    put_text(env, object, "productCode", mpmeter_registration_product_code(registration));
    put_text(env, object, "productKind", is_free ? "free" : "paid");
    put_number(env, object, "publicKeyVersion", mpmeter_registration_public_key_version(registration));
    put_text(env, object, "nonce", mpmeter_registration_nonce(registration));
    values_put(env, object, "verified", boolean(env, mpmeter_registration_verified(registration) == 1));
    put_text(env, object, "signature", mpmeter_registration_signature(registration));
    put_text(env, object, "publicKeyRotation", mpmeter_registration_public_key_rotation(registration));
    put_number(env, object, "issuedAt", (double)mpmeter_registration_issued_at(registration));
    put_text(env, object, "region", mpmeter_registration_region(registration));
    put_text(env, object, "regionSource", mpmeter_registration_region_source(registration));
    put_text(env, object, "credentialsSource", mpmeter_registration_credentials_source(registration));
    put_text(env, object, "platform", mpmeter_registration_platform(registration));
    put_text(env, object, "requestId", mpmeter_registration_request_id(registration));
    put_number(env, object, "attempts", mpmeter_registration_attempts(registration));
    put_number(env, object, "elapsedMs", (double)mpmeter_registration_elapsed_ms(registration));
    put_text(env, object, "json", mpmeter_registration_json(registration));
    mpmeter_registration_free(registration);
    return object;
}

napi_value values_region(napi_env env, mpmeter_region *region) {
    napi_value object = new_object(env);
    put_text(env, object, "name", mpmeter_region_name(region));
    put_text(env, object, "source", mpmeter_region_source(region));
    put_text(env, object, "platform", mpmeter_region_platform(region));
    values_put(env, object, "supported", boolean(env, mpmeter_region_supported(region) == 1));
    mpmeter_region_free(region);
    return object;
}

napi_value values_diagnosis(napi_env env, mpmeter_diagnosis *diagnosis) {
    napi_value json = values_string_or_null(env, mpmeter_diagnosis_json(diagnosis));
    mpmeter_diagnosis_free(diagnosis);
    return json;
}
