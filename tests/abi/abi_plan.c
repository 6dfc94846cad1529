/* What pc15_probe says of memory is never exceeded, as the caller's allocator counts it: whole pictures,
 * rows, regions, every scale, one and many threads. And what docs/abi.md says of encoding. */
#include "abi_support.h"

typedef struct file_kind {
  const char *name;
  test_kind kind;
  uint32_t width, height;
  int32_t format;
  test_param params[6];
} file_kind;

static const file_kind kFiles[] = {
    {"tiny", TEST_SMOOTH, 33, 17, PC15_FORMAT_Y, {{0, 0}}},
    {"wide",
     TEST_PHOTO,
     3000,
     40,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_EFFORT, 1}, {0, 0}}},
    {"tall",
     TEST_PHOTO,
     50,
     4000,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_CELL, 128}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_EFFORT, 1}, {0, 0}}},
    {"cells of 512",
     TEST_PHOTO,
     900,
     700,
     PC15_FORMAT_RGBA,
     {{PC15_PARAM_CELL, 512},
      {PC15_PARAM_CHROMA, PC15_CHROMA_444},
      {PC15_PARAM_PROCEDURAL, 0},
      {PC15_PARAM_EFFORT, 1},
      {0, 0}}},
    {"programs",
     TEST_MIXED,
     500,
     300,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_TILE, 64}, {PC15_PARAM_CELL, 128}, {PC15_PARAM_EFFORT, 2}, {0, 0}}},
    {"programs alone",
     TEST_STRIPES,
     600,
     2000,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_RESIDUAL, 0}, {PC15_PARAM_EFFORT, 1}, {0, 0}}},
    {"lossless",
     TEST_PHOTO,
     300,
     400,
     PC15_FORMAT_RGBA,
     {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_CELL, 128}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}},
    {"grain",
     TEST_NOISE,
     300,
     600,
     PC15_FORMAT_Y,
     {{PC15_PARAM_GRAIN, 100},
      {PC15_PARAM_QUALITY, 20000},
      {PC15_PARAM_PROCEDURAL, 0},
      {PC15_PARAM_EFFORT, 1},
      {0, 0}}},
};

typedef struct fixture {
  test_memory memory;
  pc15_decoder *d;
  test_file file;
  uint8_t *pixels;
  const char *name;
} fixture;

static int32_t drop_rows(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  (void)y;
  (void)count;
  (void)rows;
  (void)size;
  (void)opaque;
  return 0;
}

static void keeps(fixture *f, pc15_status status, uint64_t plan, const char *what) {
  expect_decoder(f->d, status, PC15_OK);
  if ((uint64_t)f->memory.peak > plan)
    fail_msg("%s, %s: %lld bytes, planned were %llu", f->name, what, (long long)f->memory.peak,
             (unsigned long long)plan);
  test_memory_arm(&f->memory, -1, 0);
}

static void decode_all_ways(fixture *f, const pc15_image_info *info) {
  const uint32_t w = info->width, h = info->height;
  const uint64_t plan = info->planned_memory;
  const pc15_image whole = test_image(f->pixels, w, h, PC15_FORMAT_RGBA);
  const pc15_image part = test_image(f->pixels, w - w / 3, h / 3 + 1, PC15_FORMAT_RGB);
  const uint8_t *data = f->file.data;
  const size_t size = f->file.size;
  int32_t scale;
  pc15_decoder_reset(f->d);
  test_memory_arm(&f->memory, -1, 0);
  keeps(f, pc15_decode_image(f->d, data, size, &whole), plan, "whole");
  pc15_decoder_reset(f->d);
  test_memory_arm(&f->memory, -1, 0);
  keeps(f, pc15_decode_rows(f->d, data, size, PC15_FORMAT_RGBA, drop_rows, NULL), plan, "rows");
  keeps(f, pc15_decode_region(f->d, data, size, w / 3, h / 2, &part), plan, "region");
  keeps(f, pc15_verify(f->d, data, size), plan, "verify");
  for (scale = PC15_SCALE_LOG2_MIN; scale <= PC15_SCALE_LOG2_MAX; ++scale) {
    uint32_t sw, sh;
    pc15_image image;
    if (scale == 0) continue;
    assert_status(pc15_scaled_size(w, h, scale, &sw, &sh), PC15_OK);
    image = test_image(f->pixels, sw < 1024 ? sw : 1024, sh < 512 ? sh : 512, PC15_FORMAT_RGB);
    pc15_decoder_reset(f->d);
    test_memory_arm(&f->memory, -1, 0);
    keeps(f, pc15_decode_scaled(f->d, data, size, scale, 0, 0, &image), info->planned_memory_scaled,
          "scaled");
  }
}

