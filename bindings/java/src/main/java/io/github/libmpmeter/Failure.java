package io.github.libmpmeter;

/** What is known of a failure, before it is an exception. */
final class Failure {
    /** The places of an error's texts and numbers in the arrays that the C side fills. */
    static final int TEXTS = 8;
    static final int NUMBERS = 3;

    Status status;
    String message;
    String fix;
    String awsType;
    String requestId;
    String region;
    String regionSource;
    String credentialsSource;
    String platform;
    int httpStatus;
    int attempts;
    long elapsedMilliseconds;

    private Failure() {}

    static Failure of(Status status, String message) {
        Failure failure = new Failure();
        failure.status = status;
        failure.message = message;
        failure.fix = status.fix();
        return failure;
    }

    /** A number that this release does not know, from a newer library, is INTERNAL. */
    static Failure of(int number, Object[] texts, long[] numbers) {
        Status status = Status.of(number);
        Failure failure = of(status, status.message());
        if (texts[0] == null) {
            return failure;
        }
        failure.message = Text.decode(texts[0]);
        failure.fix = Text.decode(texts[1]);
        failure.awsType = Text.decode(texts[2]);
        failure.requestId = Text.decode(texts[3]);
        failure.region = Text.decode(texts[4]);
        failure.regionSource = Text.decode(texts[5]);
        failure.credentialsSource = Text.decode(texts[6]);
        failure.platform = Text.decode(texts[7]);
        failure.httpStatus = (int) numbers[0];
        failure.attempts = (int) numbers[1];
        failure.elapsedMilliseconds = numbers[2];
        return failure;
    }

    MpmeterException exception() {
        return ExceptionOf.of(this);
    }
}
