package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Calls as a program makes them. What each answer holds is the conformance table's to check. */
@Tag("ecs-ec2")
class RegisterTest {
    @Test
    void registersAndVerifiesAgain() {
        try (MpmeterClient client = Container.builder().build()) {
            Registration registration = client.registerUsage(Container.PRODUCT);
            assertTrue(registration.isVerified());
            assertEquals(Optional.of("eu-west-3"), registration.region());
            assertTrue(registration.issuedAt().isPresent());
            Registration again =
                    client.verify(registration.signature(), Container.PRODUCT, registration.nonce(), 1);
            assertEquals(Optional.empty(), again.region());
            assertEquals(registration.nonce(), again.nonce());
            assertThrows(
                    TokenClaimsException.class,
                    () -> client.verify(registration.signature(), Container.PRODUCT, "other"));
            assertEquals("ecs-task-metadata", client.findRegion().source());
        }
    }

    /** Modified UTF-8, as JNI's own strings have it, would spoil these. */
    @Test
    void textBeyondTheBasicPlaneArrivesWhole() {
        try (MpmeterClient client = Container.builder().build()) {
            String nonce = "order 4711 \u00e9 \u6f22 \uD83D\uDE00";
            assertEquals(nonce, client.registerUsage(Container.PRODUCT, nonce).nonce());
        }
    }

    @Test
    void aFutureHasTheRegistration() throws Exception {
        try (MpmeterClient client = Container.builder().build()) {
            List<CompletableFuture<Registration>> futures = new ArrayList<>();
            for (int call = 0; call < 8; call++) {
                futures.add(client.registerUsageAsync(Container.PRODUCT));
            }
            Set<String> nonces = new HashSet<>();
            for (CompletableFuture<Registration> future : futures) {
                nonces.add(future.get(60, TimeUnit.SECONDS).nonce());
            }
            assertEquals(1, nonces.size(), "calls at the same time are one request");
            assertEquals("n", client.registerUsageAsync(Container.PRODUCT, "n").get().nonce());
        }
    }

    @Test
    void aFutureFailsWithTheException() {
        try (MpmeterClient client = Container.builder().trustProduct("other", ProductKind.PAID).build()) {
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> client.registerUsageAsync(Container.PRODUCT).get());
            assertSame(UntrustedProductException.class, failure.getCause().getClass());
        }
    }

    @Test
    void theLogArrivesOnTheCallersThread() {
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            client.registerUsage(Container.PRODUCT);
            assertTrue(logger.lines.size() >= 3, logger.lines.toString());
            assertTrue(logger.lines.stream().anyMatch(line -> line.startsWith("DEBUG ")));
            assertTrue(logger.threads.stream().allMatch(Thread.currentThread()::equals));
            logger.lines.clear();
            logger.level = System.Logger.Level.INFO;
            client.registerUsage(Container.PRODUCT, "another");
            assertFalse(logger.lines.stream().anyMatch(line -> line.startsWith("DEBUG ")), logger.lines.toString());
        }
    }

    @Test
    void aLoggerThatMisbehavesChangesNothing() {
        List<Throwable> caught = new ArrayList<>();
        RecordingLogger logger = new RecordingLogger();
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            logger.then = () -> {
                caught.add(assertThrows(IllegalStateException.class, client::close));
                caught.add(assertThrows(IllegalStateException.class, () -> client.registerUsage(Container.PRODUCT)));
                System.gc();
                throw new StackOverflowError("in the logger");
            };
            client.registerUsage(Container.PRODUCT);
            assertTrue(caught.size() >= 6, caught.toString());
        }
    }

    @Test
    void aForgottenClientIsFreed() throws Exception {
        RecordingLogger logger = new RecordingLogger();
        WeakReference<RecordingLogger> reference = new WeakReference<>(logger);
        Container.builder().logger(logger).build().findRegion();
        logger = null;
        for (int attempt = 0; attempt < 500 && reference.get() != null; attempt++) {
            System.gc();
            Thread.sleep(10);
        }
        assertSame(null, reference.get());
    }

    @Test
    void aDiagnosisFindsWhatIsWrong() {
        Diagnosis diagnosis = Container.builder().diagnose(Container.PRODUCT);
        assertSame(Status.OK, diagnosis.status(), diagnosis.json());
        assertSame(Status.OK, Container.builder().diagnoseAndRegister(Container.PRODUCT).status());
        assertSame(Status.PUBLIC_KEY, MpmeterClient.builder().publicKey(1, "no key").diagnose("code").status());
    }

    @Test
    void aDiagnosisOfMeteringLooksAtTheJournalAndTheDimensions() {
        Diagnosis diagnosis = MpmeterClient.builder()
                .diagnoseMetering(null, java.nio.file.Path.of("/missing/usage"), "requests", "a-dash");
        for (String check : new String[] {"journal-place", "dimensions"}) {
            String failed = ".*\"id\": *\"" + check + "\"[^}]*\"outcome\": *\"fail\".*";
            assertTrue(diagnosis.json().matches(failed), diagnosis.json());
        }
    }

    /** A JVM grows by itself for a while, so what counts is the round in which it grew least: a leak is in each of
     * them. */
    @Test
    void tenThousandCallsDoNotGrow() throws Exception {
        RecordingLogger logger = new RecordingLogger();
        logger.level = System.Logger.Level.OFF;
        try (MpmeterClient client = Container.builder().logger(logger).build()) {
            round(client, 2_000);
            long least = Long.MAX_VALUE;
            for (int number = 0; number < 5; number++) {
                long before = residentKilobytes();
                round(client, 2_000);
                least = Math.min(least, residentKilobytes() - before);
            }
            assertTrue(least < 1_024, least + " KiB more in each round");
        }
    }

    private static void round(MpmeterClient client, int count) {
        Registration registration = client.registerUsage(Container.PRODUCT);
        for (int call = 0; call < count; call++) {
            client.registerUsage(Container.PRODUCT);
            assertThrows(
                    TokenClaimsException.class,
                    () -> client.verify(registration.signature(), Container.PRODUCT, "other"));
            assertThrows(PublicKeyException.class, MpmeterClient.builder().publicKey(1, "no key")::build);
        }
        System.gc();
    }

    private static long residentKilobytes() throws Exception {
        return Long.parseLong(Files.readString(Paths.get("/proc/self/statm")).split(" ")[1]) * 4;
    }
}
