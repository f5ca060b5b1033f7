package io.github.libmpmeter;

/** What to do in a Region that is known not to offer RegisterUsage. */
public enum RegionPolicy {
    /** Fail with {@link RegionUnsupportedException} before any call. The default. */
    ENFORCE(0),
    /** Call all the same: AWS may have added the Region since this release. */
    ATTEMPT(1);

    /** The number that the C header gives it. */
    final int number;

    RegionPolicy(int number) {
        this.number = number;
    }
}
