/* Encoding and decoding through the handles: round trips, buffers, strides, formats, regions, states. */
#include "abi_support.h"

#include <math.h>

#define GUARD 0xA5

typedef struct codec {
  pc15_encoder *e;
  pc15_decoder *d;
} codec;

static int make_codec(void **state) {
  codec *c = (codec *)calloc(1, sizeof(*c));
  if (c == NULL || pc15_encoder_create(NULL, &c->e) != PC15_OK || pc15_decoder_create(NULL, &c->d) != PC15_OK)
    return 1;
  *state = c;
  return 0;
}

static int drop_codec(void **state) {
  codec *c = (codec *)*state;
  pc15_encoder_destroy(c->e);
  pc15_decoder_destroy(c->d);
  free(c);
  return 0;
}

/* Every size from 1 up around the block and cell sizes, every format: it decodes to the same size, near the
 * original. */
static void round_trips(void **state) {
  static const uint32_t kSizes[][2] = {{1, 1}, {1, 9},   {9, 1},   {2, 2},   {7, 5},
                                       {8, 8}, {17, 16}, {63, 64}, {65, 31}, {130, 140}};
  static const int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA};
  static const test_param kHigh[] = {{PC15_PARAM_QUALITY, 90000},
                                     {PC15_PARAM_CELL, 128},
                                     {PC15_PARAM_EFFORT, 2},
                                     {PC15_PARAM_CHROMA, PC15_CHROMA_444},
                                     {0, 0}};
  size_t s, f;
  (void)state;
  for (s = 0; s < COUNT_OF(kSizes); ++s) {
    for (f = 0; f < COUNT_OF(kFormats); ++f) {
      const uint32_t w = kSizes[s][0], h = kSizes[s][1];
      const size_t n = (size_t)w * h * (size_t)kFormats[f];
      test_file file = test_encode(TEST_SMOOTH, w, h, kFormats[f], kHigh);
      uint8_t *original = test_picture(TEST_SMOOTH, w, h, kFormats[f]), *decoded = test_decode(&file);
      double mse = 0.0;
      assert_status(pc15_metric_mse(original, n, 0, decoded, n, 0, w * (uint32_t)kFormats[f], h, &mse),
                    PC15_OK);
      if (mse > 12.0) print_error("%u x %u, format %d: mse %g\n", w, h, kFormats[f], mse);
      assert_true(mse <= 12.0);
      free(original);
      free(decoded);
      test_file_free(&file);
    }
  }
}

static int same_file(const test_param *a, const test_param *b) {
  test_file x = test_encode(TEST_PHOTO, 96, 80, PC15_FORMAT_RGB, a),
            y = test_encode(TEST_PHOTO, 96, 80, PC15_FORMAT_RGB, b);
  const int same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
  test_file_free(&x);
  test_file_free(&y);
  return same;
}

/* What each value of tune stands for. */
static void tunes_are_what_they_say(void **state) {
  static const test_param kDefault[] = {{PC15_PARAM_QUALITY, 30000}, {0, 0}};
  static const test_param kSsim[] = {{PC15_PARAM_QUALITY, 30000}, {PC15_PARAM_TUNE, PC15_TUNE_SSIM}, {0, 0}};
  static const test_param kPsnr[] = {{PC15_PARAM_QUALITY, 30000}, {PC15_PARAM_TUNE, PC15_TUNE_PSNR}, {0, 0}};
  static const test_param kAlpha[] = {{PC15_PARAM_QUALITY, 30000}, {PC15_PARAM_ALPHA, 0}, {0, 0}};
  static const test_param kLook[] = {{PC15_PARAM_QUALITY, 30000}, {PC15_PARAM_TUNE, PC15_TUNE_LOOK}, {0, 0}};
  static const test_param kGrain[] = {{PC15_PARAM_QUALITY, 30000}, {PC15_PARAM_GRAIN, 50}, {0, 0}};
  (void)state;
  assert_true(same_file(kDefault, kSsim));
  assert_true(same_file(kPsnr, kAlpha));
  assert_true(same_file(kLook, kGrain));
  assert_false(same_file(kPsnr, kSsim));
}

