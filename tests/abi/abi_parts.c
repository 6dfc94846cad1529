/* The pieces that need no handle: generators, the parameter codec, tiling, metrics, image sizes. */
#include "abi_support.h"

#include <math.h>

static int32_t generator_named(const char *name) {
  int32_t generator = -1;
  if (pc15_generator_from_name(name, &generator) != PC15_OK) fail_msg("no generator %s", name);
  return generator;
}

static void the_catalogue_is_complete(void **state) {
  static const char *kRequired[] = {"stripes",      "grad_linear", "grad_radial", "rings",
                                    "checkerboard", "brick",       "dots",        "hex_grid",
                                    "perlin",       "value_noise", "worley",      "voronoi_cells"};
  const uint32_t count = pc15_generator_count();
  int32_t before = -1;
  uint32_t i, p;
  (void)state;
  assert_true(count >= 12);
  for (i = 0; i < COUNT_OF(kRequired); ++i) assert_true(generator_named(kRequired[i]) >= 0);
  for (i = 0; i < count; ++i) {
    int32_t g = -1;
    assert_status(pc15_generator_id(i, &g), PC15_OK);
    assert_true(g > before);
    before = g;
    assert_int_equal(generator_named(pc15_generator_name(g)), g);
    assert_true(strlen(pc15_generator_doc(g)) > 10);
    for (p = 0; p < pc15_generator_param_count(g); ++p) {
      pc15_generator_param param = {0};
      param.struct_size = sizeof(param);
      assert_status(pc15_generator_param_info(g, p, &param), PC15_OK);
      assert_true(param.min <= param.def && param.def <= param.max);
      assert_true(param.min < param.max);
      assert_true(param.step > 0.0);
      assert_true(strlen(param.name) > 0 && param.unit != NULL && strlen(param.doc) > 0);
      if (param.type == PC15_TYPE_ENUM)
        assert_non_null(pc15_generator_param_choice(g, p, (int32_t)param.min));
      assert_null(pc15_generator_param_choice(g, p, INT32_MAX));
    }
  }
}

static void unknown_generators_are_refused(void **state) {
  static const int32_t kUnknown[] = {-1, 0x0F, 0xFF, 256, 0x111, INT32_MAX, INT32_MIN};
  pc15_generator_param param = {0};
  uint8_t out[64];
  double values[16] = {0};
  int32_t g = 0, steps[16] = {0};
  size_t i, n = 0;
  (void)state;
  param.struct_size = sizeof(param);
  assert_status(pc15_generator_id(pc15_generator_count(), &g), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_generator_from_name("plasma", &g), PC15_ERROR_NOT_FOUND);
  assert_status(pc15_generator_from_name("", &g), PC15_ERROR_NOT_FOUND);
  for (i = 0; i < COUNT_OF(kUnknown); ++i) {
    assert_null(pc15_generator_name(kUnknown[i]));
    assert_null(pc15_generator_doc(kUnknown[i]));
    assert_null(pc15_generator_param_choice(kUnknown[i], 0, 0));
    assert_int_equal(pc15_generator_param_count(kUnknown[i]), 0);
    assert_int_equal(pc15_generator_is_seeded(kUnknown[i]), 0);
    assert_status(pc15_generator_param_info(kUnknown[i], 0, &param), PC15_ERROR_NOT_FOUND);
    assert_status(pc15_generator_render(kUnknown[i], NULL, 0, 0, 8, 8, out, 64, 0), PC15_ERROR_NOT_FOUND);
    assert_status(pc15_params_quantise(kUnknown[i], 0, 64, values, 0, steps, 0), PC15_ERROR_NOT_FOUND);
    assert_status(pc15_params_dequantise(kUnknown[i], steps, 0, values, 0), PC15_ERROR_NOT_FOUND);
    assert_status(pc15_params_pack(kUnknown[i], 0, 64, steps, 0, out, 64, &n), PC15_ERROR_NOT_FOUND);
    assert_status(pc15_params_unpack(kUnknown[i], 0, 64, out, 0, steps, 0), PC15_ERROR_NOT_FOUND);
  }
  assert_status(pc15_generator_param_info(generator_named("stripes"), 6, &param), PC15_ERROR_OUT_OF_RANGE);
}

