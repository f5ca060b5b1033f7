package io.github.libmpmeter;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * The C client, its log, and the calls that are under way. It never refers to the MpmeterClient, so that one may be
 * collected.
 */
final class Handle implements Runnable {
    private final long client;
    private final long log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<Thread, Cancellation> calls = new HashMap<>();
    private boolean closed;
    private boolean freed;

    Handle(long client, long log) {
        this.client = client;
        this.log = log;
    }

    /** A call that an interrupt, the client's end and the cancellation end. */
    <T> T during(Cancellation cancellation, LongFunction<T> call) {
        enter(cancellation);
        try {
            return InterruptibleCall.run(cancellation, call);
        } catch (CancelledException cancelled) {
            if (isClosed()) {
                throw cancelled.because("The client was closed during the call.");
            }
            throw cancelled;
        } finally {
            leave();
        }
    }

    long client() {
        return client;
    }

    private void enter(Cancellation cancellation) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The client is closed.");
            }
            refuseInside();
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

    private void refuseInside() {
        if (calls.containsKey(Thread.currentThread())) {
            throw new IllegalStateException("A logger must not use the client that is logging.");
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
        lock.lock();
        try {
            refuseInside();
            closed = true;
            calls.values().forEach(Cancellation::cancel);
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
        Native.clientFree(client);
        Native.logFree(log);
    }
}
