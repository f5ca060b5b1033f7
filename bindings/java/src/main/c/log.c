/* Decides what becomes of a line of the log: the sink gets it on the calling thread; what that throws is dropped. */
#include "log.h"

#include <stdlib.h>

#include "values.h"

struct log {
    JavaVM *machine;
    jobject sink;
};

static jmethodID write_method;

int log_prepare(JNIEnv *env) {
    jclass type = (*env)->FindClass(env, "io/github/libmpmeter/LogSink");
    if (type == NULL) return -1;
    write_method = (*env)->GetMethodID(env, type, "write", "(I[B)V");
    (*env)->DeleteLocalRef(env, type);
    return write_method != NULL ? 0 : -1;
}

struct log *log_new(JNIEnv *env, jobject sink) {
    struct log *log = calloc(1, sizeof *log);
    if (log == NULL) return NULL;
    log->sink = (*env)->NewGlobalRef(env, sink);
    if (log->sink == NULL || (*env)->GetJavaVM(env, &log->machine) != 0) {
        log_free(env, log);
        return NULL;
    }
    return log;
}

void log_free(JNIEnv *env, struct log *log) {
    if (log == NULL) return;
    if (log->sink != NULL) (*env)->DeleteGlobalRef(env, log->sink);
    free(log);
}

void log_line(void *context, mpmeter_log_level level, const char *message) {
    struct log *log = context;
    JNIEnv *env = NULL;
    /* Lines come on the thread that called, which is Java's. */
    if ((*log->machine)->GetEnv(log->machine, (void **)&env, JNI_VERSION_1_8) != JNI_OK) return;
    jbyteArray line = text_java(env, message);
    if (line != NULL) {
        (*env)->CallVoidMethod(env, log->sink, write_method, (jint)level, line);
        if ((*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env);
        (*env)->DeleteLocalRef(env, line);
    }
    if ((*env)->ExceptionCheck(env)) (*env)->ExceptionClear(env);
}
