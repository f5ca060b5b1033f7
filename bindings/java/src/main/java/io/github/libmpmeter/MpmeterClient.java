package io.github.libmpmeter;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;

/**
 * Everything that a program needs to register, or to meter usage. Make one with {@link #builder()} and keep it; any
 * number of threads may use it.
 *
 * <p>Calls block the thread, and an interrupt ends them: with a {@link CancelledException}, and the thread's interrupt
 * status still set. {@link #registerUsageAsync(String)} blocks none of the program's threads.
 *
 * <p>On a virtual thread a blocking call pins its carrier, as every native call does, for as long as it takes. There,
 * join {@link #registerUsageAsync(String)}, which runs on a platform thread of its own.
 */
public final class MpmeterClient implements AutoCloseable {
    private final Handle handle;
    private final Cleaner.Cleanable cleanable;
    private final Executor executor;
    private final System.Logger logger;

    private MpmeterClient(Builder builder) {
        executor = builder.executor;
        logger = builder.logger;
        try (Options options = new Options(builder)) {
            long[] made = new long[1];
            Outcome outcome = new Outcome(0, 0);
            Outcome.check(
                    Native.clientNew(options.pointer(), made, outcome.texts, outcome.numbers),
                    outcome.texts,
                    outcome.numbers);
            handle = new Handle("client", made[0], Native::clientFree, options.shareLog());
        }
        cleanable = handle.ownedBy(this);
    }

    /**
     * What a client needs.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Registers this container: finds Region and role, calls RegisterUsage with retries until the deadline, verifies
     * the signed response. Blocks for as long as that takes.
     *
     * <p>Calls for one product at the same time are one request; once accepted, the registration is remembered, and
     * later calls of this client return at once.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @return the registration
     * @throws MpmeterException stop on all but those whose action is {@link Action#RETRY}
     * @throws IllegalStateException if the client is closed
     */
    public Registration registerUsage(String productCode) {
        return register(Objects.requireNonNull(productCode, "productCode"), null);
    }

    /**
     * The same, with a nonce of the caller's instead of a fresh random one, which is what proves that the answer is
     * fresh: for a caller that wants to hand the proof to somebody else. A remembered registration serves only the same
     * nonce.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @param nonce 1 to 255 bytes of UTF-8 without control characters
     * @return the registration
     * @throws MpmeterException stop on all but those whose action is {@link Action#RETRY}
     * @throws IllegalStateException if the client is closed
     */
    public Registration registerUsage(String productCode, String nonce) {
        return register(Objects.requireNonNull(productCode, "productCode"), Objects.requireNonNull(nonce, "nonce"));
    }

    /**
     * {@link #registerUsage(String)} on another thread. When the future is completed before the call has ended, by
     * {@code cancel()} or {@code orTimeout()}, the call ends too, within 100 ms.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @return a future that fails with what the blocking call would throw
     */
    public CompletableFuture<Registration> registerUsageAsync(String productCode) {
        return registerAsync(Objects.requireNonNull(productCode, "productCode"), null);
    }

    /**
     * {@link #registerUsage(String, String)} on another thread: see {@link #registerUsageAsync(String)}.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
     * @param nonce 1 to 255 bytes of UTF-8 without control characters
     * @return a future that fails with what the blocking call would throw
     */
    public CompletableFuture<Registration> registerUsageAsync(String productCode, String nonce) {
        Objects.requireNonNull(nonce, "nonce");
        return registerAsync(Objects.requireNonNull(productCode, "productCode"), nonce);
    }

    /**
     * Verifies a token that RegisterUsage answered earlier, offline, with whichever key version it was signed. Sends
     * nothing and reads no file. Only the client's public keys count: the trusted products do not.
     *
     * @param token {@link Registration#signature()}: a JWT in compact form, at most 16384 bytes
     * @param productCode what its productCode must equal
     * @param nonce what its nonce must equal
     * @return the registration, without Region, sources, platform and request id
     * @throws MpmeterException if it proves nothing
     * @throws IllegalStateException if the client is closed
     */
    public Registration verify(String token, String productCode, String nonce) {
        return verify(token, productCode, nonce, 0);
    }

