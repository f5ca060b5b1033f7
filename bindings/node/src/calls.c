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

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum kind { REGISTER_USAGE = 0, FIND_REGION = 1, DIAGNOSE = 2 };
enum { STACK = 256 * 1024, TEXTS = 2 };

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
    enum kind kind;
    bool asks; /* DIAGNOSE: sends a registration too */
    struct client *client;
    mpmeter_options *options; /* Borrowed; `kept` keeps it. */
    napi_ref kept;
    napi_ref listener; /* The JavaScript function that is told of the call. */
    char *texts[TEXTS];
    mpmeter_cancellation *cancellation;
    mpmeter_status status;
    void *value;
    mpmeter_error *error;
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

static mpmeter_status perform(struct call *call) {
    mpmeter_registration *registration = NULL;
    mpmeter_region *region = NULL;
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_status status = MPMETER_E_INTERNAL;
    switch (call->kind) {
    case REGISTER_USAGE:
        status = mpmeter_register_usage(call->client->pointer, call->texts[0], call->texts[1], call->cancellation,
                                        &registration, &call->error);
        call->value = registration;
        break;
    case FIND_REGION:
        status = mpmeter_region_find(call->client->pointer, call->cancellation, &region, &call->error);
        call->value = region;
        break;
    case DIAGNOSE: {
        const char *codes[] = {call->texts[0]};
        const bool with_code = codes[0] != NULL;
        const uint32_t flags = call->asks ? MPMETER_DIAGNOSE_REGISTER : 0;
        status = mpmeter_diagnose(call->options, with_code ? codes : NULL, with_code ? 1 : 0, flags, call->cancellation,
                                  &diagnosis, &call->error);
        call->value = diagnosis;
        break;
    }
    }
    return status;
}

static void *run(void *context) {
    struct call *call = context;
    pthread_setname_np(pthread_self(), "mpmeter");
    current = call;
    call->status = perform(call);
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

static void free_value(struct call *call) {
    if (call->kind == REGISTER_USAGE)
        mpmeter_registration_free(call->value);
    else if (call->kind == FIND_REGION)
        mpmeter_region_free(call->value);
    else
        mpmeter_diagnosis_free(call->value);
    call->value = NULL;
}

/* `env` is NULL where there is no more JavaScript. */
static void free_call(napi_env env, struct call *call) {
    if (env != NULL && call->kept != NULL) napi_delete_reference(env, call->kept);
    if (env != NULL && call->listener != NULL) napi_delete_reference(env, call->listener);
    free_value(call);
    mpmeter_error_free(call->error);
    mpmeter_cancellation_free(call->cancellation);
    client_release(call->client);
    for (size_t i = 0; i < TEXTS; i++) free(call->texts[i]);
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

/* What came of it; what it takes over is gone from the call. */
static napi_value outcome(napi_env env, struct call *call) {
    if (call->status != MPMETER_OK) {
        mpmeter_error *error = call->error;
        call->error = NULL;
        return values_failure(env, call->status, error);
    }
    void *value = call->value;
    call->value = NULL;
    if (call->kind == REGISTER_USAGE) return values_success(env, values_registration(env, value));
    if (call->kind == FIND_REGION) return values_success(env, values_region(env, value));
    return values_success(env, values_diagnosis(env, value));
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
    napi_value what = outcome(env, call);
    free_call(env, call);
    if (instance->running == NULL) napi_unref_threadsafe_function(env, instance->events);
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
    if (call->kind == DIAGNOSE)
        call->options = handles_options(env, given->values[1]);
    else
        call->client = handles_client(env, given->values[1]);
    if (call->options == NULL && call->client == NULL) return false;
    if (call->client != NULL)
        call->client->owners++;
    else if (napi_create_reference(env, given->values[1], 1, &call->kept) != napi_ok)
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        const napi_value text = given->values[2 + i];
        if (!values_missing(env, text) && (call->texts[i] = values_text(env, text)) == NULL) return false;
    }
    call->asks = arguments_bool(env, given, 4);
    napi_valuetype type = napi_undefined;
    if (napi_typeof(env, given->values[6], &type) != napi_ok || type != napi_function)
        return values_type_error(env, "a function is required") != NULL;
    return napi_create_reference(env, given->values[6], 1, &call->listener) == napi_ok;
}

/*
 * start(kind, client or options, text, text, asks, cancelled, listener): the call's number, or why it could not begin.
 * listener(level, line) is called for each line of its log, and listener(null, outcome) at its end.
 */
napi_value calls_start(napi_env env, napi_callback_info info) {
    const struct arguments given = arguments_of(env, info);
    struct instance *instance = NULL;
    const int32_t kind = arguments_int32(env, &given, 0);
    const bool known = kind >= REGISTER_USAGE && kind <= DIAGNOSE;
    if (!known || napi_get_instance_data(env, (void **)&instance) != napi_ok || instance == NULL)
        return values_type_error(env, "no such call");
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) return values_failure(env, MPMETER_E_OUT_OF_MEMORY, NULL);
    call->instance = instance;
    call->id = ++instance->last;
    call->kind = (enum kind)kind;
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
    if (instance->running == NULL) napi_ref_threadsafe_function(env, instance->events);
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
