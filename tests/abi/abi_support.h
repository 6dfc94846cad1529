/* Shared by the tests of the public interface: pictures, files, and an allocator that counts and fails. */
#ifndef PC15_TESTS_ABI_SUPPORT_H
#define PC15_TESTS_ABI_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pc15.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A race of eight threads is one of three, which ThreadSanitizer finds sooner. */
#if defined(__SANITIZE_THREAD__)
#define TEST_THREAD_COUNTS \
  { 3 }
#else
#define TEST_THREAD_COUNTS \
  { 1, 2, 3, 8, 0 }
#endif

/* Fails call number `fail_at` (from 0; -1: never), and all later ones when `sticky`. Thread-safe. */
typedef struct test_memory {
  int64_t live; /* blocks not yet released */
  int64_t calls;
  int64_t bytes, peak; /* that the blocks hold now, and at most since test_memory_arm */
  int64_t fail_at;
  int sticky;
  int64_t failed; /* how many calls were refused */
} test_memory;

void test_memory_arm(test_memory *memory, int64_t fail_at, int sticky);
pc15_allocator test_allocator(test_memory *memory);

/* Pictures, interleaved, without row padding; free() them. The same arguments give the same bytes. */
typedef enum test_kind { TEST_FLAT, TEST_SMOOTH, TEST_STRIPES, TEST_PHOTO, TEST_NOISE, TEST_MIXED } test_kind;
uint8_t *test_picture(test_kind kind, uint32_t width, uint32_t height, int32_t channels);
pc15_image test_image(uint8_t *data, uint32_t width, uint32_t height, int32_t format);

typedef struct test_file {
  uint8_t *data; /* free() it */
  size_t size;
  uint32_t width, height;
  int32_t format;
} test_file;

/* What a test sets on its encoder before encoding; ends with id 0. */
typedef struct test_param {
  int32_t id;
  int64_t value;
} test_param;

test_file test_encode(test_kind kind, uint32_t width, uint32_t height, int32_t format,
                      const test_param *params);
void test_file_free(test_file *file);
/* Strict decode into a new block of width x height x format bytes. */
uint8_t *test_decode(const test_file *file);

/* Fails the test with the handle's message when the status is not the expected one. */
void expect_encoder(const pc15_encoder *encoder, pc15_status status, pc15_status expected);
void expect_decoder(const pc15_decoder *decoder, pc15_status status, pc15_status expected);
#define assert_status(status, expected) \
  assert_string_equal(pc15_status_name(status), pc15_status_name(expected))

/* Three files that stay small: compact grey, full colour with metadata, and grey of six cells. */
#define TEST_SMALL_FILES 3
test_file test_small_file(int number);
/* The third: 6 cells of 128, all with a residual, over programs of several tiles. */
#define TEST_CELL 128u
#define TEST_CELLS_WIDTH 300u
#define TEST_CELLS_HEIGHT 200u

#endif