static void encode_into_exact_buffers(void **state) {
  codec *c = (codec *)*state;
  uint8_t *pixels = test_picture(TEST_PHOTO, 70, 50, 1), *out;
  size_t need = 0, again = 0, bound = 0;
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 70 * 50, 70, 50, 0, NULL, 0, &need),
                 PC15_NOTE_DST_TOO_SMALL);
  assert_true(need > 0);
  assert_status(pc15_encode_bound(c->e, PC15_FORMAT_Y, 70, 50, &bound), PC15_OK);
  assert_true(need <= bound);
  out = (uint8_t *)malloc(need + 1);
  memset(out, GUARD, need + 1);
  expect_encoder(c->e, pc15_encoder_result(c->e, out, need - 1, &again), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(again, need);
  assert_int_equal(out[0], GUARD);
  expect_encoder(c->e, pc15_encoder_result(c->e, out, need, &again), PC15_OK);
  assert_int_equal(out[need], GUARD);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 70 * 50, 70, 50, 0, out, need - 1, &again),
                 PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(again, need);
  again = 0;
  memset(out, 0, need);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 70 * 50, 70, 50, 0, out, need, &again), PC15_OK);
  assert_int_equal(again, need);
  assert_int_equal(out[need], GUARD);
  expect_decoder(c->d, pc15_verify(c->d, out, need), PC15_OK);
  free(out);
  free(pixels);
}

static void bound_holds_for_noise(void **state) {
  codec *c = (codec *)*state;
  static const int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA};
  size_t f;
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_QUALITY, 100000), PC15_OK);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_CHROMA, PC15_CHROMA_444), PC15_OK);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_PROCEDURAL, 0), PC15_OK);
  for (f = 0; f < COUNT_OF(kFormats); ++f) {
    const size_t n = (size_t)90 * 70 * (size_t)kFormats[f];
    uint8_t *pixels = test_picture(TEST_NOISE, 90, 70, kFormats[f]);
    const pc15_image image = test_image(pixels, 90, 70, kFormats[f]);
    size_t bound = 0, need = 0, i;
    assert_status(pc15_encode_bound(c->e, kFormats[f], 90, 70, &bound), PC15_OK);
    expect_encoder(c->e, pc15_encode_image(c->e, &image, NULL, 0, &need), PC15_NOTE_DST_TOO_SMALL);
    assert_true(need <= bound);
    for (i = 0; i < n; ++i) pixels[i] = pixels[i] > 127 ? 255 : 0; /* the dearest of all */
    expect_encoder(c->e, pc15_encode_image(c->e, &image, NULL, 0, &need), PC15_NOTE_DST_TOO_SMALL);
    assert_true(need <= bound && need < n + 2000); /* and it hardly grows */
    assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_CHROMA, PC15_CHROMA_420), PC15_OK);
    assert_status(pc15_encode_bound(c->e, kFormats[f], 90, 70, &bound), PC15_OK);
    expect_encoder(c->e, pc15_encode_image(c->e, &image, NULL, 0, &need), PC15_NOTE_DST_TOO_SMALL);
    assert_true(need <= bound);
    assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_CHROMA, PC15_CHROMA_444), PC15_OK);
    free(pixels);
  }
  assert_status(pc15_encode_bound(c->e, 2, 90, 70, &f), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_bound(c->e, PC15_FORMAT_Y, 0, 70, &f), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_encode_bound(c->e, PC15_FORMAT_Y, 65536, 70, &f), PC15_ERROR_OUT_OF_RANGE);
}

