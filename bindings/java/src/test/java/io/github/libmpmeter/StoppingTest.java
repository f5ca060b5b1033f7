package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** How calls end while the metering service hangs. */
@Tag("hang")
@Timeout(120)
class StoppingTest {
    /** Starts a call, waits until it is under way, and answers what it threw. */
    private static Throwable stopped(MpmeterClient client, RecordingLogger logger, Stop stop) throws Exception {
        return stopped(() -> client.registerUsage(Container.PRODUCT), logger, stop);
    }

    private static Throwable stopped(Executable call, RecordingLogger logger, Stop stop) throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            Throwable failure = assertThrows(Throwable.class, call);
            thrown.complete(Thread.currentThread().isInterrupted() ? new Interrupted(failure) : failure);
        });
        thread.start();
        while (logger.lines.isEmpty()) {
            Thread.sleep(10);
        }
        Thread.sleep(200);
        stop.stop(thread);
        return thrown.get(60, TimeUnit.SECONDS);
    }

    interface Stop {
        void stop(Thread thread);
    }

    private static final class Interrupted extends Exception {
        private static final long serialVersionUID = 1L;

        Interrupted(Throwable failure) {
            super(failure);
        }
    }

    @Test
    void anInterruptEndsACall() throws Exception {
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            Throwable thrown = stopped(client, logger, Thread::interrupt);
            assertInstanceOf(Interrupted.class, thrown, "the interrupt status stays set");
            assertInstanceOf(CancelledException.class, thrown.getCause());
            assertInstanceOf(InterruptedException.class, thrown.getCause().getCause());
        }
    }

    /** The JDK tells an interrupt to the last channel that the thread entered, and that was the logger's. */
    @Test
    void anInterruptEndsACallWhoseLoggerWritesToAChannel(@TempDir Path folder) throws Exception {
        RecordingLogger logger = new RecordingLogger();
        try (FileChannel file = FileChannel.open(
                        folder.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                MpmeterClient client = Container.builder().logger(logger).build()) {
            logger.then = () -> assertDoesNotThrow(() -> file.write(ByteBuffer.wrap(new byte[] {10})));
            Throwable thrown = stopped(client, logger, Thread::interrupt);
            assertInstanceOf(Interrupted.class, thrown, "the interrupt status stays set");
            assertInstanceOf(CancelledException.class, thrown.getCause());
        }
    }

    /** Then the interrupt is the channel's, which it closes. */
    @Test
    void anInterruptInTheLoggerEndsTheCall() throws Exception {
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            logger.then = () -> {
                Thread.currentThread().interrupt();
                assertThrows(ClosedByInterruptException.class, () -> Pipe.open().source().read(ByteBuffer.allocate(1)));
            };
            new Thread(() -> thrown.complete(
                            assertThrows(Throwable.class, () -> client.registerUsage(Container.PRODUCT))))
                    .start();
            assertInstanceOf(CancelledException.class, thrown.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void anInterruptBeforeTheCallEndsIt() {
        try (MpmeterClient client = Container.builder().build()) {
            Thread.currentThread().interrupt();
            assertThrows(CancelledException.class, () -> client.registerUsage(Container.PRODUCT));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void closingEndsCallsAndWaitsForThem() throws Exception {
        RecordingLogger logger = new RecordingLogger();
        MpmeterClient client = Container.builder().logger(logger).build();
        Throwable thrown = stopped(client, logger, thread -> client.close());
        assertInstanceOf(CancelledException.class, thrown);
        assertTrue(thrown.getMessage().contains("closed"), thrown.getMessage());
    }

    @Test
    void theDeadlineEndsACall() {
        try (MpmeterClient client = Container.builder().deadline(Duration.ofMillis(300)).build()) {
            DeadlineException failure =
                    assertThrows(DeadlineException.class, () -> client.registerUsage(Container.PRODUCT));
            assertSame(Action.RETRY, failure.action());
        }
    }

    /** The executor tells when the call itself has ended: the future ends before it. */
    private static final class Ended implements Executor {
        final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public void execute(Runnable call) {
            new Thread(() -> {
                        call.run();
                        ended.complete(null);
                    })
                    .start();
        }
    }

    @Test
    void cancellingTheFutureEndsTheCall() throws Exception {
        Ended executor = new Ended();
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).executor(executor).build()) {
            CompletableFuture<Registration> future = client.registerUsageAsync(Container.PRODUCT);
            while (logger.lines.isEmpty()) {
                Thread.sleep(10);
            }
            assertTrue(future.cancel(true));
            executor.ended.get(60, TimeUnit.SECONDS);
            assertThrows(CancellationException.class, future::get);
        }
    }

    @Test
    void aTimeoutOfTheFutureEndsTheCall() throws Exception {
        Ended executor = new Ended();
        try (MpmeterClient client = Container.builder().executor(executor).build()) {
            CompletableFuture<Registration> future = client.registerUsageAsync(Container.PRODUCT);
            future.orTimeout(300, TimeUnit.MILLISECONDS);
            ExecutionException failure = assertThrows(ExecutionException.class, future::get);
            assertInstanceOf(TimeoutException.class, failure.getCause());
            executor.ended.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void closingEndsFutures() {
        MpmeterClient client = Container.builder().build();
        CompletableFuture<Registration> future = client.registerUsageAsync(Container.PRODUCT);
        client.close();
        Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
        assertTrue(cause instanceof CancelledException || cause instanceof IllegalStateException, cause.toString());
    }

    @Test
    void aCallThatEndedIsNotCancelledLater() {
        try (MpmeterClient client = Container.builder().deadline(Duration.ofMillis(100)).build()) {
            CompletableFuture<Registration> future = client.registerUsageAsync(Container.PRODUCT);
            assertThrows(ExecutionException.class, future::get);
            assertFalse(future.cancel(true));
        }
    }

    @Test
    void anInterruptEndsASend(@TempDir Path folder) throws Exception {
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build();
                Meter meter = client.openMeter(Container.PRODUCT, folder.resolve("usage"))) {
            meter.add("requests", 1);
            Throwable thrown = stopped(meter::sendFinal, logger, Thread::interrupt);
            assertInstanceOf(Interrupted.class, thrown, "the interrupt status stays set");
            assertInstanceOf(CancelledException.class, thrown.getCause());
            assertTrue(meter.report().contains("\"pending\": [{"), meter.report());
        }
    }

    @Test
    void closingAMeterEndsItsSends(@TempDir Path folder) throws Exception {
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            Meter meter = client.openMeter(Container.PRODUCT, folder.resolve("usage"));
            meter.add("requests", 1);
            Throwable thrown = stopped(meter::sendFinal, logger, thread -> meter.close());
            assertInstanceOf(CancelledException.class, thrown);
            assertTrue(thrown.getMessage().contains("closed"), thrown.getMessage());
        }
    }

    @Test
    void theLastSendOfASenderEndsWithItsGrace(@TempDir Path folder) {
        try (MpmeterClient client = Container.builder().build();
                Meter meter = client.openMeter(Container.PRODUCT, folder.resolve("usage"))) {
            meter.add("requests", 1);
            Sender sender = meter.startSending(Duration.ofMillis(300), failure -> {});
            CancelledException failure = assertThrows(CancelledException.class, sender::close);
            assertTrue(failure.getMessage().contains("PT0.3S"), failure.getMessage());
        }
    }

    @Test
    void cancellingTheFutureEndsACheck(@TempDir Path folder) throws Exception {
        Ended executor = new Ended();
        try (MpmeterClient client = Container.builder().executor(executor).build();
                Meter meter = client.openMeter(Container.PRODUCT, folder.resolve("usage"))) {
            CompletableFuture<Void> future = meter.checkAsync("requests");
            assertTrue(future.cancel(true));
            executor.ended.get(60, TimeUnit.SECONDS);
        }
    }
}
