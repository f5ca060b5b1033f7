/* The same package from C. */
#include <mpmeter.h>

#include <string.h>

int main(void) { return strcmp(mpmeter_version(), MPMETER_VERSION) == 0 ? 0 : 1; }
