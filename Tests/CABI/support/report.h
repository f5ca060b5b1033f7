/* Counts for SECURITY.md: numbers that tests found, kept by name in the JSON file that TRUST names. */
#ifndef CABI_REPORT_H
#define CABI_REPORT_H

/** Keeps `value` under `name`, replacing what an earlier run left there. Does nothing if TRUST is not set. */
void report_count(const char *name, long value);

/** Adds `value` to what is kept under `name`. */
void report_add(const char *name, long value);

#endif
