package io.github.libmpmeter;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.function.LongFunction;

/**
 * Runs a call on the calling thread so that an interrupt of the thread cancels it. A thread in native code does not see
 * an interrupt; the JDK tells it to the channel that the thread is blocked on, which is what this is.
 */
final class InterruptibleCall extends AbstractInterruptibleChannel {
    private static final ThreadLocal<InterruptibleCall> CURRENT = new ThreadLocal<>();

    private final Cancellation cancellation;
    private boolean interrupted;

    private InterruptibleCall(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** The call is handed the C cancellation. An interrupt stays set, whatever came of the call. */
    static <T> T run(Cancellation cancellation, LongFunction<T> call) {
        InterruptibleCall running = new InterruptibleCall(cancellation);
        try {
            return running.during(call);
        } catch (CancelledException cancelled) {
            if (!running.interrupted) {
                throw cancelled;
            }
            MpmeterException failure = cancelled.because("The thread was interrupted.");
            failure.initCause(new InterruptedException());
            throw failure;
        }
    }

    /**
     * After a logger: if it wrote to a channel, the JDK would tell nobody of an interrupt any more, and the channel
     * alone of one that came meanwhile.
     */
    static void resume() {
        InterruptibleCall running = CURRENT.get();
        if (running != null) {
            running.begin();
        }
    }

    private <T> T during(LongFunction<T> call) {
        InterruptibleCall outer = CURRENT.get();
        CURRENT.set(this);
        begin();
        try {
            return call.apply(cancellation.pointer());
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
            try {
                end(true);
            } catch (AsynchronousCloseException byInterrupt) {
                interrupted = true;
            }
        }
    }

    @Override
    protected void implCloseChannel() {
        cancellation.cancel();
    }
}
