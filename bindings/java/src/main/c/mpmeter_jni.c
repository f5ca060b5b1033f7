/* Decides how each method of io.github.libmpmeter.Native calls the C header: it converts, calls, and converts back. */
#include <stdint.h>
#include <stdlib.h>

#include "log.h"
#include "meter.h"
#include "values.h"

static void store(JNIEnv *env, jlongArray place, const void *pointer) {
    const jlong number = NUMBER(pointer);
    (*env)->SetLongArrayRegion(env, place, 0, 1, &number);
}

/* ---- The library ---- */

static jbyteArray version(JNIEnv *env, jclass type) { return (void)type, text_java(env, mpmeter_version()); }

static jint status_count(JNIEnv *env, jclass type) { return (void)env, (void)type, mpmeter_status_count(); }

static jint status_at(JNIEnv *env, jclass type, jint index) { return (void)env, (void)type, mpmeter_status_at(index); }

static jbyteArray status_name(JNIEnv *env, jclass type, jint status) {
    (void)type;
    return text_java(env, mpmeter_status_name(status));
}

static jint status_action(JNIEnv *env, jclass type, jint status) {
    (void)env, (void)type;
    return mpmeter_status_action(status);
}

/* ---- Options ---- */

static jint options_new(JNIEnv *env, jclass type, jlongArray out_options) {
    (void)type;
    mpmeter_options *options = NULL;
    const mpmeter_status status = mpmeter_options_new(&options);
    store(env, out_options, options);
    return status;
}

static void options_free(JNIEnv *env, jclass type, jlong options) {
    (void)env, (void)type;
    mpmeter_options_free(OBJECT(mpmeter_options, options));
}

