/* What the two files of the C driver share: values of a case, and the outcome of a call. */
#ifndef MPMETER_CONFORMANCE_DRIVER_H
#define MPMETER_CONFORMANCE_DRIVER_H

#include <jansson.h>
#include <mpmeter.h>

/** Says what is wrong with the case, and ends. */
void give_up(const char *what);

/** A text, or NULL. "$NAME" stands for the environment variable. */
const char *text(const json_t *value);

/** A number, or the text of one. */
int64_t number(const json_t *value);

json_t *outcome(mpmeter_status status, const mpmeter_error *error);

/** The function `meter`: the steps of one meter. */
json_t *meter(const json_t *arguments, mpmeter_client *client, mpmeter_cancellation *cancellation);

/** The function `meter_usage`: one record. */
json_t *meter_usage(const json_t *arguments, mpmeter_client *client, mpmeter_cancellation *cancellation);

#endif
