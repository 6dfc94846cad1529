/* Many pictures in one call: the bytes and pixels of single calls on any number of threads, a status each,
 * progress, cancelling, memory. */
#include "abi_support.h"

#define PICTURES 9
#define BAD 3 /* the item that a test spoils */

static const int32_t kThreads[] = TEST_THREAD_COUNTS;

/* One of more than a megapixel among small ones of all kinds. */
static const struct {
  test_kind kind;
  uint32_t width, height;
  int32_t format;
} kPictures[PICTURES] = {
    {TEST_PHOTO, 64, 64, PC15_FORMAT_RGB},    {TEST_STRIPES, 67, 33, PC15_FORMAT_Y},
    {TEST_PHOTO, 1, 1, PC15_FORMAT_RGBA},     {TEST_NOISE, 130, 70, PC15_FORMAT_RGB},
    {TEST_FLAT, 1100, 1000, PC15_FORMAT_Y},   {TEST_MIXED, 96, 40, PC15_FORMAT_RGBA},
    {TEST_SMOOTH, 300, 200, PC15_FORMAT_RGB}, {TEST_PHOTO, 17, 250, PC15_FORMAT_Y},
    {TEST_PHOTO, 64, 64, PC15_FORMAT_RGB},
};

typedef struct fixture {
  uint8_t *pixels[PICTURES], *decoded[PICTURES], *expected[PICTURES];
  pc15_image images[PICTURES], room[PICTURES];
  test_file files[PICTURES]; /* by single calls */
} fixture;

static void set_up(pc15_encoder *e) {
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_CELL, 128), PC15_OK);
  assert_status(pc15_encoder_set_metadata(e, PC15_METADATA_TEXT, (const uint8_t *)"of all", 6), PC15_OK);
}

static size_t bytes_of(size_t i) {
  return (size_t)kPictures[i].width * kPictures[i].height * (size_t)kPictures[i].format;
}

static int make(void **state) {
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  pc15_encoder *e = NULL;
  size_t i;
  assert_status(pc15_encoder_create(NULL, &e), PC15_OK);
  set_up(e);
  for (i = 0; i < PICTURES; ++i) {
    const uint32_t w = kPictures[i].width, h = kPictures[i].height;
    const int32_t format = kPictures[i].format;
    pc15_buffer *buffer = NULL;
    f->pixels[i] = test_picture(kPictures[i].kind, w, h, format);
    f->decoded[i] = (uint8_t *)malloc(bytes_of(i));
    f->images[i] = test_image(f->pixels[i], w, h, format);
    f->room[i] = test_image(f->decoded[i], w, h, format);
    expect_encoder(e, pc15_encode_image_buffer(e, &f->images[i], &buffer), PC15_OK);
    f->files[i].size = pc15_buffer_size(buffer);
    f->files[i].data = (uint8_t *)malloc(f->files[i].size);
    f->files[i].width = w;
    f->files[i].height = h;
    f->files[i].format = format;
    memcpy(f->files[i].data, pc15_buffer_data(buffer), f->files[i].size);
    pc15_buffer_free(buffer);
    f->expected[i] = test_decode(&f->files[i]);
  }
  pc15_encoder_destroy(e);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  size_t i;
  for (i = 0; i < PICTURES; ++i) {
    free(f->pixels[i]);
    free(f->decoded[i]);
    free(f->expected[i]);
    test_file_free(&f->files[i]);
  }
  free(f);
  return 0;
}

static void encode_items(const fixture *f, pc15_encode_item *items) {
  size_t i;
  memset(items, 0xa5, PICTURES * sizeof(*items)); /* what comes out need not be set */
  for (i = 0; i < PICTURES; ++i) {
    items[i].struct_size = sizeof(*items);
    memset(items[i].reserved, 0, sizeof(items[i].reserved));
    items[i].image = &f->images[i];
  }
}

static void decode_items(const fixture *f, pc15_decode_item *items) {
  size_t i;
  memset(items, 0, PICTURES * sizeof(*items));
  for (i = 0; i < PICTURES; ++i) {
    items[i].struct_size = sizeof(*items);
    items[i].data = f->files[i].data;
    items[i].size = f->files[i].size;
    items[i].image = &f->room[i];
    memset(f->decoded[i], 0x5a, bytes_of(i));
  }
}

