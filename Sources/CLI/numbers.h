/* Numbers as people write them on a command line. */
#ifndef MPMETER_CLI_NUMBERS_H
#define MPMETER_CLI_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/** A decimal integer with nothing around it. */
bool number_parse_int32(const char *text, int32_t *out_value);

/** Seconds such as "30" or "0.25", as milliseconds, rounded up so that no positive time becomes none. */
bool number_parse_seconds(const char *text, int64_t *out_milliseconds);

/** A quantity of usage: at most ten digits, and at most six after the point. */
bool number_is_quantity(const char *text);

#endif
