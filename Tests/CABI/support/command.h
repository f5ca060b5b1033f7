/* Other programs, run by a shell with their output kept: the command line, the sandbox, the compiler. */
#ifndef CABI_COMMAND_H
#define CABI_COMMAND_H

#include <jansson.h>

struct outcome {
    int status; /* The exit status, or 128 + the signal. */
    char out[65536], err[65536];
};

/** Runs a shell command given as by printf, with standard input from /dev/null, and waits for it. */
void command_run(struct outcome *outcome, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The value of an environment variable that the Makefile sets; ends the process if it is not set. */
const char *command_setting(const char *name);

/** The one JSON object that `out` holds, on one line; fails the test if there is anything else. json_decref() it. */
json_t *outcome_json(const struct outcome *outcome);

#endif
