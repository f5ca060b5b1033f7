/* The log, handed on to a LogSink in Java. */
#ifndef MPMETER_JNI_LOG_H
#define MPMETER_JNI_LOG_H

#include <jni.h>
#include <mpmeter.h>

struct log;

/** Finds what is called; once, when the library is loaded. @return 0, or -1 with an exception pending */
int log_prepare(JNIEnv *env);

/** @return NULL without memory */
struct log *log_new(JNIEnv *env, jobject sink);

/** Frees it. NULL is ignored. */
void log_free(JNIEnv *env, struct log *log);

/** For mpmeter_options_set_log(); `context` is a struct log. */
void log_line(void *context, mpmeter_log_level level, const char *message);

#endif
