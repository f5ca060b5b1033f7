/*
 * What comparing the names in a chain with the constraints of its authorities may cost. OpenSSL allows a million
 * comparisons for each pair of certificates; eight intermediates of 64 KiB together take it seconds.
 */
#ifndef COPENSSL_NAMES_H
#define COPENSSL_NAMES_H

/* A hundred names under a hundred constraints, of 4 KiB each. */
enum { COpenSSL_most_comparisons = 1 << 14, COpenSSL_most_bytes_compared = 1 << 24 };

/* What a chain has of one kind. It is 64 KiB at most: nothing overflows. */
typedef struct {
    long long count;
    long long bytes;
} COpenSSL_amount;

static inline void COpenSSL_count(COpenSSL_amount *amount, int count, X509 *certificate, int kind) {
    const int place = X509_get_ext_by_NID(certificate, kind, -1);
    if (count > 0) amount->count += count;
    if (place >= 0) amount->bytes += ASN1_STRING_length(X509_EXTENSION_get_data(X509_get_ext(certificate, place)));
}

static inline int COpenSSL_has_few_names(STACK_OF(X509) * chain) {
    COpenSSL_amount names = {0, 0}, constraints = {0, 0};
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *certificate = sk_X509_value(chain, i);
        X509_NAME *subject = X509_get_subject_name(certificate);
        GENERAL_NAMES *others = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
        NAME_CONSTRAINTS *both = (NAME_CONSTRAINTS *)X509_get_ext_d2i(certificate, NID_name_constraints, NULL, NULL);
        names.count += X509_NAME_entry_count(subject);
        names.bytes += i2d_X509_NAME(subject, NULL);
        COpenSSL_count(&names, sk_GENERAL_NAME_num(others), certificate, NID_subject_alt_name);
        COpenSSL_count(&constraints, both == NULL ? 0 : sk_GENERAL_SUBTREE_num(both->permittedSubtrees), certificate,
                       NID_name_constraints);
        if (both != NULL && both->excludedSubtrees != NULL)
            constraints.count += sk_GENERAL_SUBTREE_num(both->excludedSubtrees);
        GENERAL_NAMES_free(others);
        NAME_CONSTRAINTS_free(both);
    }
    return names.count * constraints.count <= COpenSSL_most_comparisons &&
           names.bytes * constraints.bytes <= COpenSSL_most_bytes_compared;
}

#endif
