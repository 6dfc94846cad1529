/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The Java side of the bindings: typemaps over direct byte buffers and primitive arrays, handles as long, the progress
 * callback, and memory that is freed at a known time. Everything becomes the package io.github.pc15.internal, which the
 * module does not export; what checks arguments for users stands above it.
 */
%module Native

%javaconst(1);
%javaconst(0) PC15_TILE_IMAGE;

%{
#include "jni_support.h"
%}

%pragma(java) jniclasscode=%{
  static {
    NativeLoader.load();
  }
%}

/* ---- Bytes: the address and the capacity of a direct buffer, both asked from the JVM; null is NULL and 0. */
%define DIRECT_BUFFER(CONST, BASE)
%typemap(jni) (CONST uint8_t *BASE, size_t BASE##_SIZE) "jobject"
%typemap(jtype) (CONST uint8_t *BASE, size_t BASE##_SIZE) "java.nio.ByteBuffer"
%typemap(jstype) (CONST uint8_t *BASE, size_t BASE##_SIZE) "java.nio.ByteBuffer"
%typemap(javain) (CONST uint8_t *BASE, size_t BASE##_SIZE) "$javainput"
%typemap(in) (CONST uint8_t *BASE, size_t BASE##_SIZE) {
  void *start;
  size_t length;
  if (direct_buffer(jenv, $input, &start, &length) != 0) return $null;
  $1 = ($1_ltype)start;
  $2 = ($2_ltype)length;
}
%enddef
DIRECT_BUFFER(const, BYTES)
DIRECT_BUFFER(, BYTES)
DIRECT_BUFFER(const, ROWS)
DIRECT_BUFFER(, ROWS)

/* ---- Numbers: small arrays, copied in, and back unless they are only read. */
%define ARRAY(T, JTYPE, JARRAY, JNAME, JAVA)
%typemap(jni) (const T *NUMBERS, size_t NUMBERS_SIZE), (T *NUMBERS, size_t NUMBERS_SIZE) "JARRAY"
%typemap(jtype) (const T *NUMBERS, size_t NUMBERS_SIZE), (T *NUMBERS, size_t NUMBERS_SIZE) "JAVA[]"
%typemap(jstype) (const T *NUMBERS, size_t NUMBERS_SIZE), (T *NUMBERS, size_t NUMBERS_SIZE) "JAVA[]"
%typemap(javain) (const T *NUMBERS, size_t NUMBERS_SIZE), (T *NUMBERS, size_t NUMBERS_SIZE) "$javainput"
%typemap(in) (const T *NUMBERS, size_t NUMBERS_SIZE) (JTYPE *held = NULL),
             (T *NUMBERS, size_t NUMBERS_SIZE) (JTYPE *held = NULL) {
  $2 = 0;
  if ($input != NULL) {
    held = (*jenv)->Get##JNAME##ArrayElements(jenv, $input, NULL);
    if (held == NULL) return $null;
    $2 = (size_t)(*jenv)->GetArrayLength(jenv, $input);
  }
  $1 = ($1_ltype)held;
}
%typemap(freearg) (const T *NUMBERS, size_t NUMBERS_SIZE) {
  if ($input != NULL) (*jenv)->Release##JNAME##ArrayElements(jenv, $input, held$argnum, JNI_ABORT);
}
%typemap(freearg) (T *NUMBERS, size_t NUMBERS_SIZE) {
  if ($input != NULL) (*jenv)->Release##JNAME##ArrayElements(jenv, $input, held$argnum, 0);
}
%enddef
ARRAY(double, jdouble, jdoubleArray, Double, double)
ARRAY(float, jfloat, jfloatArray, Float, float)
ARRAY(int32_t, jint, jintArray, Int, int)
ARRAY(int16_t, jshort, jshortArray, Short, short)
ARRAY(uint32_t, jint, jintArray, Int, int)

/* ---- A message: UTF-8 into a byte[], as much as fits. */
%typemap(jni) (char *MESSAGE, size_t MESSAGE_SIZE) "jbyteArray"
%typemap(jtype) (char *MESSAGE, size_t MESSAGE_SIZE) "byte[]"
%typemap(jstype) (char *MESSAGE, size_t MESSAGE_SIZE) "byte[]"
%typemap(javain) (char *MESSAGE, size_t MESSAGE_SIZE) "$javainput"
%typemap(in) (char *MESSAGE, size_t MESSAGE_SIZE) (char text[1024]) {
  text[0] = '\0';
  $1 = text;
  $2 = sizeof(text);
}
%typemap(argout) (char *MESSAGE, size_t MESSAGE_SIZE) {
  jsize length = (jsize)strlen($1), room = (*jenv)->GetArrayLength(jenv, $input);
  (*jenv)->SetByteArrayRegion(jenv, $input, 0, length < room ? length : room, (const jbyte *)$1);
}

/* ---- Handles: the pointer as a number. */
%define HANDLE_TYPE(T)
%typemap(jni) T *, const T * "jlong"
%typemap(jtype) T *, const T * "long"
%typemap(jstype) T *, const T * "long"
%typemap(javain) T *, const T * "$javainput"
%typemap(in) T *, const T * "$1 = ($1_ltype)(intptr_t)$input;"
%typemap(jni) T **HANDLE "jlongArray"
%typemap(jtype) T **HANDLE "long[]"
%typemap(jstype) T **HANDLE "long[]"
%typemap(javain) T **HANDLE "$javainput"
%typemap(in) T **HANDLE (T *made = NULL) "$1 = &made;"
%typemap(argout) T **HANDLE {
  jlong number = (jlong)(intptr_t)*$1;
  (*jenv)->SetLongArrayRegion(jenv, $input, 0, 1, &number);
}
%enddef
HANDLE_TYPE(pc15_encoder)
HANDLE_TYPE(pc15_decoder)
HANDLE_TYPE(pc15_model)
HANDLE_TYPE(pc15_codebook)
HANDLE_TYPE(pc15_buffer)

/* ---- Progress: a reference that pc15_progress_new made, or 0. */
%typemap(jni) (pc15_progress_fn progress, void *opaque) "jlong"
%typemap(jtype) (pc15_progress_fn progress, void *opaque) "long"
%typemap(jstype) (pc15_progress_fn progress, void *opaque) "long"
%typemap(javain) (pc15_progress_fn progress, void *opaque) "$javainput"
%typemap(in) (pc15_progress_fn progress, void *opaque) {
  $1 = $input == 0 ? NULL : progress_trampoline;
  $2 = (void *)(intptr_t)$input;
}

/* ---- Rows: a sink for the length of the call. */
%typemap(jni) (pc15_rows_fn rows, void *opaque) "jobject"
%typemap(jtype) (pc15_rows_fn rows, void *opaque) "RowSink"
%typemap(jstype) (pc15_rows_fn rows, void *opaque) "RowSink"
%typemap(javain) (pc15_rows_fn rows, void *opaque) "$javainput"
%typemap(in) (pc15_rows_fn rows, void *opaque) (row_sink held) {
  held.env = jenv;
  held.sink = $input;
  $1 = rows_trampoline;
  $2 = &held;
}

%typemap(jni) (pc15_read_rows_fn rows, void *opaque) "jobject"
%typemap(jtype) (pc15_read_rows_fn rows, void *opaque) "RowPull"
%typemap(jstype) (pc15_read_rows_fn rows, void *opaque) "RowPull"
%typemap(javain) (pc15_read_rows_fn rows, void *opaque) "$javainput"
%typemap(in) (pc15_read_rows_fn rows, void *opaque) (row_sink held) {
  held.env = jenv;
  held.sink = $input;
  $1 = source_trampoline;
  $2 = &held;
}

/* ---- Structs are closed by try-with-resources; nothing is left to finalizers. */
%typemap(javafinalize) SWIGTYPE ""
%typemap(javainterfaces) SWIGTYPE "AutoCloseable"
%typemap(javacode) SWIGTYPE %{
  @Override
  public void close() {
    delete();
  }
%}

%include <arrays_java.i>
%include <stdint.i>
%include <typemaps.i>
%apply unsigned long *OUTPUT { size_t *OUTPUT };
/* 64 bits are long: sizes and counts never reach 2^63. */
%apply long long { uint64_t };
%apply int[ANY] { int32_t generators[ANY] };
%apply double[ANY] { double coef[ANY], double contrast[ANY], double params[ANY] };
/* What only comes back needs no setters. */
%immutable pc15_tile_info::generators;
%immutable pc15_field_info::coef;
%immutable pc15_layer_info::contrast;
%immutable pc15_layer_info::params;
%immutable pc15_generator_param::name;
%immutable pc15_generator_param::unit;
%immutable pc15_generator_param::doc;

%include "../../common/pc15.i"

/* ---- What Java alone needs. */
%typemap(in, numinputs=0) JNIEnv *env "$1 = jenv;"
%typemap(jni) jbytebuffer "jobject"
%typemap(jtype) jbytebuffer "java.nio.ByteBuffer"
%typemap(jstype) jbytebuffer "java.nio.ByteBuffer"
%typemap(out) jbytebuffer "$result = $1;"
%typemap(javaout) jbytebuffer { return $jnicall; }
%typemap(jni) jprogress "jobject"
%typemap(jtype) jprogress "ProgressSink"
%typemap(jstype) jprogress "ProgressSink"
%typemap(javain) jprogress "$javainput"
%typemap(in) jprogress "$1 = $input;"
%typemap(jni) void *memory, void *pc15_memory_new "jlong"
%typemap(jtype) void *memory, void *pc15_memory_new "long"
%typemap(jstype) void *memory, void *pc15_memory_new "long"
%typemap(javain) void *memory "$javainput"
%typemap(in) void *memory "$1 = (void *)(intptr_t)$input;"
%typemap(out) void *pc15_memory_new "$result = (jlong)(intptr_t)$1;"
%typemap(javaout) void *pc15_memory_new { return $jnicall; }

%inline %{
/* Memory that is freed when its user says so, not when a collector comes by. 0 when there is none. */
static void *pc15_memory_new(size_t size) { return malloc(size != 0 ? size : 1); }
static void pc15_memory_free(void *memory) { free(memory); }
/* A view of it; the capacity is `size`, at most 2^31 - 1. */
static jbytebuffer pc15_memory_view(JNIEnv *env, void *memory, size_t size) {
  return (*env)->NewDirectByteBuffer(env, memory, (jlong)size);
}
/* A view of the bytes of a buffer, valid until pc15_buffer_free; null when they are too many for a ByteBuffer. */
static jbytebuffer pc15_buffer_view(JNIEnv *env, pc15_buffer *buffer) {
  size_t size = pc15_buffer_size(buffer);
  if (size > 0x7fffffff) return NULL;
  return (*env)->NewDirectByteBuffer(env, pc15_buffer_data(buffer), (jlong)size);
}
/* A reference for the _set_progress functions, which keeps the object alive until _free. */
static int64_t pc15_progress_new(JNIEnv *env, jprogress sink) {
  return (int64_t)(intptr_t)(*env)->NewGlobalRef(env, sink);
}
static void pc15_progress_free(JNIEnv *env, int64_t reference) {
  (*env)->DeleteGlobalRef(env, (jobject)(intptr_t)reference);
}
%}

/* ---- Batches: direct buffers, and of each picture format, width, height and stride in `shapes`. */
%typemap(jtype) jobjectArray pixels, jobjectArray files "java.nio.ByteBuffer[]"
%typemap(jstype) jobjectArray pixels, jobjectArray files "java.nio.ByteBuffer[]"
%{
/* Pointer and size of the direct buffer at an index. Not 0: a Java exception is pending. */
static int buffer_at(JNIEnv *env, jobjectArray buffers, jsize index, void **start, size_t *length) {
  jobject buffer = (*env)->GetObjectArrayElement(env, buffers, index);
  const int wrong = direct_buffer(env, buffer, start, length);
  (*env)->DeleteLocalRef(env, buffer);
  return wrong;
}

/* The pictures that `pixels` and `shapes` describe, to be freed; NULL: a Java exception is pending, or no memory. */
static pc15_image *batch_images(JNIEnv *env, jobjectArray pixels, jlongArray shapes) {
  const jsize count = (*env)->GetArrayLength(env, pixels);
  pc15_image *images = (pc15_image *)calloc((size_t)count + 1, sizeof(*images));
  jsize k;
  for (k = 0; images != NULL && k < count; ++k) {
    void *start = NULL;
    size_t length = 0;
    jlong shape[4];
    (*env)->GetLongArrayRegion(env, shapes, 4 * k, 4, shape);
    if ((*env)->ExceptionCheck(env) || buffer_at(env, pixels, k, &start, &length) != 0) {
      free(images);
      return NULL;
    }
    images[k].struct_size = (uint32_t)sizeof(*images);
    images[k].format = (int32_t)shape[0];
    images[k].width = (uint32_t)shape[1];
    images[k].height = (uint32_t)shape[2];
    images[k].stride = shape[3];
    images[k].data_size = length;
    images[k].data = (uint8_t *)start;
  }
  return images;
}
%}
%inline %{
/* `statuses` and `buffers` get one number per picture; a buffer is 0 when there is none. */
static pc15_status pc15_batch_encode(JNIEnv *env, pc15_encoder *encoder, jobjectArray pixels, jlongArray shapes,
                                     jintArray statuses, jlongArray buffers) {
  const jsize count = (*env)->GetArrayLength(env, pixels);
  pc15_image *images = batch_images(env, pixels, shapes);
  pc15_encode_item *items = (pc15_encode_item *)calloc((size_t)count + 1, sizeof(*items));
  pc15_status status = PC15_ERROR_NO_MEMORY;
  jsize k;
  for (k = 0; k < count && items != NULL && images != NULL; ++k) {
    items[k].struct_size = (uint32_t)sizeof(*items);
    items[k].image = &images[k];
  }
  if (items != NULL && images != NULL) status = pc15_encode_batch(encoder, items, (size_t)count);
  for (k = 0; k < count && !(*env)->ExceptionCheck(env); ++k) {
    const jint one = items != NULL && images != NULL ? items[k].status : status;
    const jlong buffer = items != NULL ? (jlong)(intptr_t)items[k].buffer : 0;
    (*env)->SetIntArrayRegion(env, statuses, k, 1, &one);
    (*env)->SetLongArrayRegion(env, buffers, k, 1, &buffer);
  }
  free(items);
  free(images);
  return status;
}

/* The pictures are as many as the files. */
static pc15_status pc15_batch_decode(JNIEnv *env, pc15_decoder *decoder, jobjectArray files, jobjectArray pixels,
                                     jlongArray shapes, jintArray statuses) {
  const jsize count = (*env)->GetArrayLength(env, files);
  pc15_image *images = batch_images(env, pixels, shapes);
  pc15_decode_item *items = (pc15_decode_item *)calloc((size_t)count + 1, sizeof(*items));
  pc15_status status = PC15_ERROR_NO_MEMORY;
  jsize k;
  int ready = items != NULL && images != NULL;
  for (k = 0; k < count && ready; ++k) {
    void *start = NULL;
    size_t length = 0;
    ready = buffer_at(env, files, k, &start, &length) == 0;
    items[k].struct_size = (uint32_t)sizeof(*items);
    items[k].size = length;
    items[k].data = (const uint8_t *)start;
    items[k].image = &images[k];
  }
  if (ready) status = pc15_decode_batch(decoder, items, (size_t)count);
  for (k = 0; k < count && !(*env)->ExceptionCheck(env); ++k) {
    const jint one = ready ? items[k].status : status;
    (*env)->SetIntArrayRegion(env, statuses, k, 1, &one);
  }
  free(items);
  free(images);
  return status;
}
%}
