package io.github.libmpmeter;

/** Receives the library's log and hands it on to a logger. */
final class LogSink {
    private final System.Logger logger;

    LogSink(System.Logger logger) {
        this.logger = logger;
    }

    /** Called from C, on the thread that called the library. What it throws is dropped there. */
    @SuppressWarnings("unused")
    void write(int level, byte[] line) {
        System.Logger.Level importance = level(level);
        if (logger.isLoggable(importance)) {
            logger.log(importance, Text.decode(line));
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
