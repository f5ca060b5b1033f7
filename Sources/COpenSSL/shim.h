/*
 * OpenSSL's libcrypto, and of libssl how a certificate is checked, for Swift: the headers, and the macros that Swift
 * does not import, as functions.
 */
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

/* The readers and writers of RSA keys alone are deprecated; OpenSSL 3's general ones set up each of its decoders and
 * encoders first. */
#define OPENSSL_SUPPRESS_DEPRECATED

/* Without it OPENSSL_free() puts the path of this file into the library. */
#define OPENSSL_NO_FILENAMES

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* The bytes not yet read; BIO_pending is a macro over a variadic-like control call. */
static inline long COpenSSL_pending(BIO *bio) { return (long)BIO_ctrl_pending(bio); }

/* SSL_read() is over after a record that is no data, and renegotiation (TLS 1.2) is refused. */
static inline void COpenSSL_return_after_each_record(SSL_CTX *context) {
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

/* What a handshake may cost: no Diffie-Hellman over numbers, whose size the server chooses, and a list of
 * certificates of 64 KiB at most. */
static inline void COpenSSL_bound_handshake(SSL_CTX *context) {
    SSL_CTX_set_cipher_list(context, "DEFAULT:!kDHE");
    /* The first of these groups is OpenSSL 3.5's. */
    if (SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519:P-256:P-384:P-521") != 1)
        SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521");
    SSL_CTX_set_max_cert_list(context, 64L << 10);
    ERR_clear_error();
}

/* ---- Certificates that are trusted: a plain list. An X509_STORE sorts all it holds for each one that is added. --- */

static inline STACK_OF(X509) * COpenSSL_certificates_new(void) { return sk_X509_new_null(); }

static inline void COpenSSL_certificates_free(STACK_OF(X509) * certificates) {
    sk_X509_pop_free(certificates, X509_free);
}

/* A file to read certificates from; NULL, with a number of errno's or 0 for the reason. */
static inline BIO *COpenSSL_open(const char *path, int *reason) {
    BIO *bio = BIO_new_file(path, "r");
    const unsigned long error = ERR_peek_error();
    *reason = bio == NULL && ERR_GET_LIB(error) == ERR_LIB_SYS ? ERR_GET_REASON(error) : 0;
    ERR_clear_error();
    return bio;
}

static inline int COpenSSL_no_password(char *text, int size, int is_writing, void *context) {
    (void)text;
    (void)size;
    (void)is_writing;
    (void)context;
    return -1;
}

enum { COpenSSL_one = 1, COpenSSL_end = 0, COpenSSL_unreadable = -1, COpenSSL_no_memory = -2 };

/* Adds the next certificate of a PEM file to the list. Its extensions are read now, not when the first server is
 * checked against all of them. */
static inline int COpenSSL_read_certificate(BIO *bio, STACK_OF(X509) * certificates) {
    X509 *certificate = PEM_read_bio_X509_AUX(bio, NULL, COpenSSL_no_password, NULL);
    const unsigned long last = ERR_peek_last_error();
    if (certificate == NULL) {
        /* What the readers above say of it comes after. */
        int is_short = 0;
        for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error())
            is_short = is_short || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
        if (is_short) return COpenSSL_no_memory;
        return ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE ? COpenSSL_end
                                                                                               : COpenSSL_unreadable;
    }
    X509_check_purpose(certificate, -1, 0);
    ERR_clear_error();
    if (sk_X509_push(certificates, certificate) > 0) return COpenSSL_one;
    X509_free(certificate);
    return COpenSSL_no_memory;
}

#include "bundle.h"
#include "names.h"

/* Whether checking a signature with the certificate's key takes no longer than it does with any that authorities
 * use. */
static inline int COpenSSL_has_ordinary_key(X509 *certificate) {
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    BIGNUM *exponent = NULL;
    int is_ordinary = 0;
    if (key == NULL) return 0;
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        is_ordinary = EVP_PKEY_get_bits(key) <= 8192 &&
                      EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 && BN_num_bits(exponent) <= 33;
        BN_free(exponent);
        return is_ordinary;
    case EVP_PKEY_EC: return EVP_PKEY_get_bits(key) <= 640;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448: return 1;
    default: return 0;
    }
}

/* OpenSSL's own check of the signatures in a chain, which no header names. */
static inline X509_STORE_CTX_verify_fn COpenSSL_usual_check(void) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_CTX_verify_fn check = NULL;
    if (context != NULL && X509_STORE_CTX_init(context, NULL, NULL, NULL) == 1)
        check = X509_STORE_CTX_get_verify(context);
    X509_STORE_CTX_free(context);
    return check;
}

