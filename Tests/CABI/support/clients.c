/* Decides what a test's client has unless the test says otherwise. */
#include "clients.h"

#include <stdlib.h>

#include "keys.h"

void add_key(mpmeter_options *options, int32_t version, const char *name) {
    char *pem = key_text(name);
    assert_code(MPMETER_OK, mpmeter_options_add_public_key(options, version, pem));
    free(pem);
}

mpmeter_options *options_make(void) {
    mpmeter_options *options = NULL;
    assert_code(MPMETER_OK, mpmeter_options_new(&options));
    assert_non_null(options);
    add_key(options, 1, "rsa2048");
    return options;
}

mpmeter_client *client_from(mpmeter_options *options) {
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    assert_status(MPMETER_OK, mpmeter_client_new(options, &client, &error), error);
    assert_non_null(client);
    mpmeter_options_free(options);
    return client;
}

mpmeter_client *client_make(int64_t deadline_ms) {
    mpmeter_options *options = options_make();
    assert_code(MPMETER_OK, mpmeter_options_set_deadline_ms(options, deadline_ms));
    return client_from(options);
}
