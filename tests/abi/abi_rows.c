/* Decoding row by row: the pixels of a whole decode, every row once and in order, in memory that does not
 * follow the height; stopping, damage, states. */
#include "abi_support.h"

#define MOST_ROWS 64u

typedef struct fixture {
  test_memory memory;
  pc15_decoder *d;
  test_file files[5];
} fixture;

/* Tall, so that the window moves: 4:2:0, alpha in 4:4:4, programs alone, lossless; and one of six cells. */
static int make(void **state) {
  static const test_param kPhoto[] = {
      {PC15_PARAM_CELL, 128}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_EFFORT, 1}, {0, 0}};
  static const test_param kAlpha[] = {{PC15_PARAM_CELL, 128},
                                      {PC15_PARAM_CHROMA, PC15_CHROMA_444},
                                      {PC15_PARAM_PROCEDURAL, 0},
                                      {PC15_PARAM_EFFORT, 1},
                                      {0, 0}};
  static const test_param kPrograms[] = {
      {PC15_PARAM_RESIDUAL, 0}, {PC15_PARAM_TILE, 64}, {PC15_PARAM_EFFORT, 1}, {0, 0}};
  static const test_param kLossless[] = {
      {PC15_PARAM_CELL, 128}, {PC15_PARAM_LOSSLESS, 1}, {PC15_PARAM_PROCEDURAL, 0}, {0, 0}};
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  const pc15_allocator a = test_allocator(&f->memory);
  assert_status(pc15_decoder_create(&a, &f->d), PC15_OK);
  f->files[0] = test_encode(TEST_PHOTO, 45, 3001, PC15_FORMAT_RGB, kPhoto);
  f->files[1] = test_encode(TEST_PHOTO, 21, 2999, PC15_FORMAT_RGBA, kAlpha);
  f->files[2] = test_encode(TEST_STRIPES, 67, 2500, PC15_FORMAT_RGB, kPrograms);
  f->files[3] = test_encode(TEST_PHOTO, 20, 2400, PC15_FORMAT_RGB, kLossless);
  f->files[4] = test_small_file(2);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  size_t i;
  pc15_decoder_destroy(f->d);
  assert_int_equal(f->memory.live, 0);
  for (i = 0; i < COUNT_OF(f->files); ++i) test_file_free(&f->files[i]);
  free(f);
  return 0;
}

typedef struct receiver {
  uint8_t *pixels;
  size_t row; /* bytes */
  uint32_t next, calls, stop_at;
  pc15_decoder *cancel;
} receiver;

static int32_t receive(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  receiver *r = (receiver *)opaque;
  assert_int_equal(y, r->next);
  assert_in_range(count, 1, MOST_ROWS);
  assert_int_equal(size, count * r->row);
  memcpy(r->pixels + y * r->row, rows, size);
  r->next = y + count;
  if (r->cancel != NULL) assert_status(pc15_decoder_cancel(r->cancel), PC15_OK);
  return ++r->calls == r->stop_at;
}

static receiver fresh(const test_file *file, int32_t format) {
  receiver r;
  memset(&r, 0, sizeof(r));
  r.row = (size_t)file->width * (size_t)format;
  r.pixels = (uint8_t *)calloc(r.row, file->height);
  return r;
}

static uint8_t *whole(pc15_decoder *d, const test_file *file, int32_t format) {
  uint8_t *pixels = (uint8_t *)malloc((size_t)file->width * file->height * (size_t)format);
  const pc15_image image = test_image(pixels, file->width, file->height, format);
  expect_decoder(d, pc15_decode_image(d, file->data, file->size, &image), PC15_OK);
  return pixels;
}

static void rows_are_those_of_the_picture(void **state) {
  static const int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA, 0};
  fixture *f = (fixture *)*state;
  size_t i, k;
  int32_t threads;
  for (i = 0; i < COUNT_OF(f->files); ++i) {
    const test_file *file = &f->files[i];
    for (k = 0; k < COUNT_OF(kFormats); ++k) {
      const int32_t format = kFormats[k] != 0 ? kFormats[k] : file->format;
      uint8_t *expected = whole(f->d, file, format);
      for (threads = 1; threads <= 3; threads += 2) {
        receiver r = fresh(file, format);
        assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_THREADS, threads), PC15_OK);
        expect_decoder(f->d, pc15_decode_rows(f->d, file->data, file->size, kFormats[k], receive, &r),
                       PC15_OK);
        assert_int_equal(r.next, file->height);
        assert_memory_equal(r.pixels, expected, r.row * file->height);
        free(r.pixels);
      }
      free(expected);
    }
  }
}

static void from_an_open_file(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[0];
  uint8_t *expected = whole(f->d, file, PC15_FORMAT_RGB);
  int again;
  receiver r = fresh(file, PC15_FORMAT_RGB);
  assert_status(pc15_decoder_read_rows(f->d, 0, receive, &r), PC15_ERROR_WRONG_STATE);
  expect_decoder(f->d, pc15_decoder_open(f->d, file->data, file->size), PC15_OK);
  assert_status(pc15_decoder_read_rows(f->d, 2, receive, &r), PC15_ERROR_INVALID_ARGUMENT);
  for (again = 0; again < 2; ++again) {
    r.next = 0;
    memset(r.pixels, 0, r.row * file->height);
    expect_decoder(f->d, pc15_decoder_read_rows(f->d, 0, receive, &r), PC15_OK);
    assert_memory_equal(r.pixels, expected, r.row * file->height);
  }
  assert_status(pc15_decode_rows(f->d, file->data, file->size, 5, receive, &r), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_decoder_close(f->d), PC15_OK);
  free(r.pixels);
  free(expected);
}

