/* NULL for every pointer argument of every function: a status, never a crash, and nothing written. */
#include "abi_support.h"

#define REFUSED(call) assert_status(call, PC15_ERROR_INVALID_ARGUMENT)

static uint8_t bytes[64];
static size_t size;
static uint32_t u32;
static int32_t i32;
static int64_t i64;
static double f64;

static int32_t no_rows(uint32_t y, uint32_t count, const uint8_t *rows, size_t n, void *opaque) {
  (void)opaque;
  fail_msg("rows %u...%u came, %zu bytes at %p", y, y + count, n, (const void *)rows);
  return 1;
}

static void without_handles(void **state) {
  pc15_limits limits = {0};
  pc15_image_info info = {0};
  pc15_generator_param param = {0};
  pc15_difference difference = {0};
  pc15_grid grid = {0};
  int32_t steps[16] = {0};
  double values[16] = {0};
  (void)state;
  limits.struct_size = sizeof(limits);
  info.struct_size = sizeof(info);
  param.struct_size = sizeof(param);
  difference.struct_size = sizeof(difference);
  grid.struct_size = sizeof(grid);
  REFUSED(pc15_limits_default(NULL));
  REFUSED(pc15_image_bytes(PC15_FORMAT_Y, 1, 1, 0, NULL));
  assert_null(pc15_buffer_data(NULL));
  assert_int_equal(pc15_buffer_size(NULL), 0);
  pc15_buffer_free(NULL);
  REFUSED(pc15_param_id(0, NULL));
  REFUSED(pc15_param_bounds(PC15_PARAM_TILE, NULL, &i64, &i64));
  REFUSED(pc15_param_bounds(PC15_PARAM_TILE, &i64, NULL, &i64));
  REFUSED(pc15_param_bounds(PC15_PARAM_TILE, &i64, &i64, NULL));
  REFUSED(pc15_param_from_name(NULL, &i32));
  REFUSED(pc15_param_from_name("tile", NULL));
  REFUSED(pc15_probe(NULL, 5, NULL, &info));
  REFUSED(pc15_probe(bytes, sizeof(bytes), NULL, NULL));
  assert_status(pc15_probe(NULL, 0, NULL, &info), PC15_NOTE_NEED_INPUT);
  REFUSED(pc15_diff(NULL, 1, bytes, 1, NULL, &difference));
  REFUSED(pc15_diff(bytes, 1, NULL, 1, NULL, &difference));
  REFUSED(pc15_diff(bytes, 1, bytes, 1, NULL, NULL));
  assert_status(pc15_diff(NULL, 0, NULL, 0, NULL, &difference), PC15_OK);
  assert_int_equal(difference.identical, 1);
  REFUSED(pc15_generator_id(0, NULL));
  REFUSED(pc15_generator_from_name(NULL, &i32));
  REFUSED(pc15_generator_from_name("stripes", NULL));
  REFUSED(pc15_generator_param_info(0x11, 0, NULL));
  REFUSED(pc15_generator_render(0x11, NULL, 6, 0, 8, 8, bytes, sizeof(bytes), 0));
  REFUSED(pc15_generator_render(0x11, NULL, 0, 0, 8, 8, NULL, 0, 0));
  REFUSED(pc15_params_quantise(0x11, 0, 64, NULL, 6, steps, 6));
  REFUSED(pc15_params_quantise(0x11, 0, 64, values, 6, NULL, 6));
  REFUSED(pc15_params_dequantise(0x11, NULL, 6, values, 6));
  REFUSED(pc15_params_dequantise(0x11, steps, 6, NULL, 6));
  REFUSED(pc15_params_pack(0x11, 0, 64, NULL, 6, bytes, sizeof(bytes), &size));
  REFUSED(pc15_params_pack(0x11, 0, 64, steps, 6, NULL, 5, &size));
  REFUSED(pc15_params_pack(0x11, 0, 64, steps, 6, bytes, sizeof(bytes), NULL));
  REFUSED(pc15_params_unpack(0x11, 0, 64, NULL, 5, steps, 6));
  REFUSED(pc15_params_unpack(0x11, 0, 64, bytes, 5, NULL, 6));
  REFUSED(pc15_grid_init(64, 64, 32, 0, NULL));
  REFUSED(pc15_grid_tile(NULL, 0, &u32, &u32, &u32, &u32));
  assert_status(pc15_grid_init(8, 8, 32, 0, &grid), PC15_OK);
  assert_status(pc15_grid_tile(&grid, 0, NULL, NULL, NULL, NULL), PC15_OK);
  REFUSED(pc15_tiles_extract(NULL, bytes, 64, 0, bytes, 64, &size));
  REFUSED(pc15_tiles_extract(&grid, NULL, 64, 0, bytes, 64, &size));
  REFUSED(pc15_tiles_extract(&grid, bytes, 64, 0, NULL, 64, &size));
  REFUSED(pc15_tiles_extract(&grid, bytes, 64, 0, bytes, 64, NULL));
  REFUSED(pc15_tiles_blend(NULL, bytes, 64, bytes, 64, 0));
  REFUSED(pc15_tiles_blend(&grid, NULL, 64, bytes, 64, 0));
  REFUSED(pc15_tiles_blend(&grid, bytes, 64, NULL, 64, 0));
}

