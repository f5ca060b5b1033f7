/* Decides what may be written behind each command, and which of its options belong together. */
#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "numbers.h"

enum {
    OPTION_PRODUCT_CODE = 256, /* Above every character, so that no long option is taken for a short one. */
    OPTION_PUBLIC_KEY,
    OPTION_PUBLIC_KEY_VERSION,
    OPTION_NONCE,
    OPTION_TRUST,
    OPTION_DEADLINE,
    OPTION_REGION_POLICY,
    OPTION_UNVERIFIED,
    OPTION_ACCEPT_FREE,
    OPTION_MINIMUM_KEY_BITS,
    OPTION_APP_ID,
    OPTION_REGION,
    OPTION_FIPS,
    OPTION_DUALSTACK,
    OPTION_REGISTER,
    OPTION_ALL,
    OPTION_QUIET,
    OPTION_JOURNAL,
    OPTION_DIMENSION,
    OPTION_QUANTITY,
    OPTION_TAG,
    OPTION_FINAL,
    OPTION_WHOLE,
    OPTION_HOLD_LATE,
    OPTION_JSON
};

static const struct {
    struct option option;
    unsigned commands;
} known[] = {
    {{"product-code", required_argument, NULL, OPTION_PRODUCT_CODE},
     COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_DOCTOR | COMMAND_METER},
    {{"public-key", required_argument, NULL, OPTION_PUBLIC_KEY}, COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_DOCTOR},
    {{"public-key-version", required_argument, NULL, OPTION_PUBLIC_KEY_VERSION},
     COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_DOCTOR},
    {{"nonce", required_argument, NULL, OPTION_NONCE}, COMMAND_REGISTER | COMMAND_VERIFY},
    {{"trust", required_argument, NULL, OPTION_TRUST}, COMMAND_REGISTER | COMMAND_DOCTOR | COMMAND_METER},
    {{"deadline", required_argument, NULL, OPTION_DEADLINE}, COMMAND_REGISTER | COMMAND_DOCTOR | COMMAND_METER},
    {{"region-policy", required_argument, NULL, OPTION_REGION_POLICY}, COMMAND_REGISTER | COMMAND_DOCTOR},
    {{"unverified", no_argument, NULL, OPTION_UNVERIFIED}, COMMAND_REGISTER},
    {{"accept-free", no_argument, NULL, OPTION_ACCEPT_FREE}, COMMAND_REGISTER | COMMAND_DOCTOR | COMMAND_METER},
    {{"minimum-key-bits", required_argument, NULL, OPTION_MINIMUM_KEY_BITS},
     COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_DOCTOR},
    {{"app-id", required_argument, NULL, OPTION_APP_ID}, COMMAND_REGISTER | COMMAND_DOCTOR | COMMAND_METER},
    {{"region", required_argument, NULL, OPTION_REGION}, COMMAND_ENDPOINT},
    {{"fips", no_argument, NULL, OPTION_FIPS}, COMMAND_ENDPOINT},
    {{"dualstack", no_argument, NULL, OPTION_DUALSTACK}, COMMAND_ENDPOINT},
    {{"register", no_argument, NULL, OPTION_REGISTER}, COMMAND_DOCTOR},
    {{"all", no_argument, NULL, OPTION_ALL}, COMMAND_DOCTOR},
    {{"quiet", no_argument, NULL, OPTION_QUIET}, COMMAND_DOCTOR},
    {{"journal", required_argument, NULL, OPTION_JOURNAL}, COMMAND_METER | COMMAND_DOCTOR},
    {{"dimension", required_argument, NULL, OPTION_DIMENSION}, COMMAND_METER | COMMAND_DOCTOR},
    {{"quantity", required_argument, NULL, OPTION_QUANTITY}, COMMAND_METER},
    {{"tag", required_argument, NULL, OPTION_TAG}, COMMAND_METER},
    {{"final", no_argument, NULL, OPTION_FINAL}, COMMAND_METER},
    {{"whole", no_argument, NULL, OPTION_WHOLE}, COMMAND_METER},
    {{"hold-late", no_argument, NULL, OPTION_HOLD_LATE}, COMMAND_METER},
    {{"json", no_argument, NULL, OPTION_JSON}, COMMAND_ALL},
    {{"verbose", no_argument, NULL, 'v'},
     COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_REGION | COMMAND_DOCTOR | COMMAND_METER},
    {{"help", no_argument, NULL, 'h'}, COMMAND_ALL | COMMAND_CALL},
};
enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

