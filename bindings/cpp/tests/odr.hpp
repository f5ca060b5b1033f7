// What two translation units share: see odr_with.cpp and odr_without.cpp.
#ifndef MPMETER_TESTS_ODR_HPP
#define MPMETER_TESTS_ODR_HPP

#include <cstdint>

/** The status of verifying nonsense, with a log function that throws, from the unit that has exceptions. */
std::int32_t verify_with_exceptions();

/** The same from the unit that has none. */
std::int32_t verify_without_exceptions();

/** Where the linker put the log callback of either unit: two places, or it would have mixed them up. */
const void *callback_with_exceptions();
const void *callback_without_exceptions();

/** Throws mpmeter::TokenMalformed, from a shared library that hides its symbols. */
void throw_from_a_library();

#endif
