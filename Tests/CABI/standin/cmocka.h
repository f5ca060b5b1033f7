/*
 * Stands in for cmocka where Debian has none for the target (tools/target-tests.mk): as much of its interface as the
 * tests here use. A failed assertion ends its test; the program ends with the number of tests that failed.
 */
#ifndef CABI_STANDIN_CMOCKA_H
#define CABI_STANDIN_CMOCKA_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void (*CMUnitTestFunction)(void **state);
typedef int (*CMFixtureFunction)(void **state);
struct CMUnitTest {
    const char *name;
    CMUnitTestFunction test_func;
    CMFixtureFunction setup_func;
    CMFixtureFunction teardown_func;
    void *initial_state;
};

#define cmocka_unit_test(test) {#test, test, NULL, NULL, NULL}
#define cmocka_unit_test_setup(test, setup) {#test, test, setup, NULL, NULL}
#define cmocka_run_group_tests_name(name, tests, setup, teardown) \
    standin_run(name, tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

static jmp_buf standin_end_of_test __attribute__((unused));
enum { STANDIN_FAILED = 1, STANDIN_SKIPPED = 2 };

#define print_message(...) ((void)printf(__VA_ARGS__))
#define print_error(...) ((void)fprintf(stderr, __VA_ARGS__))

static inline void _fail(const char *file, int line) {
    print_error("%s:%d: failed\n", file, line);
    longjmp(standin_end_of_test, STANDIN_FAILED);
}

static inline void standin_must(int holds, const char *text, const char *file, int line) {
    if (holds) return;
    print_error("%s\n", text);
    _fail(file, line);
}

static inline void standin_numbers(uintmax_t a, uintmax_t b, int equal, const char *text, const char *file, int line) {
    if ((a == b) == equal) return;
    print_error("%jd, %jd: ", (intmax_t)a, (intmax_t)b);
    standin_must(0, text, file, line);
}

static inline void standin_texts(const char *a, const char *b, int equal, const char *text, const char *file,
                                 int line) {
    if ((strcmp(a, b) == 0) == equal) return;
    print_error("\"%s\", \"%s\": ", a, b);
    standin_must(0, text, file, line);
}

static inline void standin_range(uintmax_t v, uintmax_t low, uintmax_t high, const char *text, const char *file,
                                 int line) {
    if (v >= low && v <= high) return;
    print_error("%jd of %jd to %jd: ", (intmax_t)v, (intmax_t)low, (intmax_t)high);
    standin_must(0, text, file, line);
}

#define STANDIN_HERE(text) text, __FILE__, __LINE__
#define assert_true(c) standin_must((c) ? 1 : 0, STANDIN_HERE(#c))
#define assert_false(c) standin_must((c) ? 0 : 1, STANDIN_HERE("not: " #c))
#define assert_non_null(p) standin_must((p) != NULL, STANDIN_HERE(#p " is NULL"))
#define assert_null(p) standin_must((p) == NULL, STANDIN_HERE(#p " is not NULL"))
#define assert_ptr_equal(a, b) standin_must((const void *)(a) == (const void *)(b), STANDIN_HERE(#a " is not " #b))
#define assert_int_equal(a, b) standin_numbers((uintmax_t)(a), (uintmax_t)(b), 1, STANDIN_HERE(#a " is not " #b))
#define assert_int_not_equal(a, b) standin_numbers((uintmax_t)(a), (uintmax_t)(b), 0, STANDIN_HERE(#a " is " #b))
#define assert_in_range(v, low, high) \
    standin_range((uintmax_t)(v), (uintmax_t)(low), (uintmax_t)(high), STANDIN_HERE(#v " is not in the range"))
#define assert_string_equal(a, b) standin_texts(a, b, 1, STANDIN_HERE(#a " is not " #b))
#define assert_string_not_equal(a, b) standin_texts(a, b, 0, STANDIN_HERE(#a " is " #b))
#define assert_memory_equal(a, b, size) standin_must(memcmp(a, b, size) == 0, STANDIN_HERE(#a " is not " #b))
#define fail() _fail(__FILE__, __LINE__)
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))
#define skip() longjmp(standin_end_of_test, STANDIN_SKIPPED)

static inline int standin_one(const struct CMUnitTest *test) {
    void *state = test->initial_state;
    const int end = setjmp(standin_end_of_test);
    if (end == 0) {
        if (test->setup_func != NULL && test->setup_func(&state) != 0) _fail(test->name, 0);
        test->test_func(&state);
        if (test->teardown_func != NULL && test->teardown_func(&state) != 0) _fail(test->name, 0);
    }
    printf("[ %s ] %s\n", end == 0 ? "OK" : end == STANDIN_SKIPPED ? "SKIPPED" : "FAILED", test->name);
    return end == STANDIN_FAILED;
}

static inline int standin_run(const char *name, const struct CMUnitTest *tests, size_t count, CMFixtureFunction setup,
                              CMFixtureFunction teardown) {
    void *state = NULL;
    int failed = 0;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (setup != NULL && setup(&state) != 0) return 1;
    for (size_t i = 0; i < count; i++) failed += standin_one(&tests[i]);
    if (teardown != NULL && teardown(&state) != 0) failed++;
    printf("%s: %d of %zu failed\n", name, failed, count);
    return failed;
}

#endif
