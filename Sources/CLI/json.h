/* The JSON object that --json prints, built key by key. */
#ifndef MPMETER_CLI_JSON_H
#define MPMETER_CLI_JSON_H

#include <stdbool.h>

#include <jansson.h>
#include <mpmeter.h>

/** An object that opens with status, code, action, message and fix. NULL when memory is exhausted. */
json_t *json_outcome(mpmeter_status status, const char *message, const char *fix);

/** `value`, or null for NULL. */
void json_put_text(json_t *object, const char *key, const char *value);

/** `value`, or no key at all for NULL: a failure names only what is known. */
void json_put_known(json_t *object, const char *key, const char *value);

void json_put_integer(json_t *object, const char *key, int64_t value);

void json_put_boolean(json_t *object, const char *key, bool value);

/** What the library wrote; NULL for NULL and when memory is exhausted. */
json_t *json_read(const char *document);

/** The keys of a document of the library's that `object` has not; none for NULL. */
void json_put_missing(json_t *object, const char *document);

/** Prints it on one line of stdout and frees it. */
bool json_print(json_t *object);

#endif
