/* mpmeter: the command line of libmpmeter. Decides which command is meant; what each does is in its cmd_ file. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "output.h"

static const char usage[] = "usage: mpmeter COMMAND [options]\n"
                            "\n"
                            "  register  register this container with AWS Marketplace and verify the signed response\n"
                            "  verify    verify a stored response of RegisterUsage, offline\n"
                            "  region    print the Region this container runs in, and where it was found\n"
                            "  endpoint  print the RegisterUsage endpoint of a Region\n"
                            "  doctor    explain why a registration fails here, and what to do\n"
                            "  meter     meter usage: check, add, send, status, run\n"
                            "  version   print the library's version, as --version does\n"
                            "\n"
                            "\"mpmeter COMMAND --help\" gives the details. Results go to standard output, progress and "
                            "errors to standard error.\n"
                            "Exit status: 0 OK, 1 do not run, 75 try again later, 2 invalid option or variable.\n";

static const struct command *const commands[] = {
    &command_register, &command_verify, &command_region,  &command_endpoint,
    &command_doctor,   &command_meter,  &command_version, &command_call,
};

static const struct command *find(const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int print(const char *text) { return fputs(text, stdout) == EOF || fflush(stdout) != 0 ? 1 : 0; }

/** Without a command there is nothing to say which arguments are options, so every "--json" counts. */
static int no_command(int argc, char **argv) {
    struct arguments arguments = {.command = NULL};
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0) arguments.json = true;
    if (argc < 2 || argv[1][0] == '-')
        snprintf(arguments.problem, sizeof arguments.problem, "the command comes first, and is missing");
    else
        snprintf(arguments.problem, sizeof arguments.problem, "'%s' is not a command", argv[1]);
    return output_usage(&arguments);
}

int main(int argc, char **argv) {
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) return print(usage);
    const bool asks_version = argc > 1 && strcmp(argv[1], "--version") == 0; /* As programs of GNU have it. */
    const struct command *command = asks_version ? &command_version : argc > 1 ? find(argv[1]) : NULL;
    if (command == NULL) return no_command(argc, argv);

    struct arguments arguments;
    int code;
    if (!arguments_parse(&arguments, command, argc - 1, argv + 1))
        code = output_usage(&arguments);
    else if (arguments.help)
        code = print(command->usage);
    else
        code = command->run(&arguments);
    arguments_free(&arguments);
    return code;
}
