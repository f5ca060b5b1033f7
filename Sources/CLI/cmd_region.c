/* mpmeter region: says which Region this is and who said so. */
#include "client.h"
#include "command.h"
#include "output.h"
#include "signals.h"

static const char usage[] =
    "usage: mpmeter region [--json]\n"
    "\n"
    "Finds the Region this container runs in, in the same way as register, and does not register.\n"
    "\n"
    "  --json         print one JSON object\n"
    "  -v, --verbose  log every step\n"
    "  -h, --help     print this text\n"
    "\n"
    "Exit status: 0 found, 1 not found, 75 try again later, 2 invalid option or variable;\n"
    "130 or 143 after SIGINT or SIGTERM.\n";

static int run(const struct arguments *arguments) {
    int code = 0;
    mpmeter_client *client = client_make(arguments, &code);
    if (client == NULL) return code;

    mpmeter_region *region = NULL;
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    int caught = 0;
    mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    if (status == MPMETER_OK) {
        signals_watch(cancellation);
        status = mpmeter_region_find(client, cancellation, &region, &error);
        caught = signals_stop();
    }
    code = status == MPMETER_OK ? output_region(arguments, region) : output_error(arguments, status, error);
    mpmeter_region_free(region);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
    return caught != 0 ? 128 + caught : code;
}

const struct command command_region = {"region", COMMAND_REGION, usage, run};
