/* Encoding to a size, a PSNR or an SSIM: how near, on which side, in how many passes, and what is refused. */
#include "abi_support.h"

#define WIDTH 320u
#define HEIGHT 200u

typedef struct passes {
  int count;
  uint64_t last;
} passes;

/* Progress begins again with every pass. */
static int32_t count_passes(uint64_t done, uint64_t total, void *opaque) {
  passes *p = (passes *)opaque;
  (void)total;
  if (p->count == 0 || done < p->last) ++p->count;
  p->last = done;
  return 0;
}

static pc15_stats encode(const test_param *params, test_kind kind, passes *seen, pc15_status expected) {
  pc15_encoder *encoder;
  pc15_stats stats;
  pc15_buffer *file = NULL;
  uint8_t *pixels = test_picture(kind, WIDTH, HEIGHT, 3);
  pc15_image image = test_image(pixels, WIDTH, HEIGHT, PC15_FORMAT_RGB);
  memset(&stats, 0, sizeof(stats));
  stats.struct_size = sizeof(stats);
  assert_status(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_PROCEDURAL, 0), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, 2), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_CELL, 512), PC15_OK);
  assert_status(pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, 1), PC15_OK);
  for (; params->id != 0; ++params) {
    assert_status(pc15_encoder_set_param(encoder, params->id, params->value), PC15_OK);
  }
  if (seen != NULL) assert_status(pc15_encoder_set_progress(encoder, count_passes, seen), PC15_OK);
  expect_encoder(encoder, pc15_encode_image_buffer(encoder, &image, &file), expected);
  if (expected == PC15_OK) {
    assert_status(pc15_encoder_stats(encoder, &stats), PC15_OK);
    assert_int_equal(stats.bytes_total, pc15_buffer_size(file));
  }
  pc15_buffer_free(file);
  pc15_encoder_destroy(encoder);
  free(pixels);
  return stats;
}

static pc15_stats reach(int32_t id, int64_t value, int64_t quality) {
  test_param params[3] = {{0, 0}, {PC15_PARAM_QUALITY, 0}, {0, 0}};
  passes seen = {0, 0};
  pc15_stats stats;
  params[0].id = id;
  params[0].value = value;
  params[1].value = quality;
  stats = encode(params, TEST_PHOTO, &seen, PC15_OK);
  assert_in_range(seen.count, 1, 6);
  return stats;
}

static void sizes(void **state) {
  static const int64_t kBytes[] = {1500, 4000, 9000};
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kBytes); ++i) {
    const pc15_stats stats = reach(PC15_PARAM_TARGET_BYTES, kBytes[i], 60000);
    assert_in_range(stats.bytes_total, (uint64_t)(kBytes[i] - kBytes[i] / 25), (uint64_t)kBytes[i]);
  }
}

/* The picture is small: one step of the quantiser is up to half a decibel of 1 - SSIM. */
static void likeness(void **state) {
  static const int64_t kPsnr[] = {30000, 36500, 42000}, kSsim[] = {850000, 950000, 985000};
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kPsnr); ++i) {
    const pc15_stats stats = reach(PC15_PARAM_TARGET_PSNR, kPsnr[i], 60000);
    assert_true(stats.psnr_y >= (double)kPsnr[i] / 1e3 && stats.psnr_y < (double)kPsnr[i] / 1e3 + 0.15);
  }
  for (i = 0; i < COUNT_OF(kSsim); ++i) {
    const double wanted = (double)kSsim[i] / 1e6;
    const pc15_stats stats = reach(PC15_PARAM_TARGET_SSIM, kSsim[i], 60000);
    assert_true(stats.ssim_y >= wanted && 1 - stats.ssim_y > 0.88 * (1 - wanted));
  }
}

/* The ends of the scale: the nearest file is the answer. A first quality far away finds the same. */
static void ends(void **state) {
  const pc15_stats least = reach(PC15_PARAM_TARGET_BYTES, 1, 60000);
  const pc15_stats most = reach(PC15_PARAM_TARGET_PSNR, 99000, 60000);
  const pc15_stats far = reach(PC15_PARAM_TARGET_BYTES, 4000, 100000);
  (void)state;
  assert_in_range(least.bytes_total, 2, 1500);
  assert_true(most.psnr_y > 42);
  assert_in_range(far.bytes_total, 3900, 4000);
}

static void contradictions(void **state) {
  static const test_param kTwo[] = {{PC15_PARAM_TARGET_BYTES, 4000}, {PC15_PARAM_TARGET_PSNR, 30000}, {0, 0}};
  static const test_param kExact[] = {{PC15_PARAM_TARGET_SSIM, 900000}, {PC15_PARAM_LOSSLESS, 1}, {0, 0}};
  (void)state;
  encode(kTwo, TEST_PHOTO, NULL, PC15_ERROR_INVALID_ARGUMENT);
  encode(kExact, TEST_PHOTO, NULL, PC15_ERROR_INVALID_ARGUMENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sizes),
      cmocka_unit_test(likeness),
      cmocka_unit_test(ends),
      cmocka_unit_test(contradictions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
