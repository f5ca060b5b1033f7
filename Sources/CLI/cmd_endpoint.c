/* mpmeter endpoint: says where RegisterUsage is served in a Region, by AWS's rules. */
#include "command.h"
#include "output.h"

static const char usage[] =
    "usage: mpmeter endpoint --region REGION [--fips] [--dualstack] [--json]\n"
    "\n"
    "Prints the URL of RegisterUsage in a Region, by AWS's endpoint rules. It does not check whether a server\n"
    "answers there.\n"
    "\n"
    "  --region REGION  a Region's name, such as eu-west-3\n"
    "  --fips           the FIPS 140 endpoint\n"
    "  --dualstack      the endpoint for both IPv4 and IPv6\n"
    "  --json           print one JSON object\n"
    "  -h, --help       print this text\n"
    "\n"
    "Exit status: 0 OK, 2 invalid option or variable.\n";

static int run(const struct arguments *arguments) {
    const uint32_t kinds =
        (arguments->fips ? MPMETER_ENDPOINT_FIPS : 0u) | (arguments->dualstack ? MPMETER_ENDPOINT_DUALSTACK : 0u);
    char *url = NULL;
    const mpmeter_status status = mpmeter_endpoint(arguments->region, kinds, &url);
    if (status == MPMETER_E_INVALID_ARGUMENT)
        return output_problem(arguments, status, NULL,
                              "'%s' is not the name of a Region, or has no such kind of endpoint", arguments->region);
    if (status != MPMETER_OK) return output_error(arguments, status, NULL);
    const int code = output_value(arguments, "endpoint", url);
    mpmeter_string_free(url);
    return code;
}

const struct command command_endpoint = {"endpoint", COMMAND_ENDPOINT, usage, run};
