/* The version: the macros against each other, and against the library that is loaded. */
#include "support/check.h"

#include <stdio.h>

/* A published header built the number from the minor version twice, and its tests compared only the parts
 * (rustls-ffi). */
static void the_macros_agree(void **state) {
    (void)state;
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", MPMETER_VERSION_MAJOR, MPMETER_VERSION_MINOR, MPMETER_VERSION_PATCH);
    assert_string_equal(MPMETER_VERSION, text);
    assert_int_equal(MPMETER_VERSION_NUMBER,
                     MPMETER_VERSION_MAJOR << 16 | MPMETER_VERSION_MINOR << 8 | MPMETER_VERSION_PATCH);
}

static void the_library_is_the_headers(void **state) {
    (void)state;
    assert_string_equal(mpmeter_version(), MPMETER_VERSION);
    assert_int_equal(mpmeter_version_number(), MPMETER_VERSION_NUMBER);
}

/* mpmeter.h: "Never NULL; never freed." */
static void the_text_is_never_freed(void **state) {
    (void)state;
    assert_ptr_equal(mpmeter_version(), mpmeter_version());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_macros_agree),
        cmocka_unit_test(the_library_is_the_headers),
        cmocka_unit_test(the_text_is_never_freed),
    };
    return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
