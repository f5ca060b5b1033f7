/* A search of the process's own memory for a secret that the searcher knows only masked. */
#ifndef CABI_SCAN_H
#define CABI_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/** A piece of this many bytes is a find: enough of a secret to matter, and too long to be there by chance. */
enum { SCAN_PIECE = 16 };

/**
 * Looks through every writable mapping (heap, stacks, data) for a piece of the secret.
 * @param masked  The secret, each byte XOR `mask`: the search itself makes no copy in clear.
 * @param where   At least `where_size` bytes; receives the mapping in which a piece was found.
 */
bool scan_finds(const unsigned char *masked, size_t size, unsigned char mask, char *where, size_t where_size);

#endif
