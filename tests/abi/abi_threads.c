/* Threads change nothing but time; cancelling works from the callback and from another thread. */
#include "abi_support.h"

#include <pthread.h>
#include <time.h>

static const int32_t kThreads[] = TEST_THREAD_COUNTS;

static void bytes_and_pixels_do_not_depend_on_threads(void **state) {
  static const struct {
    test_kind kind;
    int32_t format;
  } kCases[] = {{TEST_PHOTO, PC15_FORMAT_RGB}, {TEST_STRIPES, PC15_FORMAT_Y}};
  size_t i, k;
  (void)state;
  for (k = 0; k < COUNT_OF(kCases); ++k) {
    const test_param kFirst[] = {
        {PC15_PARAM_TILE, 96}, {PC15_PARAM_CELL, 128}, {PC15_PARAM_EFFORT, 3}, {0, 0}};
    const int32_t format = kCases[k].format;
    const size_t n = (size_t)400 * 270 * (size_t)format;
    test_file file = test_encode(kCases[k].kind, 400, 270, format, kFirst);
    uint8_t *pixels = test_decode(&file), *again = (uint8_t *)malloc(n);
    const pc15_image image = test_image(again, 400, 270, format);
    for (i = 0; i < COUNT_OF(kThreads); ++i) {
      const test_param kSame[] = {{PC15_PARAM_TILE, 96},
                                  {PC15_PARAM_CELL, 128},
                                  {PC15_PARAM_EFFORT, 3},
                                  {PC15_PARAM_THREADS, kThreads[i]},
                                  {0, 0}};
      test_file other = test_encode(kCases[k].kind, 400, 270, format, kSame);
      pc15_decoder *d = NULL;
      assert_int_equal(other.size, file.size);
      assert_memory_equal(other.data, file.data, file.size);
      assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
      assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, kThreads[i]), PC15_OK);
      memset(again, 0, n);
      expect_decoder(d, pc15_decode_image(d, file.data, file.size, &image), PC15_OK);
      assert_memory_equal(again, pixels, n);
      pc15_decoder_destroy(d);
      test_file_free(&other);
    }
    free(again);
    free(pixels);
    test_file_free(&file);
  }
}

static void figures_do_not_depend_on_threads(void **state) {
  uint8_t *photo = test_picture(TEST_PHOTO, 301, 277, 4);
  const pc15_image image = test_image(photo, 301, 277, PC15_FORMAT_RGBA);
  pc15_stats first;
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(kThreads); ++i) {
    pc15_encoder *e = NULL;
    pc15_stats stats;
    size_t size = 0;
    memset(&stats, 0, sizeof(stats));
    stats.struct_size = sizeof(stats);
    assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
    assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 2), PC15_OK);
    assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, kThreads[i]), PC15_OK);
    expect_encoder(e, pc15_encode_image(e, &image, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
    assert_status(pc15_encoder_stats(e, &stats), PC15_OK);
    if (i == 0) first = stats;
    assert_memory_equal(&stats.psnr_y, &first.psnr_y, sizeof(stats.psnr_y));
    assert_memory_equal(&stats.ssim_y, &first.ssim_y, sizeof(stats.ssim_y));
    assert_true(stats.bytes_total == first.bytes_total && stats.bytes_total == size);
    pc15_encoder_destroy(e);
  }
  free(photo);
}

/* ---- progress and cancelling */

typedef struct watch {
  pc15_encoder *encoder; /* to cancel from inside, or NULL */
  pc15_decoder *decoder;
  uint64_t last, calls, stop_at; /* stop_at: the call that answers stop; 0: none */
  int ordered, inside;
} watch;

static int32_t watching(uint64_t done, uint64_t total, void *opaque) {
  watch *w = (watch *)opaque;
  if (__atomic_exchange_n(&w->inside, 1, __ATOMIC_SEQ_CST) != 0) w->ordered = 0;
  if (done < w->last || done > total || total == 0) w->ordered = 0;
  w->last = done;
  ++w->calls;
  if (w->encoder != NULL) pc15_encoder_cancel(w->encoder);
  if (w->decoder != NULL) pc15_decoder_cancel(w->decoder);
  __atomic_store_n(&w->inside, 0, __ATOMIC_SEQ_CST);
  return w->stop_at != 0 && w->calls >= w->stop_at;
}

