package io.github.libmpmeter;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A thread that sends a meter's usage when it is due. What it cannot send waits in the journal, and is tried again. It
 * is no daemon: {@link #close()} ends it.
 */
public final class Sender implements AutoCloseable {
    /** Others may add to the journal, and clocks are set: the sender looks again after so many milliseconds. */
    private static final long LONGEST_WAIT = 60_000;

    private final Meter meter;
    private final Duration grace;
    private final Consumer<? super MpmeterException> onFailure;
    private final System.Logger logger;
    private final Thread thread;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean stopped;

    Sender(Meter meter, Duration grace, Consumer<? super MpmeterException> onFailure, System.Logger logger) {
        this.meter = meter;
        this.grace = grace;
        this.onFailure = onFailure;
        this.logger = logger;
        thread = new Thread(this::run, "mpmeter-sender");
        thread.setDaemon(false);
        thread.start();
    }

    /**
     * Ends the thread, within 100 ms, and sends what is left, this hour's usage too, for as long as the grace. Later
     * calls wait for the first, and do nothing.
     *
     * @throws UsageHeldException if usage became held: see {@link Meter#report()}
     * @throws CancelledException if the grace was over, or the thread interrupted
     * @throws MpmeterException any other: what is left waits in the journal
     * @throws IllegalStateException if the meter is closed
     */
    @Override
    public void close() {
        boolean own = Thread.currentThread() == thread;
        // The sender's own thread, told of a failure, must not wait for one that waits for it.
        if (!own) {
            closing.lock();
        } else if (!closing.tryLock()) {
            return;
        }
        try {
            if (stopped) {
                return;
            }
            stopped = true;
            if (!own) {
                thread.interrupt();
                join();
            }
            sendTheRest();
        } finally {
            closing.unlock();
        }
    }

    private void sendTheRest() {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Void> over = new CompletableFuture<>();
        over.thenRun(cancellation::cancel);
        over.completeOnTimeout(null, milliseconds(grace), TimeUnit.MILLISECONDS);
        try {
            meter.send(1, cancellation);
        } catch (CancelledException cancelled) {
            if (over.isDone()) {
                throw cancelled.because("The last send took longer than " + grace + "; the rest is in the journal.");
            }
            throw cancelled;
        } finally {
            over.cancel(false);
        }
    }

    private static long milliseconds(Duration time) {
        try {
            return time.toMillis();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    /** It takes 100 ms at most, so an interrupt waits until it is over. */
    private void join() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                Thread.sleep(step());
            } catch (IllegalStateException closed) {
                return;
            } catch (InterruptedException asked) {
                // close() asks so; anybody else only wakes it.
            }
        }
    }

    /** Sends if it is due. Returns the milliseconds until it is looked at again. */
    private long step() {
        try {
            Duration due = meter.nextDue();
            if (!due.isZero()) {
                return Math.min(due.toMillis(), LONGEST_WAIT);
            }
            meter.send();
        } catch (MpmeterException failure) {
            tell(failure);
        }
        return 1_000;
    }

    private void tell(MpmeterException failure) {
        // While another process of the pod sends, there is nothing to do.
        if (stopped || failure.status() == Status.JOURNAL_BUSY) {
            return;
        }
        try {
            logger.log(System.Logger.Level.WARNING, "usage could not be sent: " + failure.text());
            onFailure.accept(failure);
        } catch (RuntimeException | Error thrown) { // It is no reason to send no more.
            logger.log(System.Logger.Level.WARNING, "whom the sender told of a failure threw", thrown);
        }
    }
}
