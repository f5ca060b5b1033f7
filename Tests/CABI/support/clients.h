/* Clients as most tests need them. */
#ifndef CABI_CLIENTS_H
#define CABI_CLIENTS_H

#include "check.h"

/** Options with rsa2048 as the public key of version 1. */
mpmeter_options *options_make(void);

/** A client made from `options`, which are freed. */
mpmeter_client *client_from(mpmeter_options *options);

/** A client with rsa2048 as the public key of version 1, and this deadline. */
mpmeter_client *client_make(int64_t deadline_ms);

/** Adds VECTORS/keys/NAME.pem. */
void add_key(mpmeter_options *options, int32_t version, const char *name);

#endif
