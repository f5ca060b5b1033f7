/*
 * A product that is billed by use: each line of standard input is one request. The hour's usage is sent when it is due,
 * and the rest at the end.
 *
 *   cc meter.c -lmpmeter -o product
 *   ./product /var/lib/product/usage < requests
 */
#include <mpmeter.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char product_code[] = "4w1vgsrkqdkypbz43g7qkk4uz";
static volatile sig_atomic_t checked, ended;

static void on_signal(int number) {
    if (!checked) _exit(128 + number); /* Nothing was counted yet. */
    if (ended) return;                 /* It came again: descriptor 0 may be another file by now. */
    ended = 1;
    close(STDIN_FILENO); /* Ends the wait for the next request, also if that has not begun. */
}

static void tell(mpmeter_status status, mpmeter_error **error) {
    fprintf(stderr, "%s\n", *error ? mpmeter_error_text(*error) : mpmeter_status_message(status));
    mpmeter_error_free(*error);
    *error = NULL;
}

int main(int argc, char **argv) {
    mpmeter_options *options = NULL;
    mpmeter_client *client = NULL;
    mpmeter_meter *meter = NULL;
    mpmeter_error *error = NULL;
    char request[4096];

    /* Without SA_RESTART, so that a signal ends the wait for the next request. Metering needs no public key. */
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    mpmeter_status status = mpmeter_options_new(&options);
    if (status == MPMETER_OK) status = mpmeter_options_set_unverified(options, 1);
    if (status == MPMETER_OK) status = mpmeter_client_new(options, &client, &error);
    if (status == MPMETER_OK)
        status = mpmeter_meter_open(client, product_code, argc > 1 ? argv[1] : "usage", 0, &meter, &error);
    if (status == MPMETER_OK) status = mpmeter_meter_check(meter, "requests", NULL, &error);
    if (status != MPMETER_OK) {
        mpmeter_action what = mpmeter_status_action(status);
        tell(status, &error);
        return what == MPMETER_ACTION_RETRY ? 75 : 1; /* 75: try again later. 1: stop. */
    }

    checked = 1;
    while (!ended && fgets(request, sizeof request, stdin) != NULL) {
        /* Here the request is served, and then counted. */
        status = mpmeter_meter_add(meter, "requests", "1", NULL, NULL, 0, &error);
        if (status != MPMETER_OK) tell(status, &error); /* Not counted: a full disk, say. */

        int64_t milliseconds = 0;
        if (mpmeter_meter_next_due(meter, &milliseconds, NULL) == MPMETER_OK && milliseconds == 0) {
            status = mpmeter_meter_send(meter, 0, NULL, &error);
            if (status != MPMETER_OK) tell(status, &error); /* What is left waits in the journal. */
        }
    }
    status = mpmeter_meter_send(meter, MPMETER_SEND_FINAL, NULL, &error);
    if (status != MPMETER_OK) tell(status, &error);
    mpmeter_meter_free(meter);
    mpmeter_client_free(client);
    mpmeter_options_free(options);
    if (status == MPMETER_OK) return 0;
    return mpmeter_status_action(status) == MPMETER_ACTION_RETRY ? 75 : 1;
}
