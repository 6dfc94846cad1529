/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What every language binding of libpc15 has in common. A language's own interface file says %module, defines
 * the typemaps named BASE below for its kind of array, and then includes this file:
 *
 *   (const uint8_t *BYTES, size_t BYTES_SIZE)      bytes that are read
 *   (uint8_t *BYTES, size_t BYTES_SIZE)            bytes that are written
 *   (const uint8_t *ROWS, size_t ROWS_SIZE)        pixel rows that are read; the rows may have any stride
 *   (uint8_t *ROWS, size_t ROWS_SIZE)              pixel rows that are written
 *   (T *NUMBERS, size_t NUMBERS_SIZE)              T is double, float, int32_t, int16_t or uint32_t, const or not
 *   (char *MESSAGE, size_t MESSAGE_SIZE)           a text that comes back
 *   (pc15_progress_fn progress, void *opaque)      a callback or none
 *   (pc15_rows_fn rows, void *opaque)              a receiver of rows
 *   (pc15_read_rows_fn rows, void *opaque)         a source of rows
 *   T **HANDLE                                     a handle or buffer that comes back
 *
 * Numbers that come back use OUTPUT of typemaps.i. Nothing here names a language.
 */
%include <stdint.i>
%include <typemaps.i>

%{
#include <stdlib.h>
#include <string.h>

#include "pc15.h"
%}

/* ---- Arrays: a pointer and its length are always adjacent in pc15.h. */
%apply (const uint8_t *BYTES, size_t BYTES_SIZE) {
  (const uint8_t *data, size_t size), (const uint8_t *item, size_t item_size),
  (const uint8_t *a, size_t a_size), (const uint8_t *b, size_t b_size),
  (const uint8_t *patches, size_t patches_size)
};
%apply (uint8_t *BYTES, size_t BYTES_SIZE) { (uint8_t *dst, size_t capacity), (uint8_t *map, size_t capacity) };
%apply (const uint8_t *BYTES, size_t BYTES_SIZE) { (const char *text, size_t text_size) };
%apply (const uint8_t *ROWS, size_t ROWS_SIZE) {
  (const uint8_t *pixels, size_t pixels_size), (const uint8_t *plane, size_t plane_size),
  (const uint8_t *rows_a, size_t rows_a_size), (const uint8_t *rows_b, size_t rows_b_size)
};
%apply (uint8_t *ROWS, size_t ROWS_SIZE) {
  (uint8_t *pixels, size_t pixels_size), (uint8_t *plane, size_t plane_capacity)
};
%define PC15_NUMBERS(T)
%apply (const T *NUMBERS, size_t NUMBERS_SIZE) {
  (const T *values, size_t value_count), (const T *offsets, size_t offset_count),
  (const T *steps, size_t step_count), (const T *indices, size_t index_count)
};
%apply (T *NUMBERS, size_t NUMBERS_SIZE) {
  (T *values, size_t value_count), (T *offsets, size_t offset_count), (T *steps, size_t step_count),
  (T *indices, size_t index_count), (T *values, size_t capacity), (T *positions, size_t capacity)
};
%enddef
PC15_NUMBERS(double)
PC15_NUMBERS(float)
PC15_NUMBERS(int32_t)
PC15_NUMBERS(int16_t)
PC15_NUMBERS(uint32_t)
%apply (char *MESSAGE, size_t MESSAGE_SIZE) { (char *text, size_t capacity) };

/* ---- Numbers that come back. */
%apply size_t *OUTPUT { size_t *size, size_t *dst_size, size_t *count, size_t *value_count };
%apply uint32_t *OUTPUT { uint32_t *count, uint32_t *scaled_width, uint32_t *scaled_height, uint32_t *index,
  uint32_t *x, uint32_t *y, uint32_t *width, uint32_t *height, uint32_t *step16, uint32_t *dims };
%apply int32_t *OUTPUT { int32_t *id, int32_t *type, int32_t *generator };
%apply int64_t *OUTPUT { int64_t *lo, int64_t *hi, int64_t *def, int64_t *value };
%apply uint64_t *OUTPUT { uint64_t *bytes };
%apply double *OUTPUT { double *value, double *result };