static void the_receiver_stops(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[0];
  uint8_t *expected = whole(f->d, file, PC15_FORMAT_RGB);
  receiver r = fresh(file, PC15_FORMAT_RGB);
  r.stop_at = 2;
  assert_status(pc15_decode_rows(f->d, file->data, file->size, 0, receive, &r), PC15_NOTE_CANCELLED);
  assert_int_equal(r.calls, 2);
  assert_memory_equal(r.pixels, expected, r.row * r.next);
  r.next = r.calls = r.stop_at = 0;
  r.cancel = f->d;
  assert_status(pc15_decode_rows(f->d, file->data, file->size, 0, receive, &r), PC15_NOTE_CANCELLED);
  assert_true(r.next < file->height);
  r.next = 0;
  r.cancel = NULL;
  expect_decoder(f->d, pc15_decode_rows(f->d, file->data, file->size, 0, receive, &r), PC15_OK);
  assert_memory_equal(r.pixels, expected, r.row * file->height);
  free(r.pixels);
  free(expected);
}

/* A byte of every eighth of the file is damaged in turn. */
static void damage(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *file = &f->files[0];
  const size_t n = (size_t)file->width * file->height * 3;
  uint8_t *pixels = (uint8_t *)malloc(n);
  const pc15_image image = test_image(pixels, file->width, file->height, PC15_FORMAT_RGB);
  uint8_t map[2][64];
  size_t at, count[2];
  int lost = 0;
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 1), PC15_OK);
  for (at = file->size / 8; at < file->size; at += file->size / 8) {
    receiver r = fresh(file, PC15_FORMAT_RGB);
    file->data[at] ^= 0x10;
    memset(pixels, 0, n);
    assert_status(pc15_decode_image(f->d, file->data, file->size, &image), PC15_NOTE_DAMAGED);
    assert_status(pc15_decoder_damage(f->d, map[0], sizeof(map[0]), &count[0]), PC15_OK);
    assert_status(pc15_decode_rows(f->d, file->data, file->size, 0, receive, &r), PC15_NOTE_DAMAGED);
    assert_status(pc15_decoder_damage(f->d, map[1], sizeof(map[1]), &count[1]), PC15_OK);
    assert_int_equal(r.next, file->height);
    assert_memory_equal(r.pixels, pixels, n);
    assert_int_equal(count[0], count[1]);
    assert_memory_equal(map[0], map[1], count[0]);
    lost += memchr(map[0], PC15_CELL_LOST, count[0]) != NULL;
    file->data[at] ^= 0x10;
    free(r.pixels);
  }
  assert_true(lost > 0);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 0), PC15_OK);
  file->data[file->size / 2] ^= 0x10;
  assert_status(pc15_decode_rows(f->d, file->data, file->size, 0, receive, NULL), PC15_ERROR_CRC);
  assert_status(pc15_decode_rows(f->d, file->data, file->size, 0, receive, NULL), PC15_ERROR_POISONED);
  assert_status(pc15_decoder_reset(f->d), PC15_OK);
  file->data[file->size / 2] ^= 0x10;
  free(pixels);
}

static pc15_image_info probe(const test_file *file) {
  pc15_image_info info;
  memset(&info, 0, sizeof(info));
  info.struct_size = sizeof(info);
  assert_status(pc15_probe(file->data, file->size, NULL, &info), PC15_OK);
  return info;
}

/* Four times the height, the same memory; and what the plan says is enough as max-memory. */
static void memory_does_not_follow_the_height(void **state) {
  static const test_param kFast[] = {
      {PC15_PARAM_CELL, 128}, {PC15_PARAM_PROCEDURAL, 0}, {PC15_PARAM_EFFORT, 1}, {0, 0}};
  fixture *f = (fixture *)*state;
  test_file file[2];
  int64_t peak[2];
  int i;
  file[0] = test_encode(TEST_PHOTO, 40, 4000, PC15_FORMAT_RGB, kFast);
  file[1] = test_encode(TEST_PHOTO, 40, 16000, PC15_FORMAT_RGB, kFast);
  for (i = 0; i < 2; ++i) {
    receiver r = fresh(&file[i], PC15_FORMAT_RGB);
    pc15_decoder_reset(f->d);
    assert_status(
        pc15_decoder_set_param(f->d, PC15_PARAM_MAX_MEMORY, (int64_t)probe(&file[i]).planned_memory),
        PC15_OK);
    test_memory_arm(&f->memory, -1, 0);
    expect_decoder(f->d, pc15_decode_rows(f->d, file[i].data, file[i].size, 0, receive, &r), PC15_OK);
    peak[i] = f->memory.peak;
    free(r.pixels);
  }
  assert_true(peak[1] < peak[0] + 16384); /* the index of the cells grows */
  for (i = 0; i < 2; ++i) test_file_free(&file[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(rows_are_those_of_the_picture), TEST(from_an_open_file),
                                     TEST(the_receiver_stops), TEST(damage),
                                     TEST(memory_does_not_follow_the_height)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
