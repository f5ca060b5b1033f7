package io.github.libmpmeter;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it gets, and then does what the test wants. */
final class RecordingLogger implements System.Logger {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<Thread> threads = new CopyOnWriteArrayList<>();
    volatile Level level = Level.DEBUG;
    volatile Runnable then = () -> {};

    @Override
    public String getName() {
        return "recording";
    }

    @Override
    public boolean isLoggable(Level asked) {
        return asked.compareTo(level) >= 0;
    }

    @Override
    public void log(Level importance, ResourceBundle bundle, String message, Throwable thrown) {
        log(importance, bundle, message, (Object[]) null);
    }

    @Override
    public void log(Level importance, ResourceBundle bundle, String format, Object... parameters) {
        lines.add(importance + " " + format);
        threads.add(Thread.currentThread());
        then.run();
    }
}
