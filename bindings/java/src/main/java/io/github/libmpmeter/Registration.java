package io.github.libmpmeter;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A registration that AWS accepted, and whose proof held. Immutable. */
public final class Registration {
    /** The places of its texts and numbers in the arrays that the C side fills. */
    static final int TEXTS = 10;
    static final int NUMBERS = 6;

    private final String productCode;
    private final String nonce;
    private final String signature;
    private final String publicKeyRotation;
    private final ProductKind productKind;
    private final int publicKeyVersion;
    private final boolean verified;
    private final long issuedAt;
    private final Circumstances circumstances;
    private final String json;

    Registration(Object[] texts, long[] numbers) {
        productCode = Text.decode(texts[0]);
        nonce = Text.decode(texts[1]);
        signature = Text.decode(texts[2]);
        publicKeyRotation = Text.decode(texts[3]);
        productKind = numbers[0] == ProductKind.PAID.number ? ProductKind.PAID : ProductKind.FREE;
        publicKeyVersion = (int) numbers[1];
        verified = numbers[2] != 0;
        issuedAt = numbers[3];
        circumstances = new Circumstances(texts, 4, numbers, 4);
        json = Text.decode(texts[9]);
    }

    /**
     * The ProductCode that was registered.
     *
     * @return never null
     */
    public String productCode() {
        return productCode;
    }

    /**
     * What the product code stands for.
     *
     * @return {@link ProductKind#FREE} if the code was trusted as free, else {@link ProductKind#PAID}
     */
    public ProductKind productKind() {
        return productKind;
    }

    /**
     * The PublicKeyVersion that AWS signed with.
     *
     * @return 1 or more
     */
    public int publicKeyVersion() {
        return publicKeyVersion;
    }

    /**
     * The nonce that was sent, and found in the proof.
     *
     * @return never null
     */
    public String nonce() {
        return nonce;
    }

    /**
     * Whether the signature was verified.
     *
     * @return false only with {@link MpmeterClient.Builder#unverified(int)}
     */
    public boolean isVerified() {
        return verified;
    }

    /**
     * The signed response; store it to verify it again.
     *
     * @return a JWT in compact form
     */
    public String signature() {
        return signature;
    }

    /**
     * AWS's PublicKeyRotationTimestamp as it was sent: this key version has expired, and a newer one is to be shipped.
     *
     * @return empty if there was none
     */
    public Optional<String> publicKeyRotation() {
        return Optional.ofNullable(publicKeyRotation);
    }

    /**
     * When AWS says that it issued the proof.
     *
     * @return empty if it does not say
     */
    public Optional<Instant> issuedAt() {
        return issuedAt == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(issuedAt));
    }

    /**
     * The Region that was registered in.
     *
     * @return empty for a token that was verified offline, as are the following
     */
    public Optional<String> region() {
        return Optional.ofNullable(circumstances.region);
    }

    /**
     * Where the Region was found.
     *
     * @return see {@link Region#source()}
     */
    public Optional<String> regionSource() {
        return Optional.ofNullable(circumstances.regionSource);
    }

    /**
     * Where the credentials came from.
     *
     * @return "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file" or
     *     "ec2-instance-role"
     */
    public Optional<String> credentialsSource() {
        return Optional.ofNullable(circumstances.credentialsSource);
    }

    /**
     * The platform.
     *
     * @return "ecs", "fargate", "eks", "ec2" or "none"
     */
    public Optional<String> platform() {
        return Optional.ofNullable(circumstances.platform);
    }

    /**
     * AWS's request id of the answer.
     *
     * @return empty if there is none
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(circumstances.requestId);
    }

    /**
     * How many RegisterUsage requests were tried.
     *
     * @return the accepted one included
     */
    public int attempts() {
        return circumstances.attempts;
    }

    /**
     * The time from the call to the answer.
     *
     * @return in milliseconds
     */
    public Duration elapsed() {
        return Duration.ofMillis(circumstances.elapsedMilliseconds);
    }

    /**
     * All of it, with the keys of {@code mpmeter register --json}; the signature is in it.
     *
     * @return one JSON object on one line
     */
    public String json() {
        return json;
    }

    @Override
    public String toString() {
        String region = circumstances.region;
        return "Registration[productCode=" + productCode + ", region=" + region + ", verified=" + verified + "]";
    }
}
