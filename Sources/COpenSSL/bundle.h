/*
 * How the certificates of a PEM file are read: in steps that each look at 64 KiB of it at most, whatever it holds.
 * OpenSSL's own reader goes on to the next certificate, or to the end of a certificate of any length, and nothing can
 * come between.
 */
#ifndef COPENSSL_BUNDLE_H
#define COPENSSL_BUNDLE_H

#include <errno.h>
#include <string.h>

/* With its two lines, in PEM. An authority's has two or three KiB. */
enum { COpenSSL_longest_certificate = 64 << 10, COpenSSL_certificates_a_step = 16 };

typedef struct {
    BIO *file;
    char *bytes; /* What has been read and not looked at; room for COpenSSL_longest_certificate. */
    size_t count;
    int is_read; /* To its end. */
} COpenSSL_bundle;

static inline void COpenSSL_bundle_free(COpenSSL_bundle *bundle) {
    if (bundle == NULL) return;
    BIO_free(bundle->file);
    OPENSSL_free(bundle->bytes);
    OPENSSL_free(bundle);
}

/* NULL, with a number of errno's or 0 for the reason, as COpenSSL_open() has it; ENOMEM without memory. */
static inline COpenSSL_bundle *COpenSSL_bundle_open(const char *path, int *reason) {
    COpenSSL_bundle *bundle = (COpenSSL_bundle *)OPENSSL_zalloc(sizeof *bundle);
    *reason = ENOMEM;
    if (bundle == NULL) return NULL;
    bundle->bytes = (char *)OPENSSL_malloc(COpenSSL_longest_certificate);
    if (bundle->bytes != NULL) bundle->file = COpenSSL_open(path, reason);
    if (bundle->file == NULL) {
        COpenSSL_bundle_free(bundle);
        return NULL;
    }
    /* Each line begins after a line end, the first one too. */
    bundle->bytes[bundle->count++] = '\n';
    return bundle;
}

/* Where `what` is in the bytes from `at` to `end`; NULL if it is not there. */
static inline const char *COpenSSL_find(const char *at, const char *end, const char *what) {
    const size_t length = strlen(what);
    while ((size_t)(end - at) >= length) {
        at = (const char *)memchr(at, what[0], (size_t)(end - at) - length + 1);
        if (at == NULL || memcmp(at, what, length) == 0) return at;
        at++;
    }
    return NULL;
}

static inline void COpenSSL_bundle_fill(COpenSSL_bundle *bundle) {
    const int is_first = bundle->count == 1;
    while (!bundle->is_read && bundle->count < COpenSSL_longest_certificate) {
        const int got =
            BIO_read(bundle->file, bundle->bytes + bundle->count, (int)(COpenSSL_longest_certificate - bundle->count));
        if (got > 0)
            bundle->count += (size_t)got;
        else
            bundle->is_read = 1;
    }
    /* A byte order mark. */
    if (is_first && bundle->count > 3 && memcmp(bundle->bytes + 1, "\xEF\xBB\xBF", 3) == 0) {
        memmove(bundle->bytes + 1, bundle->bytes + 4, bundle->count - 4);
        bundle->count -= 3;
    }
}

static inline void COpenSSL_bundle_drop(COpenSSL_bundle *bundle, const char *until) {
    bundle->count -= (size_t)(until - bundle->bytes);
    memmove(bundle->bytes, until, bundle->count);
}

/* Adds what the next step finds to the list, and how many that are to `added`. COpenSSL_one if there may be more, or as
 * COpenSSL_read_certificate(). */
static inline int COpenSSL_bundle_step(COpenSSL_bundle *bundle, STACK_OF(X509) * certificates, int *added) {
    static const char begin[] = "\n-----BEGIN ", end[] = "\n-----END ";
    COpenSSL_bundle_fill(bundle);
    const char *const over = bundle->bytes + bundle->count;
    const char *at = bundle->bytes;
    for (int i = 0; i < COpenSSL_certificates_a_step; i++) {
        const char *const first = COpenSSL_find(at, over, begin);
        if (first == NULL) {
            /* The next one may begin with the last bytes. */
            const size_t rest = (size_t)(over - at), kept = rest < sizeof begin - 1 ? rest : sizeof begin - 2;
            COpenSSL_bundle_drop(bundle, over - kept);
            return bundle->is_read ? COpenSSL_end : COpenSSL_one;
        }
        const char *last = COpenSSL_find(first + 1, over, end);
        if (last != NULL) last = (const char *)memchr(last + 1, '\n', (size_t)(over - last) - 1);
        if (last == NULL && bundle->is_read && COpenSSL_find(first + 1, over, end) != NULL) last = over;
        if (last == NULL) {
            if (bundle->is_read || first == bundle->bytes) return COpenSSL_unreadable;
            COpenSSL_bundle_drop(bundle, first);
            return COpenSSL_one;
        }
        BIO *one = BIO_new_mem_buf(first + 1, (int)(last - first) - (last == over));
        if (one == NULL) return COpenSSL_no_memory;
        const int result = COpenSSL_read_certificate(one, certificates);
        BIO_free(one);
        if (result == COpenSSL_one) ++*added;
        /* A key, say, is COpenSSL_end. */
        if (result == COpenSSL_unreadable || result == COpenSSL_no_memory) return result;
        at = last;
    }
    COpenSSL_bundle_drop(bundle, at);
    return COpenSSL_one;
}

#endif
