/* Metadata in and out, what a file is made of, and the difference of two files. */
#include "abi_support.h"

static const uint8_t kBlob[] = {0xFF, 0x00, 0x01, '<', 'h', '1', '>', '%', 's', '.', '.', '/', 0x80};

static void expect_item(pc15_decoder *d, int32_t type, const void *data, size_t size) {
  uint8_t out[64];
  size_t n = 0;
  assert_true(size < sizeof(out));
  memset(out, 0xA5, sizeof(out));
  expect_decoder(d, pc15_decoder_metadata_get(d, type, NULL, 0, &n), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(n, size);
  expect_decoder(d, pc15_decoder_metadata_get(d, type, out, size - 1, &n), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(out[0], 0xA5);
  expect_decoder(d, pc15_decoder_metadata_get(d, type, out, size, &n), PC15_OK);
  assert_memory_equal(out, data, size);
  assert_int_equal(out[size], 0xA5);
}

static void metadata_comes_back(void **state) {
  static const uint8_t kIcc[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  test_file file = test_small_file(1);
  pc15_decoder *d = NULL;
  uint32_t count = 0, i;
  size_t n = 0;
  int32_t type = 0;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d, pc15_decoder_open(d, file.data, file.size), PC15_OK);
  expect_decoder(d, pc15_decoder_metadata_count(d, &count), PC15_OK);
  assert_int_equal(count, 2);
  expect_item(d, PC15_METADATA_ICC, kIcc, sizeof(kIcc));
  expect_item(d, PC15_METADATA_TEXT, "a title", 7);
  assert_status(pc15_decoder_metadata_get(d, PC15_METADATA_EXIF, NULL, 0, &n), PC15_ERROR_NOT_FOUND);
  assert_status(pc15_decoder_metadata_get(d, 0, NULL, 0, &n), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_decoder_metadata_get(d, 5, NULL, 0, &n), PC15_ERROR_INVALID_ARGUMENT);
  for (i = 0; i < count; ++i) {
    expect_decoder(d, pc15_decoder_metadata_info(d, i, &type, &n), PC15_OK);
    assert_int_equal(n, type == PC15_METADATA_ICC ? 9 : 7);
    assert_non_null(pc15_metadata_name(type));
  }
  assert_status(pc15_decoder_metadata_info(d, count, &type, &n), PC15_ERROR_OUT_OF_RANGE);
  assert_null(pc15_metadata_name(0));
  assert_null(pc15_metadata_name(5));
  pc15_decoder_destroy(d);
  test_file_free(&file);
}

static void encoder_checks_metadata(void **state) {
  static const char *kBad[] = {"\x80",
                               "\xC0\x80",
                               "\xC1\xBF",
                               "\xE0\x9F\xBF",
                               "\xED\xA0\x80",
                               "\xF0\x8F\xBF\xBF",
                               "\xF4\x90\x80\x80",
                               "\xF5\x80\x80\x80",
                               "ab\xE2\x82",
                               "\xFF"};
  static const char *kGood[] = {"plain", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
                                "\xEF\xBF\xBF\xF4\x8F\xBF\xBF"};
  pc15_encoder *e = NULL;
  size_t i;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  for (i = 0; i < COUNT_OF(kBad); ++i) {
    assert_status(pc15_encoder_set_metadata(e, PC15_METADATA_TEXT, (const uint8_t *)kBad[i], strlen(kBad[i])),
                  PC15_ERROR_INVALID_ARGUMENT);
    assert_status(pc15_encoder_set_metadata(e, PC15_METADATA_XMP, (const uint8_t *)kBad[i], strlen(kBad[i])),
                  PC15_OK);
  }
  for (i = 0; i < COUNT_OF(kGood); ++i) {
    expect_encoder(
        e, pc15_encoder_set_metadata(e, PC15_METADATA_TEXT, (const uint8_t *)kGood[i], strlen(kGood[i])),
        PC15_OK);
  }
  assert_status(pc15_encoder_set_metadata(e, 0, kBlob, 1), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encoder_set_metadata(e, 5, kBlob, 1), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encoder_set_metadata(e, PC15_METADATA_ICC, kBlob, (size_t)65 << 20), PC15_ERROR_LIMIT);
  pc15_encoder_destroy(e);
}

/* Replacing metadata keeps pixels, other items and, when undone, every byte. */
static void metadata_is_replaced_in_place(void **state) {
  test_file file = test_small_file(1), with, without;
  uint8_t *pixels = test_decode(&file), *again;
  pc15_decoder *d = NULL;
  pc15_buffer *a = NULL, *b = NULL;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d,
                 pc15_metadata_replace(d, file.data, file.size, PC15_METADATA_EXIF, kBlob, sizeof(kBlob), &a),
                 PC15_OK);
  with = file;
  with.data = pc15_buffer_data(a);
  with.size = pc15_buffer_size(a);
  again = test_decode(&with);
  assert_memory_equal(again, pixels, (size_t)file.width * file.height * 3);
  expect_decoder(d, pc15_decoder_open(d, with.data, with.size), PC15_OK);
  expect_item(d, PC15_METADATA_EXIF, kBlob, sizeof(kBlob));
  expect_item(d, PC15_METADATA_TEXT, "a title", 7);
  pc15_decoder_close(d);
  expect_decoder(d, pc15_metadata_replace(d, with.data, with.size, PC15_METADATA_EXIF, NULL, 0, &b), PC15_OK);
  without.data = pc15_buffer_data(b);
  without.size = pc15_buffer_size(b);
  assert_int_equal(without.size, file.size);
  assert_memory_equal(without.data, file.data, file.size);
  pc15_buffer_free(b);
  b = (pc15_buffer *)&with;
  assert_status(pc15_metadata_replace(d, file.data, file.size, 9, kBlob, 1, &b), PC15_ERROR_INVALID_ARGUMENT);
  assert_null(b);
  assert_status(pc15_metadata_replace(d, file.data, file.size, PC15_METADATA_TEXT, kBlob, sizeof(kBlob), &b),
                PC15_ERROR_INVALID_ARGUMENT);
  pc15_buffer_free(a);
  free(again);
  free(pixels);
  pc15_decoder_destroy(d);
  test_file_free(&file);
}

static void a_compact_file_takes_metadata(void **state) {
  test_file file = test_small_file(0), with = file;
  uint8_t *pixels = test_decode(&file), *again;
  pc15_decoder *d = NULL;
  pc15_buffer *a = NULL;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d,
                 pc15_metadata_replace(d, file.data, file.size, PC15_METADATA_XMP, kBlob, sizeof(kBlob), &a),
                 PC15_OK);
  with.data = pc15_buffer_data(a);
  with.size = pc15_buffer_size(a);
  again = test_decode(&with);
  assert_memory_equal(again, pixels, (size_t)file.width * file.height);
  expect_decoder(d, pc15_decoder_open(d, with.data, with.size), PC15_OK);
  expect_item(d, PC15_METADATA_XMP, kBlob, sizeof(kBlob));
  pc15_buffer_free(a);
  free(again);
  free(pixels);
  pc15_decoder_destroy(d);
  test_file_free(&file);
}

