package io.github.libmpmeter;

import java.util.concurrent.atomic.AtomicInteger;

/** The library's log of a client, which its meters write to as well: it is freed with the last of them. */
final class Log {
    private final long pointer;
    private final LogSink sink;
    private final AtomicInteger owners = new AtomicInteger(1);

    /** No log: 0 and null. */
    Log(long pointer, LogSink sink) {
        this.pointer = pointer;
        this.sink = sink;
    }

    /** For another owner, which releases it. */
    Log share() {
        owners.incrementAndGet();
        return this;
    }

    void release() {
        if (owners.decrementAndGet() == 0) {
            Native.logFree(pointer);
        }
    }

    /** A call from the logger would wait for itself. */
    void refuseInside() {
        if (sink != null && sink.isWriting(Thread.currentThread())) {
            throw new IllegalStateException("A logger must not use the client that is logging.");
        }
    }
}
