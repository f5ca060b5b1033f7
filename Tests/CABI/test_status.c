/* The statuses as they were published: number, name and action of each. A row of this table is never changed, only
 * added. */
#include "support/check.h"

#include <limits.h>

static const struct {
    int32_t number;
    mpmeter_status constant;
    const char *name;
    mpmeter_action action;
} published[] = {
#define ROW(number, name, action) {number, name, #name, MPMETER_ACTION_##action}
    ROW(0, MPMETER_OK, PROCEED),
    ROW(1, MPMETER_E_INVALID_ARGUMENT, TERMINATE),
    ROW(2, MPMETER_E_UNTRUSTED_PRODUCT, TERMINATE),
    ROW(3, MPMETER_E_PUBLIC_KEY, TERMINATE),
    ROW(10, MPMETER_E_REGION_NOT_FOUND, TERMINATE),
    ROW(11, MPMETER_E_REGION_UNSUPPORTED, TERMINATE),
    ROW(12, MPMETER_E_CREDENTIALS_NOT_FOUND, TERMINATE),
    ROW(13, MPMETER_E_CREDENTIALS_REJECTED, TERMINATE),
    ROW(20, MPMETER_E_NETWORK, RETRY),
    ROW(21, MPMETER_E_TLS, TERMINATE),
    ROW(22, MPMETER_E_DEADLINE, RETRY),
    ROW(23, MPMETER_E_CANCELLED, TERMINATE),
    ROW(24, MPMETER_E_BAD_RESPONSE, TERMINATE),
    ROW(30, MPMETER_E_CUSTOMER_NOT_ENTITLED, TERMINATE),
    ROW(31, MPMETER_E_PLATFORM_NOT_SUPPORTED, TERMINATE),
    ROW(32, MPMETER_E_INVALID_REGION, TERMINATE),
    ROW(33, MPMETER_E_INVALID_PRODUCT_CODE, TERMINATE),
    ROW(34, MPMETER_E_INVALID_PUBLIC_KEY_VERSION, TERMINATE),
    ROW(35, MPMETER_E_API_DISABLED, TERMINATE),
    ROW(36, MPMETER_E_ACCESS_DENIED, TERMINATE),
    ROW(37, MPMETER_E_NOT_AUTHENTICATED, TERMINATE),
    ROW(38, MPMETER_E_THROTTLED, RETRY),
    ROW(39, MPMETER_E_SERVICE_UNAVAILABLE, RETRY),
    ROW(40, MPMETER_E_SERVICE, TERMINATE),
    ROW(50, MPMETER_E_TOKEN_MALFORMED, TERMINATE),
    ROW(51, MPMETER_E_TOKEN_ALGORITHM, TERMINATE),
    ROW(52, MPMETER_E_TOKEN_SIGNATURE, TERMINATE),
    ROW(53, MPMETER_E_TOKEN_CLAIMS, TERMINATE),
    ROW(60, MPMETER_E_OUT_OF_MEMORY, TERMINATE),
    ROW(61, MPMETER_E_INTERNAL, TERMINATE),
    ROW(70, MPMETER_E_JOURNAL, TERMINATE),
    ROW(71, MPMETER_E_JOURNAL_DAMAGED, TERMINATE),
    ROW(72, MPMETER_E_JOURNAL_BUSY, RETRY),
    ROW(73, MPMETER_E_INVALID_DIMENSION, TERMINATE),
    ROW(74, MPMETER_E_INVALID_ALLOCATIONS, TERMINATE),
    ROW(75, MPMETER_E_USAGE_DUPLICATE, TERMINATE),
    ROW(76, MPMETER_E_USAGE_TIMESTAMP, TERMINATE),
    ROW(77, MPMETER_E_USAGE_HELD, TERMINATE),
#undef ROW
};

static const int32_t no_statuses[] = {-1, 4,  9,  14, 19, 25,  29,  41,        49,
                                      54, 59, 62, 69, 99, 255, 256, INT32_MAX, INT32_MIN};

static void numbers_names_and_actions_are_the_published_ones(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(published); i++) {
        assert_row(published[i].constant == published[i].number, published[i].name);
        assert_string_equal(mpmeter_status_name(published[i].number), published[i].name);
        assert_row(mpmeter_status_action(published[i].number) == published[i].action, published[i].name);
    }
}

static void the_library_lists_exactly_these_in_ascending_order(void **state) {
    (void)state;
    assert_int_equal(mpmeter_status_count(), COUNT(published));
    for (size_t i = 0; i < COUNT(published); i++)
        assert_row(mpmeter_status_at((int32_t)i) == published[i].number, published[i].name);
}

/* mpmeter.h: "MPMETER_E_INTERNAL outside that range". */
static void an_index_outside_the_list_is_internal(void **state) {
    (void)state;
    const int32_t outside[] = {-1, (int32_t)COUNT(published), INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT(outside); i++) assert_int_equal(mpmeter_status_at(outside[i]), MPMETER_E_INTERNAL);
}

static bool is_one_line(const char *text) {
    return text != NULL && strpbrk(text, "\r\n\t") == NULL && strlen(text) < 400;
}

static bool is_sentence(const char *text) {
    return is_one_line(text) && strlen(text) > 10 && text[strlen(text) - 1] == '.';
}

static void each_has_a_sentence_of_meaning_and_one_of_remedy(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(published); i++) {
        const mpmeter_status status = published[i].number;
        assert_row(is_sentence(mpmeter_status_message(status)), published[i].name);
        assert_ptr_equal(mpmeter_status_message(status), mpmeter_status_message(status));
        assert_ptr_equal(mpmeter_status_name(status), mpmeter_status_name(status));
        if (status == MPMETER_OK)
            assert_string_equal(mpmeter_status_fix(status), "");
        else
            assert_row(is_sentence(mpmeter_status_fix(status)), published[i].name);
        for (size_t other = 0; other < i; other++)
            assert_row(strcmp(mpmeter_status_message(status), mpmeter_status_message(published[other].number)) != 0,
                       published[i].name);
    }
}

/* mpmeter.h: an unknown number is "MPMETER_E_UNKNOWN" and answers MPMETER_ACTION_TERMINATE: a newer library's code
 * never lets run. */
static void an_unknown_number_terminates(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(no_statuses); i++) {
        assert_string_equal(mpmeter_status_name(no_statuses[i]), "MPMETER_E_UNKNOWN");
        assert_int_equal(mpmeter_status_action(no_statuses[i]), MPMETER_ACTION_TERMINATE);
        assert_true(is_one_line(mpmeter_status_message(no_statuses[i])));
        assert_true(is_one_line(mpmeter_status_fix(no_statuses[i])));
    }
}

static void actions_have_names(void **state) {
    (void)state;
    assert_string_equal(mpmeter_action_name(MPMETER_ACTION_PROCEED), "proceed");
    assert_string_equal(mpmeter_action_name(MPMETER_ACTION_RETRY), "retry");
    assert_string_equal(mpmeter_action_name(MPMETER_ACTION_TERMINATE), "terminate");
    assert_string_equal(mpmeter_action_name(3), "terminate");
    assert_string_equal(mpmeter_action_name(-1), "terminate");
    assert_string_equal(mpmeter_action_name(INT32_MIN), "terminate");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_names_and_actions_are_the_published_ones),
        cmocka_unit_test(the_library_lists_exactly_these_in_ascending_order),
        cmocka_unit_test(an_index_outside_the_list_is_internal),
        cmocka_unit_test(each_has_a_sentence_of_meaning_and_one_of_remedy),
        cmocka_unit_test(an_unknown_number_terminates),
        cmocka_unit_test(actions_have_names),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
