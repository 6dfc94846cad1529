/* A handle that codes one picture after another allocates its working memory once. */
#include "abi_support.h"

typedef struct picture {
  const char *name;
  test_kind kind;
  uint32_t width, height;
  int32_t format;
  test_param params[5];
} picture;

static const picture kPictures[] = {
    {"grey", TEST_PHOTO, 64, 48, PC15_FORMAT_Y, {{PC15_PARAM_EFFORT, 1}, {0, 0}}},
    {"colour",
     TEST_PHOTO,
     300,
     200,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_EFFORT, 2}, {PC15_PARAM_CELL, 128}, {0, 0}}},
    {"alpha",
     TEST_PHOTO,
     190,
     120,
     PC15_FORMAT_RGBA,
     {{PC15_PARAM_CHROMA, 1}, {PC15_PARAM_EFFORT, 2}, {0, 0}}},
    {"programs",
     TEST_STRIPES,
     257,
     130,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_TILE, 64}, {PC15_PARAM_EFFORT, 2}, {0, 0}}},
    {"lossless",
     TEST_MIXED,
     140,
     90,
     PC15_FORMAT_RGB,
     {{PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_EFFORT, 2}, {0, 0}}},
};

static void set_all(pc15_encoder *e, const picture *p, int32_t threads) {
  const test_param *q = p->params;
  assert_status(pc15_encoder_default_params(e), PC15_OK);
  for (; q->id != 0; ++q) assert_status(pc15_encoder_set_param(e, q->id, q->value), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, threads), PC15_OK);
}

/* Equal calls allocate less and less: what each thread keeps only grows, and it never grows
   beyond the largest cell. So one of the first kRounds calls allocates nothing, and with one thread
   every call after the first. Who takes which cell is chance, so no single call of several threads
   can be held to a count. */
enum { kRounds = 40 };

typedef struct calls {
  int32_t threads;
  int quiet;
} calls;

/* 1 while the handle should be called again. */
static int go_on(calls *c, int round, const test_memory *memory) {
  if (round == 0) assert_true(memory->calls > 0);
  if (round > 0 && c->threads == 1) assert_int_equal(memory->calls, 0);
  c->quiet += memory->calls == 0;
  return c->quiet < 2 && round + 1 < kRounds;
}

static void encodes(int32_t threads) {
  size_t i;
  for (i = 0; i < COUNT_OF(kPictures); ++i) {
    const picture *p = &kPictures[i];
    test_memory memory;
    const pc15_allocator a = test_allocator(&memory);
    uint8_t *pixels = test_picture(p->kind, p->width, p->height, p->format),
            *out = (uint8_t *)malloc(1 << 20);
    const pc15_image image = test_image(pixels, p->width, p->height, p->format);
    pc15_encoder *e = NULL;
    calls c = {threads, 0};
    int round = 0;
    assert_status(pc15_encoder_create(&a, &e), PC15_OK);
    set_all(e, p, threads);
    do {
      size_t size = 0;
      test_memory_arm(&memory, -1, 0);
      expect_encoder(e, pc15_encode_image(e, &image, out, 1 << 20, &size), PC15_OK);
    } while (go_on(&c, round++, &memory));
    assert_int_equal(c.quiet, 2);
    assert_status(pc15_encoder_reset(e), PC15_OK);
    pc15_encoder_destroy(e);
    assert_int_equal(memory.live, 0);
    free(out);
    free(pixels);
  }
}

static void decodes(int32_t threads) {
  size_t i;
  for (i = 0; i < COUNT_OF(kPictures); ++i) {
    const picture *p = &kPictures[i];
    test_file file = test_encode(p->kind, p->width, p->height, p->format, p->params);
    uint8_t *pixels = (uint8_t *)malloc((size_t)p->width * p->height * (size_t)p->format);
    const pc15_image image = test_image(pixels, p->width, p->height, p->format);
    test_memory memory;
    const pc15_allocator a = test_allocator(&memory);
    pc15_decoder *d = NULL;
    calls c = {threads, 0};
    int round = 0;
    assert_status(pc15_decoder_create(&a, &d), PC15_OK);
    assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, threads), PC15_OK);
    do {
      test_memory_arm(&memory, -1, 0);
      expect_decoder(d, pc15_decode_image(d, file.data, file.size, &image), PC15_OK);
    } while (go_on(&c, round++, &memory));
    assert_int_equal(c.quiet, 2);
    pc15_decoder_destroy(d);
    assert_int_equal(memory.live, 0);
    free(pixels);
    test_file_free(&file);
  }
}

static void one_thread_allocates_nothing(void **state) {
  (void)state;
  encodes(1);
  decodes(1);
}

static void threads_end_up_allocating_nothing(void **state) {
  (void)state;
  encodes(3);
  decodes(3);
}

/* Between calls a handle keeps no more than 32 MiB and the file; reset gives all of it back. */
static void kept_memory_is_bounded(void **state) {
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  uint8_t *pixels = test_picture(TEST_FLAT, 3600, 3200, 3);
  const pc15_image image = test_image(pixels, 3600, 3200, PC15_FORMAT_RGB);
  pc15_encoder *e = NULL;
  size_t size = 0;
  int64_t live;
  (void)state;
  assert_status(pc15_encoder_create(&a, &e), PC15_OK);
  live = memory.live;
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_PROCEDURAL, 0), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_CHROMA, PC15_CHROMA_444), PC15_OK);
  expect_encoder(e, pc15_encode_image(e, &image, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_true(memory.peak > 36 << 20);
  assert_true(memory.bytes <= (32 << 20) + (int64_t)size * 2 + 65536);
  assert_true(memory.live > live + 2);
  assert_status(pc15_encoder_reset(e), PC15_OK);
  assert_int_equal(memory.live, live);
  pc15_encoder_destroy(e);
  free(pixels);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_thread_allocates_nothing),
                                     cmocka_unit_test(threads_end_up_allocating_nothing),
                                     cmocka_unit_test(kept_memory_is_bounded)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
