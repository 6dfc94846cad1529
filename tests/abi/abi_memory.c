/* The n-th allocation fails, once and from then on, for every n: the right status, nothing leaked, and the
 * handle works again after a reset. */
#include "abi_support.h"

typedef struct fixture {
  test_memory memory;
  pc15_encoder *e;
  pc15_decoder *d;
  test_file files[TEST_SMALL_FILES];
  uint8_t *pixels; /* room for the largest */
  uint8_t *photo;
  uint8_t *damaged, *headless; /* copies of the third file */
} fixture;

typedef pc15_status (*operation)(fixture *f);

static pc15_status encode_gray(fixture *f) {
  uint8_t out[8192];
  size_t size = 0;
  return pc15_encode_y(f->e, f->photo, 48 * 40, 48, 40, 0, out, sizeof(out), &size);
}

static pc15_status encode_color_buffer(fixture *f) {
  const pc15_image image = test_image(f->photo, 40, 30, PC15_FORMAT_RGB);
  pc15_buffer *buffer = NULL;
  const pc15_status status = pc15_encode_image_buffer(f->e, &image, &buffer);
  assert_int_equal(buffer != NULL, status == PC15_OK);
  pc15_buffer_free(buffer);
  return status;
}

static int32_t give_rows(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  memcpy(rows, ((fixture *)opaque)->photo + size / count * y, size);
  return (int32_t)count;
}

static pc15_status encode_rows(fixture *f) {
  uint8_t out[8192];
  size_t size = 0;
  return pc15_encode_rows(f->e, PC15_FORMAT_RGB, 12, 70, give_rows, f, out, sizeof(out), &size);
}

static int32_t from_the_top(void *opaque) {
  (void)opaque;
  return 0;
}

static pc15_status encode_source(fixture *f) {
  uint8_t out[8192];
  size_t size = 0;
  pc15_row_source source;
  memset(&source, 0, sizeof(source));
  source.struct_size = sizeof(source);
  source.format = PC15_FORMAT_RGB;
  source.width = 12;
  source.height = 70;
  source.rows = give_rows;
  source.restart = from_the_top;
  source.opaque = f;
  return pc15_encode_source(f->e, &source, out, sizeof(out), &size);
}

static pc15_status set_metadata(fixture *f) {
  return pc15_encoder_set_metadata(f->e, PC15_METADATA_XMP, f->photo, 500);
}

static pc15_status decode_whole(fixture *f, int file) {
  const test_file *t = &f->files[file];
  const pc15_image image = test_image(f->pixels, t->width, t->height, t->format);
  return pc15_decode_image(f->d, t->data, t->size, &image);
}
static pc15_status decode_0(fixture *f) { return decode_whole(f, 0); }
static pc15_status decode_1(fixture *f) { return decode_whole(f, 1); }
static pc15_status decode_2(fixture *f) { return decode_whole(f, 2); }

static pc15_status decode_buffer(fixture *f) {
  pc15_buffer *buffer = NULL;
  const pc15_status status =
      pc15_decode_image_buffer(f->d, f->files[1].data, f->files[1].size, 0, NULL, &buffer);
  assert_int_equal(buffer != NULL, status == PC15_OK);
  pc15_buffer_free(buffer);
  return status;
}

static pc15_status decode_region(fixture *f) {
  const pc15_image image = test_image(f->pixels, 50, 60, PC15_FORMAT_Y);
  return pc15_decode_region(f->d, f->files[2].data, f->files[2].size, 100, 100, &image);
}

static int32_t keep_rows(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  fixture *f = (fixture *)opaque;
  memcpy(f->pixels + size / count * y, rows, size);
  return 0;
}

static pc15_status decode_rows(fixture *f) {
  return pc15_decode_rows(f->d, f->files[2].data, f->files[2].size, 0, keep_rows, f);
}

static pc15_status decode_scaled(fixture *f, int file, int32_t scale) {
  const pc15_image image = test_image(f->pixels, 16, 12, PC15_FORMAT_RGB);
  return pc15_decode_scaled(f->d, f->files[file].data, f->files[file].size, scale, 1, 2, &image);
}
static pc15_status decode_half(fixture *f) { return decode_scaled(f, 2, -1); }
static pc15_status decode_twice(fixture *f) { return decode_scaled(f, 1, 1); }