static void of_metrics(void **state) {
  typedef pc15_status (*metric)(const uint8_t *, size_t, int64_t, const uint8_t *, size_t, int64_t, uint32_t,
                                uint32_t, double *);
  static const metric kAll[] = {pc15_metric_mse, pc15_metric_psnr, pc15_metric_ssim, pc15_metric_ms_ssim};
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kAll); ++i) {
    REFUSED(kAll[i](NULL, 64, 0, bytes, 64, 0, 8, 8, &f64));
    REFUSED(kAll[i](bytes, 64, 0, NULL, 64, 0, 8, 8, &f64));
    REFUSED(kAll[i](bytes, 64, 0, bytes, 64, 0, 8, 8, NULL));
  }
  REFUSED(pc15_metric_distortion(NULL, 64, 0, bytes, 64, 0, 8, 8, 0.5, &f64));
  REFUSED(pc15_metric_distortion(bytes, 64, 0, NULL, 64, 0, 8, 8, 0.5, &f64));
  REFUSED(pc15_metric_distortion(bytes, 64, 0, bytes, 64, 0, 8, 8, 0.5, NULL));
}

static void of_encoders(void **state) {
  pc15_encoder *e = NULL;
  pc15_buffer *buffer = (pc15_buffer *)bytes;
  pc15_image image = test_image(bytes, 8, 8, PC15_FORMAT_Y);
  pc15_stats stats = {0};
  pc15_tile_info tile = {0};
  pc15_generator_stats generator_stats = {0};
  pc15_encode_item item = {0};
  pc15_row_source source = {0};
  pc15_encode_memory memory = {0};
  (void)state;
  source.struct_size = sizeof(source);
  memory.struct_size = sizeof(memory);
  item.struct_size = sizeof(item);
  stats.struct_size = sizeof(stats);
  tile.struct_size = sizeof(tile);
  REFUSED(pc15_encoder_create(NULL, NULL));
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  pc15_encoder_destroy(NULL);
  REFUSED(pc15_encoder_reset(NULL));
  REFUSED(pc15_encoder_default_params(NULL));
  REFUSED(pc15_encoder_set_param(NULL, PC15_PARAM_TILE, 64));
  REFUSED(pc15_encoder_get_param(NULL, PC15_PARAM_TILE, &i64));
  REFUSED(pc15_encoder_get_param(e, PC15_PARAM_TILE, NULL));
  REFUSED(pc15_encoder_set_param_f64(NULL, PC15_PARAM_TILE, 64.0));
  REFUSED(pc15_encoder_get_param_f64(NULL, PC15_PARAM_TILE, &f64));
  REFUSED(pc15_encoder_get_param_f64(e, PC15_PARAM_TILE, NULL));
  REFUSED(pc15_encoder_set_progress(NULL, NULL, NULL));
  REFUSED(pc15_encoder_cancel(NULL));
  assert_int_equal(pc15_encoder_last_error(NULL, (char *)bytes, sizeof(bytes)), 0);
  assert_int_equal(pc15_encoder_last_error(e, NULL, 10), strlen("") + pc15_encoder_last_error(e, NULL, 0));
  REFUSED(pc15_encoder_set_metadata(NULL, PC15_METADATA_ICC, bytes, 1));
  REFUSED(pc15_encoder_set_metadata(e, PC15_METADATA_ICC, NULL, 1));
  assert_status(pc15_encoder_set_metadata(e, PC15_METADATA_ICC, NULL, 0), PC15_OK);
  REFUSED(pc15_encode_bound(NULL, PC15_FORMAT_Y, 8, 8, &size));
  REFUSED(pc15_encode_bound(e, PC15_FORMAT_Y, 8, 8, NULL));
  REFUSED(pc15_encode_y(NULL, bytes, 64, 8, 8, 0, bytes, 64, &size));
  REFUSED(pc15_encode_y(e, NULL, 64, 8, 8, 0, bytes, 64, &size));
  REFUSED(pc15_encode_y(e, bytes, 64, 8, 8, 0, NULL, 64, &size));
  REFUSED(pc15_encode_y(e, bytes, 64, 8, 8, 0, bytes, 64, NULL));
  REFUSED(pc15_encode_image(NULL, &image, bytes, 64, &size));
  REFUSED(pc15_encode_image(e, NULL, bytes, 64, &size));
  REFUSED(pc15_encode_image(e, &image, NULL, 64, &size));
  REFUSED(pc15_encode_image(e, &image, bytes, 64, NULL));
  image.data = NULL;
  REFUSED(pc15_encode_image(e, &image, bytes, 64, &size));
  image.data_size = 0;
  REFUSED(pc15_encode_image(e, &image, bytes, 64, &size));
  REFUSED(pc15_encode_image_buffer(NULL, &image, &buffer));
  assert_null(buffer);
  REFUSED(pc15_encode_image_buffer(e, NULL, &buffer));
  REFUSED(pc15_encode_image_buffer(e, &image, NULL));
  REFUSED(pc15_encode_batch(NULL, &item, 1));
  REFUSED(pc15_encode_batch(e, NULL, 1));
  REFUSED(pc15_encode_batch(e, &item, 1)); /* image */
  REFUSED(pc15_encode_source(NULL, &source, bytes, 64, &size));
  REFUSED(pc15_encode_source(e, NULL, bytes, 64, &size));
  REFUSED(pc15_encode_source(e, &source, bytes, 64, &size)); /* rows */
  REFUSED(pc15_encode_plan(NULL, PC15_FORMAT_Y, 8, 8, &memory));
  REFUSED(pc15_encode_plan(e, PC15_FORMAT_Y, 8, 8, NULL));
  REFUSED(pc15_encoder_result(NULL, bytes, 64, &size));
  REFUSED(pc15_encoder_result(e, NULL, 64, &size));
  REFUSED(pc15_encoder_result(e, bytes, 64, NULL));
  REFUSED(pc15_encoder_stats(NULL, &stats));
  REFUSED(pc15_encoder_stats(e, NULL));
  REFUSED(pc15_encoder_generator_stats(NULL, 0x10, &generator_stats));
  REFUSED(pc15_encoder_generator_stats(e, 0x10, NULL));
  REFUSED(pc15_encoder_tile_count(NULL, &u32));
  REFUSED(pc15_encoder_tile_count(e, NULL));
  REFUSED(pc15_encoder_tile_info(NULL, 0, &tile));
  REFUSED(pc15_encoder_tile_info(e, 0, NULL));
  pc15_encoder_destroy(e);
}

