/* The parts of mpmeter meter that have a life of their own: the loop of run, and the report of status. */
#ifndef MPMETER_CLI_USAGE_H
#define MPMETER_CLI_USAGE_H

#include "options.h"

/** Sends what is due until a signal comes, then once more with MPMETER_SEND_FINAL. @return the exit status. */
int usage_run(const struct arguments *arguments);

/** Prints the books of a journal. @return the exit status. */
int usage_print(const struct arguments *arguments);

#endif
