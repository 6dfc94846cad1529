/* Every conformance file decodes to the recorded samples, or fails with the recorded status: at once, with
 * several threads, and region by region. The files lie in a folder each by itself, or (PC15_PACKED) one after
 * the other in vectors.pack.gz, each behind its size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "pc15.h"

#ifndef PC15_VECTORS
#define PC15_VECTORS "vectors"
#endif
/* A table that shrank is no test. */
#ifndef PC15_LEAST_VECTORS
#define PC15_LEAST_VECTORS 80
#define PC15_LEAST_VALID 45
#endif
#define FOLDER PC15_TEST_SOURCE_DIR "/tests/conformance/" PC15_VECTORS "/"

struct vector {
  char name[64], status[64], file_crc[16], y_crc[16], rgba_crc[16];
  uint8_t *bytes;
  size_t size;
};

#ifdef PC15_PACKED
/* MemorySanitizer does not see it. */
#define WRITTEN_BY_ZLIB(bytes, size) (void)(bytes)
#ifdef __has_feature
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#undef WRITTEN_BY_ZLIB
#define WRITTEN_BY_ZLIB(bytes, size) __msan_unpoison(bytes, size)
#endif
#endif

static void read_bytes(gzFile pack, struct vector *v) {
  uint8_t size[4];
  assert_int_equal(gzread(pack, size, 4), 4);
  WRITTEN_BY_ZLIB(size, 4);
  v->size = size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
  v->bytes = malloc(v->size + 1);
  assert_non_null(v->bytes);
  assert_int_equal(gzread(pack, v->bytes, (unsigned)v->size), v->size);
  WRITTEN_BY_ZLIB(v->bytes, v->size);
}
#else
static void read_bytes(gzFile pack, struct vector *v) {
  char path[512];
  FILE *f;
  long size;
  (void)pack;
  snprintf(path, sizeof(path), "%s%s", FOLDER, v->name);
  f = fopen(path, "rb");
  assert_non_null(f);
  assert_int_equal(fseek(f, 0, SEEK_END), 0);
  size = ftell(f);
  assert_true(size >= 0);
  rewind(f);
  v->size = (size_t)size;
  v->bytes = malloc(v->size + 1);
  assert_non_null(v->bytes);
  assert_int_equal(fread(v->bytes, 1, v->size, f), v->size);
  fclose(f);
}
#endif

static int read_vector(FILE *table, gzFile pack, struct vector *v) {
  if (fscanf(table, "%63s %63s %15s %15s %15s", v->name, v->status, v->file_crc, v->y_crc, v->rgba_crc) != 5)
    return 0;
  read_bytes(pack, v);
  return 1;
}

static void assert_crc(const char *name, const uint8_t *data, size_t size, const char *expected) {
  char text[16];
  snprintf(text, sizeof(text), "%08lx", crc32(0, data, (uInt)size));
  if (strcmp(text, expected) != 0) fail_msg("%s: CRC-32 %s, expected %s", name, text, expected);
}

/* PC15_TEST_DEVICE: the value of PC15_PARAM_DEVICE to test instead of the default. */
static void choose_device(pc15_decoder *decoder) {
  const char *device = getenv("PC15_TEST_DEVICE");
  if (device != NULL)
    assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, atoi(device)), PC15_OK);
}

/* Decodes at once with `threads` threads and compares with the table. */
static void decode_whole(const struct vector *v, int32_t format, int64_t threads, const char *crc) {
  pc15_decoder *decoder = NULL;
  pc15_buffer *buffer = NULL;
  pc15_status status;
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_THREADS, threads), PC15_OK);
  choose_device(decoder);
  status = pc15_decode_image_buffer(decoder, v->bytes, v->size, format, NULL, &buffer);
  if (strcmp(pc15_status_name(status), v->status) != 0) {
    fail_msg("%s: %s, expected %s", v->name, pc15_status_name(status), v->status);
  }
  if (status == PC15_OK) assert_crc(v->name, pc15_buffer_data(buffer), pc15_buffer_size(buffer), crc);
  pc15_buffer_free(buffer);
  pc15_decoder_destroy(decoder);
}

