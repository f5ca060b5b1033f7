/* Decides what is said about an outcome, where (results on stdout, failures on stderr), and which exit status goes
 * with it. */
#include "output.h"

#include <stdarg.h>
#include <stdio.h>

#include "command.h"
#include "json.h"

enum { EXIT_OK = 0, EXIT_TERMINATE = 1, EXIT_USAGE = 2, EXIT_RETRY = 75 /* EX_TEMPFAIL of sysexits.h */ };

static int exit_status(mpmeter_status status) {
    if (status == MPMETER_E_INVALID_ARGUMENT) return EXIT_USAGE;
    switch (mpmeter_status_action(status)) {
    case MPMETER_ACTION_PROCEED: return EXIT_OK;
    case MPMETER_ACTION_RETRY: return EXIT_RETRY;
    default: return EXIT_TERMINATE;
    }
}

int output_finish(mpmeter_status status, bool printed) {
    if (fflush(stdout) == 0 && !ferror(stdout) && printed) return exit_status(status);
    fputs("mpmeter: the result cannot be written to standard output\n", stderr);
    return status == MPMETER_OK ? EXIT_TERMINATE : exit_status(status);
}

static json_t *success(void) {
    return json_outcome(MPMETER_OK, mpmeter_status_message(MPMETER_OK), mpmeter_status_fix(MPMETER_OK));
}

static const char *or_dash(const char *text) { return text != NULL ? text : "-"; }

static void registration_lines(const mpmeter_registration *registration) {
    const char *rotation = mpmeter_registration_public_key_rotation(registration);
    const bool verified = mpmeter_registration_verified(registration) != 0;
    if (mpmeter_registration_region(registration) == NULL) { /* A token that was verified offline. */
        printf("verified    %s\n", mpmeter_registration_product_code(registration));
    } else {
        printf("registered  %s\n", mpmeter_registration_product_code(registration));
        printf("region      %s (%s, platform %s)\n", mpmeter_registration_region(registration),
               or_dash(mpmeter_registration_region_source(registration)),
               or_dash(mpmeter_registration_platform(registration)));
        printf("credentials %s\n", or_dash(mpmeter_registration_credentials_source(registration)));
        printf("request id  %s (attempts: %d, %lld ms)\n", or_dash(mpmeter_registration_request_id(registration)),
               (int)mpmeter_registration_attempts(registration),
               (long long)mpmeter_registration_elapsed_ms(registration));
    }
    printf("signature   %s, key version %d\n", verified ? "verified" : "NOT VERIFIED",
           (int)mpmeter_registration_public_key_version(registration));
    if (rotation != NULL) printf("rotation    this key version has expired (%s): ship a newer one\n", rotation);
}

int output_registration(const struct arguments *arguments, const mpmeter_registration *registration) {
    if (arguments->json)
        return output_finish(MPMETER_OK, json_print(json_read(mpmeter_registration_json(registration))));
    registration_lines(registration);
    return output_finish(MPMETER_OK, true);
}

int output_region(const struct arguments *arguments, const mpmeter_region *region) {
    const bool supported = mpmeter_region_supported(region) != 0;
    if (arguments->json) {
        json_t *object = success();
        json_put_text(object, "region", mpmeter_region_name(region));
        json_put_text(object, "region_source", mpmeter_region_source(region));
        json_put_text(object, "platform", mpmeter_region_platform(region));
        json_put_boolean(object, "supported", supported);
        return output_finish(MPMETER_OK, json_print(object));
    }
    printf("region    %s%s\n", mpmeter_region_name(region), supported ? "" : " (RegisterUsage is not offered here)");
    printf("source    %s\n", mpmeter_region_source(region));
    printf("platform  %s\n", mpmeter_region_platform(region));
    return output_finish(MPMETER_OK, true);
}

int output_value(const struct arguments *arguments, const char *key, const char *value) {
    if (arguments->json) {
        json_t *object = success();
        json_put_text(object, key, value);
        return output_finish(MPMETER_OK, json_print(object));
    }
    return output_finish(MPMETER_OK, puts(value) != EOF);
}

int output_done(const struct arguments *arguments) {
    return output_finish(MPMETER_OK, arguments->json ? json_print(success()) : true);
}

void output_reason(mpmeter_status status, const char *message, const char *fix) {
    fprintf(stderr, "mpmeter: %s: %s\n", mpmeter_status_name(status), message);
    if (fix[0] != '\0') fprintf(stderr, "fix: %s\n", fix);
}

void output_failure(mpmeter_status status, const mpmeter_error *error) {
    if (error == NULL)
        output_reason(status, mpmeter_status_message(status), mpmeter_status_fix(status));
    else
        fprintf(stderr, "mpmeter: %s\n", mpmeter_error_text(error));
}

static int failure(const struct arguments *arguments, mpmeter_status status, const char *message, const char *fix,
                   const mpmeter_error *error) {
    if (error == NULL)
        output_reason(status, message, fix);
    else
        output_failure(status, error);
    if (!arguments->json) return exit_status(status);

    json_t *object = json_outcome(status, message, fix);
    json_put_known(object, "product_code", arguments->product_code);
    if (arguments->version_count == 1) json_put_integer(object, "public_key_version", arguments->versions[0]);
    json_put_known(object, "nonce", arguments->nonce);
    json_put_known(object, "journal", arguments->journal);
    json_put_missing(object, mpmeter_error_json(error));
    return output_finish(status, json_print(object));
}

int output_error(const struct arguments *arguments, mpmeter_status status, const mpmeter_error *error) {
    const char *message = mpmeter_error_message(error);
    const char *fix = mpmeter_error_fix(error);
    return failure(arguments, status, message != NULL ? message : mpmeter_status_message(status),
                   fix != NULL ? fix : mpmeter_status_fix(status), error);
}

int output_problem(const struct arguments *arguments, mpmeter_status status, const char *fix, const char *format, ...) {
    char message[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    return failure(arguments, status, message, fix != NULL ? fix : mpmeter_status_fix(status), NULL);
}

int output_usage(const struct arguments *arguments) {
    char fix[64];
    const char *name = arguments->command != NULL ? arguments->command->name : NULL;
    snprintf(fix, sizeof fix, "See mpmeter%s%s --help.", name != NULL ? " " : "", name != NULL ? name : "");
    return output_problem(arguments, MPMETER_E_INVALID_ARGUMENT, fix, "%s", arguments->problem);
}
