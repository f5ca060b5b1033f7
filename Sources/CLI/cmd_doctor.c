/* mpmeter doctor: says why a registration would fail here. The library looks; this reads the key files, which it
 * cannot see. */
#include <stdio.h>

#include "client.h"
#include "command.h"
#include "output.h"
#include "report.h"
#include "signals.h"

static const char usage[] =
    "usage: mpmeter doctor [--product-code CODE ...] [--public-key FILE ...] [--register] [options]\n"
    "       mpmeter doctor --journal PATH [--dimension NAME ...] [--product-code CODE] [options]\n"
    "\n"
    "Finds out why a registration fails, or would fail, in this container, and says what to do. It changes nothing "
    "and\n"
    "registers nothing, unless --register is given. With --journal or --dimension it checks metering instead: it asks "
    "AWS\n"
    "with a dry run, which meters nothing.\n"
    "\n"
    "  --product-code CODE          a product code to check; repeatable\n"
    "  --public-key FILE            the product's public key, a PEM file; repeatable, for a key rotation\n"
    "  --public-key-version N       the key's version (default 1); the n-th version belongs to the n-th key\n"
    "  --journal PATH               the journal of a metered product; the file need not exist yet\n"
    "  --dimension NAME             a dimension of the listing; repeatable. The dry run uses the first one\n"
    "  --register                   send one registration for the one --product-code, and explain the response\n"
    "  --trust CODE[=paid|free]     a product code that may register (default paid); repeatable\n"
    "  --accept-free                allow a code that is trusted as =free\n"
    "  --deadline SECONDS           stop after this time (default and maximum 60, decimals allowed)\n"
    "  --region-policy ask|enforce|attempt\n"
    "                               with enforce, a Region that AWS does not list for RegisterUsage is a failure;\n"
    "                               otherwise it is a warning (default ask)\n"
    "  --minimum-key-bits N         the smallest RSA key to accept (default 2048)\n"
    "  --app-id ID                  the product's name in the User-Agent of requests to AWS; CloudTrail records it\n"
    "  --all                        print every check, not only the problems\n"
    "  --quiet                      print only the problems\n"
    "  --json                       print one JSON object\n"
    "  -v, --verbose                log every step\n"
    "  -h, --help                   print this text\n"
    "\n"
    "Exit status: 0 nothing failed, 1 do not run, 75 try again later, 2 invalid option or variable;\n"
    "130 or 143 after SIGINT or SIGTERM.\n"
    "The verdict comes first. Causes come before their effects, so fix the first failure first. On a terminal the "
    "output is\n"
    "in colour, unless NO_COLOR is set.\n";

static mpmeter_status diagnose(const struct arguments *arguments, const mpmeter_options *options,
                               mpmeter_cancellation *cancellation, mpmeter_diagnosis **out_diagnosis,
                               mpmeter_error **out_error) {
    if (arguments->journal != NULL || arguments->dimension_count > 0)
        return mpmeter_diagnose_metering(options, arguments->product_count > 0 ? arguments->products[0] : NULL,
                                         arguments->journal, arguments->dimensions, (int32_t)arguments->dimension_count,
                                         0, cancellation, out_diagnosis, out_error);
    return mpmeter_diagnose(options, arguments->products, (int32_t)arguments->product_count,
                            arguments->send_registration ? MPMETER_DIAGNOSE_REGISTER : 0u, cancellation, out_diagnosis,
                            out_error);
}

static int run(const struct arguments *arguments) {
    int code = 0, caught = 0;
    char key_problem[512] = "";
    mpmeter_options *options = options_make(arguments, key_problem, sizeof key_problem, &code);
    if (options == NULL) return code;

    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = NULL;
    mpmeter_cancellation *cancellation = NULL;
    mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    if (status == MPMETER_OK) {
        signals_watch(cancellation);
        status = diagnose(arguments, options, cancellation, &diagnosis, &error);
        caught = signals_stop();
    }
    code = status == MPMETER_OK ? report_print(arguments, mpmeter_diagnosis_json(diagnosis), key_problem)
                                : output_error(arguments, status, error);
    mpmeter_diagnosis_free(diagnosis);
    mpmeter_error_free(error);
    mpmeter_cancellation_free(cancellation);
    mpmeter_options_free(options);
    return caught != 0 ? 128 + caught : code;
}

const struct command command_doctor = {"doctor", COMMAND_DOCTOR, usage, run};