/* The decoder's tile map says what the encoder's said. */
static void tiles_agree_with_the_encoder(void **state) {
  uint8_t *pixels = test_picture(TEST_STRIPES, 200, 150, 1);
  const pc15_image image = test_image(pixels, 200, 150, PC15_FORMAT_Y);
  pc15_encoder *e = NULL;
  pc15_decoder *d = NULL;
  pc15_buffer *file = NULL;
  uint32_t made = 0, found = 0, i, k, layers = 0;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_TILE, 96), PC15_OK);
  expect_encoder(e, pc15_encode_image_buffer(e, &image, &file), PC15_OK);
  expect_decoder(d, pc15_decoder_open(d, pc15_buffer_data(file), pc15_buffer_size(file)), PC15_OK);
  expect_encoder(e, pc15_encoder_tile_count(e, &made), PC15_OK);
  expect_decoder(d, pc15_decoder_tile_count(d, &found), PC15_OK);
  assert_int_equal(made, 6);
  assert_true(found == made || found == 0); /* 0: the image-wide program says it all */
  for (i = 0; i < made; ++i) {
    pc15_tile_info a = {0}, b = {0};
    a.struct_size = b.struct_size = sizeof(a);
    expect_encoder(e, pc15_encoder_tile_info(e, i, &a), PC15_OK);
    if (i >= found) continue;
    expect_decoder(d, pc15_decoder_tile_info(d, i, &b), PC15_OK);
    assert_int_equal(a.number, i);
    assert_int_equal(a.x, b.x);
    assert_int_equal(a.y, b.y);
    assert_int_equal(a.width, b.width);
    assert_int_equal(a.height, b.height);
    assert_int_equal(a.mode, b.mode);
    assert_non_null(pc15_tile_mode_name(b.mode));
    assert_int_equal(a.bits, b.bits);
    for (k = 0; k < b.layer_count; ++k) {
      pc15_layer_info layer = {0};
      layer.struct_size = sizeof(layer);
      expect_decoder(d, pc15_decoder_layer_info(d, i, k, &layer), PC15_OK);
      assert_int_equal(layer.generator, b.generators[k]);
      assert_int_equal(layer.param_count, pc15_generator_param_count(layer.generator));
      ++layers;
    }
  }
  if (found == 0) {
    pc15_field_info field = {0};
    field.struct_size = sizeof(field);
    expect_decoder(d, pc15_decoder_field_info(d, PC15_TILE_IMAGE, &field), PC15_OK);
    layers = field.layer_count;
  }
  assert_true(layers > 0); /* stripes are explained by a program */
  pc15_buffer_free(file);
  pc15_encoder_destroy(e);
  pc15_decoder_destroy(d);
  free(pixels);
}

