/* A machine without a device, or without the CUDA library: everything still decodes, who asks is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pc15.h"

#include "device_support.h"

static void questions_are_answered(void **state) {
  uint32_t count = 7;
  uint64_t bytes = 7;
  size_t size = 7;
  char name[8] = "kept";
  (void)state;
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  if (count > 0) skip(); /* there is one */
  assert_int_equal(pc15_device_name(0, name, sizeof(name), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_int_equal(pc15_device_memory(0, &bytes), PC15_ERROR_OUT_OF_RANGE);
  assert_int_equal(pc15_device_name(UINT32_MAX, name, sizeof(name), &size), PC15_ERROR_OUT_OF_RANGE);
  assert_string_equal(name, "kept");
  assert_int_equal(pc15_device_count(NULL), PC15_ERROR_INVALID_ARGUMENT);
  assert_int_equal(pc15_device_name(0, NULL, 1, &size), PC15_ERROR_INVALID_ARGUMENT);
  assert_int_equal(pc15_device_name(0, name, 1, NULL), PC15_ERROR_INVALID_ARGUMENT);
  assert_int_equal(pc15_device_memory(0, NULL), PC15_ERROR_INVALID_ARGUMENT);
}

static void auto_decodes_and_cuda_says_what_is_missing(void **state) {
  uint32_t count = 0;
  char text[256];
  picture p;
  uint8_t *wanted;
  (void)state;
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  if (count > 0) skip();
  make_picture(&p, 1100, 1000, 30); /* large enough for AUTO to look for a device */
  assert_int_equal(decode(&p, PC15_DEVICE_CPU, NULL), PC15_OK);
  wanted = malloc(p.bytes);
  memcpy(wanted, p.pixels, p.bytes);
  assert_int_equal(decode(&p, PC15_DEVICE_AUTO, NULL), PC15_OK);
  assert_memory_equal(p.pixels, wanted, p.bytes);
  assert_int_equal(decode(&p, PC15_DEVICE_CUDA, text), PC15_ERROR_NO_DEVICE);
  assert_non_null(strstr(text, "Manque: GPU CUDA"));
  free(wanted);
  forget(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(questions_are_answered),
      cmocka_unit_test(auto_decodes_and_cuda_says_what_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
