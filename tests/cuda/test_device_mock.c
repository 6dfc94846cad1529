/* Devices through the public API, on a mock of the CUDA runtime: what is asked, what is decoded, and every
 * call of the runtime failing in turn, once and for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <dlfcn.h>

#include "device_support.h"
#include "mock_start.h"

typedef struct fixture {
  picture p;
  uint8_t *wanted; /* by the processor */
} fixture;

static int set_up(void **state) {
  static fixture f;
  uint32_t count = 0;
  void *library;
  mock_cuda *(*ask)(void);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  library = dlopen("libpc15-cuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  assert_non_null(library);
  *(void **)&ask = dlsym(library, "mock_cuda_state");
  assert_non_null(ask); /* else a real one was found */
  mock = ask();
  make_picture(&f.p, 150, 130, 55);
  assert_int_equal(decode(&f.p, PC15_DEVICE_CPU, NULL), PC15_OK);
  f.wanted = malloc(f.p.bytes);
  memcpy(f.wanted, f.p.pixels, f.p.bytes);
  *state = &f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  free(f->wanted);
  forget(&f->p);
  return 0;
}

static void devices_are_told(void **state) {
  uint32_t count = 0;
  uint64_t bytes = 0;
  size_t size = 0;
  char name[4];
  (void)state;
  start(3, 0, 0, 0);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  assert_int_equal(count, 3);
  assert_int_equal(pc15_device_name(2, name, sizeof(name), &size), PC15_OK);
  assert_string_equal(name, "Moc"); /* Mock 2, cut */
  assert_int_equal(size, 6);
  assert_int_equal(pc15_device_memory(1, &bytes), PC15_OK);
  assert_int_equal(bytes, 1 << 30);
  assert_int_equal(pc15_device_memory(3, &bytes), PC15_ERROR_OUT_OF_RANGE);
  start(0, 0, 0, 0);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  assert_int_equal(count, 0);
  start(1, 1, 0, kLaunchFailure);
  assert_int_equal(pc15_device_count(&count), PC15_ERROR_DEVICE);
}

static void a_device_gives_the_pixels_of_the_processor(void **state) {
  fixture *f = *state;
  pc15_decoder *decoder = NULL;
  int round;
  start(2, 0, 0, 0);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE_INDEX, 1), PC15_OK);
  for (round = 0; round < 3; ++round) {
    const int launches = mock->launches;
    assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE_INDEX, round % 2), PC15_OK);
    assert_int_equal(decode_with(decoder, &f->p, PC15_DEVICE_CUDA, NULL), PC15_OK);
    assert_memory_equal(f->p.pixels, f->wanted, f->p.bytes);
    assert_true(mock->launches > launches + 4);
    assert_int_equal(mock->device, 0);      /* as the caller had chosen */
    assert_int_equal(mock->allocations, 3); /* a stream, memory, staging memory */
  }
  assert_int_equal(pc15_decoder_reset(decoder), PC15_OK);
  assert_int_equal(mock->allocations, 0);
  assert_int_equal(decode_with(decoder, &f->p, PC15_DEVICE_CUDA, NULL), PC15_OK);
  pc15_decoder_destroy(decoder);
  assert_int_equal(mock->allocations, 0);
}