static void decode_into_exact_buffers(void **state) {
  codec *c = (codec *)*state;
  test_file file = test_small_file(0);
  const size_t n = (size_t)file.width * file.height;
  uint8_t *out = (uint8_t *)malloc(n + 1), *expected = test_decode(&file);
  size_t need = 0;
  memset(out, GUARD, n + 1);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, NULL, 0, 0, &need), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(need, n);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, out, n - 1, 0, &need),
                 PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(out[0], GUARD);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, out, n, 0, &need), PC15_OK);
  assert_int_equal(out[n], GUARD);
  assert_memory_equal(out, expected, n);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, out, n, file.width - 1, &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, out, n, INT64_MIN, &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  expect_decoder(c->d, pc15_decode_y(c->d, file.data, file.size, out, n, INT64_MAX, &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  free(out);
  free(expected);
  test_file_free(&file);
}

/* The same picture with padding and bottom-up gives the same file, and comes back the same way. */
static void strides(void **state) {
  codec *c = (codec *)*state;
  const uint32_t w = 37, h = 21;
  const int64_t strides_to_try[] = {37 * 3, 37 * 3 + 5, -(37 * 3), -(37 * 3 + 11)};
  uint8_t *tight = test_picture(TEST_PHOTO, w, h, 3), *reference;
  test_file file = test_encode(TEST_PHOTO, w, h, PC15_FORMAT_RGB, NULL);
  size_t i;
  reference = test_decode(&file);
  for (i = 0; i < COUNT_OF(strides_to_try); ++i) {
    const int64_t stride = strides_to_try[i], step = llabs((long long)stride);
    const size_t block = (size_t)((h - 1) * step + w * 3);
    uint8_t *padded = (uint8_t *)malloc((size_t)(h * step));
    pc15_image image = test_image(padded, w, h, PC15_FORMAT_RGB);
    pc15_buffer *buffer = NULL;
    uint32_t y;
    int64_t x;
    memset(padded, GUARD, (size_t)(h * step));
    for (y = 0; y < h; ++y) memcpy(padded + (stride < 0 ? h - 1 - y : y) * step, tight + y * w * 3, w * 3);
    image.stride = stride;
    image.data_size = block;
    expect_encoder(c->e, pc15_encode_image_buffer(c->e, &image, &buffer), PC15_OK);
    assert_int_equal(pc15_buffer_size(buffer), file.size);
    assert_memory_equal(pc15_buffer_data(buffer), file.data, file.size);
    pc15_buffer_free(buffer);
    image.data_size = block - 1;
    expect_encoder(c->e, pc15_encode_image_buffer(c->e, &image, &buffer), PC15_ERROR_INVALID_ARGUMENT);
    assert_null(buffer);
    expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_NOTE_DST_TOO_SMALL);
    image.data_size = block;
    memset(padded, GUARD, (size_t)(h * step));
    expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_OK);
    for (y = 0; y < h; ++y) {
      const uint8_t *row = padded + (stride < 0 ? h - 1 - y : y) * step;
      assert_memory_equal(row, reference + y * w * 3, w * 3);
      for (x = w * 3; x < step; ++x) assert_int_equal(row[x], GUARD);
    }
    free(padded);
  }
  free(reference);
  free(tight);
  test_file_free(&file);
}

