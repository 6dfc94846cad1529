/* Batches on a device through the public interface, on a mock of the CUDA runtime: the pixels of the
 * processor for pictures of all kinds at once, a status each, what a picture costs in calls of the runtime,
 * and every call failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <pthread.h>

#include "device_support.h"
#include "mock/mock_cuda.h"

enum { kLaunchFailure = 719, kNoMemory = 2, kNoGpu = 100 };
enum { kFiles = 7, kItems = 13, kStaged = 140, kMost = 600 };

static mock_cuda *mock; /* of the library that libpc15 has loaded */

/* Pictures; the pixels of each by the processor. */
typedef struct fixture {
  picture p[kFiles];
  uint8_t *wanted[kFiles];
  uint8_t *got[kMost];
} fixture;

/* Which file an item takes: every kind next to every other. */
static const int kOrder[kItems] = {0, 1, 2, 3, 4, 5, 1, 1, 3, 2, 4, 0, 5};

static void start(int devices, int fail_at, int sticky, int error) {
  mock->devices = devices;
  mock->order = MOCK_SHUFFLED;
  mock->fail_at = fail_at;
  mock->sticky = sticky;
  mock->error = error;
  mock->calls = 0;
  mock->launches = 0;
  mock->copies = 0;
  mock->device = 0;
  mock->leaked_error = 0;
}

/* Lossless: of one colour, which is a program alone, or of noise, which devices leave to the processor. */
static void make_lossless(picture *p, uint32_t width, uint32_t height, int noise) {
  static const uint8_t kColor[4] = {10, 200, 30, 255};
  pc15_encoder *encoder = NULL;
  pc15_image image;
  uint32_t i, random = 7;
  p->width = width;
  p->height = height;
  p->bytes = (size_t)width * height * 4;
  p->pixels = malloc(p->bytes);
  for (i = 0; i < p->bytes; ++i) {
    random = random * 1664525u + 1013904223u;
    p->pixels[i] = i % 4 == 3 || !noise ? kColor[i % 4] : (uint8_t)(random >> 24);
  }
  image = whole(p);
  assert_int_equal(pc15_encoder_create(NULL, &encoder), PC15_OK);
  assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_LOSSLESS, 1), PC15_OK);
  if (noise) assert_int_equal(pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, 1), PC15_OK);
  assert_int_equal(pc15_encode_image_buffer(encoder, &image, &p->file), PC15_OK);
  pc15_encoder_destroy(encoder);
}

static int set_up(void **state) {
  static fixture f;
  uint32_t count = 0;
  void *library;
  mock_cuda *(*ask)(void);
  size_t most = 0;
  int i;
  assert_int_equal(pc15_device_count(&count), PC15_OK);
  library = dlopen("libpc15-cuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  assert_non_null(library);
  *(void **)&ask = dlsym(library, "mock_cuda_state");
  assert_non_null(ask); /* else a real one was found */
  mock = ask();
  make_picture(&f.p[0], 150, 130, 55);
  make_picture(&f.p[1], 24, 24, 40);
  make_picture(&f.p[2], 410, 40, 20);
  make_lossless(&f.p[3], 40, 30, 0);
  make_lossless(&f.p[4], 33, 21, 1);
  make_picture(&f.p[5], 1, 70, 30);
  make_lossless(&f.p[6], 128, 128, 0);
  for (i = 0; i < kFiles; ++i) {
    assert_int_equal(decode(&f.p[i], PC15_DEVICE_CPU, NULL), PC15_OK);
    f.wanted[i] = malloc(f.p[i].bytes);
    memcpy(f.wanted[i], f.p[i].pixels, f.p[i].bytes);
    if (f.p[i].bytes > most) most = f.p[i].bytes;
  }
  for (i = 0; i < kMost; ++i) f.got[i] = malloc(i < kStaged ? most : f.p[1].bytes);
  *state = &f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  int i;
  for (i = 0; i < kFiles; ++i) {
    free(f->wanted[i]);
    forget(&f->p[i]);
  }
  for (i = 0; i < kMost; ++i) free(f->got[i]);
  return 0;
}

typedef struct batch {
  pc15_decoder *decoder;
  pc15_image images[kMost];
  pc15_decode_item items[kMost];
  int file[kMost];
  int count;
} batch;

/* Every third picture is written from the bottom to the top. */
static void add(batch *b, const fixture *f, int file) {
  pc15_image *image = &b->images[b->count];
  pc15_decode_item *item = &b->items[b->count];
  *image = whole(&f->p[file]);
  image->data = f->got[b->count];
  image->stride = b->count % 3 == 2 ? -4 * (int64_t)image->width : 0;
  memset(image->data, 0x5a, image->data_size);
  memset(item, 0, sizeof(*item));
  item->struct_size = sizeof(*item);
  item->data = pc15_buffer_data(f->p[file].file);
  item->size = pc15_buffer_size(f->p[file].file);
  item->image = image;
  b->file[b->count++] = file;
}

/* `order` NULL: `count` times that file. */
static batch *begin(const fixture *f, int64_t device, int64_t threads, const int *order, int file,
                    int count) {
  static batch b;
  int i;
  memset(&b, 0, sizeof(b));
  assert_int_equal(pc15_decoder_create(NULL, &b.decoder), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(b.decoder, PC15_PARAM_DEVICE, device), PC15_OK);
  assert_int_equal(pc15_decoder_set_param(b.decoder, PC15_PARAM_THREADS, threads), PC15_OK);
  for (i = 0; i < count; ++i) add(&b, f, order != NULL ? order[i] : file);
  return &b;
}

static pc15_status run(batch *b) { return pc15_decode_batch(b->decoder, b->items, (size_t)b->count); }

static void end(batch *b) {
  pc15_decoder_destroy(b->decoder);
  assert_int_equal(mock->allocations, 0);
  assert_int_equal(mock->leaked_error, 0);
}

static void same_pixels(const fixture *f, const batch *b, int i) {
  const picture *p = &f->p[b->file[i]];
  const size_t row = 4 * (size_t)p->width;
  uint32_t y;
  assert_int_equal(b->items[i].status, PC15_OK);
  for (y = 0; y < p->height; ++y) {
    const uint32_t at = b->images[i].stride < 0 ? p->height - 1 - y : y;
    assert_memory_equal(b->images[i].data + at * row, f->wanted[b->file[i]] + y * row, row);
  }
}

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