static void of_decoding(void **state) {
  pc15_decoder *d = NULL;
  pc15_buffer *buffer = (pc15_buffer *)bytes;
  pc15_image image = test_image(bytes, 8, 8, PC15_FORMAT_Y);
  pc15_decode_item item = {0};
  (void)state;
  item.struct_size = sizeof(item);
  REFUSED(pc15_decoder_create(NULL, NULL));
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  REFUSED(pc15_decode_batch(NULL, &item, 1));
  REFUSED(pc15_decode_batch(d, NULL, 1));
  item.data = bytes;
  REFUSED(pc15_decode_batch(d, &item, 1)); /* image */
  item.data = NULL;
  item.image = &image;
  REFUSED(pc15_decode_batch(d, &item, 1)); /* data */
  pc15_decoder_destroy(NULL);
  REFUSED(pc15_decoder_reset(NULL));
  REFUSED(pc15_decoder_default_params(NULL));
  REFUSED(pc15_decoder_set_param(NULL, PC15_PARAM_THREADS, 1));
  REFUSED(pc15_decoder_get_param(NULL, PC15_PARAM_THREADS, &i64));
  REFUSED(pc15_decoder_get_param(d, PC15_PARAM_THREADS, NULL));
  REFUSED(pc15_decoder_set_param_f64(NULL, PC15_PARAM_THREADS, 1.0));
  REFUSED(pc15_decoder_get_param_f64(NULL, PC15_PARAM_THREADS, &f64));
  REFUSED(pc15_decoder_get_param_f64(d, PC15_PARAM_THREADS, NULL));
  REFUSED(pc15_decoder_set_progress(NULL, NULL, NULL));
  REFUSED(pc15_decoder_cancel(NULL));
  assert_int_equal(pc15_decoder_last_error(NULL, (char *)bytes, sizeof(bytes)), 0);
  REFUSED(pc15_decode_y(NULL, bytes, 64, bytes, 64, 0, &size));
  REFUSED(pc15_decode_y(d, NULL, 64, bytes, 64, 0, &size));
  REFUSED(pc15_decode_y(d, bytes, 64, NULL, 64, 0, &size));
  REFUSED(pc15_decode_y(d, bytes, 64, bytes, 64, 0, NULL));
  REFUSED(pc15_decode_image(NULL, bytes, 64, &image));
  REFUSED(pc15_decode_image(d, NULL, 64, &image));
  REFUSED(pc15_decode_image(d, bytes, 64, NULL));
  REFUSED(pc15_decode_region(NULL, bytes, 64, 0, 0, &image));
  REFUSED(pc15_decode_region(d, NULL, 64, 0, 0, &image));
  REFUSED(pc15_decode_region(d, bytes, 64, 0, 0, NULL));
  REFUSED(pc15_decode_scaled(NULL, bytes, 64, 1, 0, 0, &image));
  REFUSED(pc15_decode_scaled(d, NULL, 64, 1, 0, 0, &image));
  REFUSED(pc15_decode_scaled(d, bytes, 64, 1, 0, 0, NULL));
  REFUSED(pc15_scaled_size(8, 8, 1, NULL, &u32));
  REFUSED(pc15_scaled_size(8, 8, 1, &u32, NULL));
  image.data = NULL;
  REFUSED(pc15_decode_image(d, bytes, 64, &image));
  REFUSED(pc15_decode_region(d, bytes, 64, 0, 0, &image));
  REFUSED(pc15_decode_scaled(d, bytes, 64, 1, 0, 0, &image));
  REFUSED(pc15_decode_image_buffer(NULL, bytes, 64, 0, NULL, &buffer));
  assert_null(buffer);
  REFUSED(pc15_decode_image_buffer(d, NULL, 64, 0, NULL, &buffer));
  REFUSED(pc15_decode_image_buffer(d, bytes, 64, 0, NULL, NULL));
  REFUSED(pc15_decode_rows(NULL, bytes, 64, 0, no_rows, NULL));
  REFUSED(pc15_decode_rows(d, NULL, 64, 0, no_rows, NULL));
  REFUSED(pc15_decode_rows(d, bytes, 64, 0, NULL, NULL));
  REFUSED(pc15_decoder_read_rows(NULL, 0, no_rows, NULL));
  REFUSED(pc15_decoder_read_rows(d, 0, NULL, NULL));
  REFUSED(pc15_verify(NULL, bytes, 64));
  REFUSED(pc15_verify(d, NULL, 64));
  REFUSED(pc15_repair(NULL, bytes, 64, NULL, &buffer));
  REFUSED(pc15_repair(d, NULL, 64, NULL, &buffer));
  REFUSED(pc15_repair(d, bytes, 64, NULL, NULL));
  REFUSED(pc15_metadata_replace(NULL, bytes, 64, PC15_METADATA_ICC, bytes, 1, &buffer));
  REFUSED(pc15_metadata_replace(d, NULL, 64, PC15_METADATA_ICC, bytes, 1, &buffer));
  REFUSED(pc15_metadata_replace(d, bytes, 64, PC15_METADATA_ICC, NULL, 1, &buffer));
  REFUSED(pc15_metadata_replace(d, bytes, 64, PC15_METADATA_ICC, bytes, 1, NULL));
  pc15_decoder_destroy(d);
}

