/* What the addon's files share: the state of one Node.js environment, its clients, its calls. */
#ifndef MPMETER_NODE_ADDON_H
#define MPMETER_NODE_ADDON_H

#define NAPI_VERSION 8
#include <mpmeter.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>

struct call;

/** The state of one environment: the main thread has one, and so has each worker. Touched by its thread only. */
struct instance {
    napi_threadsafe_function events; /* Hands what calls on other threads have to say to JavaScript. */
    struct call *running;            /* Every call whose end JavaScript has not been told. */
    uint32_t keeping;                /* How many of them keep the event loop alive. */
    uint32_t last;                   /* The number of the last call that began. */
    bool stopped;                    /* The environment is ending; no call may begin. */
};

/**
 * A client or a meter of the library, owned by the JavaScript object and each call under way, on the environment's
 * thread.
 */
struct shared {
    void *pointer;
    void (*free)(void *pointer);
    int owners;
};

/** NULL is ignored. */
void shared_release(struct shared *shared);

/* ---- handles.c: objects of the library in JavaScript's hands ----------------------------------------------------- */

napi_value handles_new_options(napi_env env, napi_callback_info info);
napi_value handles_set_option(napi_env env, napi_callback_info info);
napi_value handles_new_client(napi_env env, napi_callback_info info);
napi_value handles_close(napi_env env, napi_callback_info info);

/** NULL, with an exception pending, if the value is no such handle, or was closed. */
mpmeter_options *handles_options(napi_env env, napi_value value);
struct shared *handles_client(napi_env env, napi_value value);
struct shared *handles_meter(napi_env env, napi_value value);

/** The JavaScript object that owns a meter; NULL, and it is freed, if there can be none. */
napi_value handles_new_meter(napi_env env, mpmeter_meter *meter);

/* ---- calls.c: what blocks, each on a thread of its own ----------------------------------------------------------- */

napi_value calls_start(napi_env env, napi_callback_info info);
napi_value calls_cancel(napi_env env, napi_callback_info info);
napi_value calls_stop(napi_env env, napi_callback_info info);

/** Ends every call, within 100 ms, and waits for its thread. */
void calls_stop_all(struct instance *instance);

/** Receives the library's log on the thread of a call. */
void calls_log(void *context, mpmeter_log_level level, const char *message);

/** Runs on the environment's thread for each line of a log, and for the end of a call. */
void calls_event(napi_env env, napi_value nothing, void *context, void *data);

/* ---- values.c: texts in, objects out ----------------------------------------------------------------------------- */

/** A copy of a string for C; the caller frees it. NULL, with an exception pending, if it is none or holds a NUL. */
char *values_text(napi_env env, napi_value value);

/** Whether it is null or undefined. */
bool values_missing(napi_env env, napi_value value);

napi_value values_string_or_null(napi_env env, const char *text);
napi_value values_number(napi_env env, double number);
void values_put(napi_env env, napi_value object, const char *name, napi_value value);

/** {status, value}: what came of a call that succeeded. */
napi_value values_success(napi_env env, napi_value value);

/** {status, message, fix, …}: what came of one that failed. `error` may be NULL, and is freed. */
napi_value values_failure(napi_env env, mpmeter_status status, mpmeter_error *error);

/* Each frees what it is given. */
napi_value values_registration(napi_env env, mpmeter_registration *registration);
napi_value values_region(napi_env env, mpmeter_region *region);
napi_value values_diagnosis(napi_env env, mpmeter_diagnosis *diagnosis);

/** Throws a TypeError and returns NULL. */
napi_value values_type_error(napi_env env, const char *message);

#endif
