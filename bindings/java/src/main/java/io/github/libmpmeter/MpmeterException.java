package io.github.libmpmeter;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why a call failed. Each {@link Status} but {@link Status#OK} has a class of its own, such as {@link
 * CustomerNotEntitledException}. It holds no secret.
 */
public class MpmeterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;
    private final String fix;
    private final String awsType;
    private final String requestId;
    private final String region;
    private final String regionSource;
    private final String credentialsSource;
    private final String platform;
    private final int httpStatus;
    private final int attempts;
    private final long elapsedMilliseconds;

    MpmeterException(Failure failure) {
        super(failure.message);
        status = failure.status;
        fix = failure.fix;
        awsType = failure.awsType;
        requestId = failure.requestId;
        region = failure.region;
        regionSource = failure.regionSource;
        credentialsSource = failure.credentialsSource;
        platform = failure.platform;
        httpStatus = failure.httpStatus;
        attempts = failure.attempts;
        elapsedMilliseconds = failure.elapsedMilliseconds;
    }

    /**
     * Which failure it is.
     *
     * @return never {@link Status#OK}
     */
    public Status status() {
        return status;
    }

    /**
     * What to do.
     *
     * @return {@link Action#RETRY} or {@link Action#TERMINATE}
     */
    public Action action() {
        return status.action();
    }

    /**
     * What to do about it, for the engineer on duty.
     *
     * @return one or more sentences
     */
    public String fix() {
        return fix;
    }

    /**
     * The HTTP status of the answer that caused it.
     *
     * @return empty if there was no answer
     */
    public OptionalInt httpStatus() {
        return httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
    }

    /**
     * The error type that AWS answered, such as "CustomerNotEntitledException".
     *
     * @return empty if AWS answered none
     */
    public Optional<String> awsType() {
        return Optional.ofNullable(awsType);
    }

    /**
     * AWS's request id, for a support case.
     *
     * @return empty if there is none
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /**
     * The Region that was used.
     *
     * @return empty if the call did not get so far
     */
    public Optional<String> region() {
        return Optional.ofNullable(region);
    }

    /**
     * Where the Region was found.
     *
     * @return see {@link Region#source()}; empty if it was not found
     */
    public Optional<String> regionSource() {
        return Optional.ofNullable(regionSource);
    }

    /**
     * Where the credentials came from.
     *
     * @return see {@link Registration#credentialsSource()}; empty if there were none
     */
    public Optional<String> credentialsSource() {
        return Optional.ofNullable(credentialsSource);
    }

    /**
     * The platform.
     *
     * @return "ecs", "fargate", "eks", "ec2" or "none"; empty for a call that does not look
     */
    public Optional<String> platform() {
        return Optional.ofNullable(platform);
    }

    /**
     * How many RegisterUsage requests were tried.
     *
     * @return 0 or more
     */
    public int attempts() {
        return attempts;
    }

    /**
     * The time from the call to its failure.
     *
     * @return in milliseconds
     */
    public Duration elapsed() {
        return Duration.ofMillis(elapsedMilliseconds);
    }

    /**
     * Everything that is known as one line for a log, as mpmeter_error_text() writes it.
     *
     * @return "MPMETER_E_… (terminate): what happened. Fix: what to do. [region=eu-west-3 … attempts=1 elapsed_ms=12]"
     */
    public String text() {
        StringBuilder line = new StringBuilder(status.constant());
        line.append(" (").append(action().name().toLowerCase(Locale.ROOT)).append("): ").append(sentence(getMessage()));
        if (!fix.isEmpty()) {
            line.append(" Fix: ").append(sentence(fix));
        }
        line.append(" [");
        append(line, "region", region);
        append(line, "region_source", regionSource);
        append(line, "credentials_source", credentialsSource);
        append(line, "platform", platform);
        append(line, "request_id", requestId);
        append(line, "aws_type", awsType);
        append(line, "http_status", httpStatus == 0 ? null : Integer.toString(httpStatus));
        line.append("attempts=").append(attempts).append(" elapsed_ms=").append(elapsedMilliseconds).append(']');
        // What would move a terminal's cursor becomes a space: the message may quote a server.
        return line.toString().replaceAll("[\\p{Cc}\\x{2028}\\x{2029}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]", " ");
    }

    private static String sentence(String text) {
        return text.matches("(?s).*[.!?…]") ? text : text + ".";
    }

    /** In quotes, if a reader could not tell the value from the rest of the line. */
    private static void append(StringBuilder line, String key, String value) {
        if (value != null) {
            boolean plain = value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == ']' || c == '=');
            line.append(key).append('=').append(plain ? value : '"' + value + '"').append(' ');
        }
    }

    /** The message, and the status's name, as {@link Throwable#toString()} shows it. */
    @Override
    public String toString() {
        return getClass().getName() + ": " + getMessage() + " (" + status.constant() + ")";
    }

    /** The same failure, with the reason that only Java knows. */
    MpmeterException because(String message) {
        Failure failure = Failure.of(status, message);
        failure.awsType = awsType;
        failure.requestId = requestId;
        failure.region = region;
        failure.regionSource = regionSource;
        failure.credentialsSource = credentialsSource;
        failure.platform = platform;
        failure.httpStatus = httpStatus;
        failure.attempts = attempts;
        failure.elapsedMilliseconds = elapsedMilliseconds;
        return failure.exception();
    }

    static MpmeterException invalid(String message) {
        return Failure.of(Status.INVALID_ARGUMENT, Objects.requireNonNull(message)).exception();
    }
}
