package io.github.libmpmeter;

import java.io.Serializable;

/** What is known of a failure. */
final class Failure implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The places of an error's texts and numbers in the arrays that the C side fills. */
    static final int TEXTS = 10;
    static final int NUMBERS = 3;

    final Status status;
    final String message;
    final String fix;
    final String awsType;
    final int httpStatus;
    final Circumstances circumstances;
    private final String text;
    private final String json;

    private Failure(Status status, String message, String awsType, int httpStatus, Circumstances circumstances) {
        this.status = status;
        this.message = message;
        this.fix = status.fix();
        this.awsType = awsType;
        this.httpStatus = httpStatus;
        this.circumstances = circumstances;
        text = null;
        json = null;
    }

    private Failure(Status status, Object[] texts, long[] numbers) {
        this.status = status;
        message = Text.decode(texts[0]);
        fix = Text.decode(texts[1]);
        awsType = Text.decode(texts[2]);
        circumstances = new Circumstances(texts, 3, numbers, 1);
        text = Text.decode(texts[8]);
        json = Text.decode(texts[9]);
        httpStatus = (int) numbers[0];
    }

    /** One that Java found itself. */
    static Failure of(Status status, String message) {
        return new Failure(status, message, null, 0, Circumstances.NONE);
    }

    /** A number that this release does not know, from a newer library, is INTERNAL. */
    static Failure of(int number, Object[] texts, long[] numbers) {
        Status status = Status.of(number);
        return texts[0] == null ? of(status, status.message()) : new Failure(status, texts, numbers);
    }

    /** The same, with the reason that only Java knows. */
    Failure because(String reason) {
        return new Failure(status, reason, awsType, httpStatus, circumstances);
    }

    /** The library's own line, or one that is made as it is. */
    String text() {
        if (text != null) {
            return text;
        }
        StringBuilder line = new StringBuilder(status.constant());
        line.append(" (").append(action()).append("): ").append(sentence(message));
        if (!fix.isEmpty()) {
            line.append(" Fix: ").append(sentence(fix));
        }
        line.append(" [");
        append(line, "region", circumstances.region);
        append(line, "region_source", circumstances.regionSource);
        append(line, "credentials_source", circumstances.credentialsSource);
        append(line, "platform", circumstances.platform);
        append(line, "request_id", circumstances.requestId);
        append(line, "aws_type", awsType);
        append(line, "http_status", httpStatus == 0 ? null : Integer.toString(httpStatus));
        line.append("attempts=").append(circumstances.attempts);
        line.append(" elapsed_ms=").append(circumstances.elapsedMilliseconds).append(']');
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

    String json() {
        if (json != null) {
            return json;
        }
        return "{\"status\": \"" + status.constant() + "\", \"code\": " + status.code() + ", \"action\": \"" + action()
                + "\", \"message\": " + Text.json(message) + ", \"fix\": " + Text.json(fix)
                + ", \"attempts\": " + circumstances.attempts
                + ", \"elapsed_ms\": " + circumstances.elapsedMilliseconds + "}";
    }

    private String action() {
        return status.action() == Action.RETRY ? "retry" : "terminate";
    }

    MpmeterException exception() {
        return ExceptionOf.of(this);
    }
}
