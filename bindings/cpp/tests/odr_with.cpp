// One program of two translation units, this one with exceptions.
#include <mpmeter.hpp>

#include "odr.hpp"
#include "token.hpp"

namespace {
int made = 0;
}

std::int32_t verify_with_exceptions() {
    const auto log = [](mpmeter::LogLevel, std::string_view) { throw ++made; };
    try {
        const mpmeter::Client client(mpmeter::Options().public_key(1, stored::key).log(log, mpmeter::LogLevel::debug));
        client.verify("a.b", "code", "nonce");
    } catch (const mpmeter::TokenMalformed &error) { return static_cast<std::int32_t>(error.status()); }
    return 0;
}

const void *callback_with_exceptions() { return reinterpret_cast<const void *>(&mpmeter::detail::call_log); }

int main() {
    if (verify_with_exceptions() != MPMETER_E_TOKEN_MALFORMED ||
        verify_without_exceptions() != MPMETER_E_TOKEN_MALFORMED)
        return 1;
    try {
        throw_from_a_library();
    } catch (const mpmeter::TokenMalformed &) {
        return callback_with_exceptions() != callback_without_exceptions() ? 0 : 2;
    }
    return 3;
}
