/* Decides how the arguments become the library's options, and names the argument to blame when one of them is
 * refused. */
#include "client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"
#include "output.h"

static void log_line(void *context, mpmeter_log_level level, const char *message) {
    (void)context;
    fprintf(stderr, "mpmeter: %s%s\n", level == MPMETER_LOG_WARNING ? "warning: " : "", message);
}

/** Reports a status that an options setter answered; `format` says which argument it concerns. */
static int refused(const struct arguments *arguments, mpmeter_status status, const char *problem) {
    return status == MPMETER_E_INVALID_ARGUMENT ? output_problem(arguments, status, NULL, "%s", problem)
                                                : output_error(arguments, status, NULL);
}

static bool read_key(const char *path, char **out_pem, char *problem, size_t size) {
    char reason[256];
    /* It may be a private key's: nothing of it is repeated. */
    if (strstr(path, "-----") != NULL || strchr(path, '\n') != NULL) {
        snprintf(problem, size, "--public-key is given the text of a key, not the path of its file");
        return false;
    }
    if (file_read_text(path, out_pem, reason, sizeof reason)) return true;
    snprintf(problem, size, "the public key '%s' cannot be read: %s", path, reason);
    return false;
}

static int add_key(const struct arguments *arguments, mpmeter_options *options, size_t index, char *key_problem,
                   size_t size) {
    char problem[512];
    char *pem = NULL;
    if (!read_key(arguments->keys[index], &pem, problem, sizeof problem)) {
        if (key_problem == NULL)
            return output_problem(arguments, MPMETER_E_PUBLIC_KEY,
                                  "Give the path of the public key's PEM file, and let this user read it.", "%s",
                                  problem);
        if (key_problem[0] == '\0') snprintf(key_problem, size, "%s", problem);
        return 0;
    }
    const mpmeter_status status = mpmeter_options_add_public_key(options, arguments->versions[index], pem);
    free(pem);
    if (status == MPMETER_OK) return 0;
    snprintf(problem, sizeof problem, "--public-key-version %d is below 1 or given twice, or '%s' is not text",
             (int)arguments->versions[index], arguments->keys[index]);
    return refused(arguments, status, problem);
}

/** CODE, CODE=paid or CODE=free. A code may hold '=' itself, so only these two endings are cut off. */
static int add_trusted(const struct arguments *arguments, mpmeter_options *options, const char *value) {
    size_t length = strlen(value);
    mpmeter_product_kind kind = MPMETER_PRODUCT_PAID;
    if (length >= 5 && (strcmp(value + length - 5, "=free") == 0 || strcmp(value + length - 5, "=paid") == 0)) {
        kind = strcmp(value + length - 5, "=free") == 0 ? MPMETER_PRODUCT_FREE : MPMETER_PRODUCT_PAID;
        length -= 5;
    }
    char *code = malloc(length + 1);
    if (code == NULL) return output_error(arguments, MPMETER_E_OUT_OF_MEMORY, NULL);
    memcpy(code, value, length);
    code[length] = '\0';
    const mpmeter_status status = mpmeter_options_trust_product(options, code, kind);
    free(code);
    if (status == MPMETER_OK) return 0;
    char problem[512];
    snprintf(problem, sizeof problem, "--trust '%s' is not a product code, or is given twice", value);
    return refused(arguments, status, problem);
}

static int set_numbers(const struct arguments *arguments, mpmeter_options *options) {
    mpmeter_status status;
    if (arguments->deadline_ms != 0 &&
        (status = mpmeter_options_set_deadline_ms(options, arguments->deadline_ms)) != MPMETER_OK)
        return refused(arguments, status, "--deadline is longer than a day (86400 seconds)");
    if (arguments->minimum_key_bits != 0 &&
        (status = mpmeter_options_set_minimum_key_bits(options, arguments->minimum_key_bits)) != MPMETER_OK)
        return refused(arguments, status, "--minimum-key-bits is not from 1024 to 16384");
    if (arguments->app_id != NULL && (status = mpmeter_options_set_app_id(options, arguments->app_id)) != MPMETER_OK)
        return refused(arguments, status, "--app-id is not 1 to 50 letters, digits and !#$%&'*+,-.^_`|~");
    if ((status = mpmeter_options_set_region_policy(options, arguments->region_policy)) != MPMETER_OK)
        return refused(arguments, status, "--region-policy is refused");
    if (arguments->accept_free && (status = mpmeter_options_accept_free_products(options, 1)) != MPMETER_OK)
        return refused(arguments, status, "--accept-free is refused");
    const mpmeter_log_level level = arguments->verbose ? MPMETER_LOG_DEBUG : MPMETER_LOG_INFO;
    const bool logging = arguments->verbose || arguments->command->flag != COMMAND_DOCTOR; /* A report says it all. */
    if (logging && (status = mpmeter_options_set_log(options, log_line, NULL, level)) != MPMETER_OK)
        return refused(arguments, status, "the log is refused");

    /* To find a Region or to meter no key is needed, but a client without one must be told so. */
    const bool unverified = arguments->unverified || (arguments->command->flag & (COMMAND_REGION | COMMAND_METER)) != 0;
    const int32_t version = arguments->version_count > 0 ? arguments->versions[0] : 1;
    if (unverified && (status = mpmeter_options_set_unverified(options, version)) != MPMETER_OK)
        return refused(arguments, status, "--public-key-version is below 1");
    return 0;
}

static int fill(const struct arguments *arguments, mpmeter_options *options, char *key_problem, size_t size) {
    int code = 0;
    for (size_t i = 0; code == 0 && i < arguments->key_count; i++)
        code = add_key(arguments, options, i, key_problem, size);
    for (size_t i = 0; code == 0 && i < arguments->trusted_count; i++)
        code = add_trusted(arguments, options, arguments->trusted[i]);
    return code != 0 ? code : set_numbers(arguments, options);
}

mpmeter_options *options_make(const struct arguments *arguments, char *key_problem, size_t size, int *out_exit) {
    mpmeter_options *options = NULL;
    const mpmeter_status status = mpmeter_options_new(&options);
    *out_exit =
        status == MPMETER_OK ? fill(arguments, options, key_problem, size) : output_error(arguments, status, NULL);
    if (*out_exit == 0) return options;
    mpmeter_options_free(options);
    return NULL;
}

mpmeter_client *client_make(const struct arguments *arguments, int *out_exit) {
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    mpmeter_options *options = options_make(arguments, NULL, 0, out_exit);
    if (options == NULL) return NULL;
    const mpmeter_status status = mpmeter_client_new(options, &client, &error);
    if (status != MPMETER_OK) *out_exit = output_error(arguments, status, error);
    mpmeter_error_free(error);
    mpmeter_options_free(options);
    return client;
}
