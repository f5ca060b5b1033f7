/* What every test includes: cmocka with the headers it asks for, the library's header, and assertions that print
 * status names. */
#ifndef CABI_CHECK_H
#define CABI_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <mpmeter.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Fails unless `actual` is `expected`; names both, and what the error object says. */
#define assert_status(expected, actual, error) check_status(expected, actual, error, #actual, __FILE__, __LINE__)

/** For a call that makes no error object. */
#define assert_code(expected, actual) check_status(expected, actual, NULL, #actual, __FILE__, __LINE__)

static inline void check_status(mpmeter_status expected, mpmeter_status actual, const mpmeter_error *error,
                                const char *call, const char *file, int line) {
    if (expected == actual) return;
    print_error("%s\n    answered %s instead of %s\n", call, mpmeter_status_name(actual),
                mpmeter_status_name(expected));
    if (error != NULL) print_error("    %s\n    %s\n", mpmeter_error_message(error), mpmeter_error_fix(error));
    _fail(file, line);
}

/** Fails and says in which row of a table. */
#define assert_row(condition, row)                            \
    do {                                                      \
        if (!(condition)) {                                   \
            print_error("row '%s': %s\n", (row), #condition); \
            _fail(__FILE__, __LINE__);                        \
        }                                                     \
    } while (0)

/** An address that no allocation has: an output that still holds it was not written. */
#define UNTOUCHED ((void *)(uintptr_t)0x5EED)

#endif
