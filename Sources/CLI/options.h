/* What was written on the command line, checked for form alone: the library judges what the values mean. */
#ifndef MPMETER_CLI_OPTIONS_H
#define MPMETER_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mpmeter.h>

enum {
    COMMAND_REGISTER = 1,
    COMMAND_VERIFY = 2,
    COMMAND_REGION = 4,
    COMMAND_ENDPOINT = 8,
    COMMAND_DOCTOR = 16,
    COMMAND_VERSION = 32,
    COMMAND_METER = 64,
    COMMAND_ALL = 127,
    COMMAND_CALL = 1 << 16 /* Takes no option but --help. */
};

struct command;

/** The strings are argv's own. A number that was not given is 0. */
struct arguments {
    const struct command *command; /* NULL when the command itself is unknown. */
    bool json, verbose, help, unverified, accept_free, fips, dualstack, send_registration, all, quiet;
    const char *product_code;
    const char **products; /* Of doctor, which may look at several. */
    size_t product_count;
    const char *nonce;
    const char *region;
    const char *token;
    const char **keys; /* The n-th key has the n-th version. */
    size_t key_count;
    int32_t *versions;
    size_t version_count;
    const char **trusted;
    size_t trusted_count;
    const char *subcommand; /* Of meter: check, add, send, status or run; NULL without. */
    const char *journal, *dimension, *quantity;
    const char **dimensions; /* Of doctor, which may look at several. */
    size_t dimension_count;
    const char **tag_keys, **tag_values; /* The n-th key has the n-th value. */
    size_t tag_count;
    bool final, whole, hold_late;
    int64_t deadline_ms;
    int32_t minimum_key_bits;
    const char *app_id;
    mpmeter_region_policy region_policy;
    char problem[512]; /* The first usage error, or "". */
};

/**
 * Reads argv, of which argv[0] is the command's name. Goes on after a usage error, so that a --json behind it counts.
 * @return whether the command can be run; if not, `problem` says why. Free the arguments either way.
 */
bool arguments_parse(struct arguments *arguments, const struct command *command, int argc, char **argv);

void arguments_free(struct arguments *arguments);

#endif
