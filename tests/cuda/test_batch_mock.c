/* Batches on a device through the public interface, on a mock of the CUDA runtime: the pixels of the
 * processor for pictures of all kinds at once, a status each, what a picture costs in calls of the runtime,
 * and every call failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pthread.h>

#include "batch_support.h"

static void pictures_of_all_kinds_are_those_of_the_processor(void **state) {
  int64_t threads;
  int i;
  for (threads = 1; threads < 4; ++threads) {
    batch *b = begin(*state, PC15_DEVICE_CUDA, threads, kOrder, 0, kItems);
    start(1, 0, 0, 0);
    assert_int_equal(run(b), PC15_OK);
    for (i = 0; i < b->count; ++i) same_pixels(*state, b, i);
    assert_int_equal(mock->device, 0);
    end(b);
  }
}

/* Many small pictures cost as many calls of the runtime as one: a launch a step, and a copy each way. */
static void a_batch_costs_the_calls_of_one_picture(void **state) {
  int n, i, calls = 0;
  for (n = 1; n <= kMost; n *= n < 4 ? 4 : 150) {
    batch *b = begin(*state, PC15_DEVICE_CUDA, 2, NULL, 1, n);
    start(1, 0, 0, 0);
    assert_int_equal(run(b), PC15_OK);
    print_message("%d pictures: %d calls, %d launches, %d copies\n", n, mock->calls, mock->launches,
                  mock->copies);
    if (n == 1) calls = mock->calls;
    assert_int_equal(mock->calls, calls);
    assert_true(mock->launches <= 8);
    assert_true(mock->copies <= 4);
    for (i = 0; i < b->count; ++i) same_pixels(*state, b, i);
    end(b);
  }
}

/* More than the staging memory takes at once. */
static void large_batches_go_in_parts(void **state) {
  batch *b = begin(*state, PC15_DEVICE_CUDA, 2, NULL, 6, kStaged);
  int i;
  start(1, 0, 0, 0);
  assert_int_equal(run(b), PC15_OK);
  assert_int_equal(mock->launches, 6); /* twice: render, to G, R, B, output */
  for (i = 0; i < b->count; ++i) same_pixels(*state, b, i);
  end(b);
}

/* What is left of a damaged picture is what the processor leaves. */
static void same_damage(const fixture *f, const batch *b, int i) {
  const picture *p = &f->p[b->file[i]];
  const pc15_image image = whole(p);
  pc15_decoder *decoder = NULL;
  assert_int_equal(b->images[i].stride, 0);
  assert_int_equal(pc15_decoder_create(NULL, &decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, PC15_DEVICE_CPU), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(decoder, PC15_PARAM_TOLERANT, 1), PC15_OK);
  assert_int_equal(pc15_decode_image(decoder, b->items[i].data, (size_t)b->items[i].size, &image),
                   PC15_NOTE_DAMAGED);
  assert_memory_equal(b->images[i].data, p->pixels, p->bytes);
  pc15_decoder_destroy(decoder);
}

/* A picture of its own kind each: no file, a file cut off, a broken cell, no room, outside. The others do not
 * care. */
static void a_broken_picture_costs_no_other(void **state) {
  const fixture *f = *state;
  int tolerant, i;
  for (tolerant = 0; tolerant < 2; ++tolerant) {
    batch *b = begin(f, PC15_DEVICE_CUDA, 2, kOrder, 0, kItems);
    uint8_t *cut = malloc(b->items[0].size), *bad = malloc(b->items[9].size);
    memcpy(cut, b->items[0].data, b->items[0].size);
    memcpy(bad, b->items[9].data, b->items[9].size);
    bad[b->items[9].size - 80] ^= 0x10;
    b->items[0].data = cut;
    b->items[0].size /= 2;
    b->items[2].data = (const uint8_t *)"this is no picture";
    b->items[2].size = 18;
    b->items[6].x = 1;
    b->items[7].image = NULL;
    b->items[9].data = bad;
    b->images[10].data_size -= 1;
    start(1, 0, 0, 0);
    assert_int_equal(pc15_decoder_set_param(b->decoder, PC15_PARAM_TOLERANT, tolerant), PC15_OK);
    assert_true(run(b) < 0);
    assert_int_equal(b->items[0].status, tolerant ? PC15_NOTE_DAMAGED : PC15_ERROR_TRUNCATED);
    assert_int_equal(b->items[2].status, PC15_ERROR_NOT_PC15);
    assert_int_equal(b->items[6].status, PC15_ERROR_OUT_OF_RANGE);
    assert_int_equal(b->items[7].status, PC15_ERROR_INVALID_ARGUMENT);
    assert_int_equal(b->items[9].status, tolerant ? PC15_NOTE_DAMAGED : PC15_ERROR_CRC);
    assert_int_equal(b->items[10].status, PC15_NOTE_DST_TOO_SMALL);
    for (i = 0; i < b->count; ++i) {
      if (i != 0 && i != 2 && i != 6 && i != 7 && i != 9 && i != 10) same_pixels(f, b, i);
      if (tolerant && (i == 0 || i == 9)) same_damage(f, b, i);
    }
    end(b);
    free(cut);
    free(bad);
  }
}