/* Y of a colour file, RGB of a grey one, RGBA of both: as the header says. */
static void formats_convert(void **state) {
  codec *c = (codec *)*state;
  test_file gray = test_encode(TEST_PHOTO, 40, 30, PC15_FORMAT_Y, NULL);
  test_file alpha = test_encode(TEST_PHOTO, 40, 30, PC15_FORMAT_RGBA, NULL);
  uint8_t *y = test_decode(&gray), *rgba = test_decode(&alpha);
  uint8_t out[40 * 30 * 4];
  pc15_image image = test_image(out, 40, 30, PC15_FORMAT_RGB);
  size_t i, need = 0;
  expect_decoder(c->d, pc15_decode_image(c->d, gray.data, gray.size, &image), PC15_OK);
  for (i = 0; i < 40 * 30 * 3; ++i) assert_int_equal(out[i], y[i / 3]);
  image = test_image(out, 40, 30, PC15_FORMAT_RGBA);
  expect_decoder(c->d, pc15_decode_image(c->d, gray.data, gray.size, &image), PC15_OK);
  for (i = 0; i < 40 * 30 * 4; ++i) assert_int_equal(out[i], i % 4 == 3 ? 255 : y[i / 4]);
  image = test_image(out, 40, 30, PC15_FORMAT_RGB);
  expect_decoder(c->d, pc15_decode_image(c->d, alpha.data, alpha.size, &image), PC15_OK);
  for (i = 0; i < 40 * 30; ++i) assert_memory_equal(out + i * 3, rgba + i * 4, 3);
  expect_decoder(c->d, pc15_decode_y(c->d, alpha.data, alpha.size, out, sizeof(out), 0, &need), PC15_OK);
  for (i = 0; i < 40 * 30; ++i) {
    const double luma = 0.299 * rgba[i * 4] + 0.587 * rgba[i * 4 + 1] + 0.114 * rgba[i * 4 + 2];
    const int clipped = rgba[i * 4] % 255 == 0 || rgba[i * 4 + 1] % 255 == 0 || rgba[i * 4 + 2] % 255 == 0;
    assert_true(clipped || fabs(luma - out[i]) <= 2.0);
  }
  free(y);
  free(rgba);
  test_file_free(&gray);
  test_file_free(&alpha);
}

static void regions_are_crops(void **state) {
  codec *c = (codec *)*state;
  static const uint32_t kRects[][4] = {{0, 0, 300, 200}, {0, 0, 1, 1},       {299, 199, 1, 1},
                                       {127, 0, 2, 200}, {0, 127, 300, 2},   {120, 120, 20, 20},
                                       {1, 3, 255, 190}, {256, 128, 44, 72}, {17, 64, 111, 63}};
  test_file file = test_small_file(2);
  uint8_t *whole = test_decode(&file), *part = (uint8_t *)malloc((size_t)file.width * file.height);
  size_t i;
  expect_decoder(c->d, pc15_decoder_open(c->d, file.data, file.size), PC15_OK);
  for (i = 0; i < COUNT_OF(kRects) * 2; ++i) {
    const uint32_t *r = kRects[i / 2];
    const pc15_image image = test_image(part, r[2], r[3], PC15_FORMAT_Y);
    uint32_t y;
    memset(part, GUARD, (size_t)file.width * file.height);
    if (i % 2 == 0) {
      expect_decoder(c->d, pc15_decoder_read(c->d, r[0], r[1], &image), PC15_OK);
    } else {
      pc15_decoder *other = NULL;
      assert_status(pc15_decoder_create(NULL, &other), PC15_OK);
      expect_decoder(other, pc15_decode_region(other, file.data, file.size, r[0], r[1], &image), PC15_OK);
      pc15_decoder_destroy(other);
    }
    for (y = 0; y < r[3]; ++y) {
      assert_memory_equal(part + y * r[2], whole + (r[1] + y) * file.width + r[0], r[2]);
    }
  }
  free(part);
  free(whole);
  test_file_free(&file);
}

static void regions_outside_are_refused(void **state) {
  codec *c = (codec *)*state;
  test_file file = test_small_file(0);
  uint8_t out[33 * 17];
  pc15_image image = test_image(out, 33, 17, PC15_FORMAT_Y);
  expect_decoder(c->d, pc15_decode_region(c->d, file.data, file.size, 1, 0, &image), PC15_ERROR_OUT_OF_RANGE);
  expect_decoder(c->d, pc15_decode_region(c->d, file.data, file.size, 0, 1, &image), PC15_ERROR_OUT_OF_RANGE);
  expect_decoder(c->d, pc15_decode_region(c->d, file.data, file.size, UINT32_MAX, 0, &image),
                 PC15_ERROR_OUT_OF_RANGE);
  image.width = 0;
  expect_decoder(c->d, pc15_decode_region(c->d, file.data, file.size, 0, 0, &image), PC15_ERROR_OUT_OF_RANGE);
  image.width = 32;
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_INVALID_ARGUMENT);
  image.width = 33;
  image.format = 2;
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_INVALID_ARGUMENT);
  image.format = PC15_FORMAT_Y;
  image.reserved[1] = 1;
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_INVALID_ARGUMENT);
  image.reserved[1] = 0;
  image.struct_size = 8;
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_BAD_STRUCT_SIZE);
  image.struct_size = sizeof(image);
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_OK);
  test_file_free(&file);
}

