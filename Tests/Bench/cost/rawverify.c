/*
 * Decides what raw verification is: OpenSSL's PS256 verification of the token with a key that is kept, by the same
 * static libcrypto; the same parameters, no JWT, no JSON.
 *
 *   rawverify CALLS      prints "calls seconds cpu_seconds"
 */
#include "library.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned char signature[512];
static size_t signature_length;

/* base64url, as OpenSSL reads it: with + and / and padding. */
static void decode(char *text) {
    unsigned char decoded[1024];
    for (char *c = text; *c != 0; c++) *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    size_t padding = (4 - strlen(text) % 4) % 4;
    strncat(text, "==", padding);
    signature_length = (size_t)EVP_DecodeBlock(decoded, (unsigned char *)text, (int)strlen(text)) - padding;
    memcpy(signature, decoded, signature_length);
}

static int is_genuine(EVP_PKEY *key, const char *message, size_t length) {
    EVP_PKEY_CTX *parameters = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int is_genuine =
        EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), NULL, key) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32) == 1 &&
        EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1 &&
        EVP_DigestVerify(context, signature, signature_length, (const unsigned char *)message, length) == 1;
    EVP_MD_CTX_free(context);
    return is_genuine;
}

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    long calls = atol(argv[1]);
    char *jwt = token(1), text[1024] = "";
    char *dot = strrchr(jwt, '.');
    FILE *file = fopen(setting("BENCH_KEY"), "r");
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_PUBKEY(file, NULL, NULL, NULL);
    if (dot == NULL || key == NULL) return 2;
    strncat(text, dot + 1, 1000);
    decode(text);
    if (!is_genuine(key, jwt, (size_t)(dot - jwt))) return 1;
    double start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long i = 0; i < calls; i++)
        if (!is_genuine(key, jwt, (size_t)(dot - jwt))) return 1;
    printf("%ld %.6f %.6f\n", calls, now(CLOCK_MONOTONIC) - start, now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return 0;
}
