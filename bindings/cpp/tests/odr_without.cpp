// The other translation unit: see odr_with.cpp.
#include <mpmeter.hpp>

#include "odr.hpp"
#include "token.hpp"

std::int32_t verify_without_exceptions() {
    const auto log = [](mpmeter::LogLevel, std::string_view) {};
    const auto client =
        mpmeter::Client::try_make(mpmeter::Options().public_key(1, stored::key).log(log, mpmeter::LogLevel::debug));
    return static_cast<std::int32_t>(client->try_verify("a.b", "code", "nonce").status());
}

const void *callback_without_exceptions() { return reinterpret_cast<const void *>(&mpmeter::detail::call_log); }