static void defaults_of(int32_t g, double values[16]) {
  uint32_t p;
  for (p = 0; p < pc15_generator_param_count(g); ++p) {
    pc15_generator_param param = {0};
    param.struct_size = sizeof(param);
    assert_status(pc15_generator_param_info(g, p, &param), PC15_OK);
    values[p] = param.def;
  }
}

static void generators_render(void **state) {
  uint8_t a[48 * 40], b[48 * 40 + 40 * 9], c[48 * 40];
  uint32_t i, x, y;
  (void)state;
  for (i = 0; i < pc15_generator_count(); ++i) {
    double values[16];
    int32_t g = 0, lo = 255, hi = 0;
    const int64_t stride = -(48 + 9);
    assert_status(pc15_generator_id(i, &g), PC15_OK);
    defaults_of(g, values);
    assert_status(pc15_generator_render(g, NULL, 0, 7, 48, 40, a, sizeof(a), 0), PC15_OK);
    memset(b, 0xA5, sizeof(b));
    assert_status(
        pc15_generator_render(g, values, pc15_generator_param_count(g), 7, 48, 40, b, sizeof(b), stride),
        PC15_OK);
    for (y = 0; y < 40; ++y) {
      assert_memory_equal(a + y * 48, b + (39 - y) * 57, 48);
      if (y > 0)
        for (x = 48; x < 57; ++x) assert_int_equal(b[(39 - y) * 57 + x], 0xA5);
    }
    for (x = 0; x < sizeof(a); ++x) {
      if (a[x] < lo) lo = a[x];
      if (a[x] > hi) hi = a[x];
    }
    if (lo == hi) fail_msg("%s is flat", pc15_generator_name(g));
    assert_status(pc15_generator_render(g, NULL, 0, 8, 48, 40, c, sizeof(c), 0), PC15_OK);
    if ((memcmp(a, c, sizeof(a)) != 0) != (pc15_generator_is_seeded(g) != 0))
      fail_msg("%s and its seed", pc15_generator_name(g));
  }
}

static void rendering_checks_its_arguments(void **state) {
  const int32_t g = generator_named("stripes");
  uint8_t out[64];
  double values[16];
  (void)state;
  defaults_of(g, values);
  assert_status(pc15_generator_render(g, values, 5, 0, 8, 8, out, 64, 0), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_generator_render(g, values, 6, 0, 8, 8, out, 63, 0), PC15_NOTE_DST_TOO_SMALL);
  assert_status(pc15_generator_render(g, values, 6, 0, 8, 8, out, 64, 7), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_generator_render(g, values, 6, 0, 0, 8, out, 64, 0), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_generator_render(g, values, 6, 0, 8, 65536, out, 64, 0), PC15_ERROR_OUT_OF_RANGE);
  values[0] = NAN;
  assert_status(pc15_generator_render(g, values, 6, 0, 8, 8, out, 64, 0), PC15_ERROR_OUT_OF_RANGE);
  values[0] = -3.0;
  assert_status(pc15_generator_render(g, values, 6, 0, 8, 8, out, 64, 0), PC15_ERROR_OUT_OF_RANGE);
}

/* values -> steps -> bytes -> steps -> values, at both ends of every parameter, for all grids. */
static void codec_round_trip(int32_t g, int32_t precision, uint32_t frame, const double *values) {
  const uint32_t n = pc15_generator_param_count(g);
  int32_t steps[16] = {0}, again[16] = {0};
  double back[16] = {0};
  uint8_t bytes[64];
  size_t size = 0, p;
  assert_status(pc15_params_quantise(g, precision, frame, values, n, steps, n), PC15_OK);
  assert_status(pc15_params_dequantise(g, steps, n, back, n), PC15_OK);
  assert_status(pc15_params_quantise(g, precision, frame, back, n, again, n), PC15_OK);
  assert_memory_equal(steps, again, n * sizeof(steps[0]));
  assert_status(pc15_params_pack(g, precision, frame, steps, n, NULL, 0, &size),
                n > 0 ? PC15_NOTE_DST_TOO_SMALL : PC15_OK);
  assert_true(size <= sizeof(bytes));
  assert_status(pc15_params_pack(g, precision, frame, steps, n, bytes, size, &size), PC15_OK);
  memset(again, 0, sizeof(again));
  assert_status(pc15_params_unpack(g, precision, frame, bytes, size, again, n), PC15_OK);
  for (p = 0; p < n; ++p) assert_int_equal(again[p], steps[p]);
  assert_status(pc15_params_unpack(g, precision, frame, bytes, size - 1, again, n), PC15_ERROR_TRUNCATED);
  assert_status(pc15_params_unpack(g, precision, frame, bytes, size + 1, again, n), PC15_ERROR_TRAILING);
}

