/*
 * Decides how a sidecar goes on: it sends what is due, waits for the next time, and after a signal sends once more with
 * everything. Each send is a call with its own cancellation; between the sends it waits for the signal itself. A signal
 * that was ignored when it started is still waited for: run has no other end.
 */
#include "usage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "client.h"
#include "output.h"
#include "signals.h"

enum { LAST_DEADLINE_MS = 25000, LONGEST_WAIT_MS = 60000 };

/** One send. @return the signal that stopped it, or 0. */
static int send_once(mpmeter_meter *meter) {
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    int caught = 0;
    if (status == MPMETER_OK) {
        signals_watch(cancellation);
        status = mpmeter_meter_send(meter, 0, cancellation, &error);
        caught = signals_stop();
    }
    /* While another process sends, this one waits for its turn. */
    if (status != MPMETER_OK && status != MPMETER_E_CANCELLED && status != MPMETER_E_JOURNAL_BUSY)
        output_failure(status, error);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    return caught;
}

/** Waits for a signal. @return it, or 0 when the time is up. */
static int wait_for(const sigset_t *signals, int64_t milliseconds) {
    const struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000),
                                  .tv_nsec = (long)(milliseconds % 1000) * 1000000L};
    const int number = sigtimedwait(signals, NULL, &time);
    return number > 0 ? number : 0;
}

static mpmeter_meter *open_meter(const struct arguments *arguments, int *out_code) {
    mpmeter_meter *meter = NULL;
    mpmeter_error *error = NULL;
    mpmeter_client *client = client_make(arguments, out_code);
    if (client == NULL) return NULL;
    const uint32_t flags =
        (arguments->whole ? MPMETER_METER_WHOLE_UNITS : 0u) | (arguments->hold_late ? MPMETER_METER_HOLD_LATE : 0u);
    const mpmeter_status status =
        mpmeter_meter_open(client, arguments->product_code, arguments->journal, flags, &meter, &error);
    if (status != MPMETER_OK) *out_code = output_error(arguments, status, error);
    mpmeter_error_free(error);
    mpmeter_client_free(client);
    return status == MPMETER_OK ? meter : NULL;
}

/** The last send, within the time that the platform leaves after SIGTERM. */
static int send_last(const struct arguments *arguments) {
    struct arguments last = *arguments;
    int code = 0;
    if (last.deadline_ms == 0) last.deadline_ms = LAST_DEADLINE_MS;
    mpmeter_meter *meter = open_meter(&last, &code);
    if (meter == NULL) return code;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, &error);
    code = status == MPMETER_OK ? output_done(arguments) : output_error(arguments, status, error);
    mpmeter_error_free(error);
    mpmeter_meter_free(meter);
    return code;
}

int usage_run(const struct arguments *arguments) {
    int code = 0, caught = 0;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);

    mpmeter_meter *meter = open_meter(arguments, &code);
    if (meter == NULL) return code;
    while (caught == 0) {
        int64_t wait = 0;
        mpmeter_error *error = NULL;
        const mpmeter_status status = mpmeter_meter_next_due(meter, &wait, &error);
        if (status != MPMETER_OK) {
            output_failure(status, error);
            wait = LONGEST_WAIT_MS;
        } else if (wait == 0) {
            caught = send_once(meter);
            wait = 1000;
        }
        mpmeter_error_free(error);
        /* Others add, and clocks are set: it is looked at again within a minute. */
        if (caught == 0) caught = wait_for(&signals, wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
    }
    mpmeter_meter_free(meter);
    return send_last(arguments);
}
