/* How the measuring programs reach the library: by dlopen(), as a program in another language does. */
#ifndef BENCH_LIBRARY_H
#define BENCH_LIBRARY_H

#include <mpmeter.h>
#include <stddef.h>

// clang-format off: it is never done with this list.
#define BENCH_FUNCTIONS(X) \
    X(mpmeter_options_new) \
    X(mpmeter_options_add_public_key) \
    X(mpmeter_options_free) \
    X(mpmeter_client_new) \
    X(mpmeter_client_free) \
    X(mpmeter_register_usage) \
    X(mpmeter_verify) \
    X(mpmeter_region_find) \
    X(mpmeter_region_free) \
    X(mpmeter_registration_free) \
    X(mpmeter_error_message) \
    X(mpmeter_error_free)
// clang-format on

struct library {
#define BENCH_MEMBER(name) __typeof__(&name) name;
    BENCH_FUNCTIONS(BENCH_MEMBER)
};

/* Loads what $BENCH_LIBRARY names; ends the program if it cannot. */
struct library library_load(void);

/* A client with the key in the file that $BENCH_KEY names. */
mpmeter_client *library_client(const struct library *library);

/* Ends the program with what went wrong, if something did. `error` may be NULL. */
void library_check(const struct library *library, mpmeter_status status, mpmeter_error **error);

/* An environment variable that has to be there. */
const char *setting(const char *name);

/* The line of the file $BENCH_TOKENS that answers the nonce "bench-NUMBER"; the caller frees it. */
char *token(size_t number);

#endif
