package io.github.libmpmeter;

/**
 * The functions of the C header, as src/main/c/mpmeter_jni.c offers them. A status is the returned number; texts are
 * UTF-8 in byte arrays without a NUL; handles are addresses, which only {@link Handle}, {@link Cancellation} and {@link
 * Options} keep.
 */
final class Native {
    static {
        NativeLibrary.load();
    }

    private Native() {}

    static native byte[] version();

    static native int statusCount();

    static native int statusAt(int index);

    static native byte[] statusName(int status);

    static native int statusAction(int status);

    static native int optionsNew(long[] options);

    static native void optionsFree(long options);

    // generated: options, by make generate
    static native int addPublicKey(long options, int version, byte[] pem);

    static native int setMinimumKeyBits(long options, int bits);

    static native int trustProduct(long options, byte[] productCode, int kind);

    static native int acceptFreeProducts(long options, boolean accept);

    static native int setUnverified(long options, int publicKeyVersion);

    static native int setDeadlineMs(long options, long milliseconds);

    static native int setAppId(long options, byte[] appId);

    static native int setRegionPolicy(long options, int policy);
    // end of generated

    /** The sink is held until the log is freed, which must be after the last call of what was made from the options. */
    static native int setLog(long options, LogSink sink, long[] log);

    static native void logFree(long log);

    static native int cancellationNew(long[] cancellation);

    static native void cancellationFree(long cancellation);

    static native void cancel(long cancellation);

    static native int clientNew(long options, long[] client, Object[] texts, long[] numbers);

    static native void clientFree(long client);

    static native int registerUsage(
            long client, byte[] productCode, byte[] nonce, long cancellation, Object[] texts, long[] numbers);

    static native int verify(
            long client, byte[] token, byte[] productCode, int version, byte[] nonce, Object[] texts, long[] numbers);

    static native int findRegion(long client, long cancellation, Object[] texts, long[] numbers);

    static native int endpoint(byte[] region, int kinds, Object[] url);

    static native int diagnose(
            long options, byte[][] productCodes, int flags, long cancellation, Object[] texts, long[] numbers);

    static native int diagnoseMetering(
            long options,
            byte[] productCode,
            byte[] journal,
            byte[][] dimensions,
            long cancellation,
            Object[] texts,
            long[] numbers);

    static native int meterOpen(
            long client, byte[] productCode, byte[] journal, int flags, long[] meter, Object[] texts, long[] numbers);

    static native void meterFree(long meter);

    static native int meterCheck(long meter, byte[] dimension, long cancellation, Object[] texts, long[] numbers);

    static native int meterAdd(
            long meter,
            byte[] dimension,
            byte[] quantity,
            byte[][] tagKeys,
            byte[][] tagValues,
            Object[] texts,
            long[] numbers);

    static native int meterSend(long meter, int flags, long cancellation, Object[] texts, long[] numbers);

    static native int meterNextDue(long meter, long[] milliseconds, Object[] texts, long[] numbers);

    /** The first text is the report. */
    static native int meterReport(long meter, Object[] texts, long[] numbers);

    static native int journalReport(byte[] journal, Object[] texts, long[] numbers);

    /** The first text is the record's id, or null. */
    static native int meterUsage(
            long client,
            byte[] productCode,
            byte[] dimension,
            byte[] quantity,
            long timestamp,
            byte[] clientToken,
            int flags,
            long cancellation,
            Object[] texts,
            long[] numbers);
}
