/*
 * Reads a PEM file as the library does, step by step, and then as OpenSSL does, in one.
 *
 *   bundle_reader FILE
 *
 * One line: how the reading ended, certificates, steps, the most certificates and bytes of the file that one step took;
 * then how OpenSSL's ended, and its certificates.
 */
#include "../../Sources/COpenSSL/shim.h"

#include <stdio.h>

static int read_by_openssl(const char *path, int *count) {
    STACK_OF(X509) *certificates = COpenSSL_certificates_new();
    BIO *file = BIO_new_file(path, "r");
    int result = COpenSSL_one;
    while (result == COpenSSL_one) result = COpenSSL_read_certificate(file, certificates);
    *count = sk_X509_num(certificates);
    COpenSSL_certificates_free(certificates);
    BIO_free(file);
    return result;
}

int main(int count, char **arguments) {
    int reason = 0, added = 0, steps = 0, most = 0, result, expected_count = 0;
    long widest = 0;
    COpenSSL_bundle *bundle = count == 2 ? COpenSSL_bundle_open(arguments[1], &reason) : NULL;
    STACK_OF(X509) *certificates = COpenSSL_certificates_new();
    if (bundle == NULL || certificates == NULL) return 2;
    do {
        const int before = added;
        const long place = BIO_tell(bundle->file);
        result = COpenSSL_bundle_step(bundle, certificates, &added);
        const long width = BIO_tell(bundle->file) - place;
        if (added - before > most) most = added - before;
        if (width > widest) widest = width;
        steps++;
    } while (result == COpenSSL_one);
    if (added != sk_X509_num(certificates)) return 3;
    const int expected = read_by_openssl(arguments[1], &expected_count);
    printf("%d %d %d %d %ld %d %d\n", result, added, steps, most, widest, expected, expected_count);
    COpenSSL_certificates_free(certificates);
    COpenSSL_bundle_free(bundle);
    return 0;
}