/* A call fails once: each picture is tried alone, so that none is lost unless its own call fails. For good:
 * each has the error for its status, or is whole. */
static void with_cuda_every_call_may_fail(void **state) {
  static const int kErrors[] = {kLaunchFailure, kNoMemory, kNoGpu};
  static const int kSmall[] = {1, 3, 2, 4, 5, 1, 3};
  const fixture *f = *state;
  int n, calls = 1, i, sticky, lost = 0;
  for (n = 0; n <= calls; ++n) {
    for (sticky = 0; sticky < 2; ++sticky) {
      batch *b = begin(f, PC15_DEVICE_CUDA, 1 + n % 2, kSmall, 0, 7);
      start(1, n, sticky, kErrors[n % 3]);
      run(b);
      if (n == 0) calls = mock->calls;
      assert_int_equal(mock->leaked_error, 0);
      for (i = 0; i < b->count; ++i) {
        const pc15_status status = b->items[i].status;
        if (status == PC15_OK) {
          same_pixels(f, b, i);
        } else {
          assert_true(sticky || n <= 2); /* 2: is there a device? */
          assert_true(status == PC15_ERROR_DEVICE || status == PC15_ERROR_NO_DEVICE);
          if (n > 2) assert_int_not_equal(b->file[i], 4); /* which is the processor's */
          ++lost;
        }
      }
      start(1, 0, 0, 0);
      assert_int_equal(run(b), PC15_OK); /* the handle works on */
      for (i = 0; i < b->count; ++i) same_pixels(f, b, i);
      end(b);
    }
  }
  print_message("%d calls\n", calls);
  assert_true(calls > 15 && lost > 40);
}

static void auto_finishes_on_the_processor(void **state) {
  const fixture *f = *state;
  int n, calls = 1, i;
  for (n = 0; n <= calls; n += n < 2 ? 1 : 2 * n) {
    batch *b = begin(f, PC15_DEVICE_AUTO, 2, NULL, 6, 65); /* together a megapixel */
    start(1, n, n % 2, n % 3 ? kLaunchFailure : kNoMemory);
    assert_int_equal(run(b), PC15_OK);
    if (n == 0) calls = mock->calls;
    for (i = 0; i < b->count; ++i) same_pixels(f, b, i);
    if (n == 0) assert_true(mock->launches > 0);
    if (n == 1) assert_int_equal(mock->launches, 0); /* nobody knows of a device */
    assert_int_equal(mock->leaked_error, 0);
    end(b);
  }
  assert_true(calls > 10);
}

static void auto_leaves_small_batches_to_the_processor(void **state) {
  batch *b = begin(*state, PC15_DEVICE_AUTO, 2, kOrder, 0, kItems);
  start(1, 0, 0, 0);
  assert_int_equal(run(b), PC15_OK);
  assert_int_equal(mock->calls, 0);
  end(b);
}

static void without_a_device_each_picture_says_so(void **state) {
  const fixture *f = *state;
  batch *b = begin(f, PC15_DEVICE_CUDA, 2, kOrder, 0, kItems);
  char text[256];
  int i;
  b->items[3].size = 7;
  start(0, 0, 0, 0);
  assert_int_equal(run(b), PC15_ERROR_NO_DEVICE);
  pc15_decoder_last_error(b->decoder, text, sizeof(text));
  assert_non_null(strstr(text, "Manque: GPU CUDA"));
  for (i = 0; i < b->count; ++i) {
    if (i != 3) assert_int_equal(b->items[i].status, PC15_ERROR_NO_DEVICE);
  }
  assert_int_not_equal(b->items[3].status, PC15_ERROR_NO_DEVICE); /* what is wrong with itself */
  end(b);
}

