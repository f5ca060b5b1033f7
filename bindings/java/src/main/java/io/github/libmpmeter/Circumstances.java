package io.github.libmpmeter;

import java.io.Serializable;

/** What a registration and a failure both know: where the call ran, as whom, and what it took. */
final class Circumstances implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Nothing is known of a call that never reached the library. */
    static final Circumstances NONE = new Circumstances(new Object[5], 0, new long[2], 0);

    final String region;
    final String regionSource;
    final String credentialsSource;
    final String platform;
    final String requestId;
    final int attempts;
    final long elapsedMilliseconds;

    /** From these places on in what the C side filled. */
    Circumstances(Object[] texts, int text, long[] numbers, int number) {
        region = Text.decode(texts[text]);
        regionSource = Text.decode(texts[text + 1]);
        credentialsSource = Text.decode(texts[text + 2]);
        platform = Text.decode(texts[text + 3]);
        requestId = Text.decode(texts[text + 4]);
        attempts = (int) numbers[number];
        elapsedMilliseconds = numbers[number + 1];
    }
}
