package io.github.libmpmeter;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Receives the library's log and hands it on to a logger. */
final class LogSink {
    private final System.Logger logger;
    private final Set<Thread> writing = ConcurrentHashMap.newKeySet();

    LogSink(System.Logger logger) {
        this.logger = logger;
    }

    boolean isWriting(Thread thread) {
        return writing.contains(thread);
    }

    /** Called from C, on the thread that called the library. What it throws is dropped there. */
    @SuppressWarnings("unused")
    void write(int level, byte[] line) {
        Thread thread = Thread.currentThread();
        writing.add(thread);
        try {
            System.Logger.Level importance = level(level);
            if (logger.isLoggable(importance)) {
                logger.log(importance, Text.decode(line));
            }
        } finally {
            writing.remove(thread);
            InterruptibleCall.resume();
        }
    }

    private static System.Logger.Level level(int number) {
        switch (number) {
            case 0:
                return System.Logger.Level.DEBUG;
            case 1:
                return System.Logger.Level.INFO;
            default:
                return System.Logger.Level.WARNING;
        }
    }
}
