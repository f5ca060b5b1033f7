/*
 * A paid product's start: it runs only if AWS Marketplace says so.
 *
 *   sed 's|.*|"&\\n"|' public-key.pem > public_key.h      the product's key, as a C string
 *   cc register.c $(pkg-config --cflags --libs mpmeter-static) -o product
 */
#include <mpmeter.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char product_code[] = "4w1vgsrkqdkypbz43g7qkk4uz";
static const char public_key[] =
#include "public_key.h"
    ;

static void on_sigterm(int number) { _exit(128 + number); }

int main(void) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;

    signal(SIGTERM, on_sigterm); /* Without a handler, process 1 of a container ignores it. */
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = mpmeter_options_add_public_key(options, 1, public_key);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &client, &error);
    if (status == MPMETER_OK) status = mpmeter_register_usage(client, product_code, NULL, NULL, NULL, &error);
    if (status != MPMETER_OK) {
        fprintf(stderr, "not registered: %s\n", error ? mpmeter_error_text(error) : mpmeter_status_message(status));
        return mpmeter_status_action(status) == MPMETER_ACTION_RETRY ? 75 : 1; /* 75: try again later. 1: stop. */
    }
    mpmeter_client_free(client);
    mpmeter_options_free(options);

    puts("registered: the product begins here");
    return 0;
}