/* A lossless picture of one colour is a program whose planes become G, R, B. */
static void programs_alone_become_rgb(void **state) {
  pc15_encoder *encoder = NULL;
  pc15_image_info info = {0};
  pc15_image image;
  picture p = {40, 30, NULL, malloc(4800), 4800};
  pc15_decoder *decoder = NULL;
  size_t size = 0;
  uint32_t i;
  (void)state;
  start(1, 0, 0, 0);
  for (i = 0; i < 1200; ++i) memcpy(p.pixels + 4 * i, "\x0a\xc8\x1e\xff", 4);
  image = whole(&p);
  assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_LOSSLESS, 1), PC15_OK);
  assert_int_equal(pc15_encode_image_buffer(encoder, &image, &p.file), PC15_OK);
  info.struct_size = sizeof(info);
  assert_int_equal(pc15_probe(pc15_buffer_data(p.file), pc15_buffer_size(p.file), NULL, &info), PC15_OK);
  assert_int_equal(info.color, PC15_COLOR_RGB);
  assert_int_equal(info.has_residual, 0);
  assert_int_equal(decode(&p, PC15_DEVICE_CUDA, NULL), PC15_OK);
  assert_int_equal(mock->launches, 3); /* render, to G, R, B, output */
  for (i = 0; i < 1200; ++i) assert_memory_equal(p.pixels + 4 * i, "\x0a\xc8\x1e\xff", 4);
  /* Luma of R, G, B: 0.299, 0.587, 0.114. */
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, PC15_DEVICE_CUDA), PC15_OK);
  assert_int_equal(
      pc15_decode_y(decoder, pc15_buffer_data(p.file), pc15_buffer_size(p.file), p.pixels, p.bytes, 0, &size),
      PC15_OK);
  for (i = 0; i < 1200; ++i) assert_int_equal(p.pixels[i], 124);
  pc15_decoder_destroy(decoder);
  pc15_encoder_destroy(encoder);
  forget(&p);
}

static void small_pictures_stay_on_the_processor(void **state) {
  fixture *f = *state;
  start(1, 0, 0, 0);
  assert_int_equal(decode(&f->p, PC15_DEVICE_AUTO, NULL), PC15_OK);
  assert_memory_equal(f->p.pixels, f->wanted, f->p.bytes);
  assert_int_equal(mock->calls, 0);
}

static void without_a_device_cuda_is_refused(void **state) {
  fixture *f = *state;
  pc15_decoder *decoder = NULL;
  char text[256];
  start(0, 0, 0, 0);
  assert_int_equal(decode(&f->p, PC15_DEVICE_CUDA, text), PC15_ERROR_NO_DEVICE);
  assert_non_null(strstr(text, "Manque: GPU CUDA"));
  start(1, 0, 0, 0);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE_INDEX, 1), PC15_OK);
  assert_int_equal(decode_with(decoder, &f->p, PC15_DEVICE_CUDA, text), PC15_ERROR_NO_DEVICE);
  pc15_decoder_destroy(decoder);
}

/* Whatever is asked of the runtime, the answer is that the driver is too old. */
static void an_old_driver_is_no_device(void **state) {
  fixture *f = *state;
  uint32_t count = 9;
  char text[256];
  start(1, 1, 1, kOldDriver);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  assert_int_equal(count, 0);
  assert_int_equal(decode(&f->p, PC15_DEVICE_CUDA, text), PC15_ERROR_NO_DEVICE);
  assert_non_null(strstr(text, "Manque: GPU CUDA"));
  assert_int_equal(mock->leaked_error, 0);
}

/* One decode with the mock as it is, then one without faults on the same handle. */
static void fail_and_recover(const fixture *f, const char *what, int n) {
  pc15_decoder *decoder = NULL;
  char text[256];
  pc15_status status;
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  status = decode_with(decoder, &f->p, PC15_DEVICE_CUDA, text);
  if (mock->calls >= n && status == PC15_OK && mock->fail_at != 0 && mock->sticky)
    fail_msg("%s: call %d failed and nobody noticed", what, n);
  if (status == PC15_OK) assert_memory_equal(f->p.pixels, f->wanted, f->p.bytes);
  if (status == PC15_ERROR_DEVICE && strstr(text, "CUDA error") == NULL)
    fail_msg("%s %d: '%s'", what, n, text);
  if (status != PC15_OK && status != PC15_ERROR_DEVICE && status != PC15_ERROR_NO_DEVICE)
    fail_msg("%s %d: %s", what, n, pc15_status_name(status));
  assert_int_equal(mock->leaked_error, 0);
  if (status != PC15_OK) assert_int_equal(mock->allocations, 0);
  start(1, 0, 0, 0);
  assert_int_equal(decode_with(decoder, &f->p, PC15_DEVICE_CUDA, NULL), PC15_OK);
  assert_memory_equal(f->p.pixels, f->wanted, f->p.bytes);
  pc15_decoder_destroy(decoder);
  assert_int_equal(mock->allocations, 0);
}