static void free_buffers(pc15_encode_item *items) {
  size_t i;
  for (i = 0; i < PICTURES; ++i) {
    pc15_buffer_free(items[i].buffer);
    items[i].buffer = NULL;
  }
}

/* Every item has the bytes of a single call and PC15_OK, or no buffer. */
static void assert_files(const fixture *f, const pc15_encode_item *items) {
  size_t i;
  for (i = 0; i < PICTURES; ++i) {
    assert_int_equal(items[i].status == PC15_OK, items[i].buffer != NULL);
    if (items[i].buffer == NULL) continue;
    assert_int_equal(pc15_buffer_size(items[i].buffer), f->files[i].size);
    assert_memory_equal(pc15_buffer_data(items[i].buffer), f->files[i].data, f->files[i].size);
  }
}

static void assert_message_begins(size_t length, const char *text, const char *begin) {
  assert_true(length > strlen(begin));
  if (strncmp(text, begin, strlen(begin)) != 0) fail_msg("the message is: %s", text);
}

static pc15_encoder *new_encoder(const pc15_allocator *a, int32_t threads) {
  pc15_encoder *e = NULL;
  assert_status(pc15_encoder_create(a, &e), PC15_OK);
  set_up(e);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_THREADS, threads), PC15_OK);
  return e;
}

static pc15_decoder *new_decoder(const pc15_allocator *a, int32_t threads) {
  pc15_decoder *d = NULL;
  assert_status(pc15_decoder_create(a, &d), PC15_OK);
  assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, threads), PC15_OK);
  return d;
}

static void the_bytes_of_single_calls(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  size_t t;
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    pc15_encoder *e = new_encoder(NULL, kThreads[t]);
    size_t size = 0;
    int round;
    for (round = 0; round < 2; ++round) {
      encode_items(f, items);
      expect_encoder(e, pc15_encode_batch(e, items, PICTURES), PC15_OK);
      assert_files(f, items);
      free_buffers(items);
    }
    assert_status(pc15_encoder_result(e, NULL, 0, &size), PC15_ERROR_WRONG_STATE);
    assert_status(pc15_encode_batch(e, NULL, 0), PC15_OK);
    pc15_encoder_destroy(e);
  }
}

static void the_pixels_of_single_calls(void **state) {
  fixture *f = (fixture *)*state;
  pc15_decode_item items[PICTURES];
  size_t t, i, count = 0;
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    pc15_decoder *d = new_decoder(NULL, kThreads[t]);
    decode_items(f, items);
    expect_decoder(d, pc15_decode_batch(d, items, PICTURES), PC15_OK);
    for (i = 0; i < PICTURES; ++i) {
      assert_status(items[i].status, PC15_OK);
      assert_memory_equal(f->decoded[i], f->expected[i], bytes_of(i));
    }
    assert_status(pc15_decoder_damage(d, NULL, 0, &count), PC15_ERROR_WRONG_STATE);
    assert_status(pc15_decode_batch(d, NULL, 0), PC15_OK);
    pc15_decoder_destroy(d);
  }
}

