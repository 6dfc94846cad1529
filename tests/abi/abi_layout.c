/* Pins what old programs were compiled with: sizes, offsets and constants (64-bit targets), and the rules for
 * struct_size and reserved words. */
#include "abi_support.h"

#define SIZE(type, n) assert_int_equal(sizeof(type), n)
#define AT(type, member, n) assert_int_equal(offsetof(type, member), n)

static void small_structs(void **state) {
  (void)state;
  if (sizeof(void *) != 8) skip();
  SIZE(pc15_status, 4);
  SIZE(pc15_allocator, 32);
  AT(pc15_allocator, struct_size, 0);
  AT(pc15_allocator, reserved0, 4);
  AT(pc15_allocator, allocate, 8);
  AT(pc15_allocator, release, 16);
  AT(pc15_allocator, opaque, 24);
  SIZE(pc15_limits, 72);
  AT(pc15_limits, max_width, 4);
  AT(pc15_limits, max_height, 8);
  AT(pc15_limits, max_sections, 12);
  AT(pc15_limits, max_pixels, 16);
  AT(pc15_limits, max_memory_bytes, 24);
  AT(pc15_limits, max_metadata_bytes, 32);
  AT(pc15_limits, reserved, 40);
  SIZE(pc15_image, 56);
  AT(pc15_image, format, 4);
  AT(pc15_image, width, 8);
  AT(pc15_image, height, 12);
  AT(pc15_image, stride, 16);
  AT(pc15_image, data_size, 24);
  AT(pc15_image, reserved, 32);
  AT(pc15_image, data, 48);
  SIZE(pc15_repair_report, 64);
  AT(pc15_repair_report, index_rebuilt, 4);
  AT(pc15_repair_report, cells, 8);
  AT(pc15_repair_report, cells_lost, 12);
  AT(pc15_repair_report, programs, 16);
  AT(pc15_repair_report, programs_lost, 20);
  AT(pc15_repair_report, sections_lost, 24);
  AT(pc15_repair_report, reserved, 32);
  SIZE(pc15_encode_item, 40);
  AT(pc15_encode_item, status, 4);
  AT(pc15_encode_item, reserved, 8);
  AT(pc15_encode_item, image, 24);
  AT(pc15_encode_item, buffer, 32);
  SIZE(pc15_row_source, 72);
  AT(pc15_row_source, format, 4);
  AT(pc15_row_source, width, 8);
  AT(pc15_row_source, height, 12);
  AT(pc15_row_source, reserved, 16);
  AT(pc15_row_source, rows, 48);
  AT(pc15_row_source, restart, 56);
  AT(pc15_row_source, opaque, 64);
  SIZE(pc15_encode_memory, 64);
  AT(pc15_encode_memory, readings, 4);
  AT(pc15_encode_memory, image, 8);
  AT(pc15_encode_memory, rows, 16);
  AT(pc15_encode_memory, source, 24);
  AT(pc15_encode_memory, reserved, 32);
  SIZE(pc15_decode_item, 64);
  AT(pc15_decode_item, status, 4);
  AT(pc15_decode_item, scale_log2, 8);
  AT(pc15_decode_item, x, 12);
  AT(pc15_decode_item, y, 16);
  AT(pc15_decode_item, reserved, 24);
  AT(pc15_decode_item, size, 40);
  AT(pc15_decode_item, data, 48);
  AT(pc15_decode_item, image, 56);
  SIZE(pc15_part_info, 48);
  AT(pc15_part_info, kind, 4);
  AT(pc15_part_info, number, 8);
  AT(pc15_part_info, intact, 12);
  AT(pc15_part_info, offset, 16);
  AT(pc15_part_info, size, 24);
  AT(pc15_part_info, reserved, 32);
  SIZE(pc15_difference, 48);
  AT(pc15_difference, identical, 4);
  AT(pc15_difference, offset, 8);
  AT(pc15_difference, kind_a, 16);
  AT(pc15_difference, number_a, 20);
  AT(pc15_difference, kind_b, 24);
  AT(pc15_difference, number_b, 28);
  AT(pc15_difference, reserved, 32);
  SIZE(pc15_grid, 56);
  AT(pc15_grid, width, 4);
  AT(pc15_grid, tile, 12);
  AT(pc15_grid, overlap, 16);
  AT(pc15_grid, cols, 20);
  AT(pc15_grid, rows, 24);
  AT(pc15_grid, count, 32);
  AT(pc15_grid, reserved, 40);
}

