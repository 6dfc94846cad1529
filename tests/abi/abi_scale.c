/* Decoding at 1/4 to 8 times through the handles: sizes, regions against crops, threads, formats, damage,
 * refusals. */
#include "abi_support.h"

#define GUARD 0xA5

typedef struct fixture {
  pc15_decoder *d;
  test_file files[5];
} fixture;

/* A photograph without programs in 4:2:0, programs and residual, programs alone, alpha in 4:4:4, cells of
 * tiles. */
static int make(void **state) {
  static const test_param kPhoto[] = {{PC15_PARAM_QUALITY, 50000},
                                      {PC15_PARAM_CELL, 128},
                                      {PC15_PARAM_PROCEDURAL, 0},
                                      {PC15_PARAM_COMPACT, 0},
                                      {0, 0}};
  static const test_param kMixed[] = {{PC15_PARAM_QUALITY, 50000},
                                      {PC15_PARAM_CELL, 128},
                                      {PC15_PARAM_TILE, 64},
                                      {PC15_PARAM_EFFORT, 3},
                                      {0, 0}};
  static const test_param kPrograms[] = {
      {PC15_PARAM_RESIDUAL, 0}, {PC15_PARAM_TILE, 64}, {PC15_PARAM_EFFORT, 3}, {0, 0}};
  static const test_param kAlpha[] = {
      {PC15_PARAM_QUALITY, 40000}, {PC15_PARAM_CHROMA, PC15_CHROMA_444}, {PC15_PARAM_EFFORT, 1}, {0, 0}};
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  assert_status(pc15_decoder_create(NULL, &f->d), PC15_OK);
  f->files[0] = test_encode(TEST_PHOTO, 141, 95, PC15_FORMAT_RGB, kPhoto);
  f->files[1] = test_encode(TEST_MIXED, 227, 150, PC15_FORMAT_RGB, kMixed);
  f->files[2] = test_encode(TEST_MIXED, 227, 150, PC15_FORMAT_RGB, kPrograms);
  f->files[3] = test_encode(TEST_PHOTO, 61, 43, PC15_FORMAT_RGBA, kAlpha);
  f->files[4] = test_small_file(2);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  size_t i;
  pc15_decoder_destroy(f->d);
  for (i = 0; i < COUNT_OF(f->files); ++i) test_file_free(&f->files[i]);
  free(f);
  return 0;
}

static uint8_t *whole(pc15_decoder *d, const test_file *file, int32_t scale, int32_t format, uint32_t *width,
                      uint32_t *height) {
  uint8_t *pixels;
  pc15_image image;
  assert_status(pc15_scaled_size(file->width, file->height, scale, width, height), PC15_OK);
  pixels = (uint8_t *)malloc((size_t)*width * *height * (size_t)format);
  assert_non_null(pixels);
  image = test_image(pixels, *width, *height, format);
  expect_decoder(d, pc15_decode_scaled(d, file->data, file->size, scale, 0, 0, &image), PC15_OK);
  return pixels;
}

/* The files are made once; every test begins with a fresh decoder. */
static int fresh(void **state) {
  fixture *f = (fixture *)*state;
  pc15_decoder_destroy(f->d);
  assert_status(pc15_decoder_create(NULL, &f->d), PC15_OK);
  return 0;
}

