/* Pictures and decodes of the device tests. */
#ifndef PC15_TESTS_CUDA_DEVICE_SUPPORT_H
#define PC15_TESTS_CUDA_DEVICE_SUPPORT_H

#include <stdlib.h>
#include <string.h>

#include "pc15.h"

typedef struct picture {
  uint32_t width, height;
  pc15_buffer *file;
  uint8_t *pixels; /* RGBA */
  size_t bytes;
} picture;

/* Waves, a soft background and noise, so that nothing is taken for drawn; with alpha. `quality` 0...100. */
static inline void make_picture(picture *p, uint32_t width, uint32_t height, int64_t quality) {
  pc15_encoder *encoder = NULL;
  pc15_image image = {0};
  uint32_t x, y, noise = 1;
  p->width = width;
  p->height = height;
  p->bytes = (size_t)width * height * 4;
  p->pixels = malloc(p->bytes);
  assert_non_null(p->pixels);
  for (y = 0; y < height; ++y) {
    for (x = 0; x < width; ++x) {
      uint8_t *o = p->pixels + ((size_t)y * width + x) * 4;
      noise = noise * 1664525u + 1013904223u;
      o[0] = (uint8_t)(60 + 120 * x / width + (noise >> 28));
      o[1] = (uint8_t)(90 + 5 * ((x + y) % 16 < 8 ? (x + y) % 16 : 15 - (x + y) % 16) + (noise >> 27 & 7));
      o[2] = (uint8_t)(40 + 150 * y / height + (noise >> 24 & 7));
      o[3] = (uint8_t)(x < width / 4 ? 255 : 128 + y % 64);
    }
  }
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGBA;
  image.width = width;
  image.height = height;
  image.data = p->pixels;
  image.data_size = p->bytes;
  assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_QUALITY, quality * 1000), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, width > 400 ? 1 : 5), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_GRAIN, 60), PC15_OK);
  assert_int_equal(pc15_encode_image_buffer(encoder, &image, &p->file), PC15_OK);
  pc15_encoder_destroy(encoder);
}

static inline void forget(picture *p) {
  pc15_buffer_free(p->file);
  free(p->pixels);
}

static inline pc15_image whole(const picture *p) {
  pc15_image image = {0};
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGBA;
  image.width = p->width;
  image.height = p->height;
  image.data = p->pixels;
  image.data_size = p->bytes;
  return image;
}

/* Decodes into p->pixels; `text` takes the message, or is NULL. */
static inline pc15_status decode_with(pc15_decoder *decoder, const picture *p, int64_t device,
                                      char text[256]) {
  const pc15_image image = whole(p);
  pc15_status status;
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, device), PC15_OK);
  memset(p->pixels, 0, p->bytes);
  status = pc15_decode_image(decoder, pc15_buffer_data(p->file), pc15_buffer_size(p->file), &image);
  if (text != NULL) pc15_decoder_last_error(decoder, text, 256);
  return status;
}

static inline pc15_status decode(const picture *p, int64_t device, char text[256]) {
  pc15_decoder *decoder = NULL;
  pc15_status status;
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  status = decode_with(decoder, p, device, text);
  pc15_decoder_destroy(decoder);
  return status;
}

#endif