static void reports(void **state) {
  (void)state;
  if (sizeof(void *) != 8) skip();
  SIZE(pc15_stats, 104);
  AT(pc15_stats, tiles, 4);
  AT(pc15_stats, tiles_with_program, 8);
  AT(pc15_stats, early_exits, 12);
  AT(pc15_stats, bytes_total, 16);
  AT(pc15_stats, bytes_programs, 24);
  AT(pc15_stats, bytes_cells, 32);
  AT(pc15_stats, renders, 40);
  AT(pc15_stats, peak_memory_bytes, 48);
  AT(pc15_stats, psnr_y, 56);
  AT(pc15_stats, ssim_y, 64);
  AT(pc15_stats, reserved, 72);
  SIZE(pc15_generator_stats, 80);
  AT(pc15_generator_stats, generator, 4);
  AT(pc15_generator_stats, hypotheses, 8);
  AT(pc15_generator_stats, tiles, 12);
  AT(pc15_generator_stats, early_exits, 16);
  AT(pc15_generator_stats, renders, 24);
  AT(pc15_generator_stats, bits, 32);
  AT(pc15_generator_stats, distortion, 40);
  AT(pc15_generator_stats, reserved, 48);
  SIZE(pc15_tile_info, 104);
  AT(pc15_tile_info, number, 4);
  AT(pc15_tile_info, x, 8);
  AT(pc15_tile_info, height, 20);
  AT(pc15_tile_info, mode, 24);
  AT(pc15_tile_info, layer_count, 28);
  AT(pc15_tile_info, generators, 32);
  AT(pc15_tile_info, bits, 48);
  AT(pc15_tile_info, renders, 52);
  AT(pc15_tile_info, early_exit, 56);
  AT(pc15_tile_info, distortion, 64);
  AT(pc15_tile_info, reserved, 72);
  SIZE(pc15_image_info, 136);
  AT(pc15_image_info, width, 4);
  AT(pc15_image_info, color, 12);
  AT(pc15_image_info, natural_format, 24);
  AT(pc15_image_info, form, 28);
  AT(pc15_image_info, version, 32);
  AT(pc15_image_info, residual_step16, 44);
  AT(pc15_image_info, tile, 48);
  AT(pc15_image_info, tile_rows, 60);
  AT(pc15_image_info, cell, 64);
  AT(pc15_image_info, cell_rows, 72);
  AT(pc15_image_info, lossless, 76);
  AT(pc15_image_info, seed, 80);
  AT(pc15_image_info, bytes_needed, 88);
  AT(pc15_image_info, planned_memory, 96);
  AT(pc15_image_info, planned_memory_scaled, 104);
  AT(pc15_image_info, reserved, 112);
  SIZE(pc15_field_info, 192);
  AT(pc15_field_info, order, 4);
  AT(pc15_field_info, frame, 24);
  AT(pc15_field_info, coef, 32);
  AT(pc15_field_info, reserved, 176);
  SIZE(pc15_layer_info, 224);
  AT(pc15_layer_info, generator, 4);
  AT(pc15_layer_info, source, 8);
  AT(pc15_layer_info, precision, 12);
  AT(pc15_layer_info, blend, 16);
  AT(pc15_layer_info, param_count, 20);
  AT(pc15_layer_info, seed_explicit, 24);
  AT(pc15_layer_info, seed, 32);
  AT(pc15_layer_info, contrast, 40);
  AT(pc15_layer_info, params, 64);
  AT(pc15_layer_info, reserved, 192);
  SIZE(pc15_generator_param, 80);
  AT(pc15_generator_param, type, 4);
  AT(pc15_generator_param, min, 8);
  AT(pc15_generator_param, step, 32);
  AT(pc15_generator_param, name, 40);
  AT(pc15_generator_param, doc, 56);
  AT(pc15_generator_param, reserved, 64);
}

