/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the generated wrappers call: checked buffers and the way back into the JVM from a worker thread.
 */
#ifndef PC15_JNI_SUPPORT_H
#define PC15_JNI_SUPPORT_H

#include <jni.h>
#include <stddef.h>
#include <stdint.h>

typedef jobject jbytebuffer;
typedef jobject jprogress;

/* A RowSink or RowPull for the length of one call, on the thread that makes it. */
typedef struct row_sink {
  JNIEnv *env;
  jobject sink;
} row_sink;

/* Address and capacity of a direct buffer; NULL and 0 for null. Not 0: a Java exception is pending. */
int direct_buffer(JNIEnv *env, jobject buffer, void **start, size_t *length);

/* A pc15_progress_fn; `opaque` is a global reference of a ProgressSink. Any thread. */
int32_t progress_trampoline(uint64_t done, uint64_t total, void *opaque);

/* A pc15_read_rows_fn; `opaque` is a row_sink that holds a RowPull. */
int32_t source_trampoline(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque);

/* A pc15_rows_fn; `opaque` is a row_sink. */
int32_t rows_trampoline(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque);

#endif /* PC15_JNI_SUPPORT_H */
