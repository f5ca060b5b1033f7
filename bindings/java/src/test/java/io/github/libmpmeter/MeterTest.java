package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Usage is added, sent by the loop or by hand, and billed once. Each test has a dimension of its own. */
@Tag("metering")
@Timeout(300)
class MeterTest {
    @TempDir
    Path folder;

    private MpmeterClient client;
    private Meter meter;

    @BeforeEach
    void open() {
        client = Container.builder().build();
        meter = client.openMeter(Container.PRODUCT, folder.resolve("usage"));
    }

    @AfterEach
    void close() {
        meter.close();
        client.close();
    }

    @Test
    void threadsAddAndTheLastSendBillsAll() throws Exception {
        meter.check("threads");
        try (Sender sender = meter.startSending()) {
            CountDownLatch done = new CountDownLatch(8);
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            for (int number = 0; number < 8; number++) {
                Map<String, String> tags = Map.of("team", number % 2 == 0 ? "a" : "b");
                new Thread(() -> {
                            try {
                                for (int add = 0; add < 10; add++) {
                                    meter.add("threads", new BigDecimal("0.25"), tags);
                                }
                            } catch (Throwable failure) {
                                thrown.add(failure);
                            }
                            done.countDown();
                        })
                        .start();
            }
            done.await();
            assertEquals(List.of(), thrown);
        }
        assertEquals("20", Ledger.billed("threads"));
        assertTrue(meter.report().contains("\"record_id\""), meter.report());
        Duration due = meter.nextDue();
        assertFalse(due.isZero() || due.compareTo(Duration.ofHours(2)) > 0, due.toString());
    }

    @Test
    void anHourThatIsOverIsSentByTheLoop() throws Exception {
        meter.check("loop");
        meter.add("loop", 3);
        meter.send();
        assertEquals("nothing", Ledger.billed("loop"), "its hour is not over");
        Ledger.move("+2h");
        meter.check("loop"); // AWS's answer says what time it is.
        Sender sender = meter.startSending();
        while (Ledger.billed("loop").equals("nothing")) {
            Thread.sleep(50);
        }
        sender.close();
        sender.close();
        assertEquals("3", Ledger.billed("loop"));
    }

    @Test
    void futuresCheckAndSend() throws Exception {
        meter.checkAsync("futures").get();
        meter.add("futures", new BigDecimal("1E+1"));
        meter.add("futures", new BigDecimal("0.250000000"));
        meter.sendAsync().get();
        assertEquals("nothing", Ledger.billed("futures"));
        meter.sendFinalAsync().get();
        assertEquals("10.25", Ledger.billed("futures"));
    }

    @Test
    void wholeUnitsAreBilledAndTheRestIsCarried() throws Exception {
        Path journal = folder.resolve("whole");
        try (Meter whole = client.openMeter(
                Container.PRODUCT, journal, MeterOption.WHOLE_UNITS, MeterOption.HOLD_LATE)) {
            whole.add("whole", new BigDecimal("2.75"));
            whole.sendFinal();
        }
        assertEquals("2", Ledger.billed("whole"));
        String books = Mpmeter.journalReport(journal);
        assertTrue(books.contains("\"0.75\""), books);
    }

    @Test
    void aMeterOutlivesItsClientAndItsLogGoesOn() {
        RecordingLogger logger = new RecordingLogger();
        MpmeterClient mine = Container.builder().logger(logger).build();
        try (Meter orphan = mine.openMeter(Container.PRODUCT, folder.resolve("orphan"))) {
            mine.close();
            logger.lines.clear();
            logger.then = () -> assertThrows(IllegalStateException.class, orphan::nextDue);
            orphan.check("orphan");
            assertFalse(logger.lines.isEmpty());
        }
    }

