package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be metered ends in an exception of the right class, and nothing is added. */
@Tag("offline")
class BadUsageTest {
    private static final String NUL = "a\0b";
    private static final String HIGH = "a\uD83D";

    @TempDir
    Path folder;

    private MpmeterClient client;
    private Meter meter;

    @BeforeEach
    void open() {
        client = MpmeterClient.builder().unverified(1).build();
        meter = client.openMeter("code", folder.resolve("usage"));
    }

    @AfterEach
    void close() {
        meter.close();
        client.close();
    }

    private void refused(String dimension, BigDecimal quantity, Map<String, String> tags) {
        InvalidArgumentException failure =
                assertThrows(InvalidArgumentException.class, () -> meter.add(dimension, quantity, tags));
        assertFalse(failure.getMessage().isEmpty());
    }

    @Test
    void usageThatIsRefused() {
        for (String quantity : new String[] {
            "-1", "-0.000001", "0.1234567", "10000000000", "1E+1000000000", "1E-1000000000", "1e10", "-1E+2147483647"
        }) {
            refused("requests", new BigDecimal(quantity), Map.of());
        }
        String huge = "1".repeat(1 << 20);
        for (String quantity : new String[] {"", "1e3", "+1", " 1", "1.", ".5", "01", "0x1", NUL, huge}) {
            assertThrows(InvalidArgumentException.class, () -> meter.add("requests", quantity, Map.of()), quantity);
        }
        for (String dimension : new String[] {"", NUL, HIGH, "d".repeat(256)}) {
            refused(dimension, BigDecimal.ONE, Map.of());
        }
        Map<String, String> six = new HashMap<>();
        for (int number = 0; number < 6; number++) {
            six.put("key" + number, "value");
        }
        refused("requests", BigDecimal.ONE, six);
        refused("requests", BigDecimal.ONE, Map.of("key", ""));
        refused("requests", BigDecimal.ONE, Map.of("key", NUL));
        refused("requests", BigDecimal.ONE, Map.of(HIGH, "value"));
        assertThrows(InvalidArgumentException.class, () -> meter.add("requests", Long.MIN_VALUE));
        assertTrue(meter.report().contains("\"pending\": []"), meter.report());
    }

    @Test
    void aSumPastTheLimit() {
        meter.add("big", new BigDecimal("9999999999.999999"));
        refused("big", new BigDecimal("0.000001"), Map.of());
        meter.add("big", new BigDecimal("0E+1000000000"));
    }

    @Test
    void nothingIsNull() {
        assertThrows(NullPointerException.class, () -> meter.add(null, 1));
        assertThrows(NullPointerException.class, () -> meter.add("requests", (BigDecimal) null));
        assertThrows(NullPointerException.class, () -> meter.add("requests", (String) null, Map.of()));
        Map<String, String> none = null;
        assertThrows(NullPointerException.class, () -> meter.add("requests", BigDecimal.ONE, none));
        assertThrows(NullPointerException.class, () -> meter.check(null));
        assertThrows(NullPointerException.class, () -> client.openMeter("code", null));
        assertThrows(NullPointerException.class, () -> client.openMeter(null, folder));
        assertThrows(NullPointerException.class, () -> client.openMeter("code", folder, (MeterOption) null));
        assertThrows(NullPointerException.class, () -> client.meterUsage(null));
        assertThrows(NullPointerException.class, () -> UsageRecord.of("code", "requests", (BigDecimal) null));
        assertThrows(NullPointerException.class, () -> Mpmeter.journalReport(null));
        assertThrows(NullPointerException.class, () -> meter.startSending(null, failure -> {}));
    }

    @Test
    void journalsThatAreNone() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThrows(JournalDamagedException.class, () -> client.openMeter("code", empty));
        assertThrows(JournalDamagedException.class, () -> Mpmeter.journalReport(empty));
        Path nowhere = folder.resolve("missing/usage");
        assertThrows(JournalException.class, () -> client.openMeter("code", nowhere));
        assertThrows(JournalException.class, () -> Mpmeter.journalReport(nowhere));
        assertThrows(InvalidArgumentException.class, () -> client.openMeter("code", Path.of("/" + "a".repeat(500))));
        assertThrows(InvalidArgumentException.class, () -> client.openMeter("another", folder.resolve("usage")));
        assertThrows(InvalidArgumentException.class, () -> client.openMeter(NUL, folder.resolve("other")));
    }

    @Test
    void recordsThatAreRefused() {
        UsageRecord record = UsageRecord.of("code", "requests", BigDecimal.ONE);
        for (UsageRecord refused : new UsageRecord[] {
            record.withClientToken(""),
            record.withClientToken("t".repeat(65)),
            record.at(Instant.MIN),
            UsageRecord.of("a b", "requests", BigDecimal.ONE),
            UsageRecord.of("code", "", BigDecimal.ONE),
            UsageRecord.of("code", "requests", BigDecimal.ONE.negate()),
        }) {
            assertThrows(InvalidArgumentException.class, () -> client.meterUsage(refused));
        }
        assertThrows(InvalidArgumentException.class, () -> record.withClientToken(NUL));
    }

    @Test
    void aClosedMeterOrClient() {
        meter.close();
        meter.close();
        assertThrows(IllegalStateException.class, () -> meter.add("requests", 1));
        assertThrows(IllegalStateException.class, meter::send);
        assertThrows(IllegalStateException.class, meter::check);
        assertThrows(IllegalStateException.class, meter::report);
        assertThrows(IllegalStateException.class, meter::nextDue);
        assertThrows(IllegalStateException.class, meter::startSending);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> meter.sendAsync().get());
        assertEquals(IllegalStateException.class, failure.getCause().getClass());
        client.close();
        assertThrows(IllegalStateException.class, () -> client.openMeter("code", folder.resolve("usage")));
    }

    @Test
    void aSenderEndsWithItsMeter() throws Exception {
        Sender sender = meter.startSending(Duration.ZERO, failure -> {});
        meter.close();
        assertThrows(IllegalStateException.class, sender::close);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            assertFalse(thread.getName().equals("mpmeter-sender"), "it is left");
        }
    }

    @Test
    void anExceptionTellsAllOfItself() {
        MpmeterException ours = assertThrows(MpmeterException.class, () -> meter.add("a\0\"\\", 1));
        assertTrue(ours.text().startsWith("MPMETER_E_INVALID_ARGUMENT (terminate): "), ours.text());
        String json = "{\"status\": \"MPMETER_E_INVALID_ARGUMENT\", \"code\": 1, ";
        assertTrue(ours.json().startsWith(json), ours.json());
        MpmeterException theirs = assertThrows(MpmeterException.class, () -> meter.add("", 1));
        assertTrue(theirs.text().startsWith("MPMETER_E_INVALID_ARGUMENT (terminate): "), theirs.text());
        assertTrue(theirs.json().startsWith(json), theirs.json());
    }
}