    /**
     * The same, with a key version that must be the token's.
     *
     * @param token {@link Registration#signature()}: a JWT in compact form, at most 16384 bytes
     * @param productCode what its productCode must equal
     * @param nonce what its nonce must equal
     * @param publicKeyVersion what its publicKeyVersion must equal; 0 for any version whose key was added
     * @return the registration, without Region, sources, platform and request id
     * @throws MpmeterException if it proves nothing
     * @throws IllegalStateException if the client is closed
     */
    public Registration verify(String token, String productCode, String nonce, int publicKeyVersion) {
        byte[] signed = Text.encode("The token", Objects.requireNonNull(token, "token"));
        byte[] code = Text.encode("The product code", Objects.requireNonNull(productCode, "productCode"));
        byte[] repeated = Text.encode("The nonce", Objects.requireNonNull(nonce, "nonce"));
        Outcome outcome = new Outcome(Registration.TEXTS, Registration.NUMBERS);
        return call(new Cancellation(), unused -> outcome.of(
                Native.verify(
                        handle.pointer(), signed, code, publicKeyVersion, repeated, outcome.texts, outcome.numbers),
                Registration::new));
    }

    /**
     * Finds the Region that the program runs in, without registering: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's
     * ARN, the issuer of the EKS web-identity token, EC2 instance metadata, in this order. Never a default. Takes
     * seconds at most.
     *
     * @return the Region
     * @throws MpmeterException RegionNotFound, Deadline, Cancelled
     * @throws IllegalStateException if the client is closed
     */
    public Region findRegion() {
        Outcome outcome = new Outcome(Region.TEXTS, Region.NUMBERS);
        return call(new Cancellation(), cancellation -> outcome.of(
                Native.findRegion(handle.pointer(), cancellation, outcome.texts, outcome.numbers), Region::new));
    }