static void sizes(void **state) {
  static const uint32_t kSizes[][4] = {/* luma, 1/4, 1/2, 8 */
                                       {1, 1, 1, 8},  {2, 1, 1, 16},        {4, 1, 2, 32},
                                       {5, 2, 3, 40}, {255, 64, 128, 2040}, {65535, 16384, 32768, 524280}};
  uint32_t w = 7, h = 7;
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kSizes); ++i) {
    const uint32_t n = kSizes[i][0];
    assert_status(pc15_scaled_size(n, 1, -2, &w, &h), PC15_OK);
    assert_int_equal(w, kSizes[i][1]);
    assert_int_equal(h, 1);
    assert_status(pc15_scaled_size(1, n, -1, &w, &h), PC15_OK);
    assert_int_equal(h, kSizes[i][2]);
    assert_status(pc15_scaled_size(n, n, 0, &w, &h), PC15_OK);
    assert_int_equal(w, n);
    assert_status(pc15_scaled_size(n, n, 3, &w, &h), PC15_OK);
    assert_int_equal(w, kSizes[i][3]);
    assert_int_equal(h, kSizes[i][3]);
  }
  w = h = 7;
  assert_status(pc15_scaled_size(9, 9, -3, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(9, 9, 4, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(9, 9, INT32_MIN, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(9, 9, INT32_MAX, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(0, 9, 1, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(9, 65536, 1, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_scaled_size(UINT32_MAX, 9, 3, &w, &h), PC15_ERROR_OUT_OF_RANGE);
  assert_int_equal(w + h, 14);
}

static void scale_one_is_the_ordinary_decode(void **state) {
  fixture *f = (fixture *)*state;
  size_t i;
  for (i = 0; i < COUNT_OF(f->files); ++i) {
    const test_file *file = &f->files[i];
    uint32_t w, h;
    uint8_t *expected = test_decode(file), *pixels = whole(f->d, file, 0, file->format, &w, &h);
    assert_int_equal(w, file->width);
    assert_memory_equal(pixels, expected, (size_t)w * h * (size_t)file->format);
    free(expected);
    free(pixels);
  }
}

/* Random rectangles of every file at every scale, small and large, at the borders too; from the open file. */
static void regions_equal_the_crop(void **state) {
  fixture *f = (fixture *)*state;
  uint32_t random = 1;
  size_t i;
  int32_t scale;
  for (i = 0; i < COUNT_OF(f->files); ++i) {
    const test_file *file = &f->files[i];
    const size_t channels = (size_t)file->format;
    for (scale = PC15_SCALE_LOG2_MIN; scale <= PC15_SCALE_LOG2_MAX; ++scale) {
      uint32_t w, h, n, y;
      uint8_t *all = whole(f->d, file, scale, file->format, &w, &h),
              *part = (uint8_t *)malloc((size_t)w * h * channels);
      expect_decoder(f->d, pc15_decoder_open(f->d, file->data, file->size), PC15_OK);
      for (n = 0; n < 10; ++n) {
        uint32_t r[4];
        pc15_image image;
        for (y = 0; y < 4; ++y) r[y] = (random = random * 1664525u + 1013904223u) >> 8;
        r[0] %= w;
        r[1] %= h;
        r[2] = n == 0 ? w - r[0] : 1 + r[2] % (n % 2 != 0 && w - r[0] > 20 ? 20 : w - r[0]);
        r[3] = n == 0 ? h - r[1] : 1 + r[3] % (n % 2 != 0 && h - r[1] > 20 ? 20 : h - r[1]);
        image = test_image(part, r[2], r[3], file->format);
        expect_decoder(f->d, pc15_decoder_read_scaled(f->d, scale, r[0], r[1], &image), PC15_OK);
        for (y = 0; y < r[3]; ++y) {
          const uint8_t *row = all + ((size_t)(r[1] + y) * w + r[0]) * channels;
          if (memcmp(part + (size_t)y * r[2] * channels, row, r[2] * channels) != 0)
            fail_msg("file %d, scale 2^%d, region %u,%u,%u,%u, row %u", (int)i, scale, r[0], r[1], r[2], r[3],
                     y);
        }
      }
      assert_status(pc15_decoder_close(f->d), PC15_OK);
      free(all);
      free(part);
    }
  }
}

static void threads_change_nothing(void **state) {
  fixture *f = (fixture *)*state;
  static const int32_t kScales[] = {-2, -1, 1, 3};
  size_t i, k;
  int64_t threads;
  for (i = 0; i < 3; ++i) {
    for (k = 0; k < COUNT_OF(kScales); ++k) {
      uint32_t w, h;
      uint8_t *one, *more;
      assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_THREADS, 1), PC15_OK);
      one = whole(f->d, &f->files[i], kScales[k], PC15_FORMAT_RGB, &w, &h);
      for (threads = 2; threads <= 4; threads += 2) {
        assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_THREADS, threads), PC15_OK);
        more = whole(f->d, &f->files[i], kScales[k], PC15_FORMAT_RGB, &w, &h);
        assert_memory_equal(one, more, (size_t)w * h * 3);
        free(more);
      }
      free(one);
    }
  }
}

/* Luma is the same in every format of a grey file; RGB and RGBA agree; rows may run upwards, padding stays.
 */
static void formats_and_strides(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[3];
  uint32_t w, h, x, y;
  uint8_t *rgba = whole(f->d, file, 1, PC15_FORMAT_RGBA, &w, &h),
          *rgb = whole(f->d, file, 1, PC15_FORMAT_RGB, &w, &h);
  uint8_t *gray, *triple, *padded = (uint8_t *)malloc((size_t)(w * 3 + 5) * h);
  pc15_image image = test_image(padded, w, h, PC15_FORMAT_RGB);
  int opaque = 1;
  for (x = 0; x < w * h; ++x) {
    assert_memory_equal(rgba + x * 4, rgb + x * 3, 3);
    opaque = opaque && rgba[x * 4 + 3] == 255;
  }
  assert_false(opaque);
  memset(padded, GUARD, (size_t)(w * 3 + 5) * h);
  image.stride = -(int64_t)(w * 3 + 5);
  image.data_size = (uint64_t)(w * 3 + 5) * (h - 1) + w * 3;
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 1, 0, 0, &image), PC15_OK);
  for (y = 0; y < h; ++y) {
    assert_memory_equal(padded + (size_t)(h - 1 - y) * (w * 3 + 5), rgb + (size_t)y * w * 3, w * 3);
    for (x = 0; x < 5; ++x) assert_int_equal(padded[(size_t)y * (w * 3 + 5) + w * 3 + x], GUARD);
  }
  free(rgba);
  free(rgb);
  free(padded);
  file = &f->files[4];
  gray = whole(f->d, file, -1, PC15_FORMAT_Y, &w, &h);
  triple = whole(f->d, file, -1, PC15_FORMAT_RGBA, &w, &h);
  for (x = 0; x < w * h; ++x) {
    for (y = 0; y < 3; ++y) assert_int_equal(triple[x * 4 + y], gray[x]);
    assert_int_equal(triple[x * 4 + 3], 255);
  }
  free(gray);
  free(triple);
}