static void problem(struct arguments *arguments, const char *format, ...) {
    if (arguments->problem[0] != '\0')
        return; /* The first one is the cause; what follows may only be its consequence. */
    va_list values;
    va_start(values, format);
    vsnprintf(arguments->problem, sizeof arguments->problem, format, values);
    va_end(values);
}

static void take_text(struct arguments *arguments, const char *name, const char **place, const char *value) {
    if (*place != NULL) problem(arguments, "--%s is given twice", name);
    *place = value;
}

static void take_int32(struct arguments *arguments, const char *name, int32_t *place, const char *value) {
    if (!number_parse_int32(value, place)) problem(arguments, "--%s: '%s' is not a whole number", name, value);
}

static void take_region_policy(struct arguments *arguments, const char *value) {
    if (strcmp(value, "ask") == 0)
        arguments->region_policy = MPMETER_REGION_ASK;
    else if (strcmp(value, "enforce") == 0)
        arguments->region_policy = MPMETER_REGION_ENFORCE;
    else if (strcmp(value, "attempt") == 0)
        arguments->region_policy = MPMETER_REGION_ATTEMPT;
    else
        problem(arguments, "--region-policy: '%s' is not ask, enforce or attempt", value);
}

/** KEY=VALUE. A key may hold '=' for AWS, but not here: the first one ends it. The two parts are argv's own, cut
 * apart. */
static void take_tag(struct arguments *arguments, char *value) {
    char *sign = strchr(value, '=');
    if (sign == NULL) {
        problem(arguments, "--tag: '%s' is not KEY=VALUE", value);
        return;
    }
    *sign = '\0';
    arguments->tag_keys[arguments->tag_count] = value;
    arguments->tag_values[arguments->tag_count++] = sign + 1;
}

static void take(struct arguments *arguments, int option, char *value) {
    switch (option) {
    case OPTION_PRODUCT_CODE:
        if (arguments->command->flag == COMMAND_DOCTOR) /* It may look at several products. */
            arguments->products[arguments->product_count++] = value;
        else
            take_text(arguments, "product-code", &arguments->product_code, value);
        break;
    case OPTION_PUBLIC_KEY: arguments->keys[arguments->key_count++] = value; break;
    case OPTION_PUBLIC_KEY_VERSION:
        take_int32(arguments, "public-key-version", &arguments->versions[arguments->version_count++], value);
        break;
    case OPTION_NONCE: take_text(arguments, "nonce", &arguments->nonce, value); break;
    case OPTION_TRUST: arguments->trusted[arguments->trusted_count++] = value; break;
    case OPTION_DEADLINE:
        if (!number_parse_seconds(value, &arguments->deadline_ms) || arguments->deadline_ms == 0)
            problem(arguments, "--deadline: '%s' is not a number of seconds above 0", value);
        break;
    case OPTION_REGION_POLICY: take_region_policy(arguments, value); break;
    case OPTION_UNVERIFIED: arguments->unverified = true; break;
    case OPTION_ACCEPT_FREE: arguments->accept_free = true; break;
    case OPTION_MINIMUM_KEY_BITS:
        take_int32(arguments, "minimum-key-bits", &arguments->minimum_key_bits, value);
        if (arguments->minimum_key_bits == 0) /* 0 stands for "not given" from here on. */
            problem(arguments, "--minimum-key-bits: 0 is too few");
        break;
    case OPTION_APP_ID: take_text(arguments, "app-id", &arguments->app_id, value); break;
    case OPTION_REGION: take_text(arguments, "region", &arguments->region, value); break;
    case OPTION_FIPS: arguments->fips = true; break;
    case OPTION_DUALSTACK: arguments->dualstack = true; break;
    case OPTION_REGISTER: arguments->send_registration = true; break;
    case OPTION_ALL: arguments->all = true; break;
    case OPTION_QUIET: arguments->quiet = true; break;
    case OPTION_JOURNAL: take_text(arguments, "journal", &arguments->journal, value); break;
    case OPTION_DIMENSION:
        if (arguments->command->flag == COMMAND_DOCTOR)
            arguments->dimensions[arguments->dimension_count++] = value;
        else
            take_text(arguments, "dimension", &arguments->dimension, value);
        break;
    case OPTION_QUANTITY: take_text(arguments, "quantity", &arguments->quantity, value); break;
    case OPTION_TAG: take_tag(arguments, value); break;
    case OPTION_FINAL: arguments->final = true; break;
    case OPTION_WHOLE: arguments->whole = true; break;
    case OPTION_HOLD_LATE: arguments->hold_late = true; break;
    case OPTION_JSON: arguments->json = true; break;
    case 'v': arguments->verbose = true; break;
    case 'h': arguments->help = true; break;
    default: problem(arguments, "an option that is not handled"); break;
    }
}

