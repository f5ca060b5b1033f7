/* The commands that main.c knows, and what each of them is given. */
#ifndef MPMETER_CLI_COMMAND_H
#define MPMETER_CLI_COMMAND_H

#include "options.h"

/** One command. `run` reports its own outcome and returns the exit status. */
struct command {
    const char *name;
    unsigned flag;     /* Its COMMAND_* bit, by which options.c knows its options. */
    const char *usage; /* The text of --help. */
    int (*run)(const struct arguments *arguments);
};

extern const struct command command_register;
extern const struct command command_verify;
extern const struct command command_region;
extern const struct command command_endpoint;
extern const struct command command_doctor;
extern const struct command command_meter;
extern const struct command command_version;
extern const struct command command_call;

#endif
