package io.github.libmpmeter;

/** What to do about a status. AWS asks a container to stop on every error but throttling. */
public enum Action {
    /** Go on. */
    PROCEED(0),
    /** A temporary failure lasted past the deadline: do not start the product; exit and be restarted, or call again. */
    RETRY(75),
    /** Stop. Calling again will not help until somebody changes something. */
    TERMINATE(1);

    private final int exitStatus;

    Action(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    /**
     * The exit status that the mpmeter command has for it.
     *
     * @return 0 to proceed, 75 (EX_TEMPFAIL of sysexits.h) to retry, 1 to terminate
     */
    public int exitStatus() {
        return exitStatus;
    }
}
