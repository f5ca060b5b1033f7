/* Decides what counts as a number: decimal digits alone. strtol and strtod would also take blanks, signs,
 * hexadecimal and "nan". */
#include "numbers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool only(const char *text, const char *characters) {
    return text[0] != '\0' && text[strspn(text, characters)] == '\0';
}

bool number_parse_int32(const char *text, int32_t *out_value) {
    if (!only(text, "0123456789")) return false;
    errno = 0;
    const long long value = strtoll(text, NULL, 10);
    if (errno != 0 || value > INT32_MAX) return false;
    *out_value = (int32_t)value;
    return true;
}

bool number_is_quantity(const char *text) {
    static const char digits[] = "0123456789";
    const size_t whole = strspn(text, digits);
    if (whole < 1 || whole > 10 || (text[0] == '0' && whole > 1)) return false;
    if (text[whole] == '\0') return true;
    const size_t places = strspn(text + whole + 1, digits);
    return text[whole] == '.' && places >= 1 && places <= 6 && text[whole + 1 + places] == '\0';
}

bool number_parse_seconds(const char *text, int64_t *out_milliseconds) {
    char *end = NULL;
    if (!only(text, "0123456789.")) return false;
    /* The program never calls setlocale, so the decimal point is a point. */
    const double milliseconds = strtod(text, &end) * 1000.0;
    if (end == text || *end != '\0' || !(milliseconds < 1e15)) return false;
    const int64_t whole = (int64_t)milliseconds;
    *out_milliseconds = (double)whole < milliseconds ? whole + 1 : whole;
    return true;
}
