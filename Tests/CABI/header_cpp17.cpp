// The public header alone, as C++17: it includes what it needs, compiles without a warning, and its functions have C
// linkage.
#include <mpmeter.h>
#include <mpmeter.h> // A second time, for the guard.

#include <type_traits>

static_assert(std::is_same_v<decltype(&mpmeter_version_number), uint32_t (*)()>);
static_assert(std::is_same_v<mpmeter_status, int32_t>);

mpmeter_status header_cpp17() { return mpmeter_status_at(0); }
