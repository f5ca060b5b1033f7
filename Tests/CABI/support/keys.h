/* The key files of Tests/Vectors/keys, which the Makefile names in VECTORS. */
#ifndef CABI_KEYS_H
#define CABI_KEYS_H

#include <openssl/evp.h>

/** The text of VECTORS/keys/NAME.pem, NUL-terminated; free() it. Ends the process if there is none. */
char *key_text(const char *name);

/** The private key in VECTORS/keys/NAME.private.pem. It is kept: do not free it. */
EVP_PKEY *key_private(const char *name);

#endif
