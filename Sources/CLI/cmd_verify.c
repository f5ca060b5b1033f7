/* mpmeter verify: checks a token that RegisterUsage answered earlier, offline. */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "command.h"
#include "files.h"
#include "output.h"

static const char usage[] =
    "usage: mpmeter verify --product-code CODE --public-key FILE --nonce TEXT [options] TOKEN|-\n"
    "\n"
    "Verifies a stored response of RegisterUsage, without a connection. \"-\" reads it from standard input.\n"
    "\n"
    "  --product-code CODE     the product code that was registered\n"
    "  --public-key FILE       the product's public key, a PEM file; repeatable, for a key rotation\n"
    "  --public-key-version N  the key's version (default 1); the n-th version belongs to the n-th key\n"
    "  --nonce TEXT            the nonce that was sent\n"
    "  --minimum-key-bits N    the smallest RSA key to accept (default 2048)\n"
    "  --json                  print one JSON object\n"
    "  -v, --verbose           log every step\n"
    "  -h, --help              print this text\n"
    "\n"
    "Exit status: 0 genuine, 1 not genuine, 2 invalid option or variable.\n";

static int verify(const struct arguments *arguments, mpmeter_client *client, const char *token) {
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    /* With several keys the token may name any of them. */
    const int32_t version = arguments->key_count == 1 ? arguments->versions[0] : 0;
    const mpmeter_status status =
        mpmeter_verify(client, token, arguments->product_code, version, arguments->nonce, &registration, &error);
    const int code =
        status == MPMETER_OK ? output_registration(arguments, registration) : output_error(arguments, status, error);
    mpmeter_registration_free(registration);
    mpmeter_error_free(error);
    return code;
}

/** The token without the white space that echo, files and editors put around it. Shortens `text`. */
static const char *trimmed(char *text) {
    static const char white_space[] = " \t\r\n\v\f";
    size_t length = strlen(text);
    while (length > 0 && strchr(white_space, text[length - 1]) != NULL) text[--length] = '\0';
    return text + strspn(text, white_space);
}

static int run(const struct arguments *arguments) {
    int code = 0;
    mpmeter_client *client = client_make(arguments, &code);
    if (client == NULL) return code;
    if (strcmp(arguments->token, "-") != 0) {
        code = verify(arguments, client, arguments->token);
    } else {
        char reason[256];
        char *token = NULL;
        if (file_read_text(NULL, &token, reason, sizeof reason)) {
            code = verify(arguments, client, trimmed(token));
            free(token);
        } else {
            code = output_problem(arguments, MPMETER_E_TOKEN_MALFORMED, NULL,
                                  "the token on standard input cannot be used: %s", reason);
        }
    }
    mpmeter_client_free(client);
    return code;
}

const struct command command_verify = {"verify", COMMAND_VERIFY, usage, run};
