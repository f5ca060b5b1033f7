/* Decides how the methods of io.github.libmpmeter.Native that meter usage call the C header. */
#include "meter.h"

#include <stdint.h>
#include <stdlib.h>

#include "values.h"

static mpmeter_meter *meter_of(jlong number) { return OBJECT(mpmeter_meter, number); }

/* A text that the library handed out goes to the array's first place, and is freed. */
static jint take_string(JNIEnv *env, mpmeter_status status, char *string, jobjectArray texts) {
    if (status == MPMETER_OK && string != NULL) {
        jbyteArray bytes = text_java(env, string);
        if (bytes != NULL) (*env)->SetObjectArrayElement(env, texts, 0, bytes);
    }
    mpmeter_string_free(string);
    return status;
}

static jint meter_open(JNIEnv *env, jclass type, jlong client, jbyteArray product_code, jbyteArray journal, jint flags,
                       jlongArray out_meter, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_meter *meter = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *code = text_copy(env, product_code, &failed);
    char *path = failed ? NULL : text_copy(env, journal, &failed);
    if (!failed)
        status = mpmeter_meter_open(OBJECT(mpmeter_client, client), code, path, (uint32_t)flags, &meter, &error);
    free(code);
    free(path);
    const jlong number = NUMBER(meter);
    if (status == MPMETER_OK) (*env)->SetLongArrayRegion(env, out_meter, 0, 1, &number);
    return take_error(env, status, error, texts, numbers);
}

static void meter_free(JNIEnv *env, jclass type, jlong meter) {
    (void)env, (void)type;
    mpmeter_meter_free(meter_of(meter));
}

static jint meter_check(JNIEnv *env, jclass type, jlong meter, jbyteArray dimension, jlong cancellation,
                        jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *name = text_copy(env, dimension, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status =
        mpmeter_meter_check(meter_of(meter), name, OBJECT(mpmeter_cancellation, cancellation), &error);
    free(name);
    return take_error(env, status, error, texts, numbers);
}

static jint meter_add(JNIEnv *env, jclass type, jlong meter, jbyteArray dimension, jbyteArray quantity,
                      jobjectArray tag_keys, jobjectArray tag_values, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_error *error = NULL;
    int failed = 0;
    const jsize count = (*env)->GetArrayLength(env, tag_keys);
    char *name = text_copy(env, dimension, &failed);
    char *amount = failed ? NULL : text_copy(env, quantity, &failed);
    char **keys = failed ? NULL : texts_copy(env, tag_keys, count, &failed);
    char **values = failed ? NULL : texts_copy(env, tag_values, count, &failed);
    if (!failed)
        status = mpmeter_meter_add(meter_of(meter), name, amount, (const char *const *)keys,
                                   (const char *const *)values, count, &error);
    free(name);
    free(amount);
    texts_free(keys, count);
    texts_free(values, count);
    return take_error(env, status, error, texts, numbers);
}

static jint meter_send(JNIEnv *env, jclass type, jlong meter, jint flags, jlong cancellation, jobjectArray texts,
                       jlongArray numbers) {
    (void)type;
    mpmeter_error *error = NULL;
    const mpmeter_status status =
        mpmeter_meter_send(meter_of(meter), (uint32_t)flags, OBJECT(mpmeter_cancellation, cancellation), &error);
    return take_error(env, status, error, texts, numbers);
}

static jint meter_next_due(JNIEnv *env, jclass type, jlong meter, jlongArray out_milliseconds, jobjectArray texts,
                           jlongArray numbers) {
    (void)type;
    int64_t milliseconds = 0;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_meter_next_due(meter_of(meter), &milliseconds, &error);
    const jlong number = milliseconds;
    if (status == MPMETER_OK) (*env)->SetLongArrayRegion(env, out_milliseconds, 0, 1, &number);
    return take_error(env, status, error, texts, numbers);
}

static jint meter_report(JNIEnv *env, jclass type, jlong meter, jobjectArray texts, jlongArray numbers) {
    (void)type;
    char *json = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_meter_report(meter_of(meter), &json, &error);
    return take_string(env, take_error(env, status, error, texts, numbers), json, texts);
}

static jint journal_report(JNIEnv *env, jclass type, jbyteArray journal, jobjectArray texts, jlongArray numbers) {
    (void)type;
    char *json = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *path = text_copy(env, journal, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status = mpmeter_journal_report(path, &json, &error);
    free(path);
    return take_string(env, take_error(env, status, error, texts, numbers), json, texts);
}

static jint meter_usage(JNIEnv *env, jclass type, jlong client, jbyteArray product_code, jbyteArray dimension,
                        jbyteArray quantity, jlong timestamp, jbyteArray client_token, jint flags, jlong cancellation,
                        jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    char *record_id = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *code = text_copy(env, product_code, &failed);
    char *name = failed ? NULL : text_copy(env, dimension, &failed);
    char *amount = failed ? NULL : text_copy(env, quantity, &failed);
    char *token = failed ? NULL : text_copy(env, client_token, &failed);
    if (!failed)
        status = mpmeter_meter_usage(OBJECT(mpmeter_client, client), code, name, amount, timestamp, token,
                                     (uint32_t)flags, OBJECT(mpmeter_cancellation, cancellation), &record_id, &error);
    free(code);
    free(name);
    free(amount);
    free(token);
    return take_string(env, take_error(env, status, error, texts, numbers), record_id, texts);
}

jint meter_register(JNIEnv *env, jclass type) {
    static const JNINativeMethod methods[] = {
        METHOD("meterOpen", "(J[B[BI[J[Ljava/lang/Object;[J)I", meter_open),
        METHOD("meterFree", "(J)V", meter_free),
        METHOD("meterCheck", "(J[BJ[Ljava/lang/Object;[J)I", meter_check),
        METHOD("meterAdd", "(J[B[B[[B[[B[Ljava/lang/Object;[J)I", meter_add),
        METHOD("meterSend", "(JIJ[Ljava/lang/Object;[J)I", meter_send),
        METHOD("meterNextDue", "(J[J[Ljava/lang/Object;[J)I", meter_next_due),
        METHOD("meterReport", "(J[Ljava/lang/Object;[J)I", meter_report),
        METHOD("journalReport", "([B[Ljava/lang/Object;[J)I", journal_report),
        METHOD("meterUsage", "(J[B[B[BJ[BIJ[Ljava/lang/Object;[J)I", meter_usage),
    };
    return (*env)->RegisterNatives(env, type, methods, (jint)(sizeof methods / sizeof methods[0]));
}