static pc15_status verify(fixture *f) { return pc15_verify(f->d, f->files[1].data, f->files[1].size); }

static pc15_status replace_metadata(fixture *f) {
  pc15_buffer *buffer = NULL;
  const pc15_status status = pc15_metadata_replace(f->d, f->files[1].data, f->files[1].size,
                                                   PC15_METADATA_EXIF, f->photo, 300, &buffer);
  assert_int_equal(buffer != NULL, status == PC15_OK);
  pc15_buffer_free(buffer);
  return status;
}

/* The first cell is damaged, and in the second file both copies of the index too. */
static pc15_status repair(fixture *f, const uint8_t *data, size_t size) {
  pc15_buffer *buffer = NULL;
  const pc15_status status = pc15_repair(f->d, data, size, NULL, &buffer);
  assert_int_equal(buffer != NULL, status == PC15_NOTE_DAMAGED);
  pc15_buffer_free(buffer);
  return status == PC15_NOTE_DAMAGED ? PC15_OK : status;
}
static pc15_status repair_cell(fixture *f) { return repair(f, f->damaged, f->files[2].size); }
static pc15_status repair_index(fixture *f) { return repair(f, f->headless, f->files[2].size); }

static pc15_status inspect(fixture *f) {
  uint32_t count = 0;
  pc15_status status = pc15_decoder_open(f->d, f->files[2].data, f->files[2].size);
  if (status == PC15_OK) status = pc15_decoder_part_count(f->d, &count);
  if (status == PC15_OK) status = pc15_decoder_tile_count(f->d, &count);
  if (status == PC15_OK) status = pc15_decoder_metadata_count(f->d, &count);
  pc15_decoder_close(f->d);
  return status;
}

/* Copies of the third file with some parts damaged. */
static uint8_t *with_damage(fixture *f, int index_too) {
  const test_file *t = &f->files[2];
  uint8_t *copy = (uint8_t *)malloc(t->size);
  uint32_t count = 0, i;
  memcpy(copy, t->data, t->size);
  assert_status(pc15_decoder_open(f->d, t->data, t->size), PC15_OK);
  assert_status(pc15_decoder_part_count(f->d, &count), PC15_OK);
  for (i = 0; i < count; ++i) {
    pc15_part_info part = {0};
    part.struct_size = sizeof(part);
    assert_status(pc15_decoder_part_info(f->d, i, &part), PC15_OK);
    if ((part.kind == PC15_PART_CELL && part.number == 0) ||
        (index_too && (part.kind == PC15_PART_INDEX || part.kind == PC15_PART_BACKUP_INDEX)))
      copy[part.offset] ^= 1;
  }
  assert_status(pc15_decoder_close(f->d), PC15_OK);
  return copy;
}

static int make(void **state) {
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  pc15_allocator a = test_allocator(&f->memory);
  int k;
  for (k = 0; k < TEST_SMALL_FILES; ++k) f->files[k] = test_small_file(k);
  f->pixels = (uint8_t *)malloc(TEST_CELLS_WIDTH * TEST_CELLS_HEIGHT * 4);
  f->photo = test_picture(TEST_PHOTO, 64, 64, 3);
  assert_status(pc15_encoder_create(&a, &f->e), PC15_OK);
  assert_status(pc15_decoder_create(&a, &f->d), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_EFFORT, 1), PC15_OK);
  f->damaged = with_damage(f, 0);
  f->headless = with_damage(f, 1);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  int k;
  pc15_encoder_destroy(f->e);
  pc15_decoder_destroy(f->d);
  assert_int_equal(f->memory.live, 0);
  for (k = 0; k < TEST_SMALL_FILES; ++k) test_file_free(&f->files[k]);
  free(f->pixels);
  free(f->photo);
  free(f->damaged);
  free(f->headless);
  free(f);
  return 0;
}

