/* Three small files: every truncation and every change of a single byte is detected by every reading call. */
#include "abi_support.h"

static pc15_decoder *decoder;

static int make(void **state) {
  (void)state;
  return pc15_decoder_create(NULL, &decoder);
}

static int drop(void **state) {
  (void)state;
  pc15_decoder_destroy(decoder);
  return 0;
}

static int is_data_error(pc15_status status) {
  return status <= PC15_ERROR_NOT_PC15 && status > PC15_ERROR_NO_MEMORY;
}

/* All reading calls refuse, and say why. */
static void expect_detected(const uint8_t *data, size_t size, const test_file *file, uint8_t *pixels,
                            const char *what, size_t at) {
  const pc15_image image = test_image(pixels, file->width, file->height, file->format);
  pc15_buffer *buffer = NULL;
  pc15_status status[4];
  size_t i;
  status[0] = pc15_decode_image(decoder, data, size, &image);
  if (pc15_decoder_last_error(decoder, NULL, 0) == 0) fail_msg("%s %zu: no message", what, at);
  assert_status(pc15_decoder_reset(decoder), PC15_OK);
  status[1] = pc15_decoder_open(decoder, data, size);
  pc15_decoder_reset(decoder);
  status[2] = pc15_verify(decoder, data, size);
  pc15_decoder_reset(decoder);
  status[3] =
      pc15_metadata_replace(decoder, data, size, PC15_METADATA_TEXT, (const uint8_t *)"x", 1, &buffer);
  pc15_decoder_reset(decoder);
  assert_null(buffer);
  for (i = 0; i < COUNT_OF(status); ++i) {
    /* A changed size field may also exceed a limit, before its checksum can be looked at: never OK. */
    if (!is_data_error(status[i])) fail_msg("%s %zu, call %zu: %s", what, at, i, pc15_status_name(status[i]));
    if (status[i] != status[0])
      fail_msg("%s %zu: %s and %s", what, at, pc15_status_name(status[0]), pc15_status_name(status[i]));
  }
}

static void every_truncation(void **state) {
  int k;
  (void)state;
  for (k = 0; k < TEST_SMALL_FILES; ++k) {
    test_file file = test_small_file(k);
    uint8_t *pixels = (uint8_t *)malloc((size_t)file.width * file.height * (size_t)file.format);
    pc15_image_info info = {0};
    size_t n;
    info.struct_size = sizeof(info);
    for (n = 0; n < file.size; ++n) {
      uint8_t *exact = (uint8_t *)malloc(n + 1); /* sanitizers see a read past the end */
      pc15_status probed;
      memcpy(exact, file.data, n);
      probed = pc15_probe(exact, n, NULL, &info);
      if (probed != PC15_OK) assert_status(probed, PC15_NOTE_NEED_INPUT);
      expect_detected(exact, n, &file, pixels, "length", n);
      free(exact);
    }
    free(pixels);
    test_file_free(&file);
  }
}

static void bytes_after_the_end(void **state) {
  int k;
  (void)state;
  for (k = 0; k < TEST_SMALL_FILES; ++k) {
    test_file file = test_small_file(k);
    uint8_t *longer = (uint8_t *)calloc(file.size + 1, 1);
    uint8_t *pixels = (uint8_t *)malloc((size_t)file.width * file.height * (size_t)file.format);
    memcpy(longer, file.data, file.size);
    expect_detected(longer, file.size + 1, &file, pixels, "surplus", file.size);
    free(longer);
    free(pixels);
    test_file_free(&file);
  }
}

static void every_single_byte(void **state) {
  static const uint8_t kFlips[] = {0x01, 0x80, 0xFF};
  int k;
  (void)state;
  for (k = 0; k < TEST_SMALL_FILES; ++k) {
    test_file file = test_small_file(k);
    uint8_t *pixels = (uint8_t *)malloc((size_t)file.width * file.height * (size_t)file.format);
    size_t at, v;
    for (at = 0; at < file.size; ++at) {
      for (v = 0; v < COUNT_OF(kFlips); ++v) {
        file.data[at] ^= kFlips[v];
        expect_detected(file.data, file.size, &file, pixels, "byte", at);
        file.data[at] ^= kFlips[v];
      }
    }
    free(pixels);
    test_file_free(&file);
  }
}

/* Whatever happens to a byte, tolerant reading answers with a status and stays usable. */
static void every_single_byte_tolerantly(void **state) {
  int k;
  (void)state;
  for (k = 0; k < TEST_SMALL_FILES; ++k) {
    test_file file = test_small_file(k);
    const size_t n = (size_t)file.width * file.height * (size_t)file.format;
    uint8_t *pixels = (uint8_t *)malloc(n);
    const pc15_image image = test_image(pixels, file.width, file.height, file.format);
    size_t at;
    assert_status(pc15_decoder_set_param(decoder, PC15_PARAM_TOLERANT, 1), PC15_OK);
    for (at = 0; at < file.size; ++at) {
      uint8_t map[64];
      size_t cells = 0;
      pc15_status status;
      file.data[at] = (uint8_t)~file.data[at];
      status = pc15_decode_image(decoder, file.data, file.size, &image);
      if (status != PC15_NOTE_DAMAGED && !is_data_error(status))
        fail_msg("byte %zu: %s", at, pc15_status_name(status));
      if (status == PC15_NOTE_DAMAGED) {
        assert_status(pc15_decoder_damage(decoder, map, sizeof(map), &cells), PC15_OK);
      }
      file.data[at] = (uint8_t)~file.data[at];
      assert_status(pc15_decoder_reset(decoder), PC15_OK);
    }
    free(pixels);
    test_file_free(&file);
  }
}

static void foreign_bytes(void **state) {
  uint8_t bytes[300], pixels[64];
  const pc15_image image = test_image(pixels, 8, 8, PC15_FORMAT_Y);
  uint32_t seed = 1;
  int round;
  size_t i;
  (void)state;
  for (round = 0; round < 200; ++round) {
    for (i = 0; i < sizeof(bytes); ++i) {
      seed = seed * 1664525u + 1013904223u;
      bytes[i] = (uint8_t)(seed >> 24);
    }
    assert_true(is_data_error(pc15_decode_image(decoder, bytes, sizeof(bytes), &image)));
    assert_status(pc15_decoder_reset(decoder), PC15_OK);
  }
  assert_true(is_data_error(pc15_decode_image(decoder, bytes, 0, &image)));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_truncation),  TEST(bytes_after_the_end),
      TEST(every_single_byte), TEST(every_single_byte_tolerantly),
      TEST(foreign_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
