package io.github.libmpmeter;

import java.time.Duration;
import java.util.Map;

/** C's options, made from a builder. */
final class Options implements AutoCloseable {
    private final long pointer;
    private Log log = new Log(0, null);

    Options(MpmeterClient.Builder builder) {
        long[] made = new long[1];
        accepted(Native.optionsNew(made), "");
        pointer = made[0];
        try {
            fill(builder);
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    long pointer() {
        return pointer;
    }

    /** The log, for another owner, which releases it. */
    Log shareLog() {
        return log.share();
    }

    @Override
    public void close() {
        Native.optionsFree(pointer);
        log.release();
    }

    private void fill(MpmeterClient.Builder builder) {
        for (MpmeterClient.Builder.Key key : builder.publicKeys) {
            accepted(
                    Native.addPublicKey(pointer, key.version, Text.encode("The public key", key.pem)),
                    "The public key version " + key.version + " is below 1, or was added twice.");
        }
        // generated: plain options, by make generate
        if (builder.minimumKeyBits != null) {
            accepted(
                    Native.setMinimumKeyBits(pointer, builder.minimumKeyBits),
                    "minimumKeyBits is " + builder.minimumKeyBits + "; it must be 1024 to 16384.");
        }
        if (builder.appId != null) {
            accepted(
                    Native.setAppId(pointer, Text.encode("appId", builder.appId)),
                    "appId is \"" + builder.appId + "\"; it must be 1 to 50 letters, digits and !#$%&'*+,-.^_`|~.");
        }
        // end of generated
        for (Map.Entry<String, ProductKind> product : builder.trustedProducts.entrySet()) {
            byte[] code = Text.encode("A trusted product code", product.getKey());
            accepted(
                    Native.trustProduct(pointer, code, product.getValue().number),
                    "The trusted product code \"" + product.getKey() + "\" is malformed.");
        }
        accepted(Native.acceptFreeProducts(pointer, builder.acceptFreeProducts), "");
        if (builder.unverified != null) {
            accepted(
                    Native.setUnverified(pointer, builder.unverified),
                    "The unverified key version is " + builder.unverified + "; it must be 1 or more.");
        }
        if (builder.deadline != null) {
            accepted(
                    Native.setDeadlineMs(pointer, milliseconds(builder.deadline)),
                    "The deadline is " + builder.deadline + "; it must be 1 ms to 24 h.");
        }
        if (builder.regionPolicy != null) {
            accepted(Native.setRegionPolicy(pointer, builder.regionPolicy.number), "");
        }
        if (builder.logger != null) {
            long[] made = new long[1];
            LogSink sink = new LogSink(builder.logger);
            accepted(Native.setLog(pointer, sink, made), "");
            log = new Log(made[0], sink);
        }
    }

    /** Rounded up, so that no positive time becomes none. */
    private static long milliseconds(Duration time) {
        try {
            long whole = time.toMillis();
            return time.getNano() % 1_000_000 == 0 ? whole : Math.addExact(whole, 1);
        } catch (ArithmeticException tooLong) {
            return time.isNegative() ? -1 : Long.MAX_VALUE;
        }
    }

    private static void accepted(int number, String message) {
        if (number != 0) {
            Status status = Status.of(number);
            boolean named = status == Status.INVALID_ARGUMENT && !message.isEmpty();
            throw Failure.of(status, named ? message : status.message()).exception();
        }
    }
}
