package io.github.libmpmeter;

/** What to do in a Region that AWS's documentation names as one where RegisterUsage is not offered. */
public enum RegionPolicy {
    /** Call; if AWS is not there, or says so, fail with {@link RegionUnsupportedException} at once. The default. */
    ASK(2),
    /** Fail with {@link RegionUnsupportedException} before any call. */
    ENFORCE(0),
    /** Call as in any other Region, and retry as long as there. */
    ATTEMPT(1);

    /** The number that the C header gives it. */
    final int number;

    RegionPolicy(int number) {
        this.number = number;
    }
}
