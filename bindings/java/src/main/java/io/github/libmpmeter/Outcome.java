package io.github.libmpmeter;

import java.util.function.BiFunction;

/** What a call in C fills: the texts and numbers of its result, or of its failure. */
final class Outcome {
    final Object[] texts;
    final long[] numbers;

    Outcome(int texts, int numbers) {
        this.texts = new Object[Math.max(texts, Failure.TEXTS)];
        this.numbers = new long[Math.max(numbers, Failure.NUMBERS)];
    }

    <T> T of(int status, BiFunction<Object[], long[], T> result) {
        check(status, texts, numbers);
        return result.apply(texts, numbers);
    }

    static void check(int status, Object[] texts, long[] numbers) {
        if (status != 0) {
            throw Failure.of(status, texts, numbers).exception();
        }
    }
}
