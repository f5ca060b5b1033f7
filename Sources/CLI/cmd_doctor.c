/* mpmeter doctor: keeps the name. Until it examines anything it must not look as if it had, so it fails. */
#include "command.h"
#include "output.h"

static const char usage[] = "usage: mpmeter doctor [--product-code CODE ...] [--json]\n"
                            "\n"
                            "Not in this release: it will examine whether this container can register. It exits with status 2.\n";

static int run(const struct arguments *arguments)
{
    return output_problem(arguments, MPMETER_E_INVALID_ARGUMENT, "Run mpmeter register --verbose: it logs each step.",
                          "doctor is not in this release; nothing was examined");
}

const struct command command_doctor = {"doctor", COMMAND_DOCTOR, usage, run};