static void encoder_refuses_bad_pictures(void **state) {
  codec *c = (codec *)*state;
  uint8_t pixels[64] = {0}, out[4096];
  size_t need = 0;
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 0, 8, 0, out, sizeof(out), &need),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 8, 0, 0, out, sizeof(out), &need),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 65536, 1, 0, out, sizeof(out), &need),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, UINT32_MAX, UINT32_MAX, 0, out, sizeof(out), &need),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 63, 8, 8, 0, out, sizeof(out), &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 8, 8, 7, out, sizeof(out), &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 65535, 65535, 0, out, sizeof(out), &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_TILE, 64), PC15_OK);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_OVERLAP, 33), PC15_OK);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 8, 8, 0, out, sizeof(out), &need),
                 PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_OVERLAP, 32), PC15_OK);
  expect_encoder(c->e, pc15_encode_y(c->e, pixels, 64, 8, 8, 0, out, sizeof(out), &need), PC15_OK);
}

static void states_before_and_after(void **state) {
  codec *c = (codec *)*state;
  test_file file = test_small_file(0);
  pc15_stats stats = {0};
  pc15_tile_info tile = {0};
  pc15_image_info info = {0};
  uint8_t out[33 * 17];
  uint32_t count = 0;
  size_t size = 0;
  stats.struct_size = sizeof(stats);
  tile.struct_size = sizeof(tile);
  info.struct_size = sizeof(info);
  assert_status(pc15_encoder_stats(c->e, &stats), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_encoder_result(c->e, out, sizeof(out), &size), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_encoder_tile_count(c->e, &count), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_encoder_tile_info(c->e, 0, &tile), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_info(c->d, &info), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_part_count(c->d, &count), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_tile_count(c->d, &count), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_metadata_count(c->d, &count), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_damage(c->d, NULL, 0, &size), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decode_y(c->d, file.data, file.size, out, sizeof(out), 0, &size), PC15_OK);
  assert_status(pc15_decoder_info(c->d, &info), PC15_ERROR_WRONG_STATE); /* a one-shot call closes */
  assert_status(pc15_decoder_open(c->d, file.data, file.size), PC15_OK);
  assert_status(pc15_decoder_damage(c->d, NULL, 0, &size), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_decoder_info(c->d, &info), PC15_OK);
  assert_int_equal(info.width, 33);
  assert_status(pc15_decoder_close(c->d), PC15_OK);
  assert_status(pc15_decoder_close(c->d), PC15_OK);
  assert_status(pc15_decoder_info(c->d, &info), PC15_ERROR_WRONG_STATE);
  test_file_free(&file);
}

static void data_errors_poison_until_reset(void **state) {
  codec *c = (codec *)*state;
  test_file file = test_small_file(1);
  uint8_t *out = (uint8_t *)malloc((size_t)file.width * file.height * 3);
  const pc15_image image = test_image(out, file.width, file.height, PC15_FORMAT_RGB);
  pc15_image wrong = image;
  char before[256], after[256];
  uint32_t count;
  int64_t value = 0;
  wrong.format = 7;
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &wrong), PC15_ERROR_INVALID_ARGUMENT);
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_OK); /* not poisoned */
  file.data[file.size / 2] ^= 1;
  assert_true(pc15_decode_image(c->d, file.data, file.size, &image) <= PC15_ERROR_NOT_PC15);
  assert_true(pc15_decoder_last_error(c->d, before, sizeof(before)) > 0);
  file.data[file.size / 2] ^= 1;
  assert_status(pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_POISONED);
  assert_status(pc15_verify(c->d, file.data, file.size), PC15_ERROR_POISONED);
  assert_status(pc15_decoder_open(c->d, file.data, file.size), PC15_ERROR_POISONED);
  assert_status(pc15_decoder_part_count(c->d, &count), PC15_ERROR_POISONED);
  pc15_decoder_last_error(c->d, after, sizeof(after));
  assert_string_equal(before, after); /* still says what was wrong */
  assert_status(pc15_decoder_get_param(c->d, PC15_PARAM_THREADS, &value), PC15_OK);
  assert_status(pc15_decoder_reset(c->d), PC15_OK);
  assert_int_equal(pc15_decoder_last_error(c->d, NULL, 0), 0);
  expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_OK);
  free(out);
  test_file_free(&file);
}