/* A photograph at 1/2 is the mean of its boxes, and at 1/4 too, the partial ones at the borders included. */
static void shrinking_without_programs_is_the_mean(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[0];
  int32_t scale;
  uint32_t fw, fh;
  uint8_t *full = whole(f->d, file, 0, PC15_FORMAT_Y, &fw, &fh);
  for (scale = -2; scale < 0; ++scale) {
    const uint32_t side = 1u << -scale;
    uint32_t w, h, x, y, i, j;
    uint8_t *small = whole(f->d, file, scale, PC15_FORMAT_Y, &w, &h);
    for (y = 0; y < h; ++y) {
      for (x = 0; x < w; ++x) {
        uint32_t sum = 0, count = 0;
        for (j = y * side; j < fh && j < (y + 1) * side; ++j) {
          for (i = x * side; i < fw && i < (x + 1) * side; ++i, ++count) sum += full[j * fw + i];
        }
        assert_int_equal(small[y * w + x], (2 * sum + count) / (2 * count));
      }
    }
    free(small);
  }
  free(full);
}

static void refusals(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[2]; /* 227 x 150 */
  uint8_t *pixels = (uint8_t *)malloc(2000 * 1300);
  pc15_image image = test_image(pixels, 10, 10, PC15_FORMAT_Y);
  char text[256];
  int32_t scale;
  memset(pixels, GUARD, 1000);
  for (scale = 4; scale <= 5; ++scale) {
    expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, scale, 0, 0, &image),
                   PC15_ERROR_OUT_OF_RANGE);
    expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 1 - scale, 0, 0, &image),
                   PC15_ERROR_OUT_OF_RANGE);
  }
  pc15_decoder_last_error(f->d, text, sizeof(text));
  assert_non_null(strstr(text, "2^-4"));
  assert_non_null(strstr(text, "2^-2...2^3"));
  /* Outside: by one, by far, and where 32 bits would wrap. */
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 1807, 0, &image),
                 PC15_ERROR_OUT_OF_RANGE);
  pc15_decoder_last_error(f->d, text, sizeof(text));
  assert_non_null(strstr(text, "1807 + 10"));
  assert_non_null(strstr(text, "1816"));
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, -1, 0, 66, &image),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 2, UINT32_MAX - 4, 0, &image),
                 PC15_ERROR_OUT_OF_RANGE);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, -1, 0, 65, &image), PC15_OK);
  memset(pixels, GUARD, 1000);
  /* The caller's block, and the limits, which hold for the scaled region. */
  image.data_size = 99;
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 1, 0, 0, &image),
                 PC15_NOTE_DST_TOO_SMALL);
  image = test_image(pixels, 1816, 1200, PC15_FORMAT_Y);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_PIXELS, 1816 * 1200 - 1), PC15_OK);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 0, 0, &image), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_PIXELS, 1816 * 1200), PC15_OK);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_WIDTH, 1815), PC15_OK);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 0, 0, &image), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_WIDTH, 1816), PC15_OK);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_HEIGHT, 1199), PC15_OK);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 0, 0, &image), PC15_ERROR_LIMIT);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_HEIGHT, 1200), PC15_OK);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_MAX_MEMORY, 1 << 18), PC15_OK);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 0, 0, &image), PC15_ERROR_LIMIT);
  assert_int_equal(pixels[0], GUARD);
  assert_status(pc15_decoder_default_params(f->d), PC15_OK);
  expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, 3, 0, 0, &image), PC15_OK);
  expect_decoder(f->d, pc15_decoder_read_scaled(f->d, 1, 0, 0, &image), PC15_ERROR_WRONG_STATE);
  free(pixels);
}

