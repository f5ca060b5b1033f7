/* Decides the places of texts and numbers in the arrays that Java reads: Failure, Registration, Region, Diagnosis. */
#include "values.h"

#include <stdlib.h>
#include <string.h>

void out_of_memory(JNIEnv *env) {
    jclass type = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
    if (type != NULL) (*env)->ThrowNew(env, type, "mpmeter");
}

char *text_copy(JNIEnv *env, jbyteArray bytes, int *out_failed) {
    if (bytes == NULL) return NULL;
    const jsize length = (*env)->GetArrayLength(env, bytes);
    char *copy = malloc((size_t)length + 1);
    if (copy == NULL) {
        *out_failed = 1;
        out_of_memory(env);
        return NULL;
    }
    (*env)->GetByteArrayRegion(env, bytes, 0, length, (jbyte *)copy);
    copy[length] = '\0';
    return copy;
}

char **texts_copy(JNIEnv *env, jobjectArray texts, jsize count, int *out_failed) {
    char **copies = calloc((size_t)count + 1, sizeof *copies);
    if (copies == NULL) {
        *out_failed = 1;
        out_of_memory(env);
        return NULL;
    }
    for (jsize i = 0; i < count && !*out_failed; i++) {
        jbyteArray bytes = (*env)->GetObjectArrayElement(env, texts, i);
        copies[i] = text_copy(env, bytes, out_failed);
        (*env)->DeleteLocalRef(env, bytes);
    }
    return copies;
}

void texts_free(char **copies, jsize count) {
    for (jsize i = 0; copies != NULL && i < count; i++) free(copies[i]);
    free(copies);
}

jbyteArray text_java(JNIEnv *env, const char *text) {
    if (text == NULL) return NULL;
    const jsize length = (jsize)strlen(text);
    jbyteArray bytes = (*env)->NewByteArray(env, length);
    if (bytes != NULL) (*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)text);
    return bytes;
}

/** Stops at the first text that there is no memory for; the exception is then pending. */
static void fill(JNIEnv *env, jobjectArray texts, const char *const *values, jsize count) {
    for (jsize i = 0; i < count && !(*env)->ExceptionCheck(env); i++) {
        jbyteArray bytes = text_java(env, values[i]);
        if ((*env)->ExceptionCheck(env)) return;
        (*env)->SetObjectArrayElement(env, texts, i, bytes);
        (*env)->DeleteLocalRef(env, bytes);
    }
}

static void fill_numbers(JNIEnv *env, jlongArray numbers, const jlong *values, jsize count) {
    if (!(*env)->ExceptionCheck(env)) (*env)->SetLongArrayRegion(env, numbers, 0, count, values);
}

#define COUNT(array) ((jsize)(sizeof(array) / sizeof(array)[0]))

jint take_error(JNIEnv *env, mpmeter_status status, mpmeter_error *error, jobjectArray texts, jlongArray numbers) {
    if (error == NULL) return status;
    const char *const values[] = {
        mpmeter_error_message(error),  mpmeter_error_fix(error),           mpmeter_error_aws_type(error),
        mpmeter_error_region(error),   mpmeter_error_region_source(error), mpmeter_error_credentials_source(error),
        mpmeter_error_platform(error), mpmeter_error_request_id(error),    mpmeter_error_text(error),
        mpmeter_error_json(error),
    };
    const jlong counts[] = {
        mpmeter_error_http_status(error),
        mpmeter_error_attempts(error),
        mpmeter_error_elapsed_ms(error),
    };
    fill(env, texts, values, COUNT(values));
    fill_numbers(env, numbers, counts, COUNT(counts));
    mpmeter_error_free(error);
    return status;
}

void take_registration(JNIEnv *env, mpmeter_registration *registration, jobjectArray texts, jlongArray numbers) {
    const char *const values[] = {
        mpmeter_registration_product_code(registration),
        mpmeter_registration_nonce(registration),
        mpmeter_registration_signature(registration),
        mpmeter_registration_public_key_rotation(registration),
        mpmeter_registration_region(registration),
        mpmeter_registration_region_source(registration),
        mpmeter_registration_credentials_source(registration),
        mpmeter_registration_platform(registration),
        mpmeter_registration_request_id(registration),
        mpmeter_registration_json(registration),
    };
    const jlong counts[] = {
        mpmeter_registration_product_kind(registration), mpmeter_registration_public_key_version(registration),
        mpmeter_registration_verified(registration),     mpmeter_registration_issued_at(registration),
        mpmeter_registration_attempts(registration),     mpmeter_registration_elapsed_ms(registration),
    };
    fill(env, texts, values, COUNT(values));
    fill_numbers(env, numbers, counts, COUNT(counts));
    mpmeter_registration_free(registration);
}

void take_region(JNIEnv *env, mpmeter_region *region, jobjectArray texts, jlongArray numbers) {
    const char *const values[] = {
        mpmeter_region_name(region),
        mpmeter_region_source(region),
        mpmeter_region_platform(region),
    };
    const jlong counts[] = {mpmeter_region_supported(region)};
    fill(env, texts, values, COUNT(values));
    fill_numbers(env, numbers, counts, COUNT(counts));
    mpmeter_region_free(region);
}

void take_diagnosis(JNIEnv *env, mpmeter_diagnosis *diagnosis, jobjectArray texts, jlongArray numbers) {
    const char *const values[] = {mpmeter_diagnosis_json(diagnosis)};
    const jlong counts[] = {mpmeter_diagnosis_status(diagnosis)};
    fill(env, texts, values, COUNT(values));
    fill_numbers(env, numbers, counts, COUNT(counts));
    mpmeter_diagnosis_free(diagnosis);
}