    /**
     * Opens the journal of a product's usage, or makes it. It must lie on a volume of the task or pod that outlives the
     * container. Nothing is sent. The meter may outlive the client. For metering alone no public key is needed:
     * {@link Builder#unverified(int)}.
     *
     * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}; a journal belongs to one
     * @param journal the path of the journal
     * @param options how usage is billed
     * @return a meter, to be closed
     * @throws JournalDamagedException if the file is empty, cut, damaged or no journal; it is never begun anew
     * @throws MpmeterException InvalidArgument, UntrustedProduct, PlatformNotSupported, Journal, JournalBusy
     * @throws IllegalStateException if the client is closed
     */
    public Meter openMeter(String productCode, Path journal, MeterOption... options) {
        byte[] code = Text.encode("The product code", Objects.requireNonNull(productCode, "productCode"));
        byte[] path = Text.path(Objects.requireNonNull(journal, "journal"));
        int flags = MeterOption.flags(options);
        Outcome outcome = new Outcome(0, 0);
        long[] made = new long[1];
        try {
            return handle.during(client -> outcome.of(
                    Native.meterOpen(client, code, path, flags, made, outcome.texts, outcome.numbers),
                    (texts, numbers) -> new Meter(made[0], handle.log().share(), executor, logger)));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends one record, for a program that keeps its own books, and no journal. AWS keeps one quantity for each task or
     * pod, dimension and hour, for good: after a failure that leaves the outcome open, such as a
     * {@link DeadlineException}, send the same record again, with its own moment and client token.
     *
     * @param record what was used
     * @return AWS's MeteringRecordId, which is not signed; empty after a dry run
     * @throws UsageDuplicateException if another quantity stands there
     * @throws MpmeterException any other
     * @throws IllegalStateException if the client is closed
     */
    public Optional<String> meterUsage(UsageRecord record) {
        Objects.requireNonNull(record, "record");
        Outcome outcome = new Outcome(1, 0);
        return call(new Cancellation(), cancellation -> outcome.of(
                record.send(handle.pointer(), cancellation, outcome),
                (texts, numbers) -> Optional.ofNullable(Text.decode(texts[0]))));
    }

    /**
     * Cancels the calls under way, waits for them, which takes 100 ms at most, and frees the client. Twice is fine.
     * Registrations and meters go on.
     *
     * @throws IllegalStateException in the client's own logger
     */
    @Override
    public void close() {
        handle.run();
        cleanable.clean();
    }

    private Registration register(String productCode, String nonce) {
        return register(productCode, nonce, new Cancellation());
    }

    private Registration register(String productCode, String nonce, Cancellation cancellation) {
        return call(cancellation, pointer -> {
            byte[] code = Text.encode("The product code", productCode);
            byte[] chosen = Text.encode("The nonce", nonce);
            Outcome outcome = new Outcome(Registration.TEXTS, Registration.NUMBERS);
            return outcome.of(
                    Native.registerUsage(handle.pointer(), code, chosen, pointer, outcome.texts, outcome.numbers),
                    Registration::new);
        });
    }

    private CompletableFuture<Registration> registerAsync(String productCode, String nonce) {
        return AsyncCall.run(executor, cancellation -> register(productCode, nonce, cancellation));
    }

    /** Closes the cancellation. The client is in use until the call has ended, even if nobody else refers to it. */
    private <T> T call(Cancellation cancellation, LongFunction<T> call) {
        try (cancellation) {
            return handle.during(cancellation, call);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** How a client is to behave. A public key is what every program needs; everything else has a default. */
    public static final class Builder {
        static final class Key {
            final int version;
            final String pem;

            Key(int version, String pem) {
                this.version = version;
                this.pem = pem;
            }
        }

        final List<Key> publicKeys = new ArrayList<>();
        final Map<String, ProductKind> trustedProducts = new LinkedHashMap<>();
        // generated: fields of plain options, by make generate
        Integer minimumKeyBits;
        String appId;
        // end of generated
        boolean acceptFreeProducts;
        Integer unverified;
        Duration deadline;
        RegionPolicy regionPolicy;
        System.Logger logger;
        Executor executor = Builder::onThreadOfItsOwn;

        private Builder() {}

        private static void onThreadOfItsOwn(Runnable call) {
            Thread thread = new Thread(call, "mpmeter");
            thread.setDaemon(true);
            thread.start();
        }

        /**
         * Adds a public key that AWS Marketplace issued for the product. Add several to be ready for a rotation: the
         * first is used first, and the next one after an InvalidPublicKeyVersionException.
         *
         * @param version its PublicKeyVersion, 1 or more
         * @param pem "BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY"; also the base64 of such a PEM, or one in which line
         * ends are
         *     written as \n, as environment variables and Helm values tend to hold it
         * @return this builder
         */
        public Builder publicKey(int version, String pem) {
            publicKeys.add(new Key(version, Objects.requireNonNull(pem, "pem")));
            return this;
        }

        // generated: plain options, by make generate
        /**
         * Accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has 1024.
         *
         * @param bits 1024 to 16384.
         * @return this builder
         */
        public Builder minimumKeyBits(int bits) {
            minimumKeyBits = bits;
            return this;
        }

        /**
         * Names the vendor's product, and its version if you like, at the end of the User-Agent of every request to
         * AWS, as app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product
         * called. Metadata services and proxies do not see it. The default is none. It is the SDKs' setting
         * sdk_ua_app_id, but only the vendor can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read.
         *
         * @param appId 1 to 50 letters, digits and !#$%&amp;'*+,-.^_`|~. For example "acme-scanner#2.4.1".
         * @return this builder
         */
        public Builder appId(String appId) {
            this.appId = Objects.requireNonNull(appId, "appId");
            return this;
        }
        // end of generated

        /**
         * Adds a product code to the trusted list. Without a list the code given to {@link
         * MpmeterClient#registerUsage(String)} is taken to be compiled into the program; with one, a code outside it is
         * refused. <a
         * href="https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html">Use
         * a list</a> whenever a buyer could change the code (Helm, CloudFormation, environment). Where none is added
         * every code is accepted: check a computed list for emptiness first.
         *
         * @param productCode 1 to 255 characters of AWS's pattern {@code [-a-zA-Z0-9/=:_.@]}
         * @param kind whether a buyer pays for it
         * @return this builder
         */
        public Builder trustProduct(String productCode, ProductKind kind) {
            trustedProducts.put(
                    Objects.requireNonNull(productCode, "productCode"), Objects.requireNonNull(kind, "kind"));
            return this;
        }

        /**
         * Lets trusted codes of free products register too. By default only paid ones may.
         *
         * @param accept whether they may
         * @return this builder
         */
        public Builder acceptFreeProducts(boolean accept) {
            acceptFreeProducts = accept;
            return this;
        }

        /**
         * Goes without the proof: the answer's signature is not checked, and any server in AWS's place could have given
         * it. A redirected metering endpoint (AWS_ENDPOINT_URL…) is then ignored.
         *
         * @param publicKeyVersion the version to ask AWS for, 1 or more, when no key was added
         * @return this builder
         */
        public Builder unverified(int publicKeyVersion) {
            unverified = publicKeyVersion;
            return this;
        }

        /**
         * How long one registration may take in all, retries included. The default is 30 minutes, as AWS recommends.
         *
         * @param deadline 1 ms to 24 h; parts of a millisecond are rounded up
         * @return this builder
         */
        public Builder deadline(Duration deadline) {
            this.deadline = Objects.requireNonNull(deadline, "deadline");
            return this;
        }

        /**
         * Chooses what to do in a Region that AWS's documentation leaves out.
         *
         * @param policy what to do
         * @return this builder
         */
        public Builder regionPolicy(RegionPolicy policy) {
            regionPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets who receives the library's log: DEBUG for each source asked, INFO for what was resolved and each retry,
         * WARNING for what somebody should look at. By default nobody does. It is called on the thread that makes the
         * call, and must not use the same client; what it throws is dropped.
         *
         * @param logger such as {@code System.getLogger("mpmeter")}
         * @return this builder
         */
        public Builder logger(System.Logger logger) {
            this.logger = Objects.requireNonNull(logger, "logger");
            return this;
        }

        /**
         * Sets where the asynchronous calls run. The default is a daemon thread of its own for each call. A call blocks
         * the thread that it runs on.
         *
         * @param executor of platform threads
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Makes the client: reads the public keys and the environment. No file is opened, and nothing is sent.
         *
         * @return a client, to be closed
         * @throws PublicKeyException if a key cannot be used, or there is none and {@link #unverified(int)} was not
         * called
         * @throws InvalidArgumentException if an option is outside what is accepted
         */
        public MpmeterClient build() {
            return new MpmeterClient(this);
        }

        /**
         * Looks why a registration fails, or would fail, in the place where the program runs: platform, Region,
         * certificates, proxies, clock, endpoint, credentials, public keys, product codes. It changes nothing, and
         * takes a minute at most. A public key that cannot be used is found, not refused. An interrupt ends it.
         *
         * @param productCodes the codes that the program may register
         * @return what was found
         * @throws MpmeterException InvalidArgument, Cancelled
         */
        public Diagnosis diagnose(String... productCodes) {
            return diagnose(0, productCodes);
        }

        /**
         * The same, and sends one registration, and says what AWS's answer means.
         *
         * @param productCode the code to register
         * @return what was found
         * @throws MpmeterException InvalidArgument, Cancelled
         */
        public Diagnosis diagnoseAndRegister(String productCode) {
            return diagnose(1, productCode);
        }

        /**
         * Looks why metering fails, or would fail, in the place where the program runs: Region, role (by a dry run,
         * which meters nothing), the journal's place and content, names of dimensions, usage held, other senders. It
         * makes no journal and changes none, and needs no public key. An interrupt ends it.
         *
         * @param productCode the code of the product, or null: then AWS is not asked
         * @param journal the journal's path, which need not be there yet, or null
         * @param dimensions names of dimensions; the first is that of the dry run
         * @return what was found
         * @throws MpmeterException InvalidArgument, Cancelled
         */
        public Diagnosis diagnoseMetering(String productCode, Path journal, String... dimensions) {
            byte[] code = productCode == null ? null : Text.encode("The product code", productCode);
            byte[] path = journal == null ? null : Text.encode("The journal's path", journal.toString());
            byte[][] names = Arrays.stream(dimensions)
                    .map(name -> Text.encode("A dimension", Objects.requireNonNull(name, "dimension")))
                    .toArray(byte[][]::new);
            try (Options options = new Options(this);
                    Cancellation cancellation = new Cancellation()) {
                Outcome outcome = new Outcome(1, 1);
                return InterruptibleCall.run(
                        cancellation,
                        pointer -> outcome.of(
                                Native.diagnoseMetering(
                                        options.pointer(), code, path, names, pointer, outcome.texts, outcome.numbers),
                                Diagnosis::new));
            }
        }

        private Diagnosis diagnose(int flags, String... productCodes) {
            byte[][] codes = Arrays.stream(productCodes)
                    .map(code -> Text.encode("A product code", Objects.requireNonNull(code, "productCode")))
                    .toArray(byte[][]::new);
            try (Options options = new Options(this);
                    Cancellation cancellation = new Cancellation()) {
                Outcome outcome = new Outcome(1, 1);
                return InterruptibleCall.run(cancellation, pointer -> outcome.of(
                        Native.diagnose(options.pointer(), codes, flags, pointer, outcome.texts, outcome.numbers),
                        Diagnosis::new));
            }
        }
    }
}