static watch fresh_watch(void) {
  watch w;
  memset(&w, 0, sizeof(w));
  w.ordered = 1;
  return w;
}

static void progress_rises_to_the_end(void **state) {
  test_file file = test_small_file(2);
  uint8_t *photo = test_picture(TEST_PHOTO, 300, 200, 1), *pixels = (uint8_t *)malloc(300 * 200);
  pc15_encoder *e = NULL;
  pc15_decoder *d = NULL;
  size_t size = 0;
  watch w = fresh_watch();
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, 3), PC15_OK);
  assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, 3), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 3), PC15_OK);
  assert_status(pc15_encoder_set_progress(e, watching, &w), PC15_OK);
  assert_status(pc15_decoder_set_progress(d, watching, &w), PC15_OK);
  expect_encoder(e, pc15_encode_y(e, photo, 60000, 300, 200, 0, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_true(w.ordered);
  assert_true(w.calls > 0);
  w = fresh_watch();
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, 60000, 0, &size), PC15_OK);
  assert_true(w.ordered);
  assert_true(w.calls > 0);
  w = fresh_watch();
  expect_decoder(d, pc15_verify(d, file.data, file.size), PC15_OK);
  assert_true(w.ordered);
  assert_true(w.calls > 0);
  pc15_encoder_destroy(e);
  pc15_decoder_destroy(d);
  free(photo);
  free(pixels);
  test_file_free(&file);
}

static void cancelled_by_the_callback(void **state) {
  test_file file = test_small_file(2);
  uint8_t *photo = test_picture(TEST_PHOTO, 300, 200, 1), *pixels = (uint8_t *)malloc(300 * 200), *out;
  pc15_encoder *e = NULL;
  pc15_decoder *d = NULL;
  size_t size = 0;
  uint64_t total, stop;
  watch w = fresh_watch();
  (void)state;
  out = (uint8_t *)malloc(60000);
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 3), PC15_OK);
  assert_status(pc15_encoder_set_progress(e, watching, &w), PC15_OK);
  assert_status(pc15_decoder_set_progress(d, watching, &w), PC15_OK);
  expect_encoder(e, pc15_encode_y(e, photo, 60000, 300, 200, 0, out, 60000, &size), PC15_OK);
  total = w.calls;
  for (stop = 1; stop <= total; stop += 1 + total / 7) { /* the last call included */
    w = fresh_watch();
    w.stop_at = stop;
    size = 77;
    expect_encoder(e, pc15_encode_y(e, photo, 60000, 300, 200, 0, out, 60000, &size), PC15_NOTE_CANCELLED);
    assert_int_equal(size, 77);
    assert_status(pc15_encoder_result(e, out, 60000, &size), PC15_ERROR_WRONG_STATE);
  }
  w = fresh_watch();
  w.stop_at = total;
  expect_encoder(e, pc15_encode_y(e, photo, 60000, 300, 200, 0, out, 60000, &size), PC15_NOTE_CANCELLED);
  w = fresh_watch();
  expect_encoder(e, pc15_encode_y(e, photo, 60000, 300, 200, 0, out, 60000, &size), PC15_OK);
  w = fresh_watch();
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, 60000, 0, &size), PC15_OK);
  total = w.calls;
  for (stop = 1; stop <= total; ++stop) {
    w = fresh_watch();
    w.stop_at = stop;
    expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, 60000, 0, &size), PC15_NOTE_CANCELLED);
  }
  w = fresh_watch();
  w.stop_at = 1;
  expect_decoder(d, pc15_verify(d, file.data, file.size), PC15_NOTE_CANCELLED);
  assert_status(pc15_decoder_set_progress(d, NULL, NULL), PC15_OK);
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, 60000, 0, &size), PC15_OK);
  pc15_encoder_destroy(e);
  pc15_decoder_destroy(d);
  free(out);
  free(photo);
  free(pixels);
  test_file_free(&file);
}

