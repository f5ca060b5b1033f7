/*
 * A whole registration (options, key, client, RegisterUsage, verify, free), once for each way in which memory can be
 * short. A test fails if any of them ends in a signal other than SIGABRT with the library's line on stderr, in
 * MPMETER_OK with wrong fields, in an output that was written and should not be, in a hang, or in a library that does
 * not register any more.
 */
#ifndef CABI_MEMORY_CASES_H
#define CABI_MEMORY_CASES_H

#include "../support/check.h"

enum { LAST_STATUS = MPMETER_E_INTERNAL };

struct subject {
    const char *product, *pem; /* The key is version 1. */
    const char *token;         /* For TOKEN_PRODUCT and TOKEN_NONCE, or NULL: nothing is verified then. */
};

/** What came of the cases. */
struct tally {
    long cases, registered, answered, aborted, flaws;
    long statuses[LAST_STATUS + 1];
    long first_flaw;
    int flaw_outcome;
    char flaw_text[256];
};

/** Before anything else. The texts have to outlive the tests. */
void cases_begin(const struct subject *subject);

/** Registers once without a shortage: from then on no case meets libraries that have not been set up, and each has
 * to be able to register again. */
void cases_warm_up(void);

/** Each allocation fails, in a case of its own; with `for_good`, all later ones too. With more than `at_most`, each
 * second or third or … does. */
const struct tally *cases_fail_allocations(const char *what, bool for_good, long at_most);

/** RLIMIT_AS leaves 0, `step`, twice that … `kibibytes` more than there are. */
const struct tally *cases_limit_address_space(long kibibytes, long step);

#endif