static void decoding_keeps_the_plan(void **state) {
  static const int32_t kThreads[] = {1, 16};
  size_t i, k;
  (void)state;
  for (i = 0; i < COUNT_OF(kFiles); ++i) {
    const file_kind *kind = &kFiles[i];
    fixture f;
    pc15_allocator a;
    pc15_image_info info;
    memset(&f, 0, sizeof(f));
    memset(&info, 0, sizeof(info));
    info.struct_size = sizeof(info);
    f.name = kind->name;
    f.file = test_encode(kind->kind, kind->width, kind->height, kind->format, kind->params);
    f.pixels = (uint8_t *)malloc(1024 * 512 * 3 + (size_t)kind->width * kind->height * 4);
    a = test_allocator(&f.memory);
    assert_status(pc15_probe(f.file.data, f.file.size, NULL, &info), PC15_OK);
    assert_status(pc15_decoder_create(&a, &f.d), PC15_OK);
    for (k = 0; k < COUNT_OF(kThreads); ++k) {
      assert_status(pc15_decoder_set_param(f.d, PC15_PARAM_THREADS, kThreads[k]), PC15_OK);
      decode_all_ways(&f, &info);
    }
    pc15_decoder_destroy(f.d);
    assert_int_equal(f.memory.live, 0);
    free(f.pixels);
    test_file_free(&f.file);
  }
}

/* docs/abi.md, "Memory": planes of the source, luma of the reconstruction, its copy before the loop
 * filter, edges; per thread; the file twice; what waits to be used again. */
static uint64_t encode_bound(const file_kind *p, int32_t threads, size_t file) {
  const uint64_t pixels = (uint64_t)p->width * p->height;
  const int full = p->params[0].id == PC15_PARAM_CHROMA;
  const uint64_t source_halves =
      p->format == PC15_FORMAT_Y ? 2 : (full ? 6 : 3) + (p->format == PC15_FORMAT_RGBA ? 2 : 0);
  const uint64_t planes = pixels * (source_halves + 4) / 2 + pixels / 8;
  return planes + planes / 32 + (uint64_t)threads * (1 << 20) + 2 * file + (2 << 20);
}

static void encoding_keeps_what_the_document_says(void **state) {
  static const file_kind kLarge[] = {
      {"grey", TEST_SMOOTH, 4003, 3001, PC15_FORMAT_Y, {{0, 0}}},
      {"4:2:0", TEST_SMOOTH, 3601, 2999, PC15_FORMAT_RGB, {{0, 0}}},
      {"4:4:4 with alpha",
       TEST_SMOOTH,
       2400,
       2403,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_CHROMA, PC15_CHROMA_444}, {0, 0}}},
  };
  size_t i;
  int32_t threads;
  (void)state;
  for (i = 0; i < COUNT_OF(kLarge); ++i) {
    const file_kind *p = &kLarge[i];
    uint8_t *pixels = test_picture(p->kind, p->width, p->height, p->format);
    const pc15_image image = test_image(pixels, p->width, p->height, p->format);
    for (threads = 1; threads <= 4; threads += 3) {
      const test_param *q = p->params;
      test_memory memory;
      const pc15_allocator a = test_allocator(&memory);
      pc15_encoder *e = NULL;
      size_t size = 0;
      assert_status(pc15_encoder_create(&a, &e), PC15_OK);
      for (; q->id != 0; ++q) assert_status(pc15_encoder_set_param(e, q->id, q->value), PC15_OK);
      assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), PC15_OK);
      assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, threads), PC15_OK);
      expect_encoder(e, pc15_encode_image(e, &image, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
      if ((uint64_t)memory.peak > encode_bound(p, threads, size))
        fail_msg("%s, %d threads: %lld bytes", p->name, threads, (long long)memory.peak);
      assert_true((uint64_t)memory.peak > encode_bound(p, threads, size) / 4 * 3);
      pc15_encoder_destroy(e);
    }
    free(pixels);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(decoding_keeps_the_plan),
                                     cmocka_unit_test(encoding_keeps_what_the_document_says)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
