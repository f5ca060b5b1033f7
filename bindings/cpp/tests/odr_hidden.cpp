// A shared library that hides its symbols, as plugins do: its exceptions are caught by their class all the same.
#include <mpmeter.hpp>

#include "token.hpp"

[[gnu::visibility("default")]] void throw_from_a_library();

void throw_from_a_library() {
    mpmeter::Client(mpmeter::Options().public_key(1, stored::key)).verify("a.b", "code", "nonce");
}
