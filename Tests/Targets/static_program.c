/* A product that is one file: it registers, in the environment of a sandbox, and prints the status. */
#include <stdio.h>
#include <stdlib.h>

#include "mpmeter.h"

static char key[65536];

int main(void) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    FILE *file = fopen(getenv("MPMETER_SANDBOX_PUBLIC_KEY"), "r");
    if (file == NULL) return 2;
    key[fread(key, 1, sizeof key - 1, file)] = 0;
    fclose(file);
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK)
        status = mpmeter_options_add_public_key(options, atoi(getenv("MPMETER_SANDBOX_PUBLIC_KEY_VERSION")), key);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &client, NULL);
    if (status == MPMETER_OK)
        status = mpmeter_register_usage(client, getenv("MPMETER_SANDBOX_PRODUCT_CODE"), NULL, NULL, NULL, NULL);
    puts(mpmeter_status_name(status));
    mpmeter_client_free(client);
    mpmeter_options_free(options);
    return status != MPMETER_OK;
}
