/* The public header alone, as C99: it includes what it needs, and compiles without a warning. */
#include <mpmeter.h>

mpmeter_status header_c99(void);
mpmeter_status header_c99(void) { return MPMETER_OK; }
