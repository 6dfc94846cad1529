/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The C interface in the process of the bench, so that both take turns under the same load; not shipped. The
 * functions return the processor time of one call in nanoseconds, taken in C, or -1.
 */
#include <jni.h>
#include <string.h>
#include <time.h>

#include "pc15.h"

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static pc15_image image_of(JNIEnv *env, jobject buffer, jint width, jint height) {
  pc15_image image;
  memset(&image, 0, sizeof(image));
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = (uint32_t)width;
  image.height = (uint32_t)height;
  image.data = (*env)->GetDirectBufferAddress(env, buffer);
  image.data_size = (uint64_t)(*env)->GetDirectBufferCapacity(env, buffer);
  return image;
}

JNIEXPORT jlong JNICALL Java_io_github_pc15_bench_Overhead_decodeInC(JNIEnv *env, jclass unused, jobject file,
                                                                     jobject out, jint width, jint height) {
  static pc15_decoder *decoder;
  pc15_image image = image_of(env, out, width, height);
  const uint8_t *data = (*env)->GetDirectBufferAddress(env, file);
  size_t size = (size_t)(*env)->GetDirectBufferCapacity(env, file);
  pc15_status status = PC15_OK;
  int64_t start;
  (void)unused;
  if (decoder == NULL) status = pc15_decoder_create(NULL, &decoder);
  start = now();
  if (status == PC15_OK) status = pc15_decode_image(decoder, data, size, &image);
  return status == PC15_OK ? now() - start : -1;
}

JNIEXPORT jlong JNICALL Java_io_github_pc15_bench_Overhead_encodeInC(JNIEnv *env, jclass unused,
                                                                     jobject pixels, jint width,
                                                                     jint height) {
  static pc15_encoder *encoder;
  pc15_image image = image_of(env, pixels, width, height);
  pc15_buffer *buffer = NULL;
  pc15_status status = PC15_OK;
  int64_t start;
  (void)unused;
  if (encoder == NULL) {
    status = pc15_encoder_create(NULL, &encoder);
    if (status == PC15_OK) status = pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, 1);
  }
  start = now();
  if (status == PC15_OK) status = pc15_encode_image_buffer(encoder, &image, &buffer);
  pc15_buffer_free(buffer);
  return status == PC15_OK ? now() - start : -1;
}
