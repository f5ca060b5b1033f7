/* Tokens as AWS Marketplace signs them, and as it does not. OpenSSL's libcrypto of the system is the oracle. */
#ifndef CABI_TOKENS_H
#define CABI_TOKENS_H

#include <stddef.h>

/** How to sign. PS256 of RFC 7518 section 3.5 is the first; the others must be refused. */
enum token_scheme { TOKEN_PS256, TOKEN_PSS_SALT_0, TOKEN_PSS_SALT_20, TOKEN_PSS_SHA384, TOKEN_RS256 };

#define TOKEN_HEADER "{\"alg\":\"PS256\",\"typ\":\"JWT\"}"
#define TOKEN_PRODUCT "4w1vgsrkqdkypbz43g7qkk4uz"
#define TOKEN_NONCE "3f1c9a52-8a77-4b37-9c0e-5d2f4e7a6b18"
#define TOKEN_CLAIMS \
    "{\"productCode\":\"" TOKEN_PRODUCT "\",\"publicKeyVersion\":1,\"nonce\":\"" TOKEN_NONCE "\",\"iat\":1700000000}"

/** base64url without padding (RFC 7515 section 2); free() it. */
char *base64url(const void *bytes, size_t size);

/** BASE64URL(header).BASE64URL(payload).signature with the private key `key`; free() it. */
char *token_sign(const char *key, enum token_scheme scheme, const char *header, const char *payload);

/** TOKEN_CLAIMS signed with rsa2048: version 1 of the product's key in these tests. */
char *token_valid(void);

#endif
