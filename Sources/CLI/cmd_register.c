/* mpmeter register: registers this container, and decides what a signal in the middle of it means for the exit
 * status. */
#include "client.h"
#include "command.h"
#include "output.h"
#include "signals.h"

static const char usage[] =
    "usage: mpmeter register --product-code CODE --public-key FILE [options]\n"
    "\n"
    "Registers this container with AWS Marketplace and verifies the signed response.\n"
    "\n"
    "  --product-code CODE          the product code from AWS Marketplace\n"
    "  --public-key FILE            the product's public key, a PEM file; repeatable, for a key rotation\n"
    "  --public-key-version N       the key's version (default 1); the n-th version belongs to the n-th key\n"
    "  --nonce TEXT                 a value that the response must repeat (default: random)\n"
    "  --trust CODE[=paid|free]     a product code that may register (default paid); repeatable. With this option, "
    "all\n"
    "                               other codes are refused\n"
    "  --accept-free                allow a code that is trusted as =free; without this option, it is refused with\n"
    "                               MPMETER_E_UNTRUSTED_PRODUCT\n"
    "  --deadline SECONDS           give up after this time, retries included (default 1800, decimals allowed)\n"
    "  --region-policy ask|enforce|attempt\n"
    "                               in a Region that AWS does not list for RegisterUsage: ask AWS, which may refuse\n"
    "                               (default); refuse at once; or try until the deadline\n"
    "  --minimum-key-bits N         the smallest RSA key to accept (default 2048)\n"
    "  --app-id ID                  the product's name in the User-Agent of requests to AWS; CloudTrail records it\n"
    "  --unverified                 do not verify the response; --public-key is not needed\n"
    "  --json                       print one JSON object\n"
    "  -v, --verbose                log every step\n"
    "  -h, --help                   print this text\n"
    "\n"
    "Exit status: 0 registered, 1 do not run, 75 try again later, 2 invalid option or variable;\n"
    "130 or 143 after SIGINT or SIGTERM.\n";

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
