/* The C ABI. Eight lines: key version, minimum bits, product code, nonce, version to verify, Region, kinds, token;
 * the rest is the key. */
#include "mpmeter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    char *text = malloc(count + 1), *line[9] = {0}, *url = NULL;
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    mpmeter_status status = -1;
    memcpy(text, bytes, count);
    text[count] = 0;
    line[0] = text;
    for (int i = 1; i < 9 && line[i - 1] != NULL; i++)
        if ((line[i] = strchr(line[i - 1], '\n')) != NULL) *line[i]++ = 0;
#define NUMBER(i) (line[i] != NULL ? (int32_t)strtol(line[i], NULL, 10) : 0)
    if (mpmeter_endpoint(line[5], (uint32_t)NUMBER(6), &url) != MPMETER_OK && url != NULL) abort();
    if (mpmeter_options_new(&options) != MPMETER_OK) abort();
    (void)mpmeter_options_set_minimum_key_bits(options, NUMBER(1));
    (void)mpmeter_options_trust_product(options, line[2], NUMBER(6));
    (void)mpmeter_options_set_deadline_ms(options, NUMBER(1));
    if (mpmeter_options_add_public_key(options, NUMBER(0), line[8]) == MPMETER_OK)
        status = mpmeter_client_new(options, &client, &error);
    if (client != NULL) status = mpmeter_verify(client, line[7], line[2], NUMBER(4), line[3], &registration, &error);
    if ((status == MPMETER_OK) != (registration != NULL) || (status > MPMETER_OK) != (error != NULL)) abort();
    if (registration != NULL && strcmp(mpmeter_registration_product_code(registration), line[2]) != 0) abort();
    if (error != NULL && (mpmeter_error_status(error) != status || status == MPMETER_E_INTERNAL)) abort();
    mpmeter_error_free(error), mpmeter_registration_free(registration), mpmeter_client_free(client),
        mpmeter_options_free(options);
    mpmeter_string_free(url), free(text);
    return 0;
}
