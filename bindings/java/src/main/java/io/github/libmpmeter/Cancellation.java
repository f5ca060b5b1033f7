package io.github.libmpmeter;

/** Stops one call from another thread. It may be told to at any time, even after the call. */
final class Cancellation implements AutoCloseable {
    private long pointer;

    Cancellation() {
        long[] made = new long[1];
        int status = Native.cancellationNew(made);
        if (status != 0) {
            throw Failure.of(status, new Object[Failure.TEXTS], new long[Failure.NUMBERS]).exception();
        }
        pointer = made[0];
    }

    /** For the call, which ends before close(). */
    synchronized long pointer() {
        return pointer;
    }

    synchronized void cancel() {
        if (pointer != 0) {
            Native.cancel(pointer);
        }
    }

    @Override
    public synchronized void close() {
        Native.cancellationFree(pointer);
        pointer = 0;
    }
}