static void parameters_survive_the_codec(void **state) {
  static const uint32_t kFrames[] = {1, 32, 256, 1024, 65535};
  uint32_t i, p;
  size_t f;
  int32_t precision;
  (void)state;
  for (i = 0; i < pc15_generator_count(); ++i) {
    double values[16];
    int32_t g = 0;
    assert_status(pc15_generator_id(i, &g), PC15_OK);
    for (f = 0; f < COUNT_OF(kFrames); ++f) {
      for (precision = 0; precision <= 7; ++precision) {
        defaults_of(g, values);
        codec_round_trip(g, precision, kFrames[f], values);
        for (p = 0; p < pc15_generator_param_count(g); ++p) {
          pc15_generator_param param = {0};
          const double def = values[p];
          param.struct_size = sizeof(param);
          assert_status(pc15_generator_param_info(g, p, &param), PC15_OK);
          values[p] = param.min;
          codec_round_trip(g, precision, kFrames[f], values);
          values[p] = param.max;
          codec_round_trip(g, precision, kFrames[f], values);
          values[p] = def;
        }
      }
    }
  }
}

static void the_codec_checks_its_arguments(void **state) {
  const int32_t g = generator_named("stripes");
  double values[16];
  int32_t steps[6], wrong[6];
  uint8_t bytes[64], all_ones[64];
  size_t size = 0;
  (void)state;
  defaults_of(g, values);
  assert_status(pc15_params_quantise(g, -1, 256, values, 6, steps, 6), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_quantise(g, 8, 256, values, 6, steps, 6), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_quantise(g, 0, 0, values, 6, steps, 6), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_quantise(g, 0, 65536, values, 6, steps, 6), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_quantise(g, 0, 256, values, 5, steps, 6), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_params_quantise(g, 0, 256, values, 6, steps, 7), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_params_quantise(g, 0, 256, values, 6, steps, 6), PC15_OK);
  memcpy(wrong, steps, sizeof(steps));
  wrong[5] = 1 << 24; /* beyond the range */
  assert_status(pc15_params_pack(g, 0, 256, wrong, 6, bytes, sizeof(bytes), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_dequantise(g, wrong, 6, values, 6), PC15_ERROR_OUT_OF_RANGE);
  wrong[5] = INT32_MIN;
  assert_status(pc15_params_pack(g, 0, 256, wrong, 6, bytes, sizeof(bytes), &size), PC15_ERROR_OUT_OF_RANGE);
  wrong[5] = steps[5];
  wrong[0] = steps[0] + 1; /* off the coarse grid */
  assert_status(pc15_params_pack(g, 3, 256, wrong, 6, bytes, sizeof(bytes), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_params_pack(g, 0, 256, steps, 6, bytes, sizeof(bytes), &size), PC15_OK);
  memset(all_ones, 0xFF, sizeof(all_ones));
  assert_status(pc15_params_unpack(g, 0, 256, all_ones, size, steps, 6), PC15_ERROR_CORRUPT);
}

static void tiling_is_the_identity(void **state) {
  static const uint32_t kCases[][4] = {{1, 1, 32, 0},      {33, 31, 32, 16},   {100, 70, 32, 8},
                                       {300, 200, 64, 24}, {257, 129, 128, 0}, {256, 256, 64, 32}};
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kCases); ++i) {
    const uint32_t w = kCases[i][0], h = kCases[i][1];
    uint8_t *plane = test_picture(TEST_NOISE, w, h, 1), *patches, *again = (uint8_t *)calloc(w, h);
    pc15_grid grid = {0};
    size_t need = 0;
    uint64_t k;
    grid.struct_size = sizeof(grid);
    assert_status(pc15_grid_init(w, h, kCases[i][2], kCases[i][3], &grid), PC15_OK);
    assert_int_equal(grid.count, (uint64_t)grid.cols * grid.rows);
    assert_status(pc15_tiles_extract(&grid, plane, (size_t)w * h, 0, NULL, 0, &need),
                  PC15_NOTE_DST_TOO_SMALL);
    assert_int_equal(need, grid.count * grid.tile * grid.tile);
    patches = (uint8_t *)malloc(need);
    assert_status(pc15_tiles_extract(&grid, plane, (size_t)w * h, 0, patches, need, &need), PC15_OK);
    for (k = 0; k < grid.count; ++k) {
      uint32_t x = 0, y = 0, tw = 0, th = 0;
      assert_status(pc15_grid_tile(&grid, k, &x, &y, &tw, &th), PC15_OK);
      assert_true(tw > 0 && th > 0 && x + tw <= w && y + th <= h);
      assert_memory_equal(patches + k * grid.tile * grid.tile, plane + (size_t)y * w + x, tw);
    }
    assert_status(pc15_grid_tile(&grid, grid.count, NULL, NULL, NULL, NULL), PC15_ERROR_OUT_OF_RANGE);
    assert_status(pc15_tiles_blend(&grid, patches, need, again, (size_t)w * h, 0), PC15_OK);
    assert_memory_equal(again, plane, (size_t)w * h);
    assert_status(pc15_tiles_blend(&grid, patches, need - 1, again, (size_t)w * h, 0),
                  PC15_ERROR_INVALID_ARGUMENT);
    assert_status(pc15_tiles_blend(&grid, patches, need, again, (size_t)w * h - 1, 0),
                  PC15_NOTE_DST_TOO_SMALL);
    free(plane);
    free(patches);
    free(again);
  }
}

