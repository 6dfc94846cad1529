/* Pictures of all kinds, and batches of them, on a mock of the CUDA runtime. */
#ifndef PC15_TESTS_CUDA_BATCH_SUPPORT_H
#define PC15_TESTS_CUDA_BATCH_SUPPORT_H

#include <dlfcn.h>

#include "device_support.h"
#include "mock_start.h"

enum { kFiles = 7, kItems = 13, kStaged = 140, kMost = 600 };

/* Pictures; the pixels of each by the processor. */
typedef struct fixture {
  picture p[kFiles];
  uint8_t *wanted[kFiles];
  uint8_t *got[kMost];
} fixture;

/* Which file an item takes: every kind next to every other. */
static const int kOrder[kItems] = {0, 1, 2, 3, 4, 5, 1, 1, 3, 2, 4, 0, 5};

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

#endif
