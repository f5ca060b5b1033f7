/* The client that a command needs, made from its arguments. */
#ifndef MPMETER_CLI_CLIENT_H
#define MPMETER_CLI_CLIENT_H

#include <mpmeter.h>

#include "options.h"

/**
 * Makes a client.
 * @param out_exit  On failure, which has been reported: the exit status.
 * @return the client, to be freed, or NULL.
 */
mpmeter_client *client_make(const struct arguments *arguments, int *out_exit);

#endif
