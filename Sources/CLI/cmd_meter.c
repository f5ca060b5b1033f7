/* mpmeter meter: usage into a journal, and from there to AWS. Five small commands behind one. */
#include "client.h"
#include "command.h"
#include "json.h"
#include "output.h"
#include "signals.h"
#include "usage.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: mpmeter meter check  --product-code CODE --journal PATH [--dimension NAME] [options]\n"
    "       mpmeter meter add    --product-code CODE --journal PATH --dimension NAME --quantity Q [--tag "
    "KEY=VALUE]...\n"
    "                            [options]\n"
    "       mpmeter meter send   --product-code CODE --journal PATH [--final] [options]\n"
    "       mpmeter meter status --journal PATH [--json]\n"
    "       mpmeter meter run    --product-code CODE --journal PATH [options]\n"
    "\n"
    "Meters usage: add writes it durably to the journal, and send bills each full hour once.\n"
    "\n"
    "  check   ask AWS whether this container may meter; nothing is metered\n"
    "  add     add usage of a dimension\n"
    "  send    send what is due\n"
    "  status  print what is pending, held and sent\n"
    "  run     send what is due until SIGTERM or SIGINT, then send the rest: a sidecar in the same task or pod\n"
    "\n"
    "  --product-code CODE   the product code from AWS Marketplace\n"
    "  --journal PATH        the journal, on a volume of the task or pod; it is created if it does not exist\n"
    "  --dimension NAME      a dimension of the product's listing\n"
    "  --quantity Q          a decimal such as 17 or 0.25, with at most ten digits and six decimal places\n"
    "  --tag KEY=VALUE       a tag of this usage; repeatable, at most 5\n"
    "  --final               also send the usage of the current hour, because the container ends\n"
    "  --whole               bill whole units only, and carry the rest forward\n"
    "  --hold-late           hold usage that could not be sent within six hours, instead of billing it in the current "
    "hour\n"
    "  --trust CODE[=paid|free]\n"
    "                        a product code that may meter (default paid); repeatable\n"
    "  --accept-free         allow a code that is trusted as =free\n"
    "  --app-id ID           the product's name in the User-Agent of requests to AWS; CloudTrail records it\n"
    "  --deadline SECONDS    give up after this time, retries included (default 1800; 25 for the last send of run)\n"
    "  --json                print one JSON object\n"
    "  -v, --verbose         log every step\n"
    "  -h, --help            print this text\n"
    "\n"
    "Exit status: 0 OK, 1 something must be changed, 75 try again later, 2 invalid option or variable;\n"
    "130 or 143 after SIGINT or SIGTERM.\n";

static int finish(const struct arguments *arguments, mpmeter_status status, mpmeter_error *error) {
    const int code = status == MPMETER_OK ? output_done(arguments) : output_error(arguments, status, error);
    mpmeter_error_free(error);
    return code;
}

static int add(const struct arguments *arguments, mpmeter_meter *meter) {
    mpmeter_error *error = NULL;
    const mpmeter_status status =
        mpmeter_meter_add(meter, arguments->dimension, arguments->quantity, arguments->tag_keys, arguments->tag_values,
                          (int32_t)arguments->tag_count, &error);
    return finish(arguments, status, error);
}

/** check or send: what a signal stops. */
static int ask(const struct arguments *arguments, mpmeter_meter *meter) {
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    int caught = 0;
    mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    if (status == MPMETER_OK) {
        signals_watch(cancellation);
        if (strcmp(arguments->subcommand, "check") == 0)
            status = mpmeter_meter_check(meter, arguments->dimension, cancellation, &error);
        else
            status = mpmeter_meter_send(meter, arguments->final ? MPMETER_SEND_FINAL : 0u, cancellation, &error);
        caught = signals_stop();
    }
    const int code = finish(arguments, status, error);
    mpmeter_cancellation_free(cancellation);
    return caught != 0 ? 128 + caught : code;
}

static int with_meter(const struct arguments *arguments, int (*body)(const struct arguments *, mpmeter_meter *)) {
    int code = 0;
    mpmeter_meter *meter = NULL;
    mpmeter_error *error = NULL;
    mpmeter_client *client = client_make(arguments, &code);
    if (client == NULL) return code;
    const uint32_t flags =
        (arguments->whole ? MPMETER_METER_WHOLE_UNITS : 0u) | (arguments->hold_late ? MPMETER_METER_HOLD_LATE : 0u);
    const mpmeter_status status =
        mpmeter_meter_open(client, arguments->product_code, arguments->journal, flags, &meter, &error);
    code = status == MPMETER_OK ? body(arguments, meter) : output_error(arguments, status, error);
    mpmeter_error_free(error);
    mpmeter_meter_free(meter);
    mpmeter_client_free(client);
    return code;
}

static int run(const struct arguments *arguments) {
    if (strcmp(arguments->subcommand, "status") == 0) return usage_print(arguments);
    if (strcmp(arguments->subcommand, "run") == 0) return usage_run(arguments);
    return with_meter(arguments, strcmp(arguments->subcommand, "add") == 0 ? add : ask);
}

const struct command command_meter = {"meter", COMMAND_METER, usage, run};
