/* Encoding from rows: the bytes of a whole encode whatever the source delivers at a time; a source that ends
 * or lies; what it costs. */
#include "row_giver.h"

static const test_param kSettings[][4] = {
    {{0, 0}}, /* read twice, as the next two */
    {{PC15_PARAM_MEASURE, 0}, {PC15_PARAM_TILE, 33}, {PC15_PARAM_OVERLAP, 3}, {0, 0}},
    {{PC15_PARAM_EFFORT, 4}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_RESIDUAL_CAP, 900}, {0, 0}},
    {{PC15_PARAM_CHROMA, PC15_CHROMA_444}, {PC15_PARAM_THREADS, 3}, {0, 0}},
    {{PC15_PARAM_LOSSLESS, 1}, {0, 0}},
    {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_CELL, 128}, {0, 0}},
    {{PC15_PARAM_RESIDUAL, 0}, {PC15_PARAM_TILE, 64}, {0, 0}},
    {{PC15_PARAM_GRAIN, 60}, {0, 0}},
    {{PC15_PARAM_TARGET_BYTES, 2000}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}},
};

static void bytes_of_a_whole_encode(void **state) {
  static const int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA};
  static const uint32_t kSizes[][3] = {{1, 1, 0},     {67, 33, 5}, {40, 131, 0},
                                       {129, 64, 64}, {33, 65, 1}, {150, 400, 0}};
  pc15_encoder *e = NULL;
  size_t i, k, s;
  uint32_t readings = 0;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  for (s = 0; s < COUNT_OF(kSettings); ++s) {
    set_quick(e, kSettings[s]);
    for (i = 0; i < COUNT_OF(kFormats); ++i) {
      for (k = 0; k < COUNT_OF(kSizes); ++k) {
        const uint32_t w = kSizes[k][0], h = kSizes[k][1];
        uint8_t *pixels = test_picture(k % 2 ? TEST_MIXED : TEST_PHOTO, w, h, kFormats[i]);
        const pc15_image image = test_image(pixels, w, h, kFormats[i]);
        readings = same_bytes(e, &image, kSizes[k][2]);
        assert_true(s == 5 || s == 6 || readings >= 2); /* lossless without a search, nothing but programs */
        if (kFormats[i] == PC15_FORMAT_RGBA && (s + k) % 2 == 0) { /* opaque: the file has no alpha */
          size_t at;
          for (at = 3; at < (size_t)w * h * 4; at += 4) pixels[at] = 255;
          same_bytes(e, &image, kSizes[k][2]);
          pixels[(size_t)w * h * 4 - 1] = 254; /* but for the last pixel */
          same_bytes(e, &image, kSizes[k][2]);
        }
        free(pixels);
      }
    }
  }
  pc15_encoder_destroy(e);
}

/* A picture that is drawn throughout becomes lossless, which needs its samples again; whether it is shows at
 * the end only, or at the first quarter. */
