/* A library that only has the name of libpc15-cuda: there is no device, and who asks for one is told why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pc15.h"

static void a_foreign_library_is_no_device(void **state) {
  const char text[] = "picture 40x30\nimage { layer stripes }";
  const char *const expected = getenv("PC15_EXPECTED");
  pc15_decoder *decoder = NULL;
  pc15_buffer *file = NULL, *pixels = NULL;
  uint32_t count = 7;
  char message[300];
  (void)state;
  assert_non_null(expected);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  assert_int_equal(count, 0);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_program_assemble(decoder, text, sizeof(text) - 1, &file), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, PC15_DEVICE_CUDA), PC15_OK);
  assert_int_equal(
      pc15_decode_image_buffer(decoder, pc15_buffer_data(file), pc15_buffer_size(file), 0, NULL, &pixels),
      PC15_ERROR_NO_DEVICE);
  pc15_decoder_last_error(decoder, message, sizeof(message));
  assert_non_null(strstr(message, expected));
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, PC15_DEVICE_CPU), PC15_OK);
  assert_int_equal(
      pc15_decode_image_buffer(decoder, pc15_buffer_data(file), pc15_buffer_size(file), 0, NULL, &pixels),
      PC15_OK);
  pc15_buffer_free(pixels);
  pc15_buffer_free(file);
  pc15_decoder_destroy(decoder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_foreign_library_is_no_device)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
