/*
 * Decides how signing is measured.
 *
 *   sign CALLS      prints "calls seconds cpu_seconds"
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

long bench_sign(long count); /* sign.swift */

static double now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 2 || bench_sign(1) < 100) return 2;
    long calls = atol(argv[1]);
    double start = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    if (bench_sign(calls) < 100) return 1;
    printf("%ld %.6f %.6f\n", calls, now(CLOCK_MONOTONIC) - start, now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return 0;
}