%apply pc15_encoder **HANDLE { pc15_encoder **encoder };
%apply pc15_decoder **HANDLE { pc15_decoder **decoder };
%apply pc15_model **HANDLE { pc15_model **model };
%apply pc15_codebook **HANDLE { pc15_codebook **codebook };
%apply pc15_buffer **HANDLE { pc15_buffer **buffer, pc15_buffer **text, pc15_buffer **file };

/* ---- Handles use malloc: memory functions cannot live in a managed language. */
%typemap(in, numinputs=0) const pc15_allocator *allocator "$1 = NULL;"
%ignore pc15_allocator;

/* ---- Structs: struct_size is set by the constructor and never seen; reserved words are always 0. */
%ignore struct_size;
%ignore reserved;
%ignore reserved0;
%define PC15_STRUCT(T)
%extend T {
  T() {
    T *self = (T *)calloc(1, sizeof(T));
    if (self != NULL) self->struct_size = (uint32_t)sizeof(T);
    return self;
  }
  ~T() { free($self); }
}
%enddef
PC15_STRUCT(pc15_limits)
PC15_STRUCT(pc15_stats)
PC15_STRUCT(pc15_tile_info)
PC15_STRUCT(pc15_generator_stats)
PC15_STRUCT(pc15_image_info)
PC15_STRUCT(pc15_part_info)
PC15_STRUCT(pc15_repair_report)
PC15_STRUCT(pc15_field_info)
PC15_STRUCT(pc15_layer_info)
PC15_STRUCT(pc15_difference)
PC15_STRUCT(pc15_generator_param)
PC15_STRUCT(pc15_vq_options)
PC15_STRUCT(pc15_codebook_shape)
PC15_STRUCT(pc15_grid)

/* ---- Pictures. pc15_image holds a pointer, which no managed language should keep; the functions that take one
 * are replaced by functions that take its members and live as long as the call. */
%ignore pc15_image;
%ignore pc15_encode_image;
%ignore pc15_encode_image_buffer;
%ignore pc15_decode_image;
%ignore pc15_decode_region;
%ignore pc15_decode_scaled;
%ignore pc15_decode_image_buffer;
%ignore pc15_decoder_read;
%ignore pc15_decoder_read_scaled;
/* Items that point to pictures and files of the caller: each language fills arrays of them for a call. */
%ignore pc15_encode_item;
%ignore pc15_decode_item;
%ignore pc15_encode_batch;
%ignore pc15_decode_batch;
/* A source of rows holds functions: pc15_rows_encode takes them as arguments. */
%ignore pc15_row_source;
%ignore pc15_encode_source;
/* Pointers of a device and streams are for programs that hold them. */
%ignore pc15_decoder_read_device;
/* Bytes of the library: reached through the functions of the language file. */
%ignore pc15_buffer_data;
/* The planes of a measure may have strides, files may not; both are called (a, a_size) in pc15.h. */
%ignore pc15_metric_mse;
%ignore pc15_metric_psnr;
%ignore pc15_metric_ssim;
%ignore pc15_metric_ms_ssim;
%ignore pc15_metric_distortion;

#define PC15_API
%include "pc15.h"

%{
/* The next call for rows says that it wants row 0: nothing else has to be told. */
static int32_t pc15_row_zero_comes(void *opaque) {
  (void)opaque;
  return 0;
}
%}

