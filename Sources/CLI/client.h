/* The client that a command needs, made from its arguments. */
#ifndef MPMETER_CLI_CLIENT_H
#define MPMETER_CLI_CLIENT_H

#include <stddef.h>

#include <mpmeter.h>

#include "options.h"

/**
 * Makes the library's options.
 * @param key_problem  Receives why a key's file cannot be read, if it was "", and the key is left out; NULL to fail in
 *                     that case.
 * @param size         Of key_problem.
 * @param out_exit     On failure, which has been reported: the exit status.
 * @return the options, to be freed, or NULL.
 */
mpmeter_options *options_make(const struct arguments *arguments, char *key_problem, size_t size, int *out_exit);

/**
 * Makes a client.
 * @param out_exit  On failure, which has been reported: the exit status.
 * @return the client, to be freed, or NULL.
 */
mpmeter_client *client_make(const struct arguments *arguments, int *out_exit);

#endif