    @Test
    void aSingleRecordForThoseWhoKeepTheirBooks() {
        UsageRecord record = UsageRecord.of(Container.PRODUCT, "single", new BigDecimal("1.5"));
        assertEquals(Optional.empty(), client.meterUsage(record.asDryRun()));
        Optional<String> id = client.meterUsage(record.withClientToken("token"));
        assertTrue(id.isPresent());
        assertEquals(id, client.meterUsage(record.withClientToken("token")));
        UsageRecord other = UsageRecord.of(Container.PRODUCT, "single", new BigDecimal("2"));
        assertThrows(UsageDuplicateException.class, () -> client.meterUsage(other));
        assertThrows(UsageTimestampException.class, () -> client.meterUsage(other.at(Instant.EPOCH)));
    }

    @Test
    void tenThousandAddsDoNotGrow() throws Exception {
        // What counts is memory, not the disk.
        Path journal = Files.createTempDirectory(Paths.get("/dev/shm"), "mpmeter-").resolve("usage");
        long least = Long.MAX_VALUE;
        try (Meter quick = client.openMeter(Container.PRODUCT, journal)) {
            for (int number = 0; number < 5; number++) {
                long before = residentKilobytes();
                for (int add = 0; add < 2_000; add++) {
                    quick.add("growth", BigDecimal.ONE, Map.of("team", "a"));
                }
                System.gc();
                least = Math.min(least, residentKilobytes() - before);
            }
            quick.sendFinal();
        } finally {
            for (String suffix : List.of("", "-journal", "-sender")) {
                Files.deleteIfExists(Paths.get(journal + suffix));
            }
            Files.delete(journal.getParent());
        }
        assertTrue(least < 1_024, least + " KiB more in each round");
        assertEquals("10000", Ledger.billed("growth"));
    }

    /** Adds, says so, and waits for SIGTERM, as the README's example does. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            try (MpmeterClient client = MpmeterClient.builder().unverified(1).build();
                    Meter meter = client.openMeter(Container.PRODUCT, Path.of(arguments[0]));
                    Sender sender = meter.startSending()) {
                Runtime.getRuntime().addShutdownHook(new Thread(sender::close));
                meter.add("sigterm", 7);
                System.out.println("added");
                Thread.sleep(300_000);
            }
        }
    }

    @Test
    void sigtermSendsTheLastHour() throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.resolve("sigterm").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("added", new BufferedReader(new InputStreamReader(process.getInputStream())).readLine());
        process.destroy();
        assertEquals(143, process.waitFor());
        assertEquals("7", Ledger.billed("sigterm"));
    }

    @Test
    void aFailureIsToldAndTheUsageWaits() throws Exception {
        List<MpmeterException> told = new CopyOnWriteArrayList<>();
        try (MpmeterClient brief = Container.builder().deadline(Duration.ofMillis(1)).build();
                Meter slow = brief.openMeter(Container.PRODUCT, folder.resolve("slow"))) {
            meter.check("slow");
            slow.add("slow", 1);
            Sender sender = slow.startSending(Duration.ofSeconds(10), told::add);
            assertSame(Action.RETRY, assertThrows(DeadlineException.class, sender::close).action());
            sender.close();
            assertTrue(slow.report().contains("\"pending\": [{"), slow.report());
        }
        assertEquals("nothing", Ledger.billed("slow"));
    }

    @Test
    void whatOnFailureThrowsEndsNoSender() throws Exception {
        Path journal = folder.resolve("damaged");
        try (Meter damaged = client.openMeter(Container.PRODUCT, journal)) {
            Files.writeString(journal, "damaged");
            CountDownLatch told = new CountDownLatch(2);
            Sender sender = damaged.startSending(Duration.ofSeconds(10), failure -> {
                told.countDown();
                throw new AssertionError("meant to be");
            });
            assertTrue(told.await(60, TimeUnit.SECONDS));
            assertThrows(JournalDamagedException.class, sender::close);
        }
    }

    private static long residentKilobytes() throws Exception {
        return Long.parseLong(Files.readString(Paths.get("/proc/self/statm")).split(" ")[1]) * 4;
    }
}
