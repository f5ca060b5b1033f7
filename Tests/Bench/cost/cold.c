/* Decides what a cold start is: load the library, find the task role, register, verify the RSA-2048 token, end. */
#include "library.h"

int main(void) {
    mpmeter_error *error = NULL;
    struct library library = library_load();
    mpmeter_client *client = library_client(&library);
    library_check(&library, library.mpmeter_register_usage(client, "bench-product", "bench-1", NULL, NULL, &error),
                  &error);
    return 0;
}
