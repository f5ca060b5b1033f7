/* How an outcome is told: one JSON object or a few lines for a person, and the exit status. */
#ifndef MPMETER_CLI_OUTPUT_H
#define MPMETER_CLI_OUTPUT_H

#include <stdbool.h>

#include <mpmeter.h>

#include "options.h"

/** Each of these tells the outcome and returns the exit status that goes with it. */
int output_registration(const struct arguments *arguments, const mpmeter_registration *registration);

int output_region(const struct arguments *arguments, const mpmeter_region *region);

/** A value that stands alone on its line, and under `key` in JSON. */
int output_value(const struct arguments *arguments, const char *key, const char *value);

/** That it was done, when there is nothing more to tell. */
int output_done(const struct arguments *arguments);

/** A failure of the library's. `error` may be NULL. */
int output_error(const struct arguments *arguments, mpmeter_status status, const mpmeter_error *error);

/** A failure that the program saw itself. `fix` may be NULL for the status's own. */
int output_problem(const struct arguments *arguments, mpmeter_status status, const char *fix, const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 4, 5)))
#endif
    ;

/** Says on standard error why it failed, and what to do. */
void output_reason(mpmeter_status status, const char *message, const char *fix);

/** Prints a failure of the library on standard error, with all that is known of it. `error` may be NULL. */
void output_failure(mpmeter_status status, const mpmeter_error *error);

/** The exit status. An answer that did not reach its reader (`printed`) is no success: a script would go on without
 * it. */
int output_finish(mpmeter_status status, bool printed);

/** A usage error: arguments->problem. */
int output_usage(const struct arguments *arguments);

#endif
