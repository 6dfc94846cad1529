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

/* Gives rows of a picture in memory. */
static int32_t give_rows(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  const pc15_image *image = (const pc15_image *)opaque;
  memcpy(rows, image->data + (size_t)y * image->width * (size_t)image->format, size);
  return (int32_t)count;
}

static int32_t from_the_top(void *opaque) {
  (void)opaque;
  return 0;
}

/* Encodes on a fresh handle: whole, from rows, from rows that can be read again. */
static void encode_one_way(const file_kind *p, int32_t threads, int way, const pc15_image *image,
                           uint64_t least) {
  const test_param *q = p->params;
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  pc15_encoder *e = NULL;
  pc15_encode_memory plan;
  pc15_row_source source;
  uint64_t planned;
  size_t size = 0;
  memset(&plan, 0, sizeof(plan));
  memset(&source, 0, sizeof(source));
  plan.struct_size = sizeof(plan);
  source.struct_size = sizeof(source);
  source.format = image->format;
  source.width = image->width;
  source.height = image->height;
  source.rows = give_rows;
  source.restart = way == 2 ? from_the_top : NULL;
  source.opaque = (void *)image;
  assert_status(pc15_encoder_create(&a, &e), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, threads), PC15_OK);
  for (; q->id != 0; ++q) assert_status(pc15_encoder_set_param(e, q->id, q->value), PC15_OK);
  assert_status(pc15_encode_plan(e, image->format, image->width, image->height, &plan), PC15_OK);
  planned = way == 0 ? plan.image : way == 1 ? plan.rows : plan.source;
  if (way == 0) {
    expect_encoder(e, pc15_encode_image(e, image, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  } else {
    expect_encoder(e, pc15_encode_source(e, &source, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  }
  if ((uint64_t)memory.peak > planned + 2 * size)
    fail_msg("%s, %d threads, way %d: %lld bytes, planned were %llu", p->name, threads, way,
             (long long)memory.peak, (unsigned long long)planned);
  /* And the plan is no empty promise. */
  if (least != 0) assert_true((uint64_t)memory.peak > planned / 100 * least);
  pc15_encoder_destroy(e);
}

static void encoding_keeps_the_plan(void **state) {
  static const file_kind kLarge[] = {
      {"wide", TEST_PHOTO, 20001, 520, PC15_FORMAT_RGB, {{0, 0}}},
      {"4:4:4 with alpha",
       TEST_PHOTO,
       1500,
       300,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_CHROMA, PC15_CHROMA_444}, {PC15_PARAM_GRAIN, 9}, {0, 0}}},
      {"grey",
       TEST_SMOOTH,
       1100,
       1201,
       PC15_FORMAT_Y,
       {{PC15_PARAM_CELL, 512}, {PC15_PARAM_RESIDUAL_CAP, 4000}, {0, 0}}},
      {"lossless",
       TEST_SMOOTH,
       700,
       300,
       PC15_FORMAT_RGBA,
       {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}},
      {"searched", TEST_MIXED, 300, 200, PC15_FORMAT_RGB, {{PC15_PARAM_EFFORT, 2}, {0, 0}}},
      {"target", TEST_PHOTO, 200, 600, PC15_FORMAT_RGB, {{PC15_PARAM_TARGET_BYTES, 9000}, {0, 0}}},
  };
  size_t i;
  int32_t threads;
  int way;
  (void)state;
  for (i = 0; i < COUNT_OF(kLarge); ++i) {
    const file_kind *p = &kLarge[i];
    uint8_t *pixels = test_picture(p->kind, p->width, p->height, p->format);
    const pc15_image image = test_image(pixels, p->width, p->height, p->format);
    for (threads = 1; threads <= (i == 0 ? 1 : 4); threads += 3) {
      for (way = 0; way < 3; way += i == 0 ? 2 : 1) encode_one_way(p, threads, way, &image, i == 0 ? 75 : 0);
    }
    free(pixels);
  }
}

/* Readings, and where height does not matter. */
static void what_plans_say(void **state) {
  static const struct {
    test_param params[3];
    int32_t format;
    uint32_t readings;
    int bounded;
  } kPlans[] = {
      {{{0, 0}}, PC15_FORMAT_RGB, 8, 1},
      {{{PC15_PARAM_GRAIN, 10}, {0, 0}}, PC15_FORMAT_RGBA, 5, 1},
      {{{PC15_PARAM_RESIDUAL, 0}, {0, 0}}, PC15_FORMAT_RGB, 1, 0}, /* programs fit to the last sample */
      {{{PC15_PARAM_DEVICE, PC15_DEVICE_CUDA}, {0, 0}}, PC15_FORMAT_RGB, 1, 0}, /* it holds the planes */
      {{{PC15_PARAM_TARGET_SSIM, 900000}, {0, 0}}, PC15_FORMAT_RGB, 48, 1},
      {{{PC15_PARAM_EFFORT, 1}, {0, 0}}, PC15_FORMAT_RGB, 3, 1},
      {{{PC15_PARAM_EFFORT, 1}, {PC15_PARAM_GRAIN, 10}, {0, 0}}, PC15_FORMAT_RGB, 2, 1},
      {{{PC15_PARAM_EFFORT, 9}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}, PC15_FORMAT_RGBA, 3, 1},
      {{{PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_TARGET_BYTES, 99}, {0, 0}}, PC15_FORMAT_Y, 18, 1},
      {{{PC15_PARAM_LOSSLESS, 1}, {0, 0}}, PC15_FORMAT_RGB, 3, 1},
      {{{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}}, PC15_FORMAT_RGBA, 2, 1},
  };
  pc15_encoder *e = NULL;
  pc15_encode_memory plan;
  size_t i, k;
  (void)state;
  memset(&plan, 0, sizeof(plan));
  plan.struct_size = sizeof(plan);
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  for (i = 0; i < COUNT_OF(kPlans); ++i) {
    assert_status(pc15_encoder_default_params(e), PC15_OK);
    assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, 2), PC15_OK);
    for (k = 0; kPlans[i].params[k].id != 0; ++k)
      assert_status(pc15_encoder_set_param(e, kPlans[i].params[k].id, kPlans[i].params[k].value), PC15_OK);
    assert_status(pc15_encode_plan(e, kPlans[i].format, 20000, 20000, &plan), PC15_OK);
    assert_int_equal(plan.readings, kPlans[i].readings);
    assert_true(plan.source <= plan.rows);
    assert_int_equal(plan.source < (uint64_t)120 << 20, kPlans[i].bounded);
  }
  assert_status(pc15_encode_plan(e, 2, 9, 9, &plan), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_plan(e, 1, 0, 9, &plan), PC15_ERROR_OUT_OF_RANGE);
  plan.struct_size = 8;
  assert_status(pc15_encode_plan(e, 1, 9, 9, &plan), PC15_ERROR_BAD_STRUCT_SIZE);
  pc15_encoder_destroy(e);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(decoding_keeps_the_plan),
                                     cmocka_unit_test(encoding_keeps_the_plan),
                                     cmocka_unit_test(what_plans_say)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
