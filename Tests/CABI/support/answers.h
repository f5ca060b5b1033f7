/* The bytes of the loopback server's answers. */
#ifndef CABI_ANSWERS_H
#define CABI_ANSWERS_H

#include "server.h"

/** A whole HTTP answer to a request with this body; free() it. */
char *answer_make(enum server_place place, enum server_behaviour behaviour, const char *body);

#endif
