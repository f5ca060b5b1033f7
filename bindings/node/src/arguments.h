/* Decides how a native function sees its arguments: what is missing is undefined. lib/ has checked them before. */
#ifndef MPMETER_NODE_ARGUMENTS_H
#define MPMETER_NODE_ARGUMENTS_H

#include "addon.h"

enum { MOST_ARGUMENTS = 8 };

struct arguments {
    napi_value values[MOST_ARGUMENTS];
};

static inline struct arguments arguments_of(napi_env env, napi_callback_info info) {
    struct arguments given = {{NULL}};
    size_t count = MOST_ARGUMENTS;
    napi_get_cb_info(env, info, &count, given.values, NULL, NULL);
    return given;
}

/* 0 for anything that is not a number. */
static inline int32_t arguments_int32(napi_env env, const struct arguments *given, size_t index) {
    int32_t number = 0;
    if (given->values[index] != NULL) napi_get_value_int32(env, given->values[index], &number);
    return number;
}

static inline int64_t arguments_int64(napi_env env, const struct arguments *given, size_t index) {
    int64_t number = 0;
    if (given->values[index] != NULL) napi_get_value_int64(env, given->values[index], &number);
    return number;
}

static inline bool arguments_bool(napi_env env, const struct arguments *given, size_t index) {
    bool yes = false;
    if (given->values[index] != NULL) napi_get_value_bool(env, given->values[index], &yes);
    return yes;
}

#endif
