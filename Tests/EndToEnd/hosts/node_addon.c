/* libmpmeter for Node.js, as far as hosts/node.js needs it: register(productCode, publicKeyPem, nonce) answers the
 * nonce that was proved, or throws. */
#include <mpmeter.h>
#include <node_api.h>
#include <stdlib.h>

enum { TEXT = 8192 };

static napi_value thrown(napi_env env, const char *what) {
    napi_throw_error(env, NULL, what);
    return NULL;
}

static napi_value call_register(napi_env env, napi_callback_info info) {
    char text[3][TEXT];
    napi_value arguments[3], result = NULL;
    size_t count = 3;
    if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 3)
        return thrown(env, "three arguments");
    for (size_t i = 0; i < 3; i++)
        if (napi_get_value_string_utf8(env, arguments[i], text[i], TEXT, NULL) != napi_ok)
            return thrown(env, "a string is wanted");

    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_registration *registration = NULL;
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = mpmeter_options_add_public_key(options, 1, text[1]);
    if (status == MPMETER_OK) status = mpmeter_options_set_deadline_ms(options, 20000);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &client, NULL);
    if (status == MPMETER_OK) status = mpmeter_register_usage(client, text[0], text[2], NULL, &registration, NULL);
    if (status == MPMETER_OK && mpmeter_registration_verified(registration) == 1)
        napi_create_string_utf8(env, mpmeter_registration_nonce(registration), NAPI_AUTO_LENGTH, &result);
    else
        thrown(env, mpmeter_status_name(status));
    mpmeter_registration_free(registration);
    mpmeter_client_free(client);
    mpmeter_options_free(options);
    return result;
}

NAPI_MODULE_INIT() {
    napi_value function;
    if (napi_create_function(env, "register", NAPI_AUTO_LENGTH, call_register, NULL, &function) == napi_ok)
        napi_set_named_property(env, exports, "register", function);
    return exports;
}
