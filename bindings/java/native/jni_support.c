/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "jni_support.h"

#include <pthread.h>

/* Set once by JNI_OnLoad, before any other function here can be called. */
static JavaVM *vm;
static jmethodID on_progress, on_rows, on_read;
/* Its destructor detaches a worker of the library from the JVM when that thread ends: attaching it anew for
 * every report would cost more than the report. */
static pthread_key_t attached;

static void detach(void *unused) {
  (void)unused;
  (*vm)->DetachCurrentThread(vm);
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *loading, void *reserved) {
  JNIEnv *env = NULL;
  jclass sink;
  (void)reserved;
  vm = loading;
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) != JNI_OK) return JNI_ERR;
  /* The class stays loaded as long as this library: one loader has both, so the method id stays valid. */
  sink = (*env)->FindClass(env, "io/github/pc15/internal/ProgressSink");
  if (sink == NULL) return JNI_ERR;
  on_progress = (*env)->GetMethodID(env, sink, "onProgress", "(JJ)Z");
  if (on_progress == NULL) return JNI_ERR;
  sink = (*env)->FindClass(env, "io/github/pc15/internal/RowSink");
  if (sink == NULL) return JNI_ERR;
  on_rows = (*env)->GetMethodID(env, sink, "onRows", "(IILjava/nio/ByteBuffer;)Z");
  if (on_rows == NULL) return JNI_ERR;
  sink = (*env)->FindClass(env, "io/github/pc15/internal/RowPull");
  if (sink == NULL) return JNI_ERR;
  on_read = (*env)->GetMethodID(env, sink, "onRead", "(IILjava/nio/ByteBuffer;)I");
  if (on_read == NULL) return JNI_ERR;
  if (pthread_key_create(&attached, detach) != 0) return JNI_ERR;
  return JNI_VERSION_10;
}

JNIEXPORT void JNICALL JNI_OnUnload(JavaVM *unloading, void *reserved) {
  (void)unloading;
  (void)reserved;
  pthread_key_delete(attached);
}

int direct_buffer(JNIEnv *env, jobject buffer, void **start, size_t *length) {
  jlong capacity;
  *start = NULL;
  *length = 0;
  if (buffer == NULL) return 0;
  *start = (*env)->GetDirectBufferAddress(env, buffer);
  capacity = (*env)->GetDirectBufferCapacity(env, buffer);
  if (*start == NULL || capacity < 0) {
    jclass error = (*env)->FindClass(env, "java/lang/IllegalArgumentException");
    if (error != NULL) (*env)->ThrowNew(env, error, "a direct ByteBuffer is needed here");
    return -1;
  }
  *length = (size_t)capacity;
  return 0;
}

static JNIEnv *environment(void) {
  JNIEnv *env = NULL;
  JavaVMAttachArgs arguments = {JNI_VERSION_10, (char *)"pc15 worker", NULL};
  if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_10) == JNI_OK) return env;
  /* A daemon: a worker never keeps the JVM from ending. */
  if ((*vm)->AttachCurrentThreadAsDaemon(vm, (void **)&env, &arguments) != JNI_OK) return NULL;
  pthread_setspecific(attached, env);
  return env;
}

int32_t progress_trampoline(uint64_t done, uint64_t total, void *opaque) {
  JNIEnv *env = environment();
  jboolean stop;
  if (env == NULL) return 1;
  stop = (*env)->CallBooleanMethod(env, (jobject)opaque, on_progress, (jlong)done, (jlong)total);
  /* onProgress keeps what a listener throws; this is a failure of the JVM itself, such as a stack overflow.
   */
  if ((*env)->ExceptionCheck(env)) {
    (*env)->ExceptionClear(env);
    return 1;
  }
  return stop ? 1 : 0;
}

int32_t rows_trampoline(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  JNIEnv *env = ((row_sink *)opaque)->env;
  /* The view is read while it is lent; at most 64 rows of 65535 pixels. */
  jobject view = (*env)->NewDirectByteBuffer(env, (void *)(intptr_t)rows, (jlong)size);
  jboolean stop = JNI_TRUE;
  if (view != NULL)
    stop = (*env)->CallBooleanMethod(env, ((row_sink *)opaque)->sink, on_rows, (jint)y, (jint)count, view);
  (*env)->DeleteLocalRef(env, view);
  /* onRows keeps what a listener throws; this is a failure of the JVM itself. */
  if ((*env)->ExceptionCheck(env)) {
    (*env)->ExceptionClear(env);
    return 1;
  }
  return stop ? 1 : 0;
}

int32_t source_trampoline(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  JNIEnv *env = ((row_sink *)opaque)->env;
  jobject view = (*env)->NewDirectByteBuffer(env, rows, (jlong)size);
  jint given = -1;
  if (view != NULL)
    given = (*env)->CallIntMethod(env, ((row_sink *)opaque)->sink, on_read, (jint)y, (jint)count, view);
  (*env)->DeleteLocalRef(env, view);
  if ((*env)->ExceptionCheck(env)) {
    (*env)->ExceptionClear(env);
    return -1;
  }
  return given;
}