static void constants(void **state) {
  static const int64_t kPinned[][2] = {
      {PC15_ABI_MAJOR, 1},
      {PC15_BITSTREAM_VERSION, 15},
      {PC15_OK, 0},
      {PC15_NOTE_NEED_INPUT, 1},
      {PC15_NOTE_DST_TOO_SMALL, 2},
      {PC15_NOTE_CANCELLED, 3},
      {PC15_NOTE_DAMAGED, 4},
      {PC15_ERROR_INVALID_ARGUMENT, -1},
      {PC15_ERROR_OUT_OF_RANGE, -2},
      {PC15_ERROR_UNKNOWN_PARAM, -3},
      {PC15_ERROR_WRONG_STATE, -4},
      {PC15_ERROR_POISONED, -5},
      {PC15_ERROR_BAD_STRUCT_SIZE, -6},
      {PC15_ERROR_NOT_FOUND, -7},
      {PC15_ERROR_NOT_PC15, -100},
      {PC15_ERROR_VERSION, -101},
      {PC15_ERROR_UNSUPPORTED, -102},
      {PC15_ERROR_TRUNCATED, -103},
      {PC15_ERROR_CRC, -104},
      {PC15_ERROR_CORRUPT, -105},
      {PC15_ERROR_TRAILING, -106},
      {PC15_ERROR_NO_MEMORY, -200},
      {PC15_ERROR_LIMIT, -201},
      {PC15_ERROR_NO_DEVICE, -300},
      {PC15_ERROR_DEVICE, -301},
      {PC15_ERROR_INTERNAL, -400},
      {PC15_FORMAT_Y, 1},
      {PC15_FORMAT_RGB, 3},
      {PC15_FORMAT_RGBA, 4},
      {PC15_METADATA_ICC, 1},
      {PC15_METADATA_EXIF, 2},
      {PC15_METADATA_XMP, 3},
      {PC15_METADATA_TEXT, 4},
      {PC15_PARAM_QUALITY, 100},
      {PC15_PARAM_LAMBDA, 101},
      {PC15_PARAM_ALPHA, 102},
      {PC15_PARAM_RESIDUAL, 103},
      {PC15_PARAM_RESIDUAL_CAP, 104},
      {PC15_PARAM_CHROMA, 105},
      {PC15_PARAM_TILE, 200},
      {PC15_PARAM_OVERLAP, 201},
      {PC15_PARAM_CELL, 202},
      {PC15_PARAM_COMPACT, 203},
      {PC15_PARAM_GRAIN, 106},
      {PC15_PARAM_TUNE, 107},
      {PC15_PARAM_LOSSLESS, 108},
      {PC15_PARAM_TARGET_BYTES, 109},
      {PC15_PARAM_TARGET_PSNR, 110},
      {PC15_PARAM_TARGET_SSIM, 111},
      {PC15_PARAM_PROCEDURAL, 300},
      {PC15_PARAM_EFFORT, 301},
      {PC15_PARAM_BEAM, 302},
      {PC15_PARAM_EARLY_EXIT, 303},
      {PC15_PARAM_SEED, 304},
      {PC15_PARAM_THREADS, 400},
      {PC15_PARAM_MAX_MEMORY, 401},
      {PC15_PARAM_DEVICE, 402},
      {PC15_PARAM_DEVICE_INDEX, 403},
      {PC15_PARAM_MEASURE, 404},
      {PC15_DEVICE_AUTO, 0},
      {PC15_DEVICE_CPU, 1},
      {PC15_DEVICE_CUDA, 2},
      {PC15_PARAM_TOLERANT, 500},
      {PC15_PARAM_MAX_WIDTH, 501},
      {PC15_PARAM_MAX_HEIGHT, 502},
      {PC15_PARAM_MAX_PIXELS, 503},
      {PC15_PARAM_MAX_SECTIONS, 504},
      {PC15_PARAM_MAX_METADATA, 505},
      {PC15_CHROMA_420, 0},
      {PC15_CHROMA_444, 1},
      {PC15_TYPE_INT, 0},
      {PC15_TYPE_FIXED, 1},
      {PC15_TYPE_BOOL, 2},
      {PC15_TYPE_ENUM, 3},
      {PC15_SCOPE_ENCODER, 1},
      {PC15_SCOPE_DECODER, 2},
      {PC15_TILE_SKIP, 0},
      {PC15_TILE_FLAT, 1},
      {PC15_TILE_PROGRAM, 2},
      {PC15_TILE_MERGE_LEFT, 3},
      {PC15_TILE_MERGE_UP, 4},
      {PC15_TILE_IMAGE, 4294967295},
      {PC15_COLOR_GRAY, 0},
      {PC15_COLOR_YCC420, 1},
      {PC15_COLOR_YCC444, 2},
      {PC15_COLOR_RGB, 3},
      {PC15_FORM_FULL, 0},
      {PC15_FORM_COMPACT, 1},
      {PC15_CELL_INTACT, 0},
      {PC15_CELL_LOST, 1},
      {PC15_CELL_NOT_DECODED, 2},
      {PC15_PART_PREAMBLE, 0},
      {PC15_PART_INDEX, 1},
      {PC15_PART_SECTION, 2},
      {PC15_PART_IMAGE_PROGRAM, 3},
      {PC15_PART_GROUP, 4},
      {PC15_PART_CELL, 5},
      {PC15_PART_BACKUP_PREAMBLE, 6},
      {PC15_PART_BACKUP_INDEX, 7},
      {PC15_PART_BACKUP_IMAGE_PROGRAM, 8},
      {PC15_PART_BACKUP_GROUP, 9},
      {PC15_PART_FOOTER, 10},
      {PC15_PART_TRAILING, 11},
      {PC15_BLEND_ADD, 0},
      {PC15_BLEND_OVER, 1},
      {PC15_BLEND_MUL, 2},
      {PC15_BLEND_MIN, 3},
      {PC15_BLEND_MAX, 4},
      {PC15_SOURCE_OWN, 0},
      {PC15_SOURCE_LEFT, 1},
      {PC15_SOURCE_UP, 2},
      {PC15_SOURCE_IMAGE, 3},
  };
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kPinned); ++i) assert_int_equal(kPinned[i][0], kPinned[i][1]);
}

