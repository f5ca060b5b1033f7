package io.github.libmpmeter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;

/** One record for {@link MpmeterClient#meterUsage(UsageRecord)}. Immutable. */
public final class UsageRecord {
    private final byte[] productCode;
    private final byte[] dimension;
    private final byte[] quantity;
    private final long timestamp;
    private final byte[] clientToken;
    private final boolean dryRun;

    private UsageRecord(
            byte[] productCode, byte[] dimension, byte[] quantity, long timestamp, byte[] token, boolean dryRun) {
        this.productCode = productCode;
        this.dimension = dimension;
        this.quantity = quantity;
        this.timestamp = timestamp;
        this.clientToken = token;
        this.dryRun = dryRun;
    }

    /**
     * A record of what is used now, with a fresh client token.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity 0 to 9999999999.999999 with at most six places; 0 closes the hour, too
     * @return a new record
     * @throws InvalidArgumentException if C or AWS could not hold them
     */
    public static UsageRecord of(String productCode, String dimension, BigDecimal quantity) {
        return of(productCode, dimension, Text.quantity(Objects.requireNonNull(quantity, "quantity")));
    }

    /**
     * The same for a quantity that is text.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity plain digits, such as "17" or "0.25"
     * @return a new record
     * @throws InvalidArgumentException if C or AWS could not hold them
     */
    public static UsageRecord of(String productCode, String dimension, String quantity) {
        byte[] amount = Text.encode("The quantity", Objects.requireNonNull(quantity, "quantity"));
        return of(productCode, dimension, amount);
    }

    private static UsageRecord of(String productCode, String dimension, byte[] amount) {
        return new UsageRecord(
                Text.encode("The product code", Objects.requireNonNull(productCode, "productCode")),
                Text.encode("The dimension", Objects.requireNonNull(dimension, "dimension")),
                amount,
                0,
                null,
                false);
    }

    /**
     * The same, used at another moment.
     *
     * @param moment at most six hours ago; parts of a second do not count
     * @return a new record
     */
    public UsageRecord at(Instant moment) {
        long seconds = moment.getEpochSecond();
        // C reads 0 as now. The second after is as far from what AWS accepts.
        return new UsageRecord(productCode, dimension, quantity, seconds == 0 ? 1 : seconds, clientToken, dryRun);
    }

    /**
     * The same with a client token of the caller's.
     *
     * @param token 1 to 64 visible characters
     * @return a new record
     */
    public UsageRecord withClientToken(String token) {
        byte[] bytes = Text.encode("The client token", Objects.requireNonNull(token, "token"));
        return new UsageRecord(productCode, dimension, quantity, timestamp, bytes, dryRun);
    }

    /**
     * The same as a dry run: AWS is asked whether the container may meter, and meters nothing.
     *
     * @return a new record
     */
    public UsageRecord asDryRun() {
        return new UsageRecord(productCode, dimension, quantity, timestamp, clientToken, true);
    }

    int send(long client, long cancellation, Outcome outcome) {
        int flags = dryRun ? 1 : 0;
        return Native.meterUsage(
                client,
                productCode,
                dimension,
                quantity,
                timestamp,
                clientToken,
                flags,
                cancellation,
                outcome.texts,
                outcome.numbers);
    }
}
