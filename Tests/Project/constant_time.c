/*
 * Compares two secrets under valgrind, which is told that their bytes are undefined: it reports every branch and every
 * address that depends on them. `constant_time ours` compares as the library does, `constant_time memcmp` as it must
 * not, to show that valgrind would see it.
 */
#include <openssl/crypto.h>
#include <string.h>
#include <valgrind/memcheck.h>

/* Through a pointer, so that no compiler puts its own comparison in place of the call. */
static int (*volatile plain)(const void *, const void *, size_t) = memcmp;

int main(int count, char **arguments) {
    for (size_t length = 1; length <= 64; length++) {
        for (size_t difference = 0; difference <= length; difference++) { /* `length` itself: none */
            unsigned char expected[64], received[64];
            memset(expected, 'n', sizeof expected);
            memcpy(received, expected, sizeof expected);
            if (difference < length) received[difference] ^= 1;
            VALGRIND_MAKE_MEM_UNDEFINED(expected, sizeof expected);
            VALGRIND_MAKE_MEM_UNDEFINED(received, sizeof received);
            int result = count > 1 && strcmp(arguments[1], "memcmp") == 0 ? plain(expected, received, length)
                                                                          : CRYPTO_memcmp(expected, received, length);
            /* The answer itself is no secret. */
            VALGRIND_MAKE_MEM_DEFINED(&result, sizeof result);
            if ((result == 0) != (difference == length)) return 2;
        }
    }
    return RUNNING_ON_VALGRIND ? 0 : 3;
}