/* Called when the chain is built, and before its signatures are looked at. */
static inline int COpenSSL_check_chain(X509_STORE_CTX *context) {
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    X509_STORE_CTX_verify_fn check = COpenSSL_usual_check();
    if (check == NULL) return 0;
    if (!COpenSSL_has_few_names(chain)) {
        X509_STORE_CTX_set_error_depth(context, 0);
        X509_STORE_CTX_set_current_cert(context, sk_X509_value(chain, 0));
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    }
    for (int i = 0; i < sk_X509_num(chain); i++) {
        if (COpenSSL_has_ordinary_key(sk_X509_value(chain, i))) continue;
        X509_STORE_CTX_set_error_depth(context, i);
        X509_STORE_CTX_set_current_cert(context, sk_X509_value(chain, i));
        X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
        return 0;
    }
    return check(context);
}

enum { COpenSSL_deepest_chain = 8 };

/* What a check of a certificate ended with: OpenSSL's number, how far from the server's own certificate, how long
 * the chain was, and whether a trusted certificate has the name of the issuer that was looked for. */
typedef struct {
    int error;
    int depth;
    int length;
    int knows_issuer_name;
} COpenSSL_verdict;

static inline COpenSSL_verdict COpenSSL_verdict_of(X509_STORE_CTX *context, STACK_OF(X509) * certificates) {
    COpenSSL_verdict verdict = {X509_STORE_CTX_get_error(context), X509_STORE_CTX_get_error_depth(context), 0, 0};
    X509 *certificate = X509_STORE_CTX_get_current_cert(context);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    if (chain != NULL) verdict.length = sk_X509_num(chain);
    if (certificate == NULL ||
        X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0)
        return verdict;
    for (int i = 0; i < sk_X509_num(certificates) && verdict.knows_issuer_name == 0; i++)
        verdict.knows_issuer_name = X509_NAME_cmp(X509_get_subject_name(sk_X509_value(certificates, i)),
                                                  X509_get_issuer_name(certificate)) == 0;
    return verdict;
}

/* Whether what a server presented leads to one of the list, under the same parameters (purpose, security level,
 * time). The verdict is told in `presented`. */
static inline int COpenSSL_leads_to(X509_STORE_CTX *presented, STACK_OF(X509) * certificates,
                                    COpenSSL_verdict *verdict) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    int is_trusted = 0;
    X509_STORE_CTX_set_error(presented, X509_V_ERR_OUT_OF_MEM);
    if (context != NULL &&
        X509_STORE_CTX_init(context, NULL, X509_STORE_CTX_get0_cert(presented),
                            X509_STORE_CTX_get0_untrusted(presented)) == 1 &&
        X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(context), X509_STORE_CTX_get0_param(presented)) == 1) {
        X509_VERIFY_PARAM_set_depth(X509_STORE_CTX_get0_param(context), COpenSSL_deepest_chain);
        X509_STORE_CTX_set0_trusted_stack(context, certificates);
        X509_STORE_CTX_set_verify(context, COpenSSL_check_chain);
        is_trusted = X509_verify_cert(context) == 1;
        *verdict = COpenSSL_verdict_of(context, certificates);
        X509_STORE_CTX_set0_verified_chain(presented, X509_STORE_CTX_get1_chain(context));
        X509_STORE_CTX_set_error_depth(presented, X509_STORE_CTX_get_error_depth(context));
        X509_STORE_CTX_set_error(presented, is_trusted ? X509_V_OK : X509_STORE_CTX_get_error(context));
    }
    X509_STORE_CTX_free(context);
    /* libcurl tells the oldest error of the queue. */
    ERR_clear_error();
    return is_trusted;
}

/* Lets the handshake come to this certificate again, in a later step. 1, or 0 if it cannot. */
static inline int COpenSSL_ask_again(X509_STORE_CTX *presented) {
    SSL *connection = (SSL *)X509_STORE_CTX_get_ex_data(presented, SSL_get_ex_data_X509_STORE_CTX_idx());
    return connection != NULL && SSL_set_retry_verify(connection) == 1;
}

static inline void COpenSSL_free(void *memory) { OPENSSL_free(memory); }

/* No configuration file of the host's, no exit handler in the host. */
static inline int COpenSSL_initialize(void) {
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
}

#endif
