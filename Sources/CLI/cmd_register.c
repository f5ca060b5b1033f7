/* mpmeter register: registers this container, and decides what a signal in the middle of it means for the exit
 * status. */
#include "client.h"
#include "command.h"
#include "output.h"
#include "signals.h"

static const char usage[] =
    "usage: mpmeter register --product-code CODE --public-key FILE [options]\n"
    "\n"
    "Registers this container with AWS Marketplace and verifies the signed answer.\n"
    "\n"
    "  --product-code CODE          the product code that AWS Marketplace issued\n"
    "  --public-key FILE            its public key, a PEM file; repeat it with --public-key-version for a rotation\n"
    "  --public-key-version N       the version of that key (default 1); the n-th version belongs to the n-th key\n"
    "  --nonce TEXT                 what the answer must repeat (default: fresh random text)\n"
    "  --trust CODE[=paid|free]     a product code that may be registered (default paid); repeatable. Once one is "
    "given,\n"
    "                               any other code is refused\n"
    "  --accept-free                lets a code trusted as =free register; without it such a code is refused with\n"
    "                               MPMETER_E_UNTRUSTED_PRODUCT\n"
    "  --deadline SECONDS           gives up after this long, retries included (default 1800); decimals are allowed\n"
    "  --region-policy ask|enforce|attempt\n"
    "                               what to do in a Region that AWS does not list for RegisterUsage: ask AWS, which\n"
    "                               may refuse (default); refuse at once; try until the deadline\n"
    "  --minimum-key-bits N         accepts RSA keys from this size on (default 2048)\n"
    "  --app-id ID                  names the product in the User-Agent of requests to AWS, for CloudTrail\n"
    "  --unverified                 goes without the proof; --public-key is then not needed\n"
    "  --json                       prints one JSON object\n"
    "  -v, --verbose                logs every step\n"
    "  -h, --help                   prints this text\n"
    "\n"
    "Exit status: 0 registered, 1 do not run, 75 try again later, 2 usage; 130 or 143 after SIGINT or SIGTERM.\n";

static int run(const struct arguments *arguments) {
    int code = 0;
    mpmeter_client *client = client_make(arguments, &code);
    if (client == NULL) return code;

    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    int caught = 0;
    mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    if (status == MPMETER_OK) {
        signals_watch(cancellation);
        status = mpmeter_register_usage(client, arguments->product_code, arguments->nonce, cancellation, &registration,
                                        &error);
        caught = signals_stop();
    }
    code = status == MPMETER_OK ? output_registration(arguments, registration) : output_error(arguments, status, error);
    mpmeter_registration_free(registration);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_client_free(client);
    return caught != 0 ? 128 + caught : code;
}

const struct command command_register = {"register", COMMAND_REGISTER, usage, run};
