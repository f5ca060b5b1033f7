/* Decides how values become JSON. Whatever was typed must still give one well-formed object, so text that is not
 * UTF-8 is mended. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A JSON string; bytes outside ASCII become '?' if the whole is not UTF-8. */
static json_t *text(const char *value) {
    json_t *string = json_string(value);
    if (string != NULL) return string;
    char *copy = malloc(strlen(value) + 1);
    if (copy == NULL) return NULL;
    strcpy(copy, value);
    for (char *byte = copy; *byte != '\0'; byte++)
        if ((unsigned char)*byte >= 0x80) *byte = '?';
    string = json_string(copy);
    free(copy);
    return string;
}

json_t *json_outcome(mpmeter_status status, const char *message, const char *fix) {
    json_t *object = json_object();
    if (object == NULL) return NULL;
    json_put_text(object, "status", mpmeter_status_name(status));
    json_put_integer(object, "code", status);
    json_put_text(object, "action", mpmeter_action_name(mpmeter_status_action(status)));
    json_put_text(object, "message", message);
    json_put_text(object, "fix", fix);
    return object;
}

void json_put_text(json_t *object, const char *key, const char *value) {
    json_object_set_new(object, key, value != NULL ? text(value) : json_null());
}

void json_put_known(json_t *object, const char *key, const char *value) {
    if (value != NULL) json_put_text(object, key, value);
}

void json_put_integer(json_t *object, const char *key, int64_t value) {
    json_object_set_new(object, key, json_integer(value));
}

void json_put_boolean(json_t *object, const char *key, bool value) {
    json_object_set_new(object, key, json_boolean(value));
}

json_t *json_read(const char *document) { return document != NULL ? json_loads(document, 0, NULL) : NULL; }

void json_put_missing(json_t *object, const char *document) {
    json_t *other = json_read(document);
    if (other != NULL) json_object_update_missing(object, other);
    json_decref(other);
}

bool json_print(json_t *object) {
    const bool printed = object != NULL && json_dumpf(object, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;
    json_decref(object);
    return printed;
}
