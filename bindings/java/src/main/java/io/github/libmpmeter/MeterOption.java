package io.github.libmpmeter;

/** How a meter's usage is billed. */
public enum MeterOption {
    /** Whole units only; the rest is carried to the next hour. */
    WHOLE_UNITS(1),
    /** Usage that could not be sent within six hours is held, not billed in the current hour. */
    HOLD_LATE(2);

    private final int number;

    MeterOption(int number) {
        this.number = number;
    }

    static int flags(MeterOption... options) {
        int flags = 0;
        for (MeterOption option : options) {
            flags |= option.number;
        }
        return flags;
    }
}