/* A rectangle and another scale, against the calls for one picture. */
static void parts_and_scales(void **state) {
  static const struct {
    int32_t scale;
    uint32_t x, y, width, height;
  } kPart[] = {{0, 11, 5, 80, 60}, {-1, 3, 2, 40, 30}, {1, 100, 100, 90, 31}};
  fixture *f = (fixture *)*state;
  uint8_t *pixels[3], *expected = (uint8_t *)malloc(80 * 60 * 3);
  pc15_image room[3];
  pc15_decode_item items[3];
  pc15_decoder *d = new_decoder(NULL, 2);
  size_t i;
  memset(items, 0, sizeof(items));
  for (i = 0; i < 3; ++i) {
    pixels[i] = (uint8_t *)malloc(90 * 80 * 3);
    room[i] = test_image(pixels[i], kPart[i].width, kPart[i].height, PC15_FORMAT_RGB);
    items[i].struct_size = sizeof(*items);
    items[i].data = f->files[6].data;
    items[i].size = f->files[6].size;
    items[i].scale_log2 = kPart[i].scale;
    items[i].x = kPart[i].x;
    items[i].y = kPart[i].y;
    items[i].image = &room[i];
  }
  expect_decoder(d, pc15_decode_batch(d, items, 3), PC15_OK);
  for (i = 0; i < 3; ++i) {
    const pc15_image image = test_image(expected, kPart[i].width, kPart[i].height, PC15_FORMAT_RGB);
    expect_decoder(d,
                   pc15_decode_scaled(d, f->files[6].data, f->files[6].size, kPart[i].scale, kPart[i].x,
                                      kPart[i].y, &image),
                   PC15_OK);
    assert_memory_equal(pixels[i], expected, (size_t)kPart[i].width * kPart[i].height * 3);
    free(pixels[i]);
  }
  items[1].x = 5000;
  assert_status(pc15_decode_batch(d, items + 1, 1), PC15_ERROR_OUT_OF_RANGE);
  pc15_decoder_destroy(d);
  free(expected);
}

static void a_bad_picture_stops_no_other(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  pc15_image bad = f->images[BAD];
  char text[256];
  size_t t, i, k;
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    pc15_encoder *e = new_encoder(NULL, kThreads[t]);
    for (k = 0; k < 4; ++k) {
      static const pc15_status kExpected[] = {PC15_ERROR_INVALID_ARGUMENT, PC15_ERROR_INVALID_ARGUMENT,
                                              PC15_ERROR_OUT_OF_RANGE, PC15_ERROR_INVALID_ARGUMENT};
      bad = f->images[BAD];
      encode_items(f, items);
      items[BAD].image = k == 0 ? NULL : &bad;
      if (k == 1) --bad.data_size;
      if (k == 2) bad.width = 0;
      if (k == 3) items[BAD].reserved[1] = 1;
      assert_status(pc15_encode_batch(e, items, PICTURES), kExpected[k]);
      for (i = 0; i < PICTURES; ++i) assert_status(items[i].status, i == BAD ? kExpected[k] : PC15_OK);
      assert_message_begins(pc15_encoder_last_error(e, text, sizeof(text)), text, "picture 3: ");
      assert_files(f, items);
      free_buffers(items);
    }
    pc15_encoder_destroy(e);
  }
}

static void a_bad_file_stops_no_other(void **state) {
  fixture *f = (fixture *)*state;
  const test_file *whole = &f->files[BAD];
  uint8_t *broken = (uint8_t *)malloc(whole->size);
  pc15_decode_item items[PICTURES];
  char text[256];
  size_t t, i;
  memcpy(broken, whole->data, whole->size);
  broken[whole->size / 2] ^= 16;
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    pc15_decoder *d = new_decoder(NULL, kThreads[t]);
    int tolerant;
    for (tolerant = 0; tolerant < 2; ++tolerant) {
      const pc15_status expected = tolerant ? PC15_NOTE_DAMAGED : PC15_ERROR_CRC;
      assert_status(pc15_decoder_set_param(d, PC15_PARAM_TOLERANT, tolerant), PC15_OK);
      decode_items(f, items);
      items[BAD].data = broken;
      assert_status(pc15_decode_batch(d, items, PICTURES), expected);
      assert_message_begins(pc15_decoder_last_error(d, text, sizeof(text)), text, "picture 3: ");
      for (i = 0; i < PICTURES; ++i) {
        assert_status(items[i].status, i == BAD ? expected : PC15_OK);
        if (i != BAD) assert_memory_equal(f->decoded[i], f->expected[i], bytes_of(i));
      }
    }
    /* An error comes before a note, and neither poisons. */
    items[BAD + 1].data = NULL;
    assert_status(pc15_decode_batch(d, items, PICTURES), PC15_ERROR_INVALID_ARGUMENT);
    assert_status(items[BAD].status, PC15_NOTE_DAMAGED);
    f->room[0].data_size -= 1;
    items[BAD + 1].data = f->files[BAD + 1].data;
    assert_status(pc15_decode_batch(d, items, BAD), PC15_NOTE_DST_TOO_SMALL);
    f->room[0].data_size += 1;
    assert_status(pc15_decode_batch(d, items, BAD), PC15_OK);
    pc15_decoder_destroy(d);
  }
  free(broken);
}