static void limits_refuse_without_poison(void **state) {
  codec *c = (codec *)*state;
  test_file file = test_small_file(2);
  pc15_image_info info = {0};
  pc15_limits limits = {0};
  pc15_buffer *buffer = NULL;
  info.struct_size = sizeof(info);
  limits.struct_size = sizeof(limits);
  assert_status(pc15_limits_default(&limits), PC15_OK);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_WIDTH, 299), PC15_OK);
  expect_decoder(c->d, pc15_verify(c->d, file.data, file.size), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_WIDTH, 300), PC15_OK);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_HEIGHT, 199), PC15_OK);
  expect_decoder(c->d, pc15_verify(c->d, file.data, file.size), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_HEIGHT, 200), PC15_OK);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_PIXELS, 59999), PC15_OK);
  expect_decoder(c->d, pc15_verify(c->d, file.data, file.size), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_PIXELS, 60000), PC15_OK);
  assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_MEMORY, 20000), PC15_OK);
  expect_decoder(c->d, pc15_decode_image_buffer(c->d, file.data, file.size, 0, NULL, &buffer),
                 PC15_ERROR_LIMIT);
  assert_null(buffer);
  assert_status(pc15_probe(file.data, file.size, &limits, &info), PC15_OK);
  assert_status(
      pc15_decoder_set_param(c->d, PC15_PARAM_MAX_MEMORY, (int64_t)info.planned_memory + 65536 + 60000),
      PC15_OK);
  expect_decoder(c->d, pc15_decode_image_buffer(c->d, file.data, file.size, 0, NULL, &buffer), PC15_OK);
  pc15_buffer_free(buffer);
  limits.max_width = 299;
  assert_status(pc15_probe(file.data, file.size, &limits, &info), PC15_ERROR_LIMIT);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_MAX_MEMORY, 1000), PC15_OK);
  {
    uint8_t pixels[64 * 64] = {0}, out[2048];
    size_t size = 0;
    expect_encoder(c->e, pc15_encode_y(c->e, pixels, sizeof(pixels), 64, 64, 0, out, sizeof(out), &size),
                   PC15_ERROR_LIMIT);
    assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_MAX_MEMORY, INT64_MAX), PC15_OK);
    expect_encoder(c->e, pc15_encode_y(c->e, pixels, sizeof(pixels), 64, 64, 0, out, sizeof(out), &size),
                   PC15_OK);
  }
  test_file_free(&file);
}

/* The planned memory is enough, and what the plan says beforehand is refused beforehand. */
static void the_plan_holds(void **state) {
  codec *c = (codec *)*state;
  int k, threads;
  for (k = 0; k < TEST_SMALL_FILES; ++k) {
    test_file file = test_small_file(k);
    uint8_t *out = (uint8_t *)malloc((size_t)file.width * file.height * (size_t)file.format);
    const pc15_image image = test_image(out, file.width, file.height, file.format);
    pc15_image_info info = {0};
    info.struct_size = sizeof(info);
    assert_status(pc15_probe(file.data, file.size, NULL, &info), PC15_OK);
    for (threads = 1; threads <= 16; threads += 5) {
      assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_THREADS, threads), PC15_OK);
      assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_MEMORY, (int64_t)info.planned_memory),
                    PC15_OK);
      expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_OK);
      assert_status(pc15_decoder_set_param(c->d, PC15_PARAM_MAX_MEMORY, (int64_t)info.planned_memory - 1),
                    PC15_OK);
      expect_decoder(c->d, pc15_decode_image(c->d, file.data, file.size, &image), PC15_ERROR_LIMIT);
    }
    free(out);
    test_file_free(&file);
  }
}