/* Two tiles of different grey: the overlap runs from one to the other, monotonically. */
static void blending_is_smooth(void **state) {
  uint8_t patches[2 * 32 * 32], plane[48 * 8];
  pc15_grid grid = {0};
  uint32_t x;
  (void)state;
  grid.struct_size = sizeof(grid);
  assert_status(pc15_grid_init(48, 8, 32, 16, &grid), PC15_OK);
  assert_int_equal(grid.count, 2);
  memset(patches, 50, 32 * 32);
  memset(patches + 32 * 32, 200, 32 * 32);
  assert_status(pc15_tiles_blend(&grid, patches, sizeof(patches), plane, sizeof(plane), 0), PC15_OK);
  assert_int_equal(plane[15], 50);
  assert_int_equal(plane[32], 200);
  for (x = 16; x < 32; ++x) {
    assert_true(plane[x] >= plane[x - 1]);
    assert_true(abs(plane[x] + plane[47 - x] - 250) <= 1); /* symmetric */
  }
}

static void grids_are_checked(void **state) {
  pc15_grid grid = {0};
  uint8_t plane[64 * 64] = {0}, out[64 * 64];
  size_t need = 0;
  (void)state;
  grid.struct_size = sizeof(grid);
  assert_status(pc15_grid_init(0, 64, 32, 8, &grid), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_grid_init(64, 65536, 32, 8, &grid), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_grid_init(64, 64, 31, 8, &grid), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_grid_init(64, 64, 1025, 8, &grid), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_grid_init(64, 64, 32, 17, &grid), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_grid_init(64, 64, 64, 0, &grid), PC15_OK);
  assert_status(pc15_tiles_extract(&grid, plane, sizeof(plane) - 1, 0, out, sizeof(out), &need),
                PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_tiles_extract(&grid, plane, sizeof(plane), 63, out, sizeof(out), &need),
                PC15_ERROR_INVALID_ARGUMENT);
  grid.count = 2;
  assert_status(pc15_tiles_extract(&grid, plane, sizeof(plane), 0, out, sizeof(out), &need),
                PC15_ERROR_INVALID_ARGUMENT);
  grid.count = 1;
  grid.tile = 0;
  assert_status(pc15_grid_tile(&grid, 0, NULL, NULL, NULL, NULL), PC15_ERROR_INVALID_ARGUMENT);
}

