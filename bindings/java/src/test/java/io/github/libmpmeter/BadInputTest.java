package io.github.libmpmeter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Java can express and C cannot, or does not accept, ends in an exception of the right class; nothing is sent. */
@Tag("offline")
class BadInputTest {
    private static final String NUL = "a\0b";
    private static final String HIGH = "a\uD83D";
    private static final String LOW = "\uDE00b";
    private static String key;

    @BeforeAll
    static void readKey() throws Exception {
        key = Files.readString(Paths.get(System.getProperty("mpmeter.key")));
    }

    private static MpmeterClient.Builder builder() {
        return MpmeterClient.builder().publicKey(1, key);
    }

    private static void refused(MpmeterClient.Builder builder, String message) {
        InvalidArgumentException failure = assertThrows(InvalidArgumentException.class, builder::build, message);
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertFalse(failure.fix().isEmpty());
    }

    @Test
    void optionsThatAreNotAccepted() {
        refused(MpmeterClient.builder().publicKey(1, NUL), "NUL");
        refused(MpmeterClient.builder().publicKey(1, HIGH), "surrogate");
        refused(MpmeterClient.builder().publicKey(0, key), "0");
        refused(MpmeterClient.builder().publicKey(Integer.MIN_VALUE, key), "-2147483648");
        refused(builder().publicKey(1, key), "twice");
        refused(builder().minimumKeyBits(-1), "-1");
        refused(builder().minimumKeyBits(Integer.MAX_VALUE), "2147483647");
        refused(builder().trustProduct(NUL, ProductKind.PAID), "NUL");
        refused(builder().trustProduct(LOW, ProductKind.FREE), "surrogate");
        refused(builder().trustProduct("a b", ProductKind.PAID), "a b");
        refused(builder().deadline(Duration.ZERO), "PT0S");
        refused(builder().deadline(Duration.ofMillis(-1)), "PT");
        refused(builder().deadline(Duration.ofMillis(86_400_001)), "24 h");
        refused(builder().deadline(Duration.ofSeconds(Long.MAX_VALUE)), "24 h");
        refused(builder().deadline(Duration.ofSeconds(Long.MIN_VALUE)), "24 h");
        refused(MpmeterClient.builder().unverified(0), "0");
        refused(MpmeterClient.builder().unverified(-1), "-1");
    }

    @Test
    void keysThatAreNotAccepted() {
        for (String pem : new String[] {"", "no key", "\uD83D\uDE00"}) {
            assertThrows(PublicKeyException.class, MpmeterClient.builder().publicKey(1, pem)::build);
        }
        assertThrows(PublicKeyException.class, MpmeterClient.builder()::build);
    }

    @Test
    void optionsAtTheirLimits() {
        builder().deadline(Duration.ofNanos(1)).build().close();
        builder().deadline(Duration.ofDays(1)).build().close();
        builder().minimumKeyBits(1024).build().close();
        MpmeterClient.builder().publicKey(Integer.MAX_VALUE, key).build().close();
    }

    @Test
    void nothingIsNull() {
        MpmeterClient.Builder builder = builder();
        assertThrows(NullPointerException.class, () -> builder.publicKey(2, null));
        assertThrows(NullPointerException.class, () -> builder.trustProduct(null, ProductKind.PAID));
        assertThrows(NullPointerException.class, () -> builder.trustProduct("code", null));
        assertThrows(NullPointerException.class, () -> builder.deadline(null));
        assertThrows(NullPointerException.class, () -> builder.logger(null));
        assertThrows(NullPointerException.class, () -> builder.executor(null));
        assertThrows(NullPointerException.class, () -> builder.diagnose((String) null));
        assertThrows(NullPointerException.class, () -> Mpmeter.endpoint(null));
        try (MpmeterClient client = builder.build()) {
            assertThrows(NullPointerException.class, () -> client.registerUsage(null));
            assertThrows(NullPointerException.class, () -> client.registerUsage("code", null));
            assertThrows(NullPointerException.class, () -> client.registerUsageAsync(null));
            assertThrows(NullPointerException.class, () -> client.verify(null, "c", "n"));
        }
    }

    @Test
    void argumentsThatAreNotAccepted() {
        try (MpmeterClient client = builder().build()) {
            for (String code : new String[] {"", NUL, HIGH, LOW, "a b", "\uD83D\uDE00", "a".repeat(256)}) {
                assertThrows(InvalidArgumentException.class, () -> client.registerUsage(code));
            }
            for (String nonce : new String[] {"", NUL, HIGH, "line\nend", "a".repeat(256)}) {
                assertThrows(InvalidArgumentException.class, () -> client.registerUsage("code", nonce));
            }
            CompletionException failure =
                    assertThrows(CompletionException.class, () -> client.registerUsageAsync(NUL).join());
            assertEquals(InvalidArgumentException.class, failure.getCause().getClass());
            assertThrows(InvalidArgumentException.class, () -> client.verify(NUL, "c", "n"));
            assertThrows(InvalidArgumentException.class, () -> client.verify("t", "c", HIGH));
            assertThrows(InvalidArgumentException.class, () -> client.verify("a.b.c", "c", "n", -1));
            assertThrows(PublicKeyException.class, () -> client.verify("a.b.c", "c", "n", 2));
            assertThrows(TokenMalformedException.class, () -> client.verify("a.b.c", "c", "n"));
            assertThrows(MpmeterException.class, () -> client.verify("a".repeat(1 << 20), "c", "n"));
        }
    }

    @Test
    void endpoints() {
        assertTrue(Mpmeter.endpoint("eu-west-3").startsWith("https://"));
        assertTrue(Mpmeter.endpoint("us-east-1", EndpointKind.FIPS, EndpointKind.FIPS).contains("fips"));
        for (String region : new String[] {"", NUL, HIGH, "no region", "../x"}) {
            assertThrows(InvalidArgumentException.class, () -> Mpmeter.endpoint(region));
        }
    }

    @Test
    void diagnosesThatAreNotMade() {
        assertThrows(InvalidArgumentException.class, () -> builder().diagnose(NUL));
        assertThrows(InvalidArgumentException.class, () -> builder().diagnoseMetering(NUL, null));
        assertThrows(InvalidArgumentException.class, () -> builder().diagnoseMetering(null, null, "requests", NUL));
        Thread.currentThread().interrupt();
        assertThrows(CancelledException.class, () -> builder().diagnose("code"));
        assertTrue(Thread.interrupted());
    }

    @Test
    void aClosedClient() {
        MpmeterClient client = builder().build();
        client.close();
        client.close();
        assertThrows(IllegalStateException.class, () -> client.registerUsage("code"));
        assertThrows(IllegalStateException.class, () -> client.verify("a.b.c", "c", "n"));
        assertThrows(IllegalStateException.class, client::findRegion);
        CompletionException failure =
                assertThrows(CompletionException.class, () -> client.registerUsageAsync("code").join());
        assertEquals(IllegalStateException.class, failure.getCause().getClass());
    }

    @Test
    void anExecutorThatRefuses() {
        MpmeterClient.Builder refusing = builder().executor(call -> {
            throw new RejectedExecutionException();
        });
        try (MpmeterClient client = refusing.build()) {
            assertThrows(RejectedExecutionException.class, () -> client.registerUsageAsync("code"));
        }
    }

    @Test
    void anExceptionSaysItsStatus() {
        MpmeterException failure = assertThrows(MpmeterException.class, MpmeterClient.builder()::build);
        assertTrue(failure.toString().endsWith(failure.getMessage() + " (MPMETER_E_PUBLIC_KEY)"), failure.toString());
    }
}
