/*
 * jansson for Swift: the macros that Swift does not import, as functions.
 */
#ifndef CJANSSON_SHIM_H
#define CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type CJansson_type(const json_t *value) { return json_typeof(value); }

static inline int CJansson_is_true(const json_t *value) { return json_is_true(value); }

static inline json_t *CJansson_boolean(int value) { return json_boolean(value); }

static inline void CJansson_release(json_t *value) { json_decref(value); }

static inline size_t CJansson_strict(void) { return JSON_REJECT_DUPLICATES; }

#endif
