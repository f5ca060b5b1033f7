package io.github.libmpmeter;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The usage of one product in this task or pod: what the program adds goes into a journal, which is a file, and from
 * there to AWS by MeterUsage, once an hour. Open one with {@link MpmeterClient#openMeter} and keep it; any number of
 * threads may use it, and other processes of the pod the same journal.
 *
 * <p>{@link #check(String)} and {@link #send()} block as a registration does, and an interrupt ends them. An add waits
 * for the disk, and for others that write to the journal, up to 30 seconds; an interrupt does not end it, so that it
 * is known what was added. On a virtual thread either pins its carrier.
 */
public final class Meter implements AutoCloseable {
    /** How long the last send of {@link Sender#close()} may take, unless something else was said. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final Handle handle;
    private final Cleaner.Cleanable cleanable;
    private final Executor executor;
    private final System.Logger logger;

    Meter(long pointer, Log log, Executor executor, System.Logger logger) {
        this.handle = new Handle("meter", pointer, Native::meterFree, log);
        this.executor = executor;
        this.logger = logger;
        cleanable = handle.ownedBy(this);
    }

    /**
     * Asks AWS whether this container may meter, by a dry run, and meters nothing. For the start of the program: do not
     * go on unless it returns. The answer is not signed. It asks with a dimension that was added before, or with a
     * placeholder, which AWS may not know: {@link #check(String)} is better.
     *
     * @throws MpmeterException why not
     * @throws IllegalStateException if the meter is closed
     */
    public void check() {
        check(null, new Cancellation());
    }

    /**
     * The same with a dimension of the listing.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @throws MpmeterException why not
     * @throws IllegalStateException if the meter is closed
     */
    public void check(String dimension) {
        check(Objects.requireNonNull(dimension, "dimension"), new Cancellation());
    }

    /**
     * {@link #check(String)} on another thread. Whoever completes the future first ends the call, within 100 ms.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @return a future that fails with what the blocking call would throw
     */
    public CompletableFuture<Void> checkAsync(String dimension) {
        Objects.requireNonNull(dimension, "dimension");
        return AsyncCall.run(executor, cancellation -> check(dimension, cancellation));
    }

    /**
     * Adds usage. When it returns, the usage is on the disk, and neither a crash nor a power failure takes it away;
     * when it throws, nothing was added. Nothing is sent.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity 0 to 9999999999.999999 with at most six places; the sum of an hour keeps to the same limit
     * @throws JournalException if it cannot be written, such as on a full disk
     * @throws MpmeterException InvalidArgument, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public void add(String dimension, BigDecimal quantity) {
        add(dimension, quantity, Map.of());
    }

    /**
     * The same for whole units.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity 0 or more
     * @throws MpmeterException InvalidArgument, Journal, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public void add(String dimension, long quantity) {
        add(dimension, BigDecimal.valueOf(quantity), Map.of());
    }

    /**
     * The same for a quantity that is text, such as one of a configuration.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity plain digits, such as "17" or "0.25"
     * @param tags at most 5, which may be empty
     * @throws MpmeterException InvalidArgument, Journal, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public void add(String dimension, String quantity, Map<String, String> tags) {
        add(dimension, Text.encode("The quantity", Objects.requireNonNull(quantity, "quantity")), tags);
    }

    /**
     * The same with tags, which become AWS's usage allocations.
     *
     * @param dimension 1 to 255 bytes; a listing allows 15 letters, digits and underscores
     * @param quantity 0 to 9999999999.999999 with at most six places
     * @param tags at most 5, with keys of 1 to 100 and values of 1 to 256 characters
     * @throws MpmeterException InvalidArgument, Journal, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public void add(String dimension, BigDecimal quantity, Map<String, String> tags) {
        add(dimension, Text.quantity(Objects.requireNonNull(quantity, "quantity")), tags);
    }

    private void add(String dimension, byte[] amount, Map<String, String> tags) {
        byte[] name = Text.encode("The dimension", Objects.requireNonNull(dimension, "dimension"));
        // One look at it: somebody else may be changing it.
        Map<String, String> copy = Map.copyOf(tags);
        byte[][] keys = new byte[copy.size()][];
        byte[][] values = new byte[copy.size()][];
        int index = 0;
        for (Map.Entry<String, String> tag : copy.entrySet()) {
            keys[index] = Text.encode("A tag's key", tag.getKey());
            values[index] = Text.encode("A tag's value", tag.getValue());
            index++;
        }
        Outcome outcome = new Outcome(0, 0);
        local(meter -> outcome.of(
                Native.meterAdd(meter, name, amount, keys, values, outcome.texts, outcome.numbers),
                (texts, numbers) -> null));
    }

    /**
     * Sends the usage of every hour that is over, and what an earlier send could not settle, with retries until the
     * client's deadline. Call it when {@link #nextDue()} is zero, or let {@link #startSending()} do so.
     *
     * @throws UsageHeldException if usage became held: see {@link #report()}
     * @throws JournalBusyException if another thread or process sends
     * @throws MpmeterException any other: what is left waits in the journal
     * @throws IllegalStateException if the meter is closed
     */
    public void send() {
        send(0, new Cancellation());
    }

    /**
     * The same, and sends this hour's usage too: the program ends. What is added later belongs to the next hour.
     *
     * @throws MpmeterException as {@link #send()}
     * @throws IllegalStateException if the meter is closed
     */
    public void sendFinal() {
        send(1, new Cancellation());
    }

    /**
     * {@link #send()} on another thread. Whoever completes the future first ends the call, within 100 ms.
     *
     * @return a future that fails with what the blocking call would throw
     */
    public CompletableFuture<Void> sendAsync() {
        return AsyncCall.run(executor, cancellation -> send(0, cancellation));
    }

    /**
     * {@link #sendFinal()} on another thread. Whoever completes the future first ends the call, within 100 ms.
     *
     * @return a future that fails with what the blocking call would throw
     */
    public CompletableFuture<Void> sendFinalAsync() {
        return AsyncCall.run(executor, cancellation -> send(1, cancellation));
    }

    /**
     * How long until the next send is due: in this journal's own minute of the hour, so that a fleet does not send at
     * once, and some minutes after a send that failed.
     *
     * @return zero if it is due, else at most two hours; others may add meanwhile
     * @throws MpmeterException Journal, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public Duration nextDue() {
        Outcome outcome = new Outcome(0, 0);
        long[] milliseconds = new long[1];
        return local(meter -> outcome.of(
                Native.meterNextDue(meter, milliseconds, outcome.texts, outcome.numbers),
                (texts, numbers) -> Duration.ofMillis(milliseconds[0])));
    }

    /**
     * The books: {@code pending}, {@code held} (with {@code why}) and {@code sent} (with {@code record_id}), arrays of
     * {@code {dimension, hour, quantity, state}}, and {@code totals} by dimension. Quantities are texts.
     *
     * @return one JSON object on one line, for any JSON library
     * @throws MpmeterException Journal, JournalDamaged, JournalBusy
     * @throws IllegalStateException if the meter is closed
     */
    public String report() {
        Outcome outcome = new Outcome(1, 0);
        return local(meter -> outcome.of(
                Native.meterReport(meter, outcome.texts, outcome.numbers),
                (texts, numbers) -> Text.decode(texts[0])));
    }

    /**
     * Sends what is due from a thread of its own, until {@link Sender#close()} sends the rest. The JVM does not end
     * before that: close it in a shutdown hook, so that SIGTERM sends the last hour.
     *
     * @return the sender, to be closed before the meter
     * @throws IllegalStateException if the meter is closed
     */
    public Sender startSending() {
        return startSending(GRACE, failure -> {});
    }

    /**
     * The same.
     *
     * @param grace how long the last send may take, which is less than the container's grace period
     * @param onFailure is told, on the sender's thread, what could not be sent and waits in the journal. It is logged
     *     as well, as WARNING, to the client's logger or to {@code System.getLogger("io.github.libmpmeter")}
     * @return the sender, to be closed before the meter
     * @throws IllegalStateException if the meter is closed
     */
    public Sender startSending(Duration grace, Consumer<? super MpmeterException> onFailure) {
        Objects.requireNonNull(grace, "grace");
        Objects.requireNonNull(onFailure, "onFailure");
        if (grace.isNegative()) {
            throw MpmeterException.invalid("The grace is " + grace + "; it must not be negative.");
        }
        local(meter -> null);
        System.Logger log = logger == null ? System.getLogger("io.github.libmpmeter") : logger;
        return new Sender(this, grace, onFailure, log);
    }

    /**
     * Cancels checks and sends under way, waits for them and for adds, and frees the meter. What was added stays in the
     * journal. Twice is fine.
     *
     * @throws IllegalStateException in the client's own logger
     */
    @Override
    public void close() {
        handle.run();
        cleanable.clean();
    }

    /** Ended by the cancellation, which it closes. */
    Void send(int flags, Cancellation cancellation) {
        return call(cancellation, (pointer, outcome) ->
                Native.meterSend(handle.pointer(), flags, pointer, outcome.texts, outcome.numbers));
    }

    private Void check(String dimension, Cancellation cancellation) {
        return call(cancellation, (pointer, outcome) -> {
            byte[] name = Text.encode("The dimension", dimension);
            return Native.meterCheck(handle.pointer(), name, pointer, outcome.texts, outcome.numbers);
        });
    }

    private interface Blocking {
        int call(long cancellation, Outcome outcome);
    }

    private Void call(Cancellation cancellation, Blocking call) {
        try (cancellation) {
            Outcome outcome = new Outcome(0, 0);
            return handle.during(
                    cancellation, pointer -> outcome.of(call.call(pointer, outcome), (texts, numbers) -> null));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private <T> T local(LongFunction<T> call) {
        try {
            return handle.during(call);
        } finally {
            Reference.reachabilityFence(this);
        }
    }
}
