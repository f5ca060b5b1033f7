/* SIGINT and SIGTERM, turned into a cancellation for as long as a call is under way. */
#ifndef MPMETER_CLI_SIGNALS_H
#define MPMETER_CLI_SIGNALS_H

#include <mpmeter.h>

/**
 * From now on SIGINT and SIGTERM cancel. If the watch cannot be kept, they keep their usual effect.
 * @param cancellation  Must outlive signals_stop().
 */
void signals_watch(mpmeter_cancellation *cancellation);

/** Ends the watch. @return the signal that was caught, or 0. */
int signals_stop(void);

#endif