/* Runs to the n at which no allocation fails any more. Beyond `dense` calls every eleventh n is tried. */
static void fail_everywhere(fixture *f, operation run, int sticky) {
  const int64_t dense = 400;
  int64_t n;
  for (n = 0; n < 1000000; n += n < dense ? 1 : 11) {
    pc15_status status;
    int64_t live;
    pc15_encoder_reset(f->e);
    pc15_decoder_reset(f->d);
    live = f->memory.live;
    test_memory_arm(&f->memory, n, sticky);
    status = run(f);
    f->memory.fail_at = -1;
    if (f->memory.failed == 0) {
      assert_status(status, PC15_OK);
      return;
    }
    if (status != PC15_ERROR_NO_MEMORY)
      fail_msg("allocation %lld: %s", (long long)n, pc15_status_name(status));
    pc15_encoder_reset(f->e);
    pc15_decoder_reset(f->d);
    if (f->memory.live > live + 8)
      fail_msg("allocation %lld: %lld blocks kept", (long long)n, (long long)(f->memory.live - live));
    if (n % 16 == 0) assert_status(run(f), PC15_OK);
  }
  fail_msg("never succeeded");
}

static void all_operations(fixture *f, int sticky) {
  static const struct {
    const char *name;
    operation run;
  } kAll[] = {{"encode_y", encode_gray},
              {"encode_image_buffer", encode_color_buffer},
              {"encode_rows", encode_rows},
              {"encode_source", encode_source},
              {"set_metadata", set_metadata},
              {"decode 0", decode_0},
              {"decode 1", decode_1},
              {"decode 2", decode_2},
              {"decode_buffer", decode_buffer},
              {"decode_region", decode_region},
              {"decode_scaled 1/2", decode_half},
              {"decode_scaled 2", decode_twice},
              {"decode_rows", decode_rows},
              {"verify", verify},
              {"metadata_replace", replace_metadata},
              {"repair a cell", repair_cell},
              {"repair the index", repair_index},
              {"inspect", inspect}};
  size_t i;
  for (i = 0; i < COUNT_OF(kAll); ++i) {
    print_message("    %s\n", kAll[i].name);
    fail_everywhere(f, kAll[i].run, sticky);
  }
}

static void one_failure(void **state) { all_operations((fixture *)*state, 0); }
static void failing_from_then_on(void **state) { all_operations((fixture *)*state, 1); }

/* The failure happens in any thread of the pool and is answered all the same. */
static void failing_in_workers(void **state) {
  fixture *f = (fixture *)*state;
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_THREADS, 3), PC15_OK);
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_THREADS, 3), PC15_OK);
  all_operations(f, 0);
}

static void handles_themselves(void **state) {
  test_memory memory;
  pc15_allocator a = test_allocator(&memory);
  int64_t n;
  (void)state;
  for (n = 0; n < 100; ++n) {
    pc15_encoder *e = (pc15_encoder *)&memory;
    pc15_decoder *d = (pc15_decoder *)&memory;
    pc15_status status;
    test_memory_arm(&memory, n, 1);
    status = pc15_encoder_create(&a, &e);
    if (status == PC15_OK) {
      pc15_encoder_destroy(e);
    } else {
      assert_status(status, PC15_ERROR_NO_MEMORY);
      assert_null(e);
    }
    assert_int_equal(memory.live, 0);
    test_memory_arm(&memory, n, 1);
    status = pc15_decoder_create(&a, &d);
    if (status == PC15_OK) {
      pc15_decoder_destroy(d);
    } else {
      assert_status(status, PC15_ERROR_NO_MEMORY);
      assert_null(d);
    }
    assert_int_equal(memory.live, 0);
  }
}

static void without_a_handle(void **state) {
  fixture *f = (fixture *)*state;
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  pc15_difference d = {0};
  int64_t n;
  d.struct_size = sizeof(d);
  for (n = 0; n < 1000; ++n) {
    pc15_status status;
    test_memory_arm(&memory, n, 0);
    status = pc15_diff(f->files[1].data, f->files[1].size, f->files[2].data, f->files[2].size, &a, &d);
    assert_int_equal(memory.live, 0);
    if (memory.failed == 0) {
      assert_status(status, PC15_OK);
      return;
    }
    assert_status(status, PC15_ERROR_NO_MEMORY);
  }
  fail();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(one_failure),        TEST(failing_from_then_on), TEST(failing_in_workers),
      TEST(handles_themselves), TEST(without_a_handle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