/* A later version of a struct, as a newer program has it. */
typedef struct later_limits {
  pc15_limits first;
  uint64_t added[2];
} later_limits;
typedef struct later_info {
  pc15_image_info first;
  uint64_t added[2];
} later_info;

static void sizes_of_output_structs(void **state) {
  later_limits later;
  pc15_limits limits;
  (void)state;
  memset(&limits, 0xA5, sizeof(limits));
  limits.struct_size = sizeof(limits) - 1;
  assert_status(pc15_limits_default(&limits), PC15_ERROR_BAD_STRUCT_SIZE);
  assert_int_equal(limits.max_width, 0xA5A5A5A5u);
  limits.struct_size = 0;
  assert_status(pc15_limits_default(&limits), PC15_ERROR_BAD_STRUCT_SIZE);
  limits.struct_size = UINT32_MAX;
  assert_status(pc15_limits_default(&limits), PC15_ERROR_BAD_STRUCT_SIZE);
  memset(&later, 0xA5, sizeof(later));
  later.first.struct_size = sizeof(later);
  assert_status(pc15_limits_default(&later.first), PC15_OK);
  assert_int_equal(later.first.struct_size, sizeof(later));
  assert_int_equal(later.first.max_width, 65535);
  assert_int_equal(later.first.reserved[3], 0);
  assert_int_equal(later.added[0], 0);
  assert_int_equal(later.added[1], 0);
}

static void sizes_of_input_structs(void **state) {
  later_limits later;
  later_info info;
  (void)state;
  memset(&later, 0, sizeof(later));
  memset(&info, 0, sizeof(info));
  later.first.struct_size = sizeof(later);
  info.first.struct_size = sizeof(info);
  assert_status(pc15_limits_default(&later.first), PC15_OK);
  assert_status(pc15_probe(NULL, 0, &later.first, &info.first), PC15_NOTE_NEED_INPUT);
  later.added[1] = 1;
  assert_status(pc15_probe(NULL, 0, &later.first, &info.first), PC15_ERROR_INVALID_ARGUMENT);
  later.added[1] = 0;
  later.first.reserved[2] = 1;
  assert_status(pc15_probe(NULL, 0, &later.first, &info.first), PC15_ERROR_INVALID_ARGUMENT);
  later.first.reserved[2] = 0;
  later.first.struct_size = sizeof(pc15_limits) - 8;
  assert_status(pc15_probe(NULL, 0, &later.first, &info.first), PC15_ERROR_BAD_STRUCT_SIZE);
  later.first.struct_size = sizeof(pc15_limits);
  info.first.struct_size = sizeof(pc15_image_info) - 8;
  assert_status(pc15_probe(NULL, 0, &later.first, &info.first), PC15_ERROR_BAD_STRUCT_SIZE);
}

static void allocator_struct(void **state) {
  test_memory memory;
  pc15_allocator a = test_allocator(&memory);
  pc15_decoder *d = NULL;
  (void)state;
  a.reserved0 = 1;
  assert_status(pc15_decoder_create(&a, &d), PC15_ERROR_INVALID_ARGUMENT);
  a.reserved0 = 0;
  a.struct_size = 8;
  assert_status(pc15_decoder_create(&a, &d), PC15_ERROR_BAD_STRUCT_SIZE);
  a.struct_size = sizeof(a);
  a.release = NULL;
  assert_status(pc15_decoder_create(&a, &d), PC15_ERROR_INVALID_ARGUMENT);
  assert_null(d);
  a.allocate = NULL;
  assert_status(pc15_decoder_create(&a, &d), PC15_OK);
  pc15_decoder_destroy(d);
  a = test_allocator(&memory);
  assert_status(pc15_decoder_create(&a, &d), PC15_OK);
  assert_true(memory.live > 0);
  memset(&a, 0xFF, sizeof(a)); /* it was copied */
  pc15_decoder_destroy(d);
  assert_int_equal(memory.live, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_structs),
      cmocka_unit_test(reports),
      cmocka_unit_test(constants),
      cmocka_unit_test(sizes_of_output_structs),
      cmocka_unit_test(sizes_of_input_structs),
      cmocka_unit_test(allocator_struct),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
