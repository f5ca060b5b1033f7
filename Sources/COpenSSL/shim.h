/*
 * OpenSSL's libcrypto, and of libssl how a certificate is checked, for Swift: the headers, and the macros that Swift does not import, as functions.
 */
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

/* The readers and writers of RSA keys alone are deprecated; OpenSSL 3's general ones set up each of its decoders and encoders first. */
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

/* The bytes not yet read; BIO_pending is a macro over a variadic-like control call. */
static inline long COpenSSL_pending(BIO *bio) { return (long)BIO_ctrl_pending(bio); }

/* SSL_read() is over after a record that is no data, and renegotiation (TLS 1.2) is refused. */
static inline void COpenSSL_return_after_each_record(SSL_CTX *context) {
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

static inline void COpenSSL_free(void *memory) { OPENSSL_free(memory); }

/* No configuration file of the host's, no exit handler in the host. */
static inline int COpenSSL_initialize(void) {
    return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
}

#endif