/** What each command of meter needs, and what it has no use for. */
static void check_meter(struct arguments *arguments) {
    static const char *const names[] = {"check", "add", "send", "status", "run"};
    const char *name = arguments->subcommand;
    bool is_known = false;
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof names[0]; i++)
        is_known = is_known || strcmp(name, names[i]) == 0;
    if (name == NULL) problem(arguments, "check, add, send, status or run is missing");
    if (!is_known) {
        problem(arguments, "'%s' is none of check, add, send, status and run", name != NULL ? name : "");
        return;
    }
    const bool adds = strcmp(name, "add") == 0, is_status = strcmp(name, "status") == 0;
    if (arguments->journal == NULL) problem(arguments, "--journal is missing");
    if (arguments->product_code == NULL && !is_status) problem(arguments, "--product-code is missing");
    if (adds && arguments->dimension == NULL) problem(arguments, "--dimension is missing");
    if (adds && arguments->quantity == NULL) problem(arguments, "--quantity is missing");
    if (adds && arguments->quantity != NULL && !number_is_quantity(arguments->quantity))
        problem(arguments, "--quantity: '%.40s' is not a decimal such as 17 or 0.25: at most ten digits and six places",
                arguments->quantity);
    const size_t length = arguments->dimension != NULL ? strlen(arguments->dimension) : 1;
    if (length < 1 || length > 255) problem(arguments, "--dimension has %zu bytes, and 1 to 255 are allowed", length);
    if (!adds && arguments->quantity != NULL) problem(arguments, "--quantity belongs to add");
    if (!adds && arguments->tag_count > 0) problem(arguments, "--tag belongs to add");
    if (!adds && strcmp(name, "check") != 0 && arguments->dimension != NULL)
        problem(arguments, "--dimension belongs to add and check");
    if (arguments->final && strcmp(name, "send") != 0) problem(arguments, "--final belongs to send");
}

