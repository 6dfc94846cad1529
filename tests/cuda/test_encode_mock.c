/* The encoder's search on a device through the public API, on a mock of the CUDA runtime: the bytes of the
 * processor, whatever fails, and nothing of the device left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dlfcn.h>

#include "mock_start.h"
#include "pc15.h"

typedef struct fixture {
  uint8_t *pixels;
  uint32_t side; /* of the picture that is coded: its left upper corner */
  uint8_t wanted[4096], got[4096];
  size_t wanted_size, got_size;
} fixture;

enum { kSide = 128 };
static int has_cufft; /* a library of it that can be used */

static pc15_status encode_with(pc15_encoder *encoder, fixture *f, int64_t device, char text[256]) {
  pc15_status status;
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_DEVICE, device), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, 2), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_RESIDUAL, 0), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_TILE, 64), PC15_OK);
  status = pc15_encode_y(encoder, f->pixels, (size_t)kSide * kSide, f->side, f->side, kSide, f->got,
                         sizeof(f->got), &f->got_size);
  if (text != NULL) pc15_encoder_last_error(encoder, text, 256);
  return status;
}

static pc15_status encode(fixture *f, int64_t device, char text[256]) {
  pc15_encoder *encoder = NULL;
  pc15_status status;
  assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
  status = encode_with(encoder, f, device, text);
  pc15_encoder_destroy(encoder);
  return status;
}

static void same_bytes(const fixture *f) {
  assert_int_equal(f->got_size, f->wanted_size);
  assert_memory_equal(f->got, f->wanted, f->wanted_size);
}

/* The bytes of the processor for pictures of that side. */
static void want(fixture *f, uint32_t side) {
  f->side = side;
  assert_int_equal(encode(f, PC15_DEVICE_CPU, NULL), PC15_OK);
  memcpy(f->wanted, f->got, f->got_size);
  f->wanted_size = f->got_size;
}

static int set_up(void **state) {
  static fixture f;
  uint32_t count = 0, x, y;
  void *library;
  mock_cuda *(*ask)(void);
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  library = dlopen("libpc15-cuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  assert_non_null(library);
  *(void **)&ask = dlsym(library, "mock_cuda_state");
  assert_non_null(ask); /* else a real one was found */
  mock = ask();
  f.pixels = malloc((size_t)kSide * kSide);
  assert_non_null(f.pixels);
  for (y = 0; y < kSide; ++y) {
    for (x = 0; x < kSide; ++x)
      f.pixels[y * kSide + x] = (uint8_t)((3 * x + 2 * y) % 26 < 13 ? 60 + x / 2 : 170);
  }
  *state = &f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  free(f->pixels);
  return 0;
}

static void a_device_gives_the_bytes_of_the_processor(void **state) {
  fixture *f = *state;
  pc15_encoder *encoder = NULL;
  int round;
  start(2, 0, 0, 0);
  want(f, 64);
  assert_int_equal(mock->calls, 0); /* nobody asked for a device */
  assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_DEVICE_INDEX, 1), PC15_OK);
  for (round = 0; round < 2; ++round) {
    const int launches = mock->launches;
    assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, 1 + round), PC15_OK);
    assert_int_equal(encode_with(encoder, f, PC15_DEVICE_CUDA, NULL), PC15_OK);
    same_bytes(f);
    assert_true(mock->launches > launches + 10);
    assert_int_equal(mock->device, 0);
    assert_int_equal(mock->allocations, 0); /* the search is over */
  }
  pc15_encoder_destroy(encoder);
}

static void without_a_device_cuda_is_refused(void **state) {
  fixture *f = *state;
  char text[256];
  want(f, 40);
  start(0, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_CUDA, text), PC15_ERROR_NO_DEVICE);
  assert_non_null(strstr(text, "Manque: GPU CUDA"));
  assert_int_equal(encode(f, PC15_DEVICE_AUTO, NULL), PC15_OK);
  same_bytes(f);
}

static void small_pictures_stay_on_the_processor(void **state) {
  fixture *f = *state;
  want(f, 40);
  start(1, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_AUTO, NULL), PC15_OK);
  same_bytes(f);
  assert_int_equal(mock->calls, 0);
}

/* With cuda the call that failed is named; the next encode on the handle works. */
static void every_call_of_the_runtime_may_fail(void **state) {
  static const int kErrors[] = {kLaunchFailure, kNoMemory, kNoGpu};
  fixture *f = *state;
  int calls, n, sticky, told = 0;
  want(f, 20);
  start(1, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_CUDA, NULL), PC15_OK);
  same_bytes(f);
  calls = mock->calls;
  assert_true(calls > 60);
  for (n = 1; n <= calls; n += n < 32 ? 1 : n / 3) {
    for (sticky = 0; sticky < 2; ++sticky) {
      pc15_encoder *encoder = NULL;
      char text[256];
      pc15_status status;
      start(1, n, sticky, kErrors[n % 3]);
      assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
      status = encode_with(encoder, f, PC15_DEVICE_CUDA, text);
      if (status == PC15_OK) {
        same_bytes(f); /* what failed was on the way out */
      } else if (status == PC15_ERROR_DEVICE) {
        if (strstr(text, "CUDA error") == NULL) fail_msg("call %d: '%s'", n, text);
        ++told;
      } else {
        assert_int_equal(status, PC15_ERROR_NO_DEVICE);
        ++told;
      }
      assert_int_equal(mock->leaked_error, 0);
      assert_int_equal(mock->allocations, 0);
      start(1, 0, 0, 0);
      if (sticky) {
        assert_int_equal(encode_with(encoder, f, PC15_DEVICE_CUDA, NULL), PC15_OK);
        same_bytes(f);
      }
      pc15_encoder_destroy(encoder);
    }
  }
  print_message("%d calls, %d errors\n", calls, told);
  assert_true(told > 40);
}

