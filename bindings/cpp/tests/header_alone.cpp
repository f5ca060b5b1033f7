// The header alone, twice: it includes what it needs, and its guard holds. Compiled with each compiler, standard and
// mode.
#include "mpmeter.hpp"
#include "mpmeter.hpp"

int header_alone() { return static_cast<int>(mpmeter::status_action(mpmeter::Status::ok)); }