/* Memory that counts what is in use, and refuses what goes beyond. */
typedef struct budget {
  pthread_mutex_t lock;
  size_t used, peak, most;
} budget;

static void *take(void *opaque, size_t size) {
  budget *b = opaque;
  size_t *p = NULL;
  pthread_mutex_lock(&b->lock);
  if (b->used + size <= b->most && (p = malloc(size + 16)) != NULL) {
    b->used += *p = size;
    if (b->used > b->peak) b->peak = b->used;
  }
  pthread_mutex_unlock(&b->lock);
  return p != NULL ? p + 2 : NULL;
}

static void give(void *opaque, void *memory) {
  budget *b = opaque;
  size_t *p = (size_t *)memory - 2;
  pthread_mutex_lock(&b->lock);
  b->used -= *p;
  pthread_mutex_unlock(&b->lock);
  free(p);
}

/* The most that a batch of `count` pictures uses, or the launches when it is given `most`. */
static size_t with_budget(const fixture *f, int count, size_t most) {
  budget room = {PTHREAD_MUTEX_INITIALIZER, 0, 0, most};
  pc15_allocator allocator = {0};
  batch *b = begin(f, PC15_DEVICE_CUDA, 2, NULL, 0, count);
  int i;
  pc15_decoder_destroy(b->decoder);
  allocator.struct_size = sizeof(allocator);
  allocator.allocate = take;
  allocator.release = give;
  allocator.opaque = &room;
  assert_int_equal(pc15_decoder_create(&allocator, &b->decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(b->decoder, PC15_PARAM_DEVICE, PC15_DEVICE_CUDA), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(b->decoder, PC15_PARAM_THREADS, 2), PC15_OK);
  start(1, 0, 0, 0);
  assert_int_equal(run(b), PC15_OK);
  for (i = 0; i < b->count; ++i) same_pixels(f, b, i);
  end(b);
  return most == SIZE_MAX ? room.peak : (size_t)mock->launches;
}

/* Memory that does for a few pictures, not for the group. */
static void what_memory_refuses_is_done_alone(void **state) {
  const size_t one = with_budget(*state, 1, SIZE_MAX), all = with_budget(*state, 30, SIZE_MAX);
  assert_true(all > 2 * one);
  assert_true(with_budget(*state, 30, 2 * one) > 40); /* of several groups */
}

static int32_t stop_at(uint64_t done, uint64_t total, void *opaque) {
  int *reports = opaque;
  ++*reports;
  return 2 * done > total;
}

static void a_cancelled_batch_makes_no_samples(void **state) {
  int i, reports = 0;
  batch *b = begin(*state, PC15_DEVICE_CUDA, 2, NULL, 1, 40);
  start(1, 0, 0, 0);
  assert_int_equal(pc15_decoder_set_progress(b->decoder, stop_at, &reports), PC15_OK);
  assert_int_equal(run(b), PC15_NOTE_CANCELLED);
  for (i = 0; i < b->count; ++i) assert_int_equal(b->items[i].status, PC15_NOTE_CANCELLED);
  assert_true(reports > 10);
  assert_int_equal(mock->launches, 0);
  end(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pictures_of_all_kinds_are_those_of_the_processor),
      cmocka_unit_test(a_batch_costs_the_calls_of_one_picture),
      cmocka_unit_test(large_batches_go_in_parts),
      cmocka_unit_test(a_broken_picture_costs_no_other),
      cmocka_unit_test(with_cuda_every_call_may_fail),
      cmocka_unit_test(auto_finishes_on_the_processor),
      cmocka_unit_test(auto_leaves_small_batches_to_the_processor),
      cmocka_unit_test(without_a_device_each_picture_says_so),
      cmocka_unit_test(what_memory_refuses_is_done_alone),
      cmocka_unit_test(a_cancelled_batch_makes_no_samples),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