/** The rules that concern more than one option. */
static void check_whole(struct arguments *arguments, int rest, char **operands) {
    const unsigned flag = arguments->command->flag;
    if (flag == COMMAND_VERIFY && rest > 0) {
        arguments->token = operands[0];
        rest--, operands++;
    }
    if (arguments->all && arguments->quiet) problem(arguments, "--all and --quiet contradict each other");
    if (flag == COMMAND_METER && rest > 0) {
        arguments->subcommand = operands[0];
        rest--, operands++;
    }
    if (flag == COMMAND_METER) check_meter(arguments);
    if (rest > 0) problem(arguments, "'%s' is one argument too many", operands[0]);
    if ((flag & (COMMAND_REGISTER | COMMAND_VERIFY)) != 0) {
        if (arguments->product_code == NULL) problem(arguments, "--product-code is missing");
        if (arguments->key_count == 0 && !arguments->unverified) problem(arguments, "--public-key is missing");
    }
    const bool is_metered = arguments->journal != NULL || arguments->dimension_count > 0;
    if (flag == COMMAND_DOCTOR && is_metered && arguments->send_registration)
        problem(arguments, "--register and --journal contradict each other: a listing is hourly or metered");
    if (flag == COMMAND_DOCTOR && is_metered && arguments->product_count > 1)
        problem(arguments, "--journal belongs to one --product-code");
    if (flag == COMMAND_DOCTOR && arguments->send_registration && arguments->product_count != 1)
        problem(arguments, "--register needs exactly one --product-code");
    if ((flag & (COMMAND_REGISTER | COMMAND_VERIFY | COMMAND_DOCTOR)) != 0) {
        if (arguments->version_count == 0) /* There is room for it: the arrays are as long as argv. */
            arguments->versions[arguments->version_count++] = 1;
        if (arguments->version_count != (arguments->key_count > 0 ? arguments->key_count : 1))
            problem(arguments, "each --public-key needs a --public-key-version of its own, and each version a key");
    }
    if (flag == COMMAND_VERIFY && arguments->nonce == NULL)
        problem(arguments, "--nonce is missing: a token proves something only for the nonce that was sent");
    if (flag == COMMAND_VERIFY && arguments->token == NULL)
        problem(arguments, "the token is missing; '-' reads it from standard input");
    if (flag == COMMAND_ENDPOINT && arguments->region == NULL) problem(arguments, "--region is missing");
}

bool arguments_parse(struct arguments *arguments, const struct command *command, int argc, char **argv) {
    memset(arguments, 0, sizeof *arguments);
    arguments->region_policy = MPMETER_REGION_ASK;
    arguments->command = command;
    const size_t room = (size_t)argc + 1;
    arguments->keys = calloc(room, sizeof *arguments->keys);
    arguments->versions = calloc(room, sizeof *arguments->versions);
    arguments->trusted = calloc(room, sizeof *arguments->trusted);
    arguments->products = calloc(room, sizeof *arguments->products);
    arguments->dimensions = calloc(room, sizeof *arguments->dimensions);
    arguments->tag_keys = calloc(room, sizeof *arguments->tag_keys);
    arguments->tag_values = calloc(room, sizeof *arguments->tag_values);
    if (arguments->tag_keys == NULL || arguments->tag_values == NULL || arguments->keys == NULL ||
        arguments->versions == NULL || arguments->trusted == NULL || arguments->products == NULL ||
        arguments->dimensions == NULL) {
        problem(arguments, "out of memory");
        return false;
    }

    struct option allowed[KNOWN_COUNT + 1] = {{NULL, 0, NULL, 0}};
    size_t allowed_count = 0;
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if ((known[i].commands & command->flag) != 0) allowed[allowed_count++] = known[i].option;

    opterr = 0; /* The messages are ours, so that --json gets them too. */
    int option;
    while ((option = getopt_long(argc, argv, ":hv", allowed, NULL)) != -1) {
        if (option == ':')
            problem(arguments, "'%s' needs a value", argv[optind - 1]);
        else if (option == '?' && optopt != 0 && optopt < 256)
            problem(arguments, "'-%c' is not an option of '%s'", optopt, command->name);
        else if (option == '?')
            problem(arguments, "'%s' is not an option of '%s', or not in this form", argv[optind - 1], command->name);
        else
            take(arguments, option, optarg);
    }
    if (!arguments->help) check_whole(arguments, argc - optind, argv + optind);
    return arguments->problem[0] == '\0';
}

void arguments_free(struct arguments *arguments) {
    free(arguments->keys);
    free(arguments->versions);
    free(arguments->trusted);
    free(arguments->products);
    free(arguments->dimensions);
    free(arguments->tag_keys);
    free(arguments->tag_values);
}