static void drawn_pictures(void **state) {
  static const uint32_t kParts[][2] = {{0, 300}, {0, 150}, {150, 300}, {0, 240}, {60, 300}, {0, 0}};
  pc15_encoder *e = NULL;
  size_t i;
  int lossless = 0;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  set_quick(e, kSettings[0]);
  for (i = 0; i < COUNT_OF(kParts); ++i) {
    const int32_t format = i % 2 == 0 ? PC15_FORMAT_RGB : PC15_FORMAT_RGBA;
    uint8_t *pixels = drawn(220, 300, format, kParts[i][0], kParts[i][1]);
    const pc15_image image = test_image(pixels, 220, 300, format);
    pc15_image_info info;
    uint8_t head[64];
    size_t size = 0;
    uint32_t readings;
    memset(&info, 0, sizeof(info));
    info.struct_size = sizeof(info);
    readings = same_bytes(e, &image, 0);
    assert_status(pc15_encoder_result(e, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
    if (size >= sizeof(head)) {
      uint8_t *file = (uint8_t *)malloc(size);
      assert_status(pc15_encoder_result(e, file, size, &size), PC15_OK);
      memcpy(head, file, sizeof(head));
      assert_status(pc15_probe(head, sizeof(head), NULL, &info), PC15_OK);
      lossless += (int)info.lossless << i;
      assert_int_equal(readings, i == 0 ? 3 : 2 + (i == 3 || i == 4)); /* tried without loss, too */
      free(file);
    }
    free(pixels);
  }
  assert_int_equal(lossless & 7, 1); /* the first one; not those with half of a photograph */
  pc15_encoder_destroy(e);
}

/* The figures of the last encode, of a picture without colour, are those of the picture that a decoder shows.
 */
static void figures_are_the_decoders(const pc15_encoder *e, const pc15_image *image) {
  const pc15_stats stats = stats_of(e);
  const size_t pixels = (size_t)image->width * image->height;
  uint8_t *file = (uint8_t *)malloc(stats.bytes_total), *shown = (uint8_t *)malloc(pixels);
  pc15_decoder *d = NULL;
  size_t size = 0;
  double value = 0;
  assert_status(pc15_encoder_result(e, file, stats.bytes_total, &size), PC15_OK);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d, pc15_decode_y(d, file, size, shown, pixels, 0, &size), PC15_OK);
  assert_status(
      pc15_metric_psnr(image->data, pixels, 0, shown, pixels, 0, image->width, image->height, &value),
      PC15_OK);
  assert_memory_equal(&value, &stats.psnr_y, sizeof(value));
  assert_status(
      pc15_metric_ssim(image->data, pixels, 0, shown, pixels, 0, image->width, image->height, &value),
      PC15_OK);
  assert_memory_equal(&value, &stats.ssim_y, sizeof(value));
  pc15_decoder_destroy(d);
  free(file);
  free(shown);
}

/* Pictures of several steps of cells, whose windows move. */
static void windows_that_move(void **state) {
  static const struct {
    uint32_t width, height, step, readings;
    int32_t format;
    test_param params[6];
  } kCases[] = {
      {200, 2101, 0, 2, PC15_FORMAT_Y, {{PC15_PARAM_CELL, 128}, {0, 0}}},
      {515, 2051, 7, 2, PC15_FORMAT_RGB, {{PC15_PARAM_CELL, 128}, {PC15_PARAM_THREADS, 3}, {0, 0}}},
      {261,
       1705,
       0,
       2,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_CELL, 128},
        {PC15_PARAM_CHROMA, PC15_CHROMA_444},
        {PC15_PARAM_GRAIN, 70},
        {PC15_PARAM_QUALITY, 30000},
        {0, 0}}},
      {130,
       2300,
       0,
       2,
       PC15_FORMAT_RGB,
       {{PC15_PARAM_CELL, 128},
        {PC15_PARAM_PROCEDURAL, 0},
        {PC15_PARAM_MEASURE, 0},
        {PC15_PARAM_EFFORT, 3},
        {0, 0}}},
      {1, 5000, 0, 3, PC15_FORMAT_RGB, {{0, 0}}},
      {200,
       1800,
       0,
       3,
       PC15_FORMAT_RGB,
       {{PC15_PARAM_CELL, 128}, {PC15_PARAM_EFFORT, 2}, {PC15_PARAM_TILE, 1024}, {0, 0}}},
      {200,
       1800,
       0,
       2,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_CELL, 128}, {PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}},
      {150,
       330,
       0,
       3,
       PC15_FORMAT_RGB,
       {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_EFFORT, 2}, {PC15_PARAM_TILE, 64}, {0, 0}}},
      {150,
       330,
       0,
       13,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_TARGET_BYTES, 6000}, {PC15_PARAM_EFFORT, 2}, {PC15_PARAM_TILE, 64}, {0, 0}}},
  };
  pc15_encoder *e = NULL;
  size_t i;
  uint32_t readings;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  for (i = 0; i < COUNT_OF(kCases); ++i) {
    const uint32_t w = kCases[i].width, h = kCases[i].height;
    uint8_t *pixels = test_picture(i < 7 ? TEST_PHOTO : TEST_MIXED, w, h, kCases[i].format);
    const pc15_image image = test_image(pixels, w, h, kCases[i].format);
    if (i == 6) {
      size_t at;
      for (at = 3; at < (size_t)w * h * 4; at += 4) pixels[at] = 255;
    }
    set_quick(e, kCases[i].params);
    readings = same_bytes(e, &image, kCases[i].step);
    if (i == 0) figures_are_the_decoders(e, &image);
    if (readings != kCases[i].readings) fail_msg("%d: %u readings", (int)i, (unsigned)readings);
    free(pixels);
  }
  pc15_encoder_destroy(e);
}