static void metrics_have_their_values(void **state) {
  uint8_t *a = test_picture(TEST_PHOTO, 200, 180, 1), *b = (uint8_t *)malloc(200 * 180);
  const size_t n = 200 * 180;
  double mse = 0.0, psnr = 0.0, ssim = 0.0, ms = 0.0, mix = 0.0;
  size_t i;
  (void)state;
  memcpy(b, a, n);
  assert_status(pc15_metric_psnr(a, n, 0, b, n, 0, 200, 180, &psnr), PC15_OK);
  assert_true(isinf(psnr) && psnr > 0);
  assert_status(pc15_metric_ssim(a, n, 0, b, n, 0, 200, 180, &ssim), PC15_OK);
  assert_true(fabs(ssim - 1.0) < 1e-9);
  assert_status(pc15_metric_ms_ssim(a, n, 0, b, n, 0, 200, 180, &ms), PC15_OK);
  assert_true(fabs(ms - 1.0) < 1e-9);
  for (i = 0; i < n; ++i) b[i] = (uint8_t)(a[i] < 250 ? a[i] + 5 : a[i] - 5);
  assert_status(pc15_metric_mse(a, n, 0, b, n, 0, 200, 180, &mse), PC15_OK);
  assert_true(fabs(mse - 25.0) < 1e-9);
  assert_status(pc15_metric_psnr(a, n, 0, b, n, 0, 200, 180, &psnr), PC15_OK);
  assert_true(fabs(psnr - 34.151404) < 1e-5);
  assert_status(pc15_metric_ssim(a, n, 0, b, n, 0, 200, 180, &ssim), PC15_OK);
  assert_true(ssim > 0.5 && ssim < 1.0);
  assert_status(pc15_metric_distortion(a, n, 0, b, n, 0, 200, 180, 0.7, &mix), PC15_OK);
  assert_true(fabs(mix - (0.7 * (1.0 - ssim) + 0.3 * 25.0 / 65025.0)) < 1e-9);
  assert_status(pc15_metric_distortion(a, n, 0, b, n, 0, 200, 180, 1.1, &mix), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_metric_distortion(a, n, 0, b, n, 0, 200, 180, NAN, &mix), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_metric_mse(a, n - 1, 0, b, n, 0, 200, 180, &mse), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_metric_mse(a, n, 199, b, n, 0, 200, 180, &mse), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_metric_mse(a, n, 0, b, n, 0, 0, 180, &mse), PC15_ERROR_OUT_OF_RANGE);
  /* Bottom-up against top-down: row 0 meets the last row. */
  memcpy(b, a, n);
  assert_status(pc15_metric_mse(a, n, -200, b, n, -200, 200, 180, &mse), PC15_OK);
  assert_true(mse == 0.0);
  assert_status(pc15_metric_mse(a, n, -200, b, n, 200, 200, 180, &mse), PC15_OK);
  assert_true(mse > 0.0);
  free(a);
  free(b);
}

static void image_bytes(void **state) {
  size_t n = 5;
  (void)state;
  assert_status(pc15_image_bytes(PC15_FORMAT_RGB, 10, 4, 0, &n), PC15_OK);
  assert_int_equal(n, 120);
  assert_status(pc15_image_bytes(PC15_FORMAT_RGB, 10, 4, -40, &n), PC15_OK);
  assert_int_equal(n, 150);
  assert_status(pc15_image_bytes(PC15_FORMAT_RGBA, 65535, 65535, 0, &n), PC15_OK);
  assert_true(n == (size_t)65535 * 65535 * 4);
  assert_status(pc15_image_bytes(2, 10, 4, 0, &n), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_image_bytes(PC15_FORMAT_RGB, 10, 4, 29, &n), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_image_bytes(PC15_FORMAT_Y, 10, 4, INT64_MIN, &n), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_image_bytes(PC15_FORMAT_Y, 10, 4, INT64_MAX, &n), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_image_bytes(PC15_FORMAT_Y, 0, 4, 0, &n), PC15_ERROR_OUT_OF_RANGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_catalogue_is_complete),
      cmocka_unit_test(unknown_generators_are_refused),
      cmocka_unit_test(generators_render),
      cmocka_unit_test(rendering_checks_its_arguments),
      cmocka_unit_test(parameters_survive_the_codec),
      cmocka_unit_test(the_codec_checks_its_arguments),
      cmocka_unit_test(tiling_is_the_identity),
      cmocka_unit_test(blending_is_smooth),
      cmocka_unit_test(grids_are_checked),
      cmocka_unit_test(metrics_have_their_values),
      cmocka_unit_test(image_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