%inline %{
/* The last encode's file goes to *buffer; pixels as pc15_image has them. */
static pc15_status pc15_pixels_encode(pc15_encoder *encoder, const uint8_t *pixels, size_t pixels_size,
                                      int32_t format, uint32_t width, uint32_t height, int64_t stride,
                                      pc15_buffer **buffer) {
  pc15_image image;
  memset(&image, 0, sizeof(image));
  image.struct_size = (uint32_t)sizeof(image);
  image.format = format;
  image.width = width;
  image.height = height;
  image.stride = stride;
  image.data_size = pixels_size;
  image.data = (uint8_t *)pixels; /* the encoder only reads */
  return pc15_encode_image_buffer(encoder, &image, buffer);
}

/* pc15_encode_rows; again != 0: of rows that may be asked for from row 0 on once more. */
static pc15_status pc15_rows_encode(pc15_encoder *encoder, int32_t format, uint32_t width, uint32_t height,
                                    int32_t again, pc15_read_rows_fn rows, void *opaque, uint8_t *dst,
                                    size_t capacity, size_t *dst_size) {
  pc15_row_source source;
  memset(&source, 0, sizeof(source));
  source.struct_size = (uint32_t)sizeof(source);
  source.format = format;
  source.width = width;
  source.height = height;
  source.rows = rows;
  source.restart = again ? pc15_row_zero_comes : NULL;
  source.opaque = opaque;
  return pc15_encode_source(encoder, &source, dst, capacity, dst_size);
}

/* whole != 0: the whole picture at its own size; else the rectangle at (x, y) of the picture at 2^scale_log2. */
static pc15_status pc15_pixels_decode(pc15_decoder *decoder, const uint8_t *data, size_t size, int32_t whole,
                                      int32_t scale_log2, uint32_t x, uint32_t y, int32_t format,
                                      uint32_t width, uint32_t height, int64_t stride, uint8_t *pixels,
                                      size_t pixels_size) {
  pc15_image image;
  memset(&image, 0, sizeof(image));
  image.struct_size = (uint32_t)sizeof(image);
  image.format = format;
  image.width = width;
  image.height = height;
  image.stride = stride;
  image.data_size = pixels_size;
  image.data = pixels;
  if (whole) return pc15_decode_image(decoder, data, size, &image);
  return pc15_decode_scaled(decoder, data, size, scale_log2, x, y, &image);
}

/* As pc15_decoder_read_scaled. */
static pc15_status pc15_pixels_read(pc15_decoder *decoder, int32_t scale_log2, uint32_t x, uint32_t y,
                                    int32_t format, uint32_t width, uint32_t height, int64_t stride,
                                    uint8_t *pixels, size_t pixels_size) {
  pc15_image image;
  memset(&image, 0, sizeof(image));
  image.struct_size = (uint32_t)sizeof(image);
  image.format = format;
  image.width = width;
  image.height = height;
  image.stride = stride;
  image.data_size = pixels_size;
  image.data = pixels;
  return pc15_decoder_read_scaled(decoder, scale_log2, x, y, &image);
}

#define PC15_MEASURE_MSE 0
#define PC15_MEASURE_PSNR 1
#define PC15_MEASURE_SSIM 2
#define PC15_MEASURE_MS_SSIM 3
#define PC15_MEASURE_DISTORTION 4

/* One of the pc15_metric_ functions; alpha is for DISTORTION alone. */
static pc15_status pc15_measure(int32_t measure, const uint8_t *rows_a, size_t rows_a_size, int64_t a_stride,
                                const uint8_t *rows_b, size_t rows_b_size, int64_t b_stride, uint32_t width,
                                uint32_t height, double alpha, double *result) {
  switch (measure) {
    case PC15_MEASURE_MSE:
      return pc15_metric_mse(rows_a, rows_a_size, a_stride, rows_b, rows_b_size, b_stride, width, height, result);
    case PC15_MEASURE_PSNR:
      return pc15_metric_psnr(rows_a, rows_a_size, a_stride, rows_b, rows_b_size, b_stride, width, height, result);
    case PC15_MEASURE_SSIM:
      return pc15_metric_ssim(rows_a, rows_a_size, a_stride, rows_b, rows_b_size, b_stride, width, height, result);
    case PC15_MEASURE_MS_SSIM:
      return pc15_metric_ms_ssim(rows_a, rows_a_size, a_stride, rows_b, rows_b_size, b_stride, width, height,
                                 result);
    case PC15_MEASURE_DISTORTION:
      return pc15_metric_distortion(rows_a, rows_a_size, a_stride, rows_b, rows_b_size, b_stride, width, height,
                                    alpha, result);
    default: return PC15_ERROR_INVALID_ARGUMENT;
  }
}
%}
