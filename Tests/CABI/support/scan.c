/* Decides what counts as a trace of a secret: the first, the last or the middle SCAN_PIECE bytes of it, in any
 * writable mapping. */
#include "scan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_here(const unsigned char *memory, const unsigned char *masked, unsigned char mask) {
    for (size_t i = 0; i < SCAN_PIECE; i++)
        if ((memory[i] ^ mask) != masked[i]) return false;
    return true;
}

static bool region_holds(const unsigned char *start, size_t length, const unsigned char *masked, size_t size,
                         unsigned char mask) {
    const size_t offsets[] = {0, (size - SCAN_PIECE) / 2, size - SCAN_PIECE};
    for (size_t at = 0; at + SCAN_PIECE <= length; at++)
        for (size_t piece = 0; piece < 3; piece++)
            if (is_here(start + at, masked + offsets[piece], mask)) return true;
    return false;
}

bool scan_finds(const unsigned char *masked, size_t size, unsigned char mask, char *where, size_t where_size) {
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL) abort();
    while (!found && fgets(line, sizeof line, maps) != NULL) {
        uintptr_t start = 0, end = 0;
        char rights[8] = "", name[256] = "";
        if (sscanf(line, "%zx-%zx %7s %*s %*s %*s %255[^\n]", &start, &end, rights, name) < 3 || rights[0] != 'r' ||
            rights[1] != 'w')
            continue;
        found = region_holds((const unsigned char *)start, end - start, masked, size, mask);
        if (found) snprintf(where, where_size, "%s", name[0] != '\0' ? name : "an anonymous mapping");
    }
    fclose(maps);
    return found;
}
