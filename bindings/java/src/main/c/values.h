/* Texts and results on their way between Java and C: UTF-8 in byte arrays, numbers in arrays of long. */
#ifndef MPMETER_JNI_VALUES_H
#define MPMETER_JNI_VALUES_H

#include <jni.h>
#include <mpmeter.h>
#include <stdint.h>

/* Handles are numbers in Java. */
#define OBJECT(type, number) ((type *)(intptr_t)(number))
#define NUMBER(pointer) ((jlong)(intptr_t)(pointer))
#define METHOD(name, signature, function) {(char *)(name), (char *)(signature), (void *)(intptr_t)(function)}

/**
 * A copy with a NUL at its end, to be freed; NULL for null. Without memory *out_failed is set, and an OutOfMemoryError
 * pending.
 */
char *text_copy(JNIEnv *env, jbyteArray bytes, int *out_failed);

/** Copies of `count` byte arrays, to be freed by texts_free(). Without memory as text_copy(). */
char **texts_copy(JNIEnv *env, jobjectArray texts, jsize count, int *out_failed);

/** Frees them. NULL is ignored. */
void texts_free(char **copies, jsize count);

/** A byte array; NULL for NULL, or with an OutOfMemoryError pending. */
jbyteArray text_java(JNIEnv *env, const char *text);

/** Fills the arrays from an error, and frees it. NULL leaves them as they are. @return `status` */
jint take_error(JNIEnv *env, mpmeter_status status, mpmeter_error *error, jobjectArray texts, jlongArray numbers);

/** Fills the arrays from what a call made, and frees it. */
void take_registration(JNIEnv *env, mpmeter_registration *registration, jobjectArray texts, jlongArray numbers);
void take_region(JNIEnv *env, mpmeter_region *region, jobjectArray texts, jlongArray numbers);
void take_diagnosis(JNIEnv *env, mpmeter_diagnosis *diagnosis, jobjectArray texts, jlongArray numbers);

/** Makes an OutOfMemoryError pending. */
void out_of_memory(JNIEnv *env);

#endif
