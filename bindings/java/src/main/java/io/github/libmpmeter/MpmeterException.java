package io.github.libmpmeter;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why a call failed. Each {@link Status} but {@link Status#OK} has a class of its own, such as {@link
 * CustomerNotEntitledException}. It holds no secret.
 */
public class MpmeterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    MpmeterException(Failure failure) {
        super(failure.message);
        this.failure = failure;
    }

    /**
     * Which failure it is.
     *
     * @return never {@link Status#OK}
     */
    public Status status() {
        return failure.status;
    }

    /**
     * What to do.
     *
     * @return {@link Action#RETRY} or {@link Action#TERMINATE}
     */
    public Action action() {
        return failure.status.action();
    }

    /**
     * What to do about it, for the engineer on duty.
     *
     * @return one or more sentences
     */
    public String fix() {
        return failure.fix;
    }

    /**
     * The HTTP status of the answer that caused it.
     *
     * @return empty if there was no answer
     */
    public OptionalInt httpStatus() {
        return failure.httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(failure.httpStatus);
    }

    /**
     * The error type that AWS answered, such as "CustomerNotEntitledException".
     *
     * @return empty if AWS answered none
     */
    public Optional<String> awsType() {
        return Optional.ofNullable(failure.awsType);
    }

    /**
     * AWS's request id, for a support case.
     *
     * @return empty if there is none
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(failure.circumstances.requestId);
    }

    /**
     * The Region that was used.
     *
     * @return empty if the call did not get so far
     */
    public Optional<String> region() {
        return Optional.ofNullable(failure.circumstances.region);
    }

    /**
     * Where the Region was found.
     *
     * @return see {@link Region#source()}; empty if it was not found
     */
    public Optional<String> regionSource() {
        return Optional.ofNullable(failure.circumstances.regionSource);
    }

    /**
     * Where the credentials came from.
     *
     * @return see {@link Registration#credentialsSource()}; empty if there were none
     */
    public Optional<String> credentialsSource() {
        return Optional.ofNullable(failure.circumstances.credentialsSource);
    }

    /**
     * The platform.
     *
     * @return "ecs", "fargate", "eks", "ec2" or "none"; empty for a call that does not look
     */
    public Optional<String> platform() {
        return Optional.ofNullable(failure.circumstances.platform);
    }

    /**
     * How many RegisterUsage requests were tried.
     *
     * @return 0 or more
     */
    public int attempts() {
        return failure.circumstances.attempts;
    }

    /**
     * The time from the call to its failure.
     *
     * @return in milliseconds
     */
    public Duration elapsed() {
        return Duration.ofMillis(failure.circumstances.elapsedMilliseconds);
    }

    /**
     * Everything that is known as one line for a log, as mpmeter_error_text() writes it.
     *
     * @return "MPMETER_E_… (terminate): what happened. Fix: what to do. [region=eu-west-3 … attempts=1 elapsed_ms=12]"
     */
    public String text() {
        return failure.text();
    }

    /**
     * All of it for a structured log, with the keys of {@code mpmeter register --json}.
     *
     * @return one JSON object on one line
     */
    public String json() {
        return failure.json();
    }

    /** The message, and the status's name, as {@link Throwable#toString()} shows it. */
    @Override
    public String toString() {
        return getClass().getName() + ": " + getMessage() + " (" + status().constant() + ")";
    }

    /** The same failure, with the reason that only Java knows. */
    MpmeterException because(String message) {
        return failure.because(message).exception();
    }

    static MpmeterException invalid(String message) {
        return Failure.of(Status.INVALID_ARGUMENT, Objects.requireNonNull(message)).exception();
    }
}
