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
    "Looks why a registration fails, or would fail, in this container, and says what to do. It changes nothing, and "
    "sends no\n"
    "registration unless --register is given. With --journal or --dimension it looks at metering instead, and asks AWS "
    "by a\n"
    "dry run, which meters nothing.\n"
    "\n"
    "  --product-code CODE          a product code that may be registered; repeatable\n"
    "  --public-key FILE            its public key, a PEM file; repeat it with --public-key-version for a rotation\n"
    "  --public-key-version N       the version of that key (default 1); the n-th version belongs to the n-th key\n"
    "  --journal PATH               the journal of a metered product; it need not be there yet\n"
    "  --dimension NAME             a dimension of the listing; repeatable, the first one is that of the dry run\n"
    "  --register                   sends one registration, of the one --product-code, and says what the answer means\n"
    "  --trust CODE[=paid|free]     a product code that may be registered (default paid); repeatable\n"
    "  --accept-free                lets a code trusted as =free register\n"
    "  --deadline SECONDS           ends after this long (default and longest 60); decimals are allowed\n"
    "  --region-policy ask|enforce|attempt\n"
    "                               with enforce, a Region that AWS does not list for RegisterUsage is a failure;\n"
    "                               else it is a warning (default ask)\n"
    "  --minimum-key-bits N         accepts RSA keys from this size on (default 2048)\n"
    "  --app-id ID                  names the product in the User-Agent of requests to AWS, for CloudTrail\n"
    "  --all                        prints each check, not only the problems\n"
    "  --quiet                      prints the problems and nothing else\n"
    "  --json                       prints one JSON object\n"
    "  -v, --verbose                logs every step\n"
    "  -h, --help                   prints this text\n"
    "\n"
    "Exit status: 0 nothing failed, 1 do not run, 75 try again later, 2 usage; 130 or 143 after SIGINT or SIGTERM.\n"
    "The verdict comes first. The lines are in the order of cause and effect: fix the first that failed. Colour on a\n"
    "terminal, unless NO_COLOR.\n";

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
