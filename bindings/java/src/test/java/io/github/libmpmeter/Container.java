package io.github.libmpmeter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Paths;

/** What the environment of mpmeter-sandbox, in which these tests run, says. */
final class Container {
    static final String PRODUCT = variable("MPMETER_SANDBOX_PRODUCT_CODE");

    private Container() {}

    static MpmeterClient.Builder builder() {
        try {
            String key = Files.readString(Paths.get(variable("MPMETER_SANDBOX_PUBLIC_KEY")));
            return MpmeterClient.builder().publicKey(1, key);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set: run this with mpmeter-sandbox run");
        }
        return value;
    }
}
