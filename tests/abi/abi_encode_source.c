/* Sources that are read again: that end, refuse or change in a later reading. Short enough for sanitizers. */
#include "row_giver.h"

static const test_param kNothing[] = {{0, 0}};

/* Two steps of cells, the smallest way to have a window that moves. */
static void a_window_that_moves(void **state) {
  static const test_param kSmallCells[] = {{PC15_PARAM_CELL, 128}, {PC15_PARAM_GRAIN, 50}, {0, 0}};
  uint8_t *pixels = test_picture(TEST_PHOTO, 51, 2209, 3);
  const pc15_image image = test_image(pixels, 51, 2209, PC15_FORMAT_RGB);
  pc15_encoder *e = NULL;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  set_quick(e, kSmallCells);
  assert_int_equal(same_bytes(e, &image, 0), 2);
  pc15_encoder_destroy(e);
  free(pixels);
}

/* Whether the picture is drawn throughout hangs on one block, which lies at the beginning of a band of rows
 * and is drawn for the sake of the row above it. */
static void a_block_below_a_border(void **state) {
  uint8_t pixels[8 * 128];
  const pc15_image image = test_image(pixels, 8, 128, PC15_FORMAT_Y);
  pc15_encoder *e = NULL;
  uint32_t x, y;
  (void)state;
  for (y = 0; y < 128; ++y) {
    for (x = 0; x < 8; ++x) {
      const uint32_t block = y / 8;
      const int noise = (block >= 1 && block <= 3) || (block == 8 && y >= 68);
      pixels[y * 8 + x] = (uint8_t)(noise                      ? (y * 37 + x * 91 + x * y * 5)
                                    : block == 7 || block == 8 ? 20 + x * 25
                                                               : x / 4 * 200);
    }
  }
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  set_quick(e, kNothing);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_PROCEDURAL, 0), PC15_OK); /* bands alone are held */
  assert_int_equal(same_bytes(e, &image, 0), 3);
  pixels[64 * 8] ^= 1; /* a sample less that repeats */
  assert_int_equal(same_bytes(e, &image, 0), 2);
  pc15_encoder_destroy(e);
}

static int32_t refuses(void *opaque) {
  ++((giver *)opaque)->readings;
  return 7;
}

/* A drawn picture is read three times. */
static void a_source_that_ends_later(void **state) {
  static const int32_t kAnswers[] = {0, -1, INT32_MIN, 65, INT32_MAX};
  uint8_t *pixels = drawn(220, 300, 3, 0, 300), out[16];
  const pc15_image image = test_image(pixels, 220, 300, PC15_FORMAT_RGB);
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  pc15_encoder *e = NULL;
  size_t i, size = 77;
  uint32_t in, at;
  char text[256];
  (void)state;
  assert_status(pc15_encoder_create(&a, &e), PC15_OK);
  set_quick(e, kNothing);
  for (in = 0; in < 3; ++in) {
    for (i = 0; i < COUNT_OF(kAnswers); ++i) {
      for (at = 0; at < 200; at += 130) {
        giver g = giver_of(&image, 0);
        const pc15_row_source source = source_of(&g, &image);
        g.end_in = in;
        g.end_at = at;
        g.answer = kAnswers[i];
        assert_status(pc15_encode_source(e, &source, out, sizeof(out), &size),
                      kAnswers[i] > 0 ? PC15_ERROR_INVALID_ARGUMENT : PC15_NOTE_CANCELLED);
        assert_int_equal(g.readings, in);
        assert_int_equal(size, 77);
        pc15_encoder_last_error(e, text, sizeof(text));
        assert_non_null(strstr(text, "source"));
        assert_status(pc15_encoder_result(e, out, sizeof(out), &size), PC15_ERROR_WRONG_STATE);
      }
    }
    {
      giver g = giver_of(&image, 0);
      const pc15_row_source source = source_of(&g, &image);
      g.end_in = in;
      g.cancel = e;
      assert_status(pc15_encode_source(e, &source, out, sizeof(out), &size), PC15_NOTE_CANCELLED);
      assert_int_equal(g.readings, in);
    }
  }
  {
    giver g = giver_of(&image, 0);
    pc15_row_source source = source_of(&g, &image);
    source.restart = refuses;
    assert_status(pc15_encode_source(e, &source, out, sizeof(out), &size), PC15_NOTE_CANCELLED);
    assert_int_equal(g.readings, 1);
  }
  assert_int_equal(same_bytes(e, &image, 3), 3); /* usable as it is */
  pc15_encoder_destroy(e);
  assert_int_equal(memory.live, 0);
  free(pixels);
}

/* Rows that change between two readings are an error, be it one sample, alpha that was opaque, or another
 * picture; with one reading nobody can tell. */
static void a_source_that_changes(void **state) {
  enum { kWidth = 150, kHeight = 400 };
  pc15_encoder *e = NULL;
  size_t size = 0, lossless;
  int change;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  for (lossless = 0; lossless < 2; ++lossless) {
    for (change = 0; change < 4; ++change) {
      uint8_t *first = drawn(kWidth, kHeight, 4, 0, change == 3 ? 300 : 400);
      uint8_t *later = test_picture(TEST_NOISE, kWidth, kHeight, 4);
      const pc15_image image = test_image(first, kWidth, kHeight, PC15_FORMAT_RGBA);
      giver g = giver_of(&image, 0);
      const pc15_row_source source = source_of(&g, &image);
      char text[256];
      size_t at;
      for (at = 3; at < kWidth * kHeight * 4; at += 4) first[at] = 255;
      if (change < 3) memcpy(later, first, kWidth * kHeight * 4);
      if (change == 1) later[kWidth * kHeight * 4 - 2] ^= 1; /* the last pixel */
      if (change == 2) later[3] = 0;
      g.later = later;
      set_quick(e, kNothing);
      if (lossless) {
        assert_status(pc15_encoder_set_param(e, PC15_PARAM_LOSSLESS, 1), PC15_OK);
        assert_status(pc15_encoder_set_param(e, PC15_PARAM_PROCEDURAL, 0), PC15_OK);
      }
      assert_status(pc15_encode_source(e, &source, NULL, 0, &size),
                    change == 0 ? PC15_NOTE_DST_TOO_SMALL : PC15_ERROR_INVALID_ARGUMENT);
      if (change != 0) {
        pc15_encoder_last_error(e, text, sizeof(text));
        assert_non_null(strstr(text, "other ones"));
      }
      free(first);
      free(later);
    }
  }
  pc15_encoder_destroy(e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_window_that_moves),
      cmocka_unit_test(a_block_below_a_border),
      cmocka_unit_test(a_source_that_ends_later),
      cmocka_unit_test(a_source_that_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
