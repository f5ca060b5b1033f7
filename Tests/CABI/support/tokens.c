/* Decides what a signature is made of: RFC 7515 section 5.1 and RFC 7518 section 3.5. */
#include "tokens.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

static void must(int outcome) {
    if (outcome <= 0) abort();
}

char *base64url(const void *bytes, size_t size) {
    char *text = calloc(1, 4 * (size / 3 + 1) + 1);
    if (text == NULL) abort();
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
    for (char *c = text; *c != '\0'; c++) *c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
    return text;
}

char *token_sign(const char *key, enum token_scheme scheme, const char *header, const char *payload) {
    char *first = base64url(header, strlen(header)), *second = base64url(payload, strlen(payload));
    const size_t input_size = strlen(first) + 1 + strlen(second);
    char *input = calloc(1, input_size + 1);
    unsigned char signature[2048];
    size_t size = sizeof signature;
    EVP_PKEY_CTX *parameters = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (input == NULL || context == NULL) abort();
    snprintf(input, input_size + 1, "%s.%s", first, second);

    must(EVP_DigestSignInit(context, &parameters, scheme == TOKEN_PSS_SHA384 ? EVP_sha384() : EVP_sha256(), NULL,
                            key_private(key)));
    if (scheme != TOKEN_RS256) {
        must(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING));
        const int salt = scheme == TOKEN_PSS_SALT_0 ? 0 : scheme == TOKEN_PSS_SALT_20 ? 20 : RSA_PSS_SALTLEN_DIGEST;
        must(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt));
    }
    must(EVP_DigestSign(context, signature, &size, (const unsigned char *)input, input_size));

    char *third = base64url(signature, size);
    const size_t token_size = input_size + 1 + strlen(third) + 1;
    char *token = malloc(token_size);
    if (token == NULL) abort();
    snprintf(token, token_size, "%s.%s", input, third);
    EVP_MD_CTX_free(context);
    free(first);
    free(second);
    free(third);
    free(input);
    return token;
}

char *token_valid(void) { return token_sign("rsa2048", TOKEN_PS256, TOKEN_HEADER, TOKEN_CLAIMS); }
