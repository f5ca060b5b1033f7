package io.github.libmpmeter;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/**
 * A client or a meter of the library's, its log, and the calls that are under way. It never refers to the Java object
 * that owns it, so that one may be collected.
 */
final class Handle implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final String what;
    private final long pointer;
    private final LongConsumer free;
    private final Log log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<Thread, Cancellation> calls = new HashMap<>();
    private boolean closed;
    private boolean freed;

    /** The log is released with the rest. */
    Handle(String what, long pointer, LongConsumer free, Log log) {
        this.what = what;
        this.pointer = pointer;
        this.free = free;
        this.log = log;
    }

    /** Closed when nobody refers to the owner any more, or when the returned is cleaned. */
    Cleaner.Cleanable ownedBy(Object owner) {
        return CLEANER.register(owner, this);
    }

    long pointer() {
        return pointer;
    }

    Log log() {
        return log;
    }

    /** A call that an interrupt, close() and the cancellation end. */
    <T> T during(Cancellation cancellation, LongFunction<T> call) {
        enter(cancellation);
        try {
            return InterruptibleCall.run(cancellation, call);
        } catch (CancelledException cancelled) {
            if (isClosed()) {
                throw cancelled.because("The " + what + " was closed during the call.");
            }
            throw cancelled;
        } finally {
            leave();
        }
    }

    /** A call that nothing ends: it is short. It is handed the pointer. */
    <T> T during(LongFunction<T> call) {
        enter(null);
        try {
            return call.apply(pointer);
        } finally {
            leave();
        }
    }

    private void enter(Cancellation cancellation) {
        log.refuseInside();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The " + what + " is closed.");
            }
            calls.put(Thread.currentThread(), cancellation);
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            calls.remove(Thread.currentThread());
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Cancels the calls that are under way, waits for them, and frees. */
    @Override
    public void run() {
        log.refuseInside();
        lock.lock();
        try {
            closed = true;
            calls.values().stream().filter(Objects::nonNull).forEach(Cancellation::cancel);
            while (!calls.isEmpty()) {
                idle.awaitUninterruptibly();
            }
            if (freed) {
                return;
            }
            freed = true;
        } finally {
            lock.unlock();
        }
        free.accept(pointer);
        log.release();
    }
}