static void a_source_that_ends(void **state) {
  static const int32_t kAnswers[] = {0, -1, INT32_MIN, 65, INT32_MAX};
  uint8_t *pixels = test_picture(TEST_PHOTO, 50, 200, 3), out[16];
  const pc15_image image = test_image(pixels, 50, 200, PC15_FORMAT_RGB);
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  pc15_encoder *e = NULL;
  size_t i, size = 77;
  char text[256];
  (void)state;
  assert_status(pc15_encoder_create(&a, &e), PC15_OK);
  set_quick(e, kSettings[0]);
  for (i = 0; i < COUNT_OF(kAnswers); ++i) {
    uint32_t at;
    for (at = 0; at < 200; at += 70) {
      const pc15_status expected = kAnswers[i] > 0 ? PC15_ERROR_INVALID_ARGUMENT : PC15_NOTE_CANCELLED;
      giver g = giver_of(&image, 0);
      g.end_at = at;
      g.answer = kAnswers[i];
      assert_status(pc15_encode_rows(e, PC15_FORMAT_RGB, 50, 200, give, &g, out, sizeof(out), &size),
                    expected);
      assert_int_equal(size, 77);
      assert_true(pc15_encoder_last_error(e, text, sizeof(text)) > 10);
      assert_non_null(strstr(text, "source"));
      assert_status(pc15_encoder_result(e, out, sizeof(out), &size), PC15_ERROR_WRONG_STATE);
    }
  }
  {
    giver g = giver_of(&image, 0);
    g.cancel = e; /* allowed in it */
    assert_status(pc15_encode_rows(e, PC15_FORMAT_RGB, 50, 200, give, &g, out, sizeof(out), &size),
                  PC15_NOTE_CANCELLED);
    assert_int_equal(g.calls, 1);
  }
  same_bytes(e, &image, 3); /* usable as it is */
  pc15_encoder_destroy(e);
  assert_int_equal(memory.live, 0);
  free(pixels);
}

