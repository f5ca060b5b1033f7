/* The parts of mpmeter call: a request's options, its function, and the outcome. */
#ifndef MPMETER_CLI_CALL_H
#define MPMETER_CLI_CALL_H

#include <jansson.h>
#include <mpmeter.h>

/**
 * Makes the options of a request: "settings", an array of {"set", "number", "text"}, and "log", whether there is to be
 * one.
 * @return NULL, and options to be freed; or the outcome, which names the setting that was refused by its place:
 *         "refused".
 */
json_t *call_options(const json_t *request, mpmeter_options **out_options);

/** Calls the request's "function" with its "arguments". @return the outcome; NULL without memory */
json_t *call_function(const json_t *request, mpmeter_options *options, mpmeter_cancellation *cancellation);

/** The same for a function of metering, "meter_…", of a client. */
json_t *call_meter(const char *function, const json_t *request, mpmeter_client *client,
                   mpmeter_cancellation *cancellation);

/** The books of the journal that the request names. */
json_t *call_journal_report(const json_t *request);

/** {"code", "error"}. `error` may be NULL, and is freed. */
json_t *call_failure(mpmeter_status status, mpmeter_error *error);

#endif