static void every_call_of_the_runtime_may_fail(void **state) {
  static const int kErrors[] = {kLaunchFailure, kNoMemory, kNoGpu};
  fixture *f = *state;
  int calls, n, sticky;
  start(1, 0, 0, 0);
  assert_int_equal(decode(&f->p, PC15_DEVICE_CUDA, NULL), PC15_OK);
  calls = mock->calls;
  assert_true(calls > 15);
  for (n = 1; n <= calls; ++n) {
    for (sticky = 0; sticky < 2; ++sticky) {
      start(1, n, sticky, kErrors[n % 3]);
      fail_and_recover(f, sticky ? "lost device, call" : "call", n);
    }
  }
  print_message("%d calls\n", calls);
}

static void auto_finishes_on_the_processor(void **state) {
  picture p;
  uint8_t *wanted;
  int n;
  (void)state;
  make_picture(&p, 1100, 1000, 20);
  assert_int_equal(decode(&p, PC15_DEVICE_CPU, NULL), PC15_OK);
  wanted = malloc(p.bytes);
  memcpy(wanted, p.pixels, p.bytes);
  for (n = 0; n < 40; n += 1 + n) { /* 0: nothing fails */
    start(1, n, 1, n % 2 ? kLaunchFailure : kNoMemory);
    assert_int_equal(decode(&p, PC15_DEVICE_AUTO, NULL), PC15_OK);
    assert_memory_equal(p.pixels, wanted, p.bytes);
    assert_int_equal(mock->allocations, 0);
    assert_true(mock->calls > 0);
  }
  free(wanted);
  forget(&p);
}

static void regions_go_to_memory_of_the_device(void **state) {
  fixture *f = *state;
  pc15_decoder *decoder = NULL;
  pc15_image image = whole(&f->p);
  uint8_t *memory = malloc(f->p.bytes);
  uint32_t y;
  start(1, 0, 0, 0);
  image.data = memory;
  image.width = 70;
  image.height = 50;
  image.stride = 4 * 80;
  memset(memory, 9, f->p.bytes);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_read_device(decoder, 0, 0, &image, NULL), PC15_ERROR_WRONG_STATE);
  assert_int_equal(pc15_decoder_open(decoder, pc15_buffer_data(f->p.file), pc15_buffer_size(f->p.file)),
                   PC15_OK);
  assert_int_equal(pc15_decoder_read_device(decoder, 61, 33, &image, NULL), PC15_OK);
  for (y = 0; y < 50; ++y) {
    assert_memory_equal(memory + 320 * y, f->wanted + ((y + 33) * 150 + 61) * 4, 280);
    assert_int_equal(memory[320 * y + 280], 9);
  }
  assert_int_equal(pc15_decoder_read_device(decoder, 81, 33, &image, NULL), PC15_ERROR_OUT_OF_RANGE);
  assert_int_equal(pc15_decoder_read_device(decoder, 0, 0, NULL, NULL), PC15_ERROR_INVALID_ARGUMENT);
  image.stride = -320;
  assert_int_equal(pc15_decoder_read_device(decoder, 61, 33, &image, NULL), PC15_ERROR_INVALID_ARGUMENT);
  pc15_decoder_destroy(decoder);
  free(memory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(devices_are_told),
      cmocka_unit_test(a_device_gives_the_pixels_of_the_processor),
      cmocka_unit_test(programs_alone_become_rgb),
      cmocka_unit_test(small_pictures_stay_on_the_processor),
      cmocka_unit_test(without_a_device_cuda_is_refused),
      cmocka_unit_test(an_old_driver_is_no_device),
      cmocka_unit_test(every_call_of_the_runtime_may_fail),
      cmocka_unit_test(auto_finishes_on_the_processor),
      cmocka_unit_test(regions_go_to_memory_of_the_device),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