/* The place of cell 0 in a file. */
static pc15_part_info first_cell(pc15_decoder *d, const test_file *file) {
  pc15_part_info part = {0};
  uint32_t i, count = 0;
  part.struct_size = sizeof(part);
  expect_decoder(d, pc15_decoder_open(d, file->data, file->size), PC15_OK);
  assert_status(pc15_decoder_part_count(d, &count), PC15_OK);
  for (i = 0; i < count; ++i) {
    assert_status(pc15_decoder_part_info(d, i, &part), PC15_OK);
    if (part.kind == PC15_PART_CELL && part.number == 0) break;
  }
  assert_true(i < count);
  assert_status(pc15_decoder_close(d), PC15_OK);
  return part;
}

/* A lost cell shows its programs, here none; far from it nothing changes; strictly the file is refused. */
static void damage(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[0]; /* 141 x 95: two cells of 128 */
  const pc15_part_info part = first_cell(f->d, file);
  uint8_t *const byte = file->data + part.offset + part.size / 2, map[2];
  int32_t scale;
  for (scale = -1; scale <= 1; scale += 2) {
    const uint32_t side = scale < 0 ? TEST_CELL / 2 : TEST_CELL * 2;
    /* 13 px of the two filters and 3 of the weights. */
    const uint32_t reach = scale < 0 ? 16 / 2 + 1 : 16 * 2;
    uint32_t w, h, x, y;
    uint8_t *intact = whole(f->d, file, scale, PC15_FORMAT_Y, &w, &h),
            *pixels = (uint8_t *)malloc((size_t)w * h);
    const pc15_image image = test_image(pixels, w, h, PC15_FORMAT_Y);
    size_t cells = 0;
    *byte ^= 1;
    assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 0), PC15_OK);
    expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, scale, 0, 0, &image),
                   PC15_ERROR_CRC);
    assert_status(pc15_decoder_reset(f->d), PC15_OK);
    assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 1), PC15_OK);
    expect_decoder(f->d, pc15_decode_scaled(f->d, file->data, file->size, scale, 0, 0, &image),
                   PC15_NOTE_DAMAGED);
    assert_status(pc15_decoder_damage(f->d, map, sizeof(map), &cells), PC15_OK);
    assert_int_equal(cells, 2);
    assert_int_equal(map[0], PC15_CELL_LOST);
    assert_int_equal(map[1], PC15_CELL_INTACT);
    for (y = 0; y < h; ++y) {
      for (x = 0; x < w; ++x) {
        if (x + reach < side) assert_int_equal(pixels[y * w + x], 128);
        if (x >= side + reach) assert_int_equal(pixels[y * w + x], intact[y * w + x]);
      }
    }
    *byte ^= 1;
    free(intact);
    free(pixels);
  }
}

typedef struct progress {
  uint64_t last, total;
  int64_t calls, stop_at;
} progress;

static int32_t watch(uint64_t done, uint64_t total, void *opaque) {
  progress *p = (progress *)opaque;
  assert_true(done > p->last && done <= total);
  assert_true(p->total == 0 || p->total == total);
  p->last = done;
  p->total = total;
  return p->calls++ == p->stop_at;
}

static void progress_rises_once_and_cancels(void **state) {
  fixture *f = (fixture *)*state;
  uint8_t *pixels = (uint8_t *)malloc(908 * 600 * 3);
  const pc15_image image = test_image(pixels, 908, 600, PC15_FORMAT_RGB);
  int k, stop;
  for (k = 1; k <= 2; ++k) {
    for (stop = 0; stop < 2; ++stop) {
      progress p = {0, 0, 0, 0};
      p.stop_at = stop != 0 ? 5 : -1;
      assert_status(pc15_decoder_set_progress(f->d, watch, &p), PC15_OK);
      expect_decoder(f->d, pc15_decode_scaled(f->d, f->files[k].data, f->files[k].size, 2, 0, 0, &image),
                     stop != 0 ? PC15_NOTE_CANCELLED : PC15_OK);
      if (stop == 0) assert_true(p.last == p.total && p.calls > 10);
      assert_status(pc15_decoder_set_progress(f->d, NULL, NULL), PC15_OK);
    }
  }
  free(pixels);
}

#define TEST(f) cmocka_unit_test_setup(f, fresh)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(sizes),
      TEST(scale_one_is_the_ordinary_decode),
      TEST(regions_equal_the_crop),
      TEST(threads_change_nothing),
      TEST(formats_and_strides),
      TEST(shrinking_without_programs_is_the_mean),
      TEST(refusals),
      TEST(damage),
      TEST(progress_rises_once_and_cancels),
  };
  return cmocka_run_group_tests(tests, make, drop);
}
