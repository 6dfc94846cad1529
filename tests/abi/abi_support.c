#include "abi_support.h"

#define HEAD 16u /* before every block: its size */

static void count_bytes(test_memory *m, int64_t change) {
  const int64_t now = __atomic_add_fetch(&m->bytes, change, __ATOMIC_SEQ_CST);
  int64_t peak = __atomic_load_n(&m->peak, __ATOMIC_SEQ_CST);
  while (now > peak &&
         !__atomic_compare_exchange_n(&m->peak, &peak, now, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
}

/* Whether this call of the allocator fails. One failure is answered once more by the same thread, when a
 * handle has given back what it kept: that fails, too. */
static int refuses(test_memory *m, int64_t call, size_t size) {
  static __thread size_t refused; /* size of the block that this thread's last call was refused */
  const int64_t at = __atomic_load_n(&m->fail_at, __ATOMIC_SEQ_CST);
  const int again = at >= 0 && refused == size;
  refused = 0;
  if (at < 0 || !(call == at || again || (m->sticky && call > at))) return 0;
  if (!again) refused = size;
  __atomic_fetch_add(&m->failed, 1, __ATOMIC_SEQ_CST);
  return 1;
}

static void *counting_allocate(void *opaque, size_t size) {
  test_memory *m = (test_memory *)opaque;
  const int64_t call = __atomic_fetch_add(&m->calls, 1, __ATOMIC_SEQ_CST);
  uint8_t *p;
  if (refuses(m, call, size)) return NULL;
  p = (uint8_t *)malloc(HEAD + size);
  if (p == NULL) return NULL;
  __atomic_fetch_add(&m->live, 1, __ATOMIC_SEQ_CST);
  count_bytes(m, (int64_t)size);
  memcpy(p, &size, sizeof(size));
  return p + HEAD;
}

static void counting_release(void *opaque, void *pointer) {
  test_memory *m = (test_memory *)opaque;
  size_t size;
  if (pointer == NULL) return;
  memcpy(&size, (uint8_t *)pointer - HEAD, sizeof(size));
  count_bytes(m, -(int64_t)size);
  __atomic_fetch_sub(&m->live, 1, __ATOMIC_SEQ_CST);
  free((uint8_t *)pointer - HEAD);
}

void test_memory_arm(test_memory *memory, int64_t fail_at, int sticky) {
  memory->calls = 0;
  memory->peak = memory->bytes;
  memory->failed = 0;
  memory->sticky = sticky;
  memory->fail_at = fail_at;
}

pc15_allocator test_allocator(test_memory *memory) {
  pc15_allocator a;
  memset(&a, 0, sizeof(a));
  a.struct_size = sizeof(a);
  a.allocate = counting_allocate;
  a.release = counting_release;
  a.opaque = memory;
  memset(memory, 0, sizeof(*memory));
  memory->fail_at = -1;
  return a;
}

static uint32_t mixed(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

static uint8_t clipped(int32_t v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }

static int32_t sample_of(test_kind kind, uint32_t x, uint32_t y, int32_t channel) {
  const int32_t noise = (int32_t)(mixed(x * 7919u + y * 104729u + (uint32_t)channel * 31u) & 255u);
  const int32_t smooth = (int32_t)((x * 3u + y * 2u) / 4u % 400u) - 70 + channel * 25;
  switch (kind) {
    case TEST_FLAT:
      return 90 + channel * 30;
    case TEST_SMOOTH:
      return smooth;
    case TEST_STRIPES:
      return (x + 2u * y) / 8u % 2u != 0 ? 200 - channel * 20 : 60 + channel * 10;
    case TEST_NOISE:
      return noise;
    case TEST_MIXED: /* two textures that programs explain, and a little that they do not */
      if (x < 170) return ((x + 2u * y) / 8u % 2u != 0 ? 200 : 60) + noise / 16;
      return ((x / 12u + y / 12u) % 2u != 0 ? 170 : 90) + noise / 16;
    case TEST_PHOTO:
      break;
  }
  /* Edges, texture of several scales and a little noise. */
  return smooth + ((x / 23u + y / 17u) % 3u == 0 ? 60 : 0) + (int32_t)(mixed(x / 5u * 131u + y / 4u) & 31u) +
         noise / 16;
}

uint8_t *test_picture(test_kind kind, uint32_t width, uint32_t height, int32_t channels) {
  uint8_t *data = (uint8_t *)malloc((size_t)width * height * (size_t)channels);
  uint8_t *p = data;
  uint32_t x, y;
  int32_t c;
  assert_non_null(data);
  for (y = 0; y < height; ++y) {
    for (x = 0; x < width; ++x) {
      for (c = 0; c < channels; ++c) *p++ = clipped(sample_of(kind, x, y, c));
    }
  }
  return data;
}

pc15_image test_image(uint8_t *data, uint32_t width, uint32_t height, int32_t format) {
  pc15_image i;
  memset(&i, 0, sizeof(i));
  i.struct_size = sizeof(i);
  i.format = format;
  i.width = width;
  i.height = height;
  i.data = data;
  i.data_size = (uint64_t)width * height * (uint64_t)format;
  return i;
}

void expect_encoder(const pc15_encoder *encoder, pc15_status status, pc15_status expected) {
  if (status != expected) {
    char text[256];
    pc15_encoder_last_error(encoder, text, sizeof(text));
    print_error("encoder: %s, expected %s: %s\n", pc15_status_name(status), pc15_status_name(expected), text);
  }
  assert_int_equal(status, expected);
}

void expect_decoder(const pc15_decoder *decoder, pc15_status status, pc15_status expected) {
  if (status != expected) {
    char text[256];
    pc15_decoder_last_error(decoder, text, sizeof(text));
    print_error("decoder: %s, expected %s: %s\n", pc15_status_name(status), pc15_status_name(expected), text);
  }
  assert_int_equal(status, expected);
}

static void encode_into(pc15_encoder *encoder, const pc15_image *image, test_file *file) {
  pc15_buffer *buffer = NULL;
  expect_encoder(encoder, pc15_encode_image_buffer(encoder, image, &buffer), PC15_OK);
  file->size = pc15_buffer_size(buffer);
  file->data = (uint8_t *)malloc(file->size);
  assert_non_null(file->data);
  memcpy(file->data, pc15_buffer_data(buffer), file->size);
  file->width = image->width;
  file->height = image->height;
  file->format = image->format;
  pc15_buffer_free(buffer);
}

test_file test_encode(test_kind kind, uint32_t width, uint32_t height, int32_t format,
                      const test_param *params) {
  test_file file;
  pc15_encoder *encoder = NULL;
  uint8_t *data = test_picture(kind, width, height, format);
  const pc15_image image = test_image(data, width, height, format);
  assert_status(pc15_encoder_create(NULL, &encoder), PC15_OK);
  for (; params != NULL && params->id != 0; ++params) {
    expect_encoder(encoder, pc15_encoder_set_param(encoder, params->id, params->value), PC15_OK);
  }
  encode_into(encoder, &image, &file);
  pc15_encoder_destroy(encoder);
  free(data);
  return file;
}

void test_file_free(test_file *file) {
  free(file->data);
  file->data = NULL;
}

uint8_t *test_decode(const test_file *file) {
  const size_t size = (size_t)file->width * file->height * (size_t)file->format;
  uint8_t *pixels = (uint8_t *)malloc(size);
  const pc15_image image = test_image(pixels, file->width, file->height, file->format);
  pc15_decoder *decoder = NULL;
  assert_non_null(pixels);
  assert_status(pc15_decoder_create(NULL, &decoder), PC15_OK);
  expect_decoder(decoder, pc15_decode_image(decoder, file->data, file->size, &image), PC15_OK);
  pc15_decoder_destroy(decoder);
  return pixels;
}

static test_file file_with_metadata(void) {
  static const uint8_t kText[] = "a title";
  static const uint8_t kIcc[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  test_file file;
  pc15_encoder *encoder = NULL;
  uint8_t *data = test_picture(TEST_PHOTO, 40, 28, 3);
  const pc15_image image = test_image(data, 40, 28, PC15_FORMAT_RGB);
  assert_status(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_COMPACT, 0), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_QUALITY, 30000), PC15_OK);
  assert_status(pc15_encoder_set_metadata(encoder, PC15_METADATA_TEXT, kText, sizeof(kText) - 1), PC15_OK);
  assert_status(pc15_encoder_set_metadata(encoder, PC15_METADATA_ICC, kIcc, sizeof(kIcc)), PC15_OK);
  encode_into(encoder, &image, &file);
  pc15_encoder_destroy(encoder);
  free(data);
  return file;
}

test_file test_small_file(int number) {
  static const test_param kTiny[] = {{PC15_PARAM_QUALITY, 40000}, {0, 0}};
  static const test_param kCells[] = {{PC15_PARAM_QUALITY, 40000}, {PC15_PARAM_CELL, 128},
                                      {PC15_PARAM_COMPACT, 0},     {PC15_PARAM_TILE, 128},
                                      {PC15_PARAM_EFFORT, 3},      {0, 0}};
  if (number == 0) return test_encode(TEST_SMOOTH, 33, 17, PC15_FORMAT_Y, kTiny);
  if (number == 1) return file_with_metadata();
  return test_encode(TEST_MIXED, TEST_CELLS_WIDTH, TEST_CELLS_HEIGHT, PC15_FORMAT_Y, kCells);
}