static void wrong_arguments(void **state) {
  uint8_t *pixels = test_picture(TEST_PHOTO, 9, 9, 1), out[4096];
  const pc15_image image = test_image(pixels, 9, 9, PC15_FORMAT_Y);
  pc15_encoder *e = NULL;
  size_t size = 0;
  giver g = giver_of(&image, 0);
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  assert_status(pc15_encode_rows(NULL, 1, 9, 9, give, &g, out, sizeof(out), &size),
                PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_rows(e, 1, 9, 9, NULL, &g, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_rows(e, 1, 9, 9, give, &g, NULL, 1, &size), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_rows(e, 1, 9, 9, give, &g, out, sizeof(out), NULL), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_rows(e, 2, 9, 9, give, &g, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_rows(e, 1, 0, 9, give, &g, out, sizeof(out), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_encode_rows(e, 1, 9, 65536, give, &g, out, sizeof(out), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_encode_rows(e, 1, 65535, 65535, give, &g, out, sizeof(out), &size), PC15_ERROR_LIMIT);
  {
    pc15_row_source source = source_of(&g, &image), bad = source;
    assert_status(pc15_encode_source(NULL, &source, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
    assert_status(pc15_encode_source(e, NULL, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
    assert_status(pc15_encode_source(e, &source, NULL, 1, &size), PC15_ERROR_INVALID_ARGUMENT);
    assert_status(pc15_encode_source(e, &source, out, sizeof(out), NULL), PC15_ERROR_INVALID_ARGUMENT);
    bad.struct_size = 12;
    assert_status(pc15_encode_source(e, &bad, out, sizeof(out), &size), PC15_ERROR_BAD_STRUCT_SIZE);
    bad = source;
    bad.reserved[3] = 1;
    assert_status(pc15_encode_source(e, &bad, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
    bad = source;
    bad.rows = NULL;
    assert_status(pc15_encode_source(e, &bad, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
    bad = source;
    bad.format = 2;
    assert_status(pc15_encode_source(e, &bad, out, sizeof(out), &size), PC15_ERROR_INVALID_ARGUMENT);
    bad = source;
    bad.height = 0;
    assert_status(pc15_encode_source(e, &bad, out, sizeof(out), &size), PC15_ERROR_OUT_OF_RANGE);
  }
  assert_int_equal(g.calls, 0);
  assert_status(pc15_encode_rows(e, 1, 9, 9, give, &g, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_status(pc15_encoder_result(e, out, sizeof(out), &size), PC15_OK);
  pc15_encoder_destroy(e);
  free(pixels);
}

typedef struct bounded_way {
  int32_t format, reread;
  test_param params[4];
} bounded_way;

/* What an encode held at most, and its file. */
static uint64_t peak_of(const bounded_way *way, uint32_t height, uint64_t *file) {
  uint8_t *pixels = test_picture(TEST_SMOOTH, 300, height, way->format);
  const pc15_image image = test_image(pixels, 300, height, way->format);
  giver g = giver_of(&image, 0);
  pc15_row_source source = source_of(&g, &image);
  pc15_encoder *e = NULL;
  uint64_t peak;
  size_t size = 0;
  if (way->format == PC15_FORMAT_RGBA) pixels[3] = 254; /* shows at once that there is alpha */
  if (!way->reread) source.restart = NULL;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  set_quick(e, way->params);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_CELL, 128), PC15_OK);
  expect_encoder(e, pc15_encode_source(e, &source, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  peak = stats_of(e).peak_memory_bytes;
  pc15_encoder_destroy(e);
  free(pixels);
  *file = size;
  return peak;
}

/* Where nothing looks at the whole picture memory does not grow with its height but for the file. */
static void rows_are_not_held(void **state) {
  static const bounded_way kWays[] = {
      {PC15_FORMAT_RGB, 0, {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}},
      {PC15_FORMAT_RGBA, 0, {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}},
      {PC15_FORMAT_RGB, 1, {{0, 0}}},
      {PC15_FORMAT_RGBA,
       1,
       {{PC15_PARAM_GRAIN, 50}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_EFFORT, 2}, {0, 0}}},
      {PC15_FORMAT_RGB, 1, {{PC15_PARAM_TARGET_BYTES, 2000}, {0, 0}}},
  };
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kWays); ++i) {
    uint64_t low_file, high_file;
    const uint64_t low = peak_of(&kWays[i], 1200, &low_file), high = peak_of(&kWays[i], 3000, &high_file);
    if (high > low + 3 * (high_file - low_file) + 300000)
      fail_msg("%d: %llu bytes, %llu for 2 of 5 rows", (int)i, (unsigned long long)high,
               (unsigned long long)low);
  }
}

/* A photograph costs no more than a whole encode, which does not count the caller's picture: its samples are
 * gone before the reconstruction is made. */
static void a_photograph_is_not_held_as_samples(void **state) {
  const uint32_t w = 1000, h = 900;
  uint8_t *pixels = test_picture(TEST_PHOTO, w, h, 3);
  const pc15_image image = test_image(pixels, w, h, PC15_FORMAT_RGB);
  uint64_t peak[2];
  int way;
  (void)state;
  for (way = 0; way < 2; ++way) {
    pc15_encoder *e = NULL;
    size_t size = 0;
    giver g = giver_of(&image, 0);
    assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
    set_quick(e, kSettings[0]);
    if (way == 0) {
      expect_encoder(e, pc15_encode_image(e, &image, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
    } else {
      expect_encoder(e, pc15_encode_rows(e, 3, w, h, give, &g, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
    }
    peak[way] = stats_of(e).peak_memory_bytes;
    pc15_encoder_destroy(e);
  }
  if (peak[1] > peak[0] + (1 << 20))
    fail_msg("%llu bytes, whole %llu", (unsigned long long)peak[1], (unsigned long long)peak[0]);
  free(pixels);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_of_a_whole_encode), cmocka_unit_test(drawn_pictures),
      cmocka_unit_test(windows_that_move),       cmocka_unit_test(a_source_that_ends),
      cmocka_unit_test(wrong_arguments),         cmocka_unit_test(a_photograph_is_not_held_as_samples),
      cmocka_unit_test(rows_are_not_held),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