typedef struct large_item {
  pc15_encode_item item;
  uint64_t later;
} large_item;

static void calls_that_are_refused_whole(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  pc15_decode_item files[PICTURES];
  large_item large[2];
  pc15_encoder *e = new_encoder(NULL, 2);
  pc15_decoder *d = new_decoder(NULL, 2);
  uint8_t pixel[16] = {0};
  pc15_image image = test_image(pixel, 1, 1, PC15_FORMAT_Y);
  size_t i, size = 0;
  assert_status(pc15_encode_batch(NULL, items, 1), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_encode_batch(e, NULL, 1), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_decode_batch(NULL, files, 1), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_decode_batch(d, NULL, 1), PC15_ERROR_INVALID_ARGUMENT);
  encode_items(f, items);
  items[BAD].struct_size += 8;
  items[0].status = 77;
  assert_status(pc15_encode_batch(e, items, PICTURES), PC15_ERROR_BAD_STRUCT_SIZE);
  assert_int_equal(items[0].status, 77);
  for (i = 0; i < 3; ++i) {
    static const uint32_t kWrong[] = {0, sizeof(pc15_encode_item) - 8, sizeof(pc15_encode_item) + 4};
    items[0].struct_size = kWrong[i];
    assert_status(pc15_encode_batch(e, items, 1), PC15_ERROR_BAD_STRUCT_SIZE);
  }
  /* A later version's items: taken when what is unknown is 0. */
  memset(large, 0, sizeof(large));
  for (i = 0; i < 2; ++i) {
    large[i].item.struct_size = sizeof(*large);
    large[i].item.image = &f->images[i];
  }
  expect_encoder(e, pc15_encode_batch(e, &large[0].item, 2), PC15_OK);
  for (i = 0; i < 2; ++i) {
    assert_int_equal(pc15_buffer_size(large[i].item.buffer), f->files[i].size);
    pc15_buffer_free(large[i].item.buffer);
  }
  large[1].later = 1;
  assert_status(pc15_encode_batch(e, &large[0].item, 2), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(large[0].item.status, PC15_OK);
  assert_status(large[1].item.status, PC15_ERROR_INVALID_ARGUMENT);
  assert_null(large[1].item.buffer);
  pc15_buffer_free(large[0].item.buffer);
  /* Cancelled before it began, and poisoned. */
  encode_items(f, items);
  assert_status(pc15_encoder_cancel(e), PC15_OK);
  assert_status(pc15_encode_batch(e, items, PICTURES), PC15_NOTE_CANCELLED);
  for (i = 0; i < PICTURES; ++i) {
    assert_status(items[i].status, PC15_NOTE_CANCELLED);
    assert_null(items[i].buffer);
  }
  decode_items(f, files);
  assert_status(pc15_decode_image(d, pixel, sizeof(pixel), &image), PC15_ERROR_NOT_PC15);
  assert_status(pc15_decode_batch(d, files, PICTURES), PC15_ERROR_POISONED);
  for (i = 0; i < PICTURES; ++i) assert_status(files[i].status, PC15_ERROR_POISONED);
  /* A batch closes an open file, as every call that opens another. */
  assert_status(pc15_decoder_reset(d), PC15_OK);
  assert_status(pc15_decoder_open(d, f->files[0].data, f->files[0].size), PC15_OK);
  files[0].struct_size = 8; /* but not one that is refused whole */
  assert_status(pc15_decode_batch(d, files, 2), PC15_ERROR_BAD_STRUCT_SIZE);
  assert_status(pc15_decoder_metadata_get(d, PC15_METADATA_TEXT, pixel, sizeof(pixel), &size), PC15_OK);
  files[0].struct_size = sizeof(*files);
  assert_status(pc15_decode_batch(d, files, 2), PC15_OK);
  assert_status(pc15_decoder_metadata_get(d, PC15_METADATA_TEXT, pixel, sizeof(pixel), &size),
                PC15_ERROR_WRONG_STATE);
  pc15_decoder_destroy(d);
  pc15_encoder_destroy(e);
}

typedef struct watch {
  uint64_t last, total, calls, stop_at;
  int ordered;
} watch;

static int32_t watching(uint64_t done, uint64_t total, void *opaque) {
  watch *w = (watch *)opaque;
  if (done < w->last || done > total || (w->total != 0 && total != w->total)) w->ordered = 0;
  w->last = done;
  w->total = total;
  return ++w->calls == w->stop_at;
}

static void progress_and_cancelling(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  int32_t threads;
  for (threads = 1; threads <= 3; threads += 2) {
    pc15_encoder *e = new_encoder(NULL, threads);
    uint64_t calls, stop;
    watch w = {0, 0, 0, 0, 1};
    assert_status(pc15_encoder_set_progress(e, watching, &w), PC15_OK);
    encode_items(f, items);
    items[BAD].image = NULL; /* does not keep progress from its end */
    assert_status(pc15_encode_batch(e, items, PICTURES), PC15_ERROR_INVALID_ARGUMENT);
    assert_true(w.ordered);
    assert_true(w.last == w.total && w.calls > PICTURES);
    free_buffers(items);
    calls = w.calls;
    for (stop = 1; stop <= calls; stop += 1 + calls / 5) {
      size_t i, cancelled = 0;
      memset(&w, 0, sizeof(w));
      w.stop_at = stop;
      encode_items(f, items);
      assert_status(pc15_encode_batch(e, items, PICTURES), PC15_NOTE_CANCELLED);
      assert_int_equal(w.calls, stop);
      for (i = 0; i < PICTURES; ++i) cancelled += items[i].status == PC15_NOTE_CANCELLED;
      assert_in_range(cancelled, 1, PICTURES);
      assert_files(f, items);
      free_buffers(items);
    }
    memset(&w, 0, sizeof(w));
    encode_items(f, items);
    expect_encoder(e, pc15_encode_batch(e, items, PICTURES), PC15_OK);
    free_buffers(items);
    pc15_encoder_destroy(e);
  }
}

/* After the first pictures of a kind nothing is allocated but the files that come out. */
static void working_memory_is_reused(void **state) {
  enum { kMany = 40 };
  fixture *f = (fixture *)*state;
  pc15_encode_item items[kMany];
  pc15_decode_item files[kMany];
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  pc15_encoder *e = new_encoder(&a, 1);
  pc15_decoder *d;
  uint8_t *pixels = (uint8_t *)malloc(kMany * bytes_of(0));
  pc15_image rooms[kMany];
  int64_t few, many;
  size_t i, round;
  memset(items, 0, sizeof(items));
  memset(files, 0, sizeof(files));
  for (i = 0; i < kMany; ++i) {
    rooms[i] = test_image(pixels + i * bytes_of(0), 64, 64, PC15_FORMAT_RGB);
    items[i].struct_size = sizeof(*items);
    items[i].image = &f->images[0];
    files[i].struct_size = sizeof(*files);
    files[i].data = f->files[0].data;
    files[i].size = f->files[0].size;
    files[i].image = &rooms[i];
  }
  for (round = 0; round < 2; ++round) {
    test_memory_arm(&memory, -1, 0);
    expect_encoder(e, pc15_encode_batch(e, items, round == 0 ? 2 : kMany), PC15_OK);
    if (round == 0) few = memory.calls;
    for (i = 0; i < (round == 0 ? 2 : kMany); ++i) pc15_buffer_free(items[i].buffer);
  }
  many = memory.calls;
  assert_true(few > 10);
  assert_in_range(many, kMany, kMany + 4); /* a buffer each, and the lists of the batch */
  pc15_encoder_destroy(e);
  d = new_decoder(&a, 1);
  expect_decoder(d, pc15_decode_batch(d, files, kMany), PC15_OK);
  test_memory_arm(&memory, -1, 0);
  expect_decoder(d, pc15_decode_batch(d, files, kMany), PC15_OK);
  assert_int_equal(memory.calls, 0);
  for (i = 0; i < kMany; ++i) assert_memory_equal(pixels + i * bytes_of(0), f->expected[0], bytes_of(0));
  pc15_decoder_destroy(d);
  assert_int_equal(memory.live, 0);
  free(pixels);
}

/* Refusals in turn, on one thread and several: a status each, nothing lost. */
static void without_memory(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  int32_t threads;
  for (threads = 1; threads <= 3; threads += 2) {
    int64_t n, total;
    size_t i;
    pc15_encoder *e = new_encoder(&a, threads);
    test_memory_arm(&memory, -1, 0);
    encode_items(f, items);
    expect_encoder(e, pc15_encode_batch(e, items, 3), PC15_OK);
    total = memory.calls;
    for (i = 0; i < 3; ++i) pc15_buffer_free(items[i].buffer);
    for (n = 0; n < total; n += 1 + total / 40) {
      pc15_status status;
      assert_status(pc15_encoder_reset(e), PC15_OK);
      set_up(e);
      test_memory_arm(&memory, n, 1);
      encode_items(f, items);
      status = pc15_encode_batch(e, items, 3);
      test_memory_arm(&memory, -1, 0);
      if (status != PC15_OK) assert_status(status, PC15_ERROR_NO_MEMORY);
      for (i = 0; i < 3; ++i) {
        assert_int_equal(items[i].status == PC15_OK, items[i].buffer != NULL);
        if (items[i].status != PC15_OK) assert_status(items[i].status, PC15_ERROR_NO_MEMORY);
        pc15_buffer_free(items[i].buffer);
      }
      encode_items(f, items);
      expect_encoder(e, pc15_encode_batch(e, items, 3), PC15_OK);
      for (i = 0; i < 3; ++i) pc15_buffer_free(items[i].buffer);
    }
    pc15_encoder_destroy(e);
    assert_int_equal(memory.live, 0);
  }
}

/* What one picture may have, a batch on many threads may have too. */
static void pictures_refused_beside_others_come_alone(void **state) {
  fixture *f = (fixture *)*state;
  pc15_encode_item items[PICTURES];
  pc15_image same[PICTURES];
  pc15_encoder *e = new_encoder(NULL, 8);
  pc15_buffer *buffer = NULL;
  int64_t least = 1 << 16;
  size_t i;
  for (;; least += least / 8) { /* the memory that one of them needs */
    assert_status(pc15_encoder_set_param(e, PC15_PARAM_MAX_MEMORY, least), PC15_OK);
    if (pc15_encode_image_buffer(e, &f->images[6], &buffer) == PC15_OK) break;
  }
  pc15_buffer_free(buffer);
  encode_items(f, items);
  for (i = 0; i < PICTURES; ++i) {
    same[i] = f->images[6];
    items[i].image = &same[i];
  }
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_MAX_MEMORY, least + 4096), PC15_OK);
  expect_encoder(e, pc15_encode_batch(e, items, PICTURES), PC15_OK);
  for (i = 0; i < PICTURES; ++i) {
    assert_int_equal(pc15_buffer_size(items[i].buffer), f->files[6].size);
    assert_memory_equal(pc15_buffer_data(items[i].buffer), f->files[6].data, f->files[6].size);
  }
  free_buffers(items);
  pc15_encoder_destroy(e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_bytes_of_single_calls),
      cmocka_unit_test(the_pixels_of_single_calls),
      cmocka_unit_test(parts_and_scales),
      cmocka_unit_test(a_bad_picture_stops_no_other),
      cmocka_unit_test(a_bad_file_stops_no_other),
      cmocka_unit_test(calls_that_are_refused_whole),
      cmocka_unit_test(progress_and_cancelling),
      cmocka_unit_test(working_memory_is_reused),
      cmocka_unit_test(without_memory),
      cmocka_unit_test(pictures_refused_beside_others_come_alone),
  };
  return cmocka_run_group_tests(tests, make, drop);
}
