/* What a call does: the function of the library, its arguments, and what came of it. */
#ifndef MPMETER_NODE_WORK_H
#define MPMETER_NODE_WORK_H

#include "addon.h"

/** The numbers are lib/calls.js's. */
enum kind {
    REGISTER_USAGE,
    FIND_REGION,
    DIAGNOSE,
    METER_OPEN,
    METER_CHECK,
    METER_ADD,
    METER_SEND,
    METER_NEXT_DUE,
    METER_REPORT,
    JOURNAL_REPORT,
    METER_USAGE,
    DIAGNOSE_METERING,
    KINDS
};

struct work {
    enum kind kind;
    struct shared *shared;    /* The client or the meter. */
    mpmeter_options *options; /* DIAGNOSE: borrowed; `kept` keeps it. */
    napi_ref kept;
    char **texts; /* In the order of the function's; NULL for what is left out. METER_ADD: tags follow, in pairs. */
    uint32_t count;
    uint32_t flags;
    int64_t number; /* METER_USAGE: the timestamp. METER_NEXT_DUE: what it found. */
    mpmeter_status status;
    void *value;
    mpmeter_error *error;
};

/** Takes (handle, texts, flags, number) from `values`. @return false with an exception pending */
bool work_take(napi_env env, struct work *work, const napi_value *values);

/** Blocks, on any thread. */
void work_perform(struct work *work, mpmeter_cancellation *cancellation);

/** {status, value} or {status, message, …}; what it takes over is gone from the work. */
napi_value work_outcome(napi_env env, struct work *work);

/** Frees what it holds. `env` is NULL where there is no more JavaScript. */
void work_end(napi_env env, struct work *work);

#endif