/* generated: options, by make generate */
static jint add_public_key(JNIEnv *env, jclass type, jlong options, jint version, jbyteArray pem) {
    (void)type;
    int failed = 0;
    char *text = text_copy(env, pem, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status = mpmeter_options_add_public_key(OBJECT(mpmeter_options, options), version, text);
    free(text);
    return status;
}

static jint set_minimum_key_bits(JNIEnv *env, jclass type, jlong options, jint bits) {
    (void)env, (void)type;
    return mpmeter_options_set_minimum_key_bits(OBJECT(mpmeter_options, options), bits);
}

static jint trust_product(JNIEnv *env, jclass type, jlong options, jbyteArray product_code, jint kind) {
    (void)type;
    int failed = 0;
    char *text = text_copy(env, product_code, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status = mpmeter_options_trust_product(OBJECT(mpmeter_options, options), text, kind);
    free(text);
    return status;
}

static jint accept_free_products(JNIEnv *env, jclass type, jlong options, jboolean accept) {
    (void)env, (void)type;
    return mpmeter_options_accept_free_products(OBJECT(mpmeter_options, options), accept);
}

static jint set_unverified(JNIEnv *env, jclass type, jlong options, jint public_key_version) {
    (void)env, (void)type;
    return mpmeter_options_set_unverified(OBJECT(mpmeter_options, options), public_key_version);
}

static jint set_deadline_ms(JNIEnv *env, jclass type, jlong options, jlong milliseconds) {
    (void)env, (void)type;
    return mpmeter_options_set_deadline_ms(OBJECT(mpmeter_options, options), milliseconds);
}

static jint set_app_id(JNIEnv *env, jclass type, jlong options, jbyteArray app_id) {
    (void)type;
    int failed = 0;
    char *text = text_copy(env, app_id, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status = mpmeter_options_set_app_id(OBJECT(mpmeter_options, options), text);
    free(text);
    return status;
}

static jint set_region_policy(JNIEnv *env, jclass type, jlong options, jint policy) {
    (void)env, (void)type;
    return mpmeter_options_set_region_policy(OBJECT(mpmeter_options, options), policy);
}
/* end of generated */

static jint set_log(JNIEnv *env, jclass type, jlong options, jobject sink, jlongArray out_log) {
    (void)type;
    struct log *log = log_new(env, sink);
    if (log == NULL) {
        if (!(*env)->ExceptionCheck(env)) out_of_memory(env);
        return MPMETER_E_OUT_OF_MEMORY;
    }
    const mpmeter_status status =
        mpmeter_options_set_log(OBJECT(mpmeter_options, options), log_line, log, MPMETER_LOG_DEBUG);
    store(env, out_log, log);
    return status;
}

static void free_log(JNIEnv *env, jclass type, jlong log) {
    (void)type;
    log_free(env, OBJECT(struct log, log));
}

/* ---- Cancellation ---- */

static jint cancellation_new(JNIEnv *env, jclass type, jlongArray out_cancellation) {
    (void)type;
    mpmeter_cancellation *cancellation = NULL;
    const mpmeter_status status = mpmeter_cancellation_new(&cancellation);
    store(env, out_cancellation, cancellation);
    return status;
}

static void cancellation_free(JNIEnv *env, jclass type, jlong cancellation) {
    (void)env, (void)type;
    mpmeter_cancellation_free(OBJECT(mpmeter_cancellation, cancellation));
}

static void cancel(JNIEnv *env, jclass type, jlong cancellation) {
    (void)env, (void)type;
    mpmeter_cancellation_cancel(OBJECT(mpmeter_cancellation, cancellation));
}

/* ---- Calls ---- */

static jint client_new(JNIEnv *env, jclass type, jlong options, jlongArray out_client, jobjectArray texts,
                       jlongArray numbers) {
    (void)type;
    mpmeter_client *client = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_client_new(OBJECT(mpmeter_options, options), &client, &error);
    store(env, out_client, client);
    return take_error(env, status, error, texts, numbers);
}

static void client_free(JNIEnv *env, jclass type, jlong client) {
    (void)env, (void)type;
    mpmeter_client_free(OBJECT(mpmeter_client, client));
}

static jint register_usage(JNIEnv *env, jclass type, jlong client, jbyteArray product_code, jbyteArray nonce,
                           jlong cancellation, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *code = text_copy(env, product_code, &failed);
    char *chosen = failed ? NULL : text_copy(env, nonce, &failed);
    if (!failed)
        status = mpmeter_register_usage(OBJECT(mpmeter_client, client), code, chosen,
                                        OBJECT(mpmeter_cancellation, cancellation), &registration, &error);
    free(code);
    free(chosen);
    if (status == MPMETER_OK) take_registration(env, registration, texts, numbers);
    return take_error(env, status, error, texts, numbers);
}

static jint verify(JNIEnv *env, jclass type, jlong client, jbyteArray token, jbyteArray product_code,
                   jint public_key_version, jbyteArray nonce, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_registration *registration = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    char *signed_text = text_copy(env, token, &failed);
    char *code = failed ? NULL : text_copy(env, product_code, &failed);
    char *repeated = failed ? NULL : text_copy(env, nonce, &failed);
    if (!failed)
        status = mpmeter_verify(OBJECT(mpmeter_client, client), signed_text, code, public_key_version, repeated,
                                &registration, &error);
    free(signed_text);
    free(code);
    free(repeated);
    if (status == MPMETER_OK) take_registration(env, registration, texts, numbers);
    return take_error(env, status, error, texts, numbers);
}

static jint find_region(JNIEnv *env, jclass type, jlong client, jlong cancellation, jobjectArray texts,
                        jlongArray numbers) {
    (void)type;
    mpmeter_region *region = NULL;
    mpmeter_error *error = NULL;
    const mpmeter_status status = mpmeter_region_find(OBJECT(mpmeter_client, client),
                                                      OBJECT(mpmeter_cancellation, cancellation), &region, &error);
    if (status == MPMETER_OK) take_region(env, region, texts, numbers);
    return take_error(env, status, error, texts, numbers);
}

static jint endpoint(JNIEnv *env, jclass type, jbyteArray region, jint kinds, jobjectArray out_url) {
    (void)type;
    int failed = 0;
    char *url = NULL;
    char *name = text_copy(env, region, &failed);
    if (failed) return MPMETER_E_OUT_OF_MEMORY;
    const mpmeter_status status = mpmeter_endpoint(name, (uint32_t)kinds, &url);
    free(name);
    jbyteArray bytes = text_java(env, url);
    mpmeter_string_free(url);
    if (bytes != NULL) (*env)->SetObjectArrayElement(env, out_url, 0, bytes);
    return status;
}

static jint diagnose(JNIEnv *env, jclass type, jlong options, jobjectArray product_codes, jint flags,
                     jlong cancellation, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    const jsize count = (*env)->GetArrayLength(env, product_codes);
    char **codes = texts_copy(env, product_codes, count, &failed);
    if (!failed)
        status = mpmeter_diagnose(OBJECT(mpmeter_options, options), (const char *const *)codes, count, (uint32_t)flags,
                                  OBJECT(mpmeter_cancellation, cancellation), &diagnosis, &error);
    texts_free(codes, count);
    if (status == MPMETER_OK) take_diagnosis(env, diagnosis, texts, numbers);
    return take_error(env, status, error, texts, numbers);
}

static jint diagnose_metering(JNIEnv *env, jclass type, jlong options, jbyteArray product_code, jbyteArray journal,
                              jobjectArray dimensions, jlong cancellation, jobjectArray texts, jlongArray numbers) {
    (void)type;
    mpmeter_status status = MPMETER_E_OUT_OF_MEMORY;
    mpmeter_diagnosis *diagnosis = NULL;
    mpmeter_error *error = NULL;
    int failed = 0;
    const jsize count = (*env)->GetArrayLength(env, dimensions);
    char *code = text_copy(env, product_code, &failed);
    char *path = text_copy(env, journal, &failed);
    char **names = texts_copy(env, dimensions, count, &failed);
    if (!failed)
        status = mpmeter_diagnose_metering(OBJECT(mpmeter_options, options), code, path, (const char *const *)names,
                                           count, 0, OBJECT(mpmeter_cancellation, cancellation), &diagnosis, &error);
    free(code);
    free(path);
    texts_free(names, count);
    if (status == MPMETER_OK) take_diagnosis(env, diagnosis, texts, numbers);
    return take_error(env, status, error, texts, numbers);
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *machine, void *reserved) {
    static const JNINativeMethod methods[] = {
        METHOD("version", "()[B", version),
        METHOD("statusCount", "()I", status_count),
        METHOD("statusAt", "(I)I", status_at),
        METHOD("statusName", "(I)[B", status_name),
        METHOD("statusAction", "(I)I", status_action),
        METHOD("optionsNew", "([J)I", options_new),
        METHOD("optionsFree", "(J)V", options_free),
        /* generated: methods of options, by make generate */
        METHOD("addPublicKey", "(JI[B)I", add_public_key),
        METHOD("setMinimumKeyBits", "(JI)I", set_minimum_key_bits),
        METHOD("trustProduct", "(J[BI)I", trust_product),
        METHOD("acceptFreeProducts", "(JZ)I", accept_free_products),
        METHOD("setUnverified", "(JI)I", set_unverified),
        METHOD("setDeadlineMs", "(JJ)I", set_deadline_ms),
        METHOD("setAppId", "(J[B)I", set_app_id),
        METHOD("setRegionPolicy", "(JI)I", set_region_policy),
        /* end of generated */
        METHOD("setLog", "(JLio/github/libmpmeter/LogSink;[J)I", set_log),
        METHOD("logFree", "(J)V", free_log),
        METHOD("cancellationNew", "([J)I", cancellation_new),
        METHOD("cancellationFree", "(J)V", cancellation_free),
        METHOD("cancel", "(J)V", cancel),
        METHOD("clientNew", "(J[J[Ljava/lang/Object;[J)I", client_new),
        METHOD("clientFree", "(J)V", client_free),
        METHOD("registerUsage", "(J[B[BJ[Ljava/lang/Object;[J)I", register_usage),
        METHOD("verify", "(J[B[BI[B[Ljava/lang/Object;[J)I", verify),
        METHOD("findRegion", "(JJ[Ljava/lang/Object;[J)I", find_region),
        METHOD("endpoint", "([BI[Ljava/lang/Object;)I", endpoint),
        METHOD("diagnose", "(J[[BIJ[Ljava/lang/Object;[J)I", diagnose),
        METHOD("diagnoseMetering", "(J[B[B[[BJ[Ljava/lang/Object;[J)I", diagnose_metering),
    };
    (void)reserved;
    JNIEnv *env = NULL;
    if ((*machine)->GetEnv(machine, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return JNI_ERR;
    jclass type = (*env)->FindClass(env, "io/github/libmpmeter/Native");
    const jint count = (jint)(sizeof methods / sizeof methods[0]);
    if (type == NULL || (*env)->RegisterNatives(env, type, methods, count) != 0 || meter_register(env, type) != 0 ||
        log_prepare(env) != 0)
        return JNI_ERR;
    (*env)->DeleteLocalRef(env, type);
    return JNI_VERSION_1_8;
}