static void indices_are_checked(void **state) {
  test_file file = test_small_file(2);
  pc15_decoder *d = NULL;
  pc15_part_info part = {0};
  pc15_tile_info tile = {0};
  pc15_field_info field = {0};
  pc15_layer_info layer = {0};
  uint32_t count = 0;
  (void)state;
  part.struct_size = sizeof(part);
  tile.struct_size = sizeof(tile);
  field.struct_size = sizeof(field);
  layer.struct_size = sizeof(layer);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d, pc15_decoder_open(d, file.data, file.size), PC15_OK);
  assert_status(pc15_decoder_part_count(d, &count), PC15_OK);
  assert_status(pc15_decoder_part_info(d, count, &part), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_decoder_tile_count(d, &count), PC15_OK);
  assert_status(pc15_decoder_tile_info(d, count, &tile), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_decoder_field_info(d, count, &field), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_decoder_layer_info(d, count, 0, &layer), PC15_ERROR_OUT_OF_RANGE);
  part.struct_size = 4;
  tile.struct_size = 4;
  assert_status(pc15_decoder_part_info(d, 0, &part), PC15_ERROR_BAD_STRUCT_SIZE);
  assert_status(pc15_decoder_tile_info(d, 0, &tile), PC15_ERROR_BAD_STRUCT_SIZE);
  assert_null(pc15_part_name(-1));
  assert_null(pc15_part_name(12));
  assert_null(pc15_tile_mode_name(-1));
  assert_null(pc15_tile_mode_name(5));
  pc15_decoder_destroy(d);
  test_file_free(&file);
}

static void differences_are_located(void **state) {
  test_file file = test_small_file(2);
  uint8_t *other = (uint8_t *)malloc(file.size);
  pc15_decoder *d = NULL;
  pc15_difference diff = {0};
  uint32_t count = 0, i;
  (void)state;
  diff.struct_size = sizeof(diff);
  memcpy(other, file.data, file.size);
  assert_status(pc15_diff(file.data, file.size, other, file.size, NULL, &diff), PC15_OK);
  assert_int_equal(diff.identical, 1);
  assert_int_equal(diff.offset, 0);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  expect_decoder(d, pc15_decoder_open(d, file.data, file.size), PC15_OK);
  assert_status(pc15_decoder_part_count(d, &count), PC15_OK);
  for (i = 0; i < count; ++i) {
    pc15_part_info part = {0};
    size_t at;
    part.struct_size = sizeof(part);
    assert_status(pc15_decoder_part_info(d, i, &part), PC15_OK);
    at = (size_t)(part.offset + part.size / 2);
    other[at] ^= 1;
    assert_status(pc15_diff(file.data, file.size, other, file.size, NULL, &diff), PC15_OK);
    assert_int_equal(diff.identical, 0);
    assert_int_equal(diff.offset, at);
    assert_int_equal(diff.kind_a, part.kind);
    assert_int_equal(diff.number_a, part.number);
    other[at] ^= 1;
  }
  assert_status(pc15_diff(file.data, file.size, file.data, 100, NULL, &diff), PC15_OK);
  assert_int_equal(diff.offset, 100);
  assert_int_equal(diff.kind_b, -1);
  assert_status(pc15_diff((const uint8_t *)"abc", 3, (const uint8_t *)"abd", 3, NULL, &diff), PC15_OK);
  assert_int_equal(diff.offset, 2);
  assert_int_equal(diff.kind_a, -1);
  pc15_decoder_destroy(d);
  free(other);
  test_file_free(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(metadata_comes_back),           cmocka_unit_test(encoder_checks_metadata),
      cmocka_unit_test(metadata_is_replaced_in_place), cmocka_unit_test(a_compact_file_takes_metadata),
      cmocka_unit_test(tiles_agree_with_the_encoder),  cmocka_unit_test(indices_are_checked),
      cmocka_unit_test(differences_are_located),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
