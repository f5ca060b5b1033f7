/*
 * Decides where a blocking call runs: on its own thread, so that it holds neither the event loop nor one of libuv's few
 * workers for half an hour. Its end, and each line of its log, reach the environment's thread through one thread-safe
 * function.
 *
 * An environment may end with calls under way (process.exit(), worker.terminate()). Its clean-up hook cancels them and
 * waits for their threads before Node.js takes the thread-safe function down; so no thread outlives what it uses.
 */
#include "addon.h"

#include "arguments.h"
#include "work.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = 256 * 1024 };

/** What a thread hands over: a line of a log, or, with line NULL, the end of the call. */
struct event {
    struct call *call;
    mpmeter_log_level level;
    char *line;
};

struct call {
    struct call *next;
    struct instance *instance;
    pthread_t thread;
    bool joined;
    uint32_t id;
    bool keeps; /* The event loop alive. */
    struct work work;
    napi_ref listener; /* The JavaScript function that is told of the call. */
    mpmeter_cancellation *cancellation;
    struct event end;
};

static _Thread_local struct call *current;

/* ---- On the call's thread ---------------------------------------------------------------------------------------- */

void calls_log(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    struct event *event = current != NULL ? malloc(sizeof *event) : NULL;
    char *line = event != NULL ? strdup(message) : NULL;
    if (line != NULL) {
        *event = (struct event){.call = current, .level = level, .line = line};
        if (napi_call_threadsafe_function(current->instance->events, event, napi_tsfn_nonblocking) == napi_ok) return;
    }
    free(line); /* The line is lost: there is no memory, or nobody left to read it. */
    free(event);
}

static void *run(void *context) {
    struct call *call = context;
    pthread_setname_np(pthread_self(), "mpmeter");
    current = call;
    work_perform(&call->work, call->cancellation);
    napi_call_threadsafe_function(call->instance->events, &call->end, napi_tsfn_nonblocking);
    return NULL;
}

/* Signals stay with the threads that Node.js made. */
static bool begin(struct call *call) {
    sigset_t all, before;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool begun = pthread_create(&call->thread, &attributes, run, call) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return begun;
}

/* ---- On the environment's thread --------------------------------------------------------------------------------- */

/* `env` is NULL where there is no more JavaScript. */
static void free_call(napi_env env, struct call *call) {
    if (env != NULL && call->listener != NULL) napi_delete_reference(env, call->listener);
    work_end(env, &call->work);
    mpmeter_cancellation_free(call->cancellation);
    free(call);
}

static void join(struct call *call) {
    if (!call->joined) pthread_join(call->thread, NULL);
    call->joined = true;
}

static void forget(struct call *call) {
    struct call **link = &call->instance->running;
    while (*link != NULL && *link != call) link = &(*link)->next;
    if (*link != NULL) *link = call->next;
}

static napi_value listener_of(napi_env env, const struct call *call) {
    napi_value listener = NULL;
    napi_get_reference_value(env, call->listener, &listener);
    return listener;
}

/* Where an environment is ending, no value can be made: each may be NULL. */
static void tell(napi_env env, napi_value listener, napi_value level, napi_value what) {
    napi_value undefined = NULL;
    napi_value given[] = {level, what};
    if (listener != NULL && level != NULL && what != NULL && napi_get_undefined(env, &undefined) == napi_ok)
        napi_call_function(env, undefined, listener, 2, given, NULL);
}

void calls_event(napi_env env, napi_value nothing, void *context, void *data) {
    struct event *event = data;
    struct call *call = event->call;
    (void)nothing, (void)context;
    if (event->line != NULL) {
        napi_value line = env != NULL ? values_string_or_null(env, event->line) : NULL;
        if (line != NULL) tell(env, listener_of(env, call), values_number(env, event->level), line);
        free(event->line);
        free(event);
        return;
    }
    join(call);
    if (env == NULL) { /* The environment is gone, and `instance` with it. */
        free_call(NULL, call);
        return;
    }
    struct instance *instance = call->instance;
    forget(call);
    napi_value listener = listener_of(env, call);
    napi_value what = work_outcome(env, &call->work);
    if (call->keeps && --instance->keeping == 0) napi_unref_threadsafe_function(env, instance->events);
    free_call(env, call);
    tell(env, listener, values_string_or_null(env, NULL), what);
}

void calls_stop_all(struct instance *instance) {
    instance->stopped = true;
    for (struct call *call = instance->running; call != NULL; call = call->next)
        mpmeter_cancellation_cancel(call->cancellation);
    for (struct call *call = instance->running; call != NULL; call = call->next) join(call);
}

/* ---- What JavaScript calls --------------------------------------------------------------------------------------- */

/* Whether the arguments were taken; if not, an exception is pending. */
static bool take(napi_env env, struct call *call, const struct arguments *given) {
    if (!work_take(env, &call->work, given->values + 1)) return false;
    napi_valuetype type = napi_undefined;
    if (napi_typeof(env, given->values[6], &type) != napi_ok || type != napi_function)
        return values_type_error(env, "a function is required") != NULL;
    return napi_create_reference(env, given->values[6], 1, &call->listener) == napi_ok;
}

/*
 * start(kind, handle, texts, flags, number, cancelled, listener, keeps): the call's number, or why it could not begin.
 * listener(level, line) is called for each line of its log, and listener(null, outcome) at its end. The handle is the
 * client's, the meter's or the options'.
 */
napi_value calls_start(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    struct instance *instance = NULL;
    const int32_t kind = arguments_int32(env, &given, 0);
    const bool known = kind >= REGISTER_USAGE && kind < KINDS;
    if (!known || napi_get_instance_data(env, (void **)&instance) != napi_ok || instance == NULL)
        return values_type_error(env, "no such call");
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) return values_failure(env, MPMETER_E_OUT_OF_MEMORY, NULL);
    call->instance = instance;
    call->id = ++instance->last;
    call->work.kind = (enum kind)kind;
    call->keeps = arguments_bool(env, &given, 7);
    call->end.call = call;
    if (!take(env, call, &given)) {
        free_call(env, call);
        return NULL;
    }
    mpmeter_status status = mpmeter_cancellation_new(&call->cancellation);
    if (status == MPMETER_OK && (instance->stopped || arguments_bool(env, &given, 5)))
        mpmeter_cancellation_cancel(call->cancellation);
    if (status == MPMETER_OK && !begin(call)) status = MPMETER_E_OUT_OF_MEMORY;
    if (status != MPMETER_OK) {
        free_call(env, call);
        return values_failure(env, status, NULL);
    }
    if (call->keeps && instance->keeping++ == 0) napi_ref_threadsafe_function(env, instance->events);
    call->next = instance->running;
    instance->running = call;
    return values_number(env, call->id);
}

/* cancel(id): an id whose call is over is ignored. */
napi_value calls_cancel(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    const uint32_t id = (uint32_t)arguments_int64(env, &given, 0);
    struct instance *instance = NULL;
    if (napi_get_instance_data(env, (void **)&instance) != napi_ok || instance == NULL) return NULL;
    for (struct call *call = instance->running; call != NULL; call = call->next)
        if (call->id == id) mpmeter_cancellation_cancel(call->cancellation);
    return NULL;
}

/* stop(): for the end of a process. */
napi_value calls_stop(napi_env env, napi_callback_info info) {
    struct instance *instance = NULL;
    (void)info;
    if (napi_get_instance_data(env, (void **)&instance) == napi_ok && instance != NULL) calls_stop_all(instance);
    return NULL;
}