static void a_request_waits_for_the_next_call(void **state) {
  test_file file = test_small_file(0);
  uint8_t pixels[33 * 17];
  pc15_decoder *d = NULL;
  size_t size = 0;
  watch w = fresh_watch();
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_status(pc15_decoder_cancel(d), PC15_OK);
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, sizeof(pixels), 0, &size),
                 PC15_NOTE_CANCELLED);
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, sizeof(pixels), 0, &size), PC15_OK);
  assert_status(pc15_decoder_cancel(d), PC15_OK);
  assert_status(pc15_decoder_reset(d), PC15_OK);
  expect_decoder(d, pc15_decode_y(d, file.data, file.size, pixels, sizeof(pixels), 0, &size), PC15_OK);
  /* _cancel from inside the callback is allowed. */
  w.decoder = d;
  assert_status(pc15_decoder_set_progress(d, watching, &w), PC15_OK);
  assert_true(pc15_decode_y(d, file.data, file.size, pixels, sizeof(pixels), 0, &size) !=
              PC15_ERROR_INTERNAL);
  pc15_decoder_destroy(d);
  test_file_free(&file);
}

static void *cancel_soon(void *opaque) {
  const struct timespec pause = {0, 30000000};
  nanosleep(&pause, NULL);
  pc15_encoder_cancel((pc15_encoder *)opaque);
  return NULL;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void cancelled_by_another_thread(void **state) {
  const uint32_t w = 1600, h = 1200; /* seconds of work */
  uint8_t *photo = test_picture(TEST_PHOTO, w, h, 1);
  pc15_encoder *e = NULL;
  pthread_t thread;
  size_t size = 0;
  double began, waited;
  int threads;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 9), PC15_OK);
  for (threads = 1; threads <= 2; ++threads) {
    assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, threads), PC15_OK);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, e), 0);
    began = now();
    expect_encoder(e, pc15_encode_y(e, photo, (size_t)w * h, w, h, 0, NULL, 0, &size), PC15_NOTE_CANCELLED);
    waited = now() - began;
    pthread_join(thread, NULL);
    if (waited > 2.0) fail_msg("%g s until the cancellation", waited);
  }
  pc15_encoder_destroy(e);
  free(photo);
}

/* Handles of their own on 8 threads at once, with errors mixed in. */
static void *work_alone(void *opaque) {
  const test_file *file = (const test_file *)opaque;
  uint8_t pixels[40 * 28 * 3], *broken = (uint8_t *)malloc(file->size);
  const pc15_image image = test_image(pixels, file->width, file->height, file->format);
  pc15_decoder *d = NULL;
  intptr_t wrong = pc15_decoder_create(NULL, &d) != PC15_OK;
  int i;
  memcpy(broken, file->data, file->size);
  broken[file->size / 2] ^= 4;
  for (i = 0; i < 50 && wrong == 0; ++i) {
    wrong |= pc15_decode_image(d, broken, file->size, &image) >= 0;
    wrong |= pc15_decoder_reset(d) != PC15_OK;
    wrong |= pc15_decode_image(d, file->data, file->size, &image) != PC15_OK;
  }
  pc15_decoder_destroy(d);
  free(broken);
  return (void *)wrong;
}

static void handles_are_independent(void **state) {
  test_file file = test_small_file(1);
  pthread_t threads[8];
  size_t i;
  (void)state;
  for (i = 0; i < COUNT_OF(threads); ++i)
    assert_int_equal(pthread_create(&threads[i], NULL, work_alone, &file), 0);
  for (i = 0; i < COUNT_OF(threads); ++i) {
    void *wrong = NULL;
    pthread_join(threads[i], &wrong);
    assert_null(wrong);
  }
  test_file_free(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bytes_and_pixels_do_not_depend_on_threads),
      cmocka_unit_test(figures_do_not_depend_on_threads),
      cmocka_unit_test(progress_rises_to_the_end),
      cmocka_unit_test(cancelled_by_the_callback),
      cmocka_unit_test(a_request_waits_for_the_next_call),
      cmocka_unit_test(cancelled_by_another_thread),
      cmocka_unit_test(handles_are_independent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
