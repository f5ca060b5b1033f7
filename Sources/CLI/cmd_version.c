/* mpmeter version: the version of the library that is loaded, which need not be the one the program was built with. */
#include "command.h"
#include "output.h"

static const char usage[] = "usage: mpmeter version [--json]\n"
                            "\n"
                            "Prints the version of the library.\n";

static int run(const struct arguments *arguments) { return output_value(arguments, "version", mpmeter_version()); }

const struct command command_version = {"version", COMMAND_VERSION, usage, run};