/* Stripes in every tile: their generator is counted, and the sums agree with the statistics of the file. */
static void generators_are_counted(void **state) {
  codec *c = (codec *)*state;
  const uint32_t w = 256, h = 192;
  uint8_t *pixels = (uint8_t *)malloc(w * h), *out = (uint8_t *)malloc(w * h);
  size_t size = 0;
  uint64_t renders = 0;
  uint32_t tiles = 0, hypotheses = 0;
  pc15_stats stats = {0};
  pc15_generator_stats g = {0};
  for (uint32_t i = 0; i < w * h; ++i)
    pixels[i] = (uint8_t)(128.0 + 100.0 * sin(0.31 * (i % w) + 0.2 * (i / w)));
  stats.struct_size = sizeof(stats);
  assert_status(pc15_encoder_generator_stats(c->e, 0x10, &g), PC15_ERROR_BAD_STRUCT_SIZE);
  g.struct_size = sizeof(g);
  assert_status(pc15_encoder_generator_stats(c->e, 0x10, &g), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_encode_y(c->e, pixels, w * h, w, h, 0, out, w * h, &size), PC15_OK);
  expect_encoder(c->e, pc15_encoder_stats(c->e, &stats), PC15_OK);
  for (int32_t k = 0; k < 256; ++k) {
    const int known = k < 160 && pc15_generator_name(k) != NULL; /* above are warps, palettes and masks */
    const pc15_status status = pc15_encoder_generator_stats(c->e, k, &g);
    assert_status(status, known ? PC15_OK : PC15_ERROR_NOT_FOUND);
    if (!known) continue;
    assert_int_equal(g.generator, k);
    renders += g.renders;
    tiles += g.tiles;
    hypotheses += g.hypotheses;
    assert_true(g.tiles == 0 ? g.distortion == 0.0 : g.distortion < 4.0);
  }
  assert_true(tiles == stats.tiles && hypotheses > 20);
  assert_true(renders > hypotheses && renders <= stats.renders);
  assert_status(pc15_encoder_generator_stats(c->e, -1, &g), PC15_ERROR_NOT_FOUND);
  free(out);
  free(pixels);
}

static void stats_tell_the_truth(void **state) {
  codec *c = (codec *)*state;
  const uint32_t w = 128, h = 96;
  uint8_t *pixels = test_picture(TEST_PHOTO, w, h, 1), *out;
  size_t size = 0;
  pc15_stats stats = {0};
  double psnr = 0.0, ssim = 0.0;
  out = (uint8_t *)malloc(w * h);
  stats.struct_size = sizeof(stats);
  assert_status(pc15_encode_y(c->e, pixels, w * h, w, h, 0, out, w * h, &size), PC15_OK);
  expect_encoder(c->e, pc15_encoder_stats(c->e, &stats), PC15_OK);
  assert_int_equal(stats.bytes_total, size);
  assert_true(stats.bytes_programs + stats.bytes_cells <= size);
  assert_true(stats.bytes_cells > 0);
  assert_int_equal(stats.tiles, 1);
  assert_true(stats.peak_memory_bytes > w * h);
  {
    uint8_t *decoded = (uint8_t *)malloc(w * h);
    size_t need = 0;
    expect_decoder(c->d, pc15_decode_y(c->d, out, size, decoded, w * h, 0, &need), PC15_OK);
    assert_status(pc15_metric_psnr(pixels, w * h, 0, decoded, w * h, 0, w, h, &psnr), PC15_OK);
    assert_status(pc15_metric_ssim(pixels, w * h, 0, decoded, w * h, 0, w, h, &ssim), PC15_OK);
    free(decoded);
  }
  assert_true(fabs(stats.psnr_y - psnr) < 1e-6);
  assert_true(fabs(stats.ssim_y - ssim) < 1e-6);
  free(out);
  free(pixels);
}

