package io.github.libmpmeter;

/** Why a registration would fail in the place where the program runs. Immutable. It holds no secret. */
public final class Diagnosis {
    private final Status status;
    private final String json;

    Diagnosis(Object[] texts, long[] numbers) {
        status = Status.of((int) numbers[0]);
        json = Text.decode(texts[0]);
    }

    /**
     * What a registration would end with, as far as can be told. It is advice, and no proof: a program starts only
     * after {@link MpmeterClient#registerUsage(String)}.
     *
     * @return the status of the first check that failed, or {@link Status#OK}
     */
    public Status status() {
        return status;
    }

    /**
     * The whole of it. {@code mpmeter_diagnosis_json()} in the C header lists the keys.
     *
     * @return one JSON object on one line
     */
    public String json() {
        return json;
    }

    @Override
    public String toString() {
        return json;
    }
}