/* Puts the picture together from regions of 37 x 29 pixels. */
static void decode_regions(const struct vector *v) {
  pc15_decoder *decoder = NULL;
  pc15_image_info info = {0};
  uint8_t *pixels;
  uint32_t x, y;
  info.struct_size = sizeof(info);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  choose_device(decoder);
  assert_int_equal(pc15_decoder_open(decoder, v->bytes, v->size), PC15_OK);
  assert_int_equal(pc15_decoder_info(decoder, &info), PC15_OK);
  pixels = malloc((size_t)info.width * info.height * 4);
  assert_non_null(pixels);
  for (y = 0; y < info.height; y += 29) {
    for (x = 0; x < info.width; x += 37) {
      pc15_image image = {0};
      image.struct_size = sizeof(image);
      image.format = PC15_FORMAT_RGBA;
      image.width = info.width - x < 37 ? info.width - x : 37;
      image.height = info.height - y < 29 ? info.height - y : 29;
      image.stride = (int64_t)info.width * 4;
      image.data = pixels + ((size_t)y * info.width + x) * 4;
      image.data_size = (uint64_t)(pixels + (size_t)info.width * info.height * 4 - image.data);
      assert_int_equal(pc15_decoder_read(decoder, x, y, &image), PC15_OK);
    }
  }
  assert_crc(v->name, pixels, (size_t)info.width * info.height * 4, v->rgba_crc);
  free(pixels);
  pc15_decoder_destroy(decoder);
}

static void every_vector_decodes_as_recorded(void **state) {
  FILE *table = fopen(FOLDER "vectors.tsv", "r");
  gzFile pack = gzopen(FOLDER "vectors.pack.gz", "rb"); /* NULL where there is none */
  struct vector v;
  int count = 0, valid = 0;
  (void)state;
  assert_non_null(table);
  while (read_vector(table, pack, &v)) {
    assert_crc(v.name, v.bytes, v.size, v.file_crc);
    decode_whole(&v, PC15_FORMAT_Y, 1, v.y_crc);
    decode_whole(&v, PC15_FORMAT_RGBA, 1, v.rgba_crc);
    decode_whole(&v, PC15_FORMAT_RGBA, 3, v.rgba_crc);
    if (strcmp(v.status, "PC15_OK") == 0) {
      decode_regions(&v);
      ++valid;
    }
    free(v.bytes);
    ++count;
  }
  fclose(table);
  if (pack != NULL) {
    uint8_t byte;
    assert_int_equal(gzread(pack, &byte, 1), 0);
    gzclose(pack);
  }
  print_message("%d vectors, %d of them valid\n", count, valid);
  assert_true(count >= PC15_LEAST_VECTORS && valid >= PC15_LEAST_VALID && valid < count);
}

/* Without a device there is nothing to test on it: skipped, or a failure under PC15_REQUIRE_CUDA. */
static int lacks_device(void) {
  const char *device = getenv("PC15_TEST_DEVICE");
  uint32_t count = 0;
  return device != NULL && atoi(device) == PC15_DEVICE_CUDA && pc15_device_count(&count) == PC15_OK &&
         count == 0;
}

/* An instruction set was asked for that this processor does not have. */
static int lacks_instructions(void) {
  const char *asked = getenv("PC15_CPU");
  char used[32];
  if (asked == NULL) return 0;
  snprintf(used, sizeof(used), "(%s)", asked);
  return strstr(pc15_build_info(), used) == NULL;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_vector_decodes_as_recorded),
  };
  if (lacks_instructions()) {
    printf("this processor has no %s\n", getenv("PC15_CPU"));
    return 77;
  }
  if (lacks_device()) return getenv("PC15_REQUIRE_CUDA") != NULL ? 1 : 77;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
