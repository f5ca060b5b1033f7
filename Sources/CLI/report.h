/* The report of mpmeter doctor, for a person or for a program. */
#ifndef MPMETER_CLI_REPORT_H
#define MPMETER_CLI_REPORT_H

#include "options.h"

/**
 * Prints it.
 * @param diagnosis    The library's JSON document.
 * @param key_problem  Why a key's file cannot be read, or "": it becomes the failure of the check on public keys.
 * @return the exit status.
 */
int report_print(const struct arguments *arguments, const char *diagnosis, const char *key_problem);

#endif