static void auto_finishes_on_the_processor(void **state) {
  fixture *f = *state;
  int n, calls;
  want(f, kSide);
  start(1, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_AUTO, NULL), PC15_OK);
  same_bytes(f);
  calls = mock->calls;
  assert_true(calls > 100);
  for (n = 1; n <= calls; n += 3 * n) {
    start(1, n, n > 10, n > 10 ? kLaunchFailure : kNoMemory);
    assert_int_equal(encode(f, PC15_DEVICE_AUTO, NULL), PC15_OK);
    same_bytes(f);
    assert_true(mock->calls >= n);
    assert_int_equal(mock->leaked_error, 0);
    assert_int_equal(mock->allocations, 0);
  }
}

/* Another pattern in every quarter, so that no program explains the whole. */
static void quilt(fixture *f) {
  uint32_t x, y;
  for (y = 0; y < kSide; ++y) {
    for (x = 0; x < kSide; ++x) {
      const uint32_t n = x / 64 + 2 * (y / 64);
      const uint32_t v = n == 0 ? 7 * x : n == 1 ? 11 * y : n == 2 ? 5 * x + 4 * y : 9 * x + y * y / 8;
      f->pixels[y * kSide + x] = (uint8_t)(v % 64 < 32 ? 50 + 10 * n : 190);
    }
  }
}

/* The first spectra of all tiles are one transform. Without a cuFFT the processor makes them, and nobody is
 * told. */
static void tiles_are_transformed_together(void **state) {
  fixture *f = *state;
  quilt(f);
  want(f, 84);
  start(1, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_CUDA, NULL), PC15_OK);
  same_bytes(f);
  assert_int_equal(mock->transforms, has_cufft);
  assert_int_equal(mock->plans, has_cufft);
  if (!has_cufft) assert_int_equal(mock->fft_calls, 0);
  assert_int_equal(mock->allocations, 0);
}

static void every_call_of_cufft_may_fail(void **state) {
  static const char *const kCalls[] = {"cufftCreate",    "cufftSetAutoAllocation", "cufftMakePlanMany",
                                       "cufftSetStream", "cufftSetWorkArea",       "cufftExecD2Z",
                                       "cufftDestroy"};
  fixture *f = *state;
  int calls, n;
  quilt(f);
  want(f, kSide); /* large enough for auto */
  start(1, 0, 0, 0);
  mock->fft_fail_at = 6;
  assert_int_equal(encode(f, PC15_DEVICE_AUTO, NULL), PC15_OK);
  same_bytes(f);
  assert_int_equal(mock->fft_calls, 7);
  want(f, 84);
  start(1, 0, 0, 0);
  assert_int_equal(encode(f, PC15_DEVICE_CUDA, NULL), PC15_OK);
  calls = mock->fft_calls;
  assert_int_equal(calls, 7);
  for (n = 1; n <= 2 * calls; n += n > calls ? 3 : 1) { /* each once, then from some on */
    const int call = (n - 1) % calls + 1;
    char text[256];
    pc15_status status;
    start(1, 0, 0, 0);
    mock->fft_fail_at = call;
    mock->fft_sticky = n > calls;
    status = encode(f, PC15_DEVICE_CUDA, text);
    if (call < calls) {
      assert_int_equal(status, PC15_ERROR_DEVICE);
      if (strstr(text, kCalls[call - 1]) == NULL || strstr(text, "CUDA error") == NULL)
        fail_msg("call %d: '%s'", call, text);
    } else { /* on the way out */
      assert_int_equal(status, PC15_OK);
      same_bytes(f);
    }
    assert_int_equal(mock->leaked_error, 0);
    assert_int_equal(mock->allocations, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_device_gives_the_bytes_of_the_processor),
      cmocka_unit_test(without_a_device_cuda_is_refused),
      cmocka_unit_test(small_pictures_stay_on_the_processor),
      cmocka_unit_test(every_call_of_the_runtime_may_fail),
      cmocka_unit_test(auto_finishes_on_the_processor),
      cmocka_unit_test(tiles_are_transformed_together),
      cmocka_unit_test(every_call_of_cufft_may_fail),
  };
  const struct CMUnitTest without[] = {cmocka_unit_test(tiles_are_transformed_together)};
  const char *const cufft = getenv("PC15_TEST_CUFFT");
  has_cufft = cufft == NULL || strcmp(cufft, "0") != 0;
  if (!has_cufft) return cmocka_run_group_tests_name("no cuFFT", without, set_up, tear_down);
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
