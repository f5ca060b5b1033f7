/* The metering half of io.github.libmpmeter.Native. */
#ifndef MPMETER_JNI_METER_H
#define MPMETER_JNI_METER_H

#include <jni.h>

/** Registers the methods of `type`. @return 0, or another number with an exception pending */
jint meter_register(JNIEnv *env, jclass type);

#endif