static void of_inspection(void **state) {
  pc15_decoder *d = NULL;
  pc15_image image = test_image(bytes, 8, 8, PC15_FORMAT_Y);
  pc15_image_info info = {0};
  pc15_part_info part = {0};
  pc15_tile_info tile = {0};
  pc15_field_info field = {0};
  pc15_layer_info layer = {0};
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  REFUSED(pc15_decoder_damage(NULL, bytes, 64, &size));
  REFUSED(pc15_decoder_damage(d, NULL, 64, &size));
  REFUSED(pc15_decoder_damage(d, bytes, 64, NULL));
  REFUSED(pc15_decoder_open(NULL, bytes, 64));
  REFUSED(pc15_decoder_open(d, NULL, 64));
  REFUSED(pc15_decoder_close(NULL));
  REFUSED(pc15_decoder_info(NULL, &info));
  REFUSED(pc15_decoder_info(d, NULL));
  REFUSED(pc15_decoder_read(NULL, 0, 0, &image));
  REFUSED(pc15_decoder_read(d, 0, 0, NULL));
  REFUSED(pc15_decoder_read_scaled(NULL, 1, 0, 0, &image));
  REFUSED(pc15_decoder_read_scaled(d, 1, 0, 0, NULL));
  REFUSED(pc15_decoder_metadata_count(NULL, &u32));
  REFUSED(pc15_decoder_metadata_count(d, NULL));
  REFUSED(pc15_decoder_metadata_info(NULL, 0, &i32, &size));
  REFUSED(pc15_decoder_metadata_info(d, 0, NULL, &size));
  REFUSED(pc15_decoder_metadata_info(d, 0, &i32, NULL));
  REFUSED(pc15_decoder_metadata_get(NULL, PC15_METADATA_ICC, bytes, 64, &size));
  REFUSED(pc15_decoder_metadata_get(d, PC15_METADATA_ICC, NULL, 64, &size));
  REFUSED(pc15_decoder_metadata_get(d, PC15_METADATA_ICC, bytes, 64, NULL));
  REFUSED(pc15_decoder_part_count(NULL, &u32));
  REFUSED(pc15_decoder_part_count(d, NULL));
  REFUSED(pc15_decoder_part_info(NULL, 0, &part));
  REFUSED(pc15_decoder_part_info(d, 0, NULL));
  REFUSED(pc15_decoder_tile_count(NULL, &u32));
  REFUSED(pc15_decoder_tile_count(d, NULL));
  REFUSED(pc15_decoder_tile_info(NULL, 0, &tile));
  REFUSED(pc15_decoder_tile_info(d, 0, NULL));
  REFUSED(pc15_decoder_field_info(NULL, 0, &field));
  REFUSED(pc15_decoder_field_info(d, 0, NULL));
  REFUSED(pc15_decoder_layer_info(NULL, 0, 0, &layer));
  REFUSED(pc15_decoder_layer_info(d, 0, 0, NULL));
  pc15_decoder_destroy(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_handles), cmocka_unit_test(of_metrics),    cmocka_unit_test(of_encoders),
      cmocka_unit_test(of_decoding),     cmocka_unit_test(of_inspection),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