/* The same bytes without, and figures only where something else needs them. */
static void measuring_is_optional(void **state) {
  codec *c = (codec *)*state;
  const uint32_t w = 128, h = 96;
  uint8_t *pixels = test_picture(TEST_PHOTO, w, h, 1);
  uint8_t *with = (uint8_t *)malloc(w * h), *without = (uint8_t *)malloc(w * h);
  size_t size[2] = {0};
  pc15_stats stats = {0};
  stats.struct_size = sizeof(stats);
  assert_status(pc15_encode_y(c->e, pixels, w * h, w, h, 0, with, w * h, &size[0]), PC15_OK);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_MEASURE, 0), PC15_OK);
  assert_status(pc15_encode_y(c->e, pixels, w * h, w, h, 0, without, w * h, &size[1]), PC15_OK);
  assert_int_equal(size[0], size[1]);
  assert_memory_equal(with, without, size[0]);
  assert_status(pc15_encoder_stats(c->e, &stats), PC15_OK);
  assert_true(isnan(stats.psnr_y) && isnan(stats.ssim_y));
  assert_int_equal(stats.bytes_total, size[1]);
  assert_status(pc15_encoder_set_param(c->e, PC15_PARAM_TARGET_PSNR, 30000), PC15_OK);
  assert_status(pc15_encode_y(c->e, pixels, w * h, w, h, 0, without, w * h, &size[1]), PC15_OK);
  assert_status(pc15_encoder_stats(c->e, &stats), PC15_OK);
  assert_true(stats.psnr_y >= 30.0);
  free(with);
  free(without);
  free(pixels);
}

static void probe_reads_heads(void **state) {
  test_file file = test_small_file(1), tiny = test_small_file(0);
  pc15_image_info info = {0};
  size_t n;
  (void)state;
  info.struct_size = sizeof(info);
  for (n = 0; n < 64; ++n) {
    assert_status(pc15_probe(file.data, n, NULL, &info), PC15_NOTE_NEED_INPUT);
    assert_true(info.bytes_needed > n && info.bytes_needed <= 64);
  }
  assert_status(pc15_probe(file.data, 64, NULL, &info), PC15_OK);
  assert_int_equal(info.width, 40);
  assert_int_equal(info.height, 28);
  assert_int_equal(info.natural_format, PC15_FORMAT_RGB);
  assert_int_equal(info.color, PC15_COLOR_YCC420);
  assert_int_equal(info.form, PC15_FORM_FULL);
  assert_int_equal(info.version, 15);
  assert_int_equal(info.bytes_needed, 0);
  assert_true(info.planned_memory > 0);
  assert_status(pc15_probe(tiny.data, tiny.size, NULL, &info), PC15_OK);
  assert_int_equal(info.form, PC15_FORM_COMPACT);
  assert_int_equal(info.natural_format, PC15_FORMAT_Y);
  assert_status(
      pc15_probe(
          (const uint8_t *)"\x89PNG\r\n\x1a\n more than enough bytes to look at, and then some more of them",
          64, NULL, &info),
      PC15_ERROR_NOT_PC15);
  test_file_free(&file);
  test_file_free(&tiny);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_codec, drop_codec)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(round_trips),
      TEST(tunes_are_what_they_say),
      TEST(encode_into_exact_buffers),
      TEST(bound_holds_for_noise),
      TEST(decode_into_exact_buffers),
      TEST(strides),
      TEST(formats_convert),
      TEST(regions_are_crops),
      TEST(regions_outside_are_refused),
      TEST(encoder_refuses_bad_pictures),
      TEST(states_before_and_after),
      TEST(data_errors_poison_until_reset),
      TEST(limits_refuse_without_poison),
      TEST(the_plan_holds),
      TEST(generators_are_counted),
      TEST(stats_tell_the_truth),
      TEST(measuring_is_optional),
      TEST(probe_reads_heads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
