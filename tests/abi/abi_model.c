/* Models: import and export, files that bring their tables, damage to them, memory.
 *
 * samples.pc15model was written by `train_tables --model` from the two pictures under samples/, with a
 * threshold of 1 bit per cell, so that it holds many changes. */
#include "abi_support.h"

#define REFUSED(call) assert_status(call, PC15_ERROR_INVALID_ARGUMENT)
#define WIDTH 300u
#define HEIGHT 200u

typedef struct fixture {
  uint8_t *blob;
  size_t blob_size;
  pc15_model *model;
  pc15_encoder *e;
  pc15_decoder *d;
  uint8_t *pixels;
  uint8_t *file;
  size_t file_size;
} fixture;

static uint8_t *read_blob(size_t *size) {
  uint8_t *data = (uint8_t *)malloc(100000);
  FILE *f = fopen(PC15_TEST_SOURCE_DIR "/tests/abi/samples.pc15model", "rb");
  assert_true(data != NULL && f != NULL);
  *size = fread(data, 1, 100000, f);
  fclose(f);
  return data;
}

static pc15_model *make_model(void) {
  pc15_model *model = NULL;
  assert_status(pc15_model_create(NULL, &model), PC15_OK);
  return model;
}

static void says(const pc15_model *model, pc15_status status, pc15_status expected, const char *part) {
  char text[256];
  pc15_model_last_error(model, text, sizeof(text));
  if (status != expected || strstr(text, part) == NULL)
    fail_msg("%s: '%s', expected %s with '%s'", pc15_status_name(status), text, pc15_status_name(expected),
             part);
}

static uint8_t *encode(fixture *f, size_t *size) {
  const pc15_image image = test_image(f->pixels, WIDTH, HEIGHT, PC15_FORMAT_RGB);
  pc15_buffer *buffer = NULL;
  uint8_t *file;
  expect_encoder(f->e, pc15_encode_image_buffer(f->e, &image, &buffer), PC15_OK);
  *size = pc15_buffer_size(buffer);
  file = (uint8_t *)malloc(*size);
  assert_non_null(file);
  memcpy(file, pc15_buffer_data(buffer), *size);
  pc15_buffer_free(buffer);
  return file;
}

static int make(void **state) {
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  f->blob = read_blob(&f->blob_size);
  f->model = make_model();
  f->pixels = test_picture(TEST_PHOTO, WIDTH, HEIGHT, 3);
  assert_status(pc15_model_import(f->model, f->blob, f->blob_size), PC15_OK);
  assert_status(pc15_encoder_create(NULL, &f->e), PC15_OK);
  assert_status(pc15_decoder_create(NULL, &f->d), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_EFFORT, 1), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_CELL, 128), PC15_OK);
  assert_status(pc15_encoder_set_model(f->e, f->model), PC15_OK);
  f->file = encode(f, &f->file_size);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  pc15_model_destroy(f->model);
  pc15_encoder_destroy(f->e);
  pc15_decoder_destroy(f->d);
  free(f->blob);
  free(f->pixels);
  free(f->file);
  free(f);
  return 0;
}

static pc15_status decode(fixture *f, const uint8_t *file, size_t size, uint8_t *out) {
  const pc15_image image = test_image(out, WIDTH, HEIGHT, PC15_FORMAT_RGB);
  return pc15_decode_image(f->d, file, size, &image);
}

/* Offset of the n-th section of tables in the file: they are the only sections. */
static size_t tables_at(fixture *f, const uint8_t *file, size_t size, uint32_t n, size_t *bytes) {
  uint32_t i, count = 0;
  assert_status(pc15_decoder_open(f->d, file, size), PC15_OK);
  assert_status(pc15_decoder_part_count(f->d, &count), PC15_OK);
  for (i = 0; i < count; ++i) {
    pc15_part_info part = {0};
    part.struct_size = sizeof(part);
    assert_status(pc15_decoder_part_info(f->d, i, &part), PC15_OK);
    if (part.kind != PC15_PART_SECTION || n-- != 0) continue;
    *bytes = (size_t)part.size;
    assert_status(pc15_decoder_close(f->d), PC15_OK);
    return (size_t)part.offset;
  }
  fail_msg("no such section");
  return 0;
}

static void nulls(void **state) {
  fixture *f = (fixture *)*state;
  uint32_t u = 0;
  int16_t numbers[4] = {0};
  size_t n = 0;
  REFUSED(pc15_model_create(NULL, NULL));
  pc15_model_destroy(NULL);
  assert_int_equal(pc15_model_last_error(NULL, NULL, 0), 0);
  REFUSED(pc15_model_load_frozen(NULL));
  REFUSED(pc15_model_import(NULL, f->blob, f->blob_size));
  REFUSED(pc15_model_import(f->model, NULL, 5));
  REFUSED(pc15_model_export(NULL, f->blob, 5, &n));
  REFUSED(pc15_model_export(f->model, NULL, 5, &n));
  REFUSED(pc15_model_export(f->model, f->blob, 5, NULL));
  REFUSED(pc15_model_table_count(NULL, &u));
  REFUSED(pc15_model_table_count(f->model, NULL));
  REFUSED(pc15_model_table_info(NULL, 0, &u, &n));
  REFUSED(pc15_model_table_info(f->model, 0, NULL, &n));
  REFUSED(pc15_model_table_info(f->model, 0, &u, NULL));
  REFUSED(pc15_model_set_codebook(NULL, 1, numbers, 4, 2));
  REFUSED(pc15_model_set_codebook(f->model, 1, NULL, 4, 2));
  REFUSED(pc15_model_codebook(NULL, 1, numbers, 4, &n, &u));
  REFUSED(pc15_model_codebook(f->model, 1, NULL, 4, &n, &u));
  REFUSED(pc15_model_codebook(f->model, 1, numbers, 4, NULL, &u));
  REFUSED(pc15_model_codebook(f->model, 1, numbers, 4, &n, NULL));
  REFUSED(pc15_encoder_set_model(NULL, f->model));
}

static void models_come_back(void **state) {
  fixture *f = (fixture *)*state;
  pc15_model *model = make_model();
  uint32_t count = 9, i, step = 0, before = 0;
  size_t size = 0;
  uint8_t *bytes = (uint8_t *)malloc(f->blob_size);
  assert_status(pc15_model_table_count(model, &count), PC15_OK);
  assert_int_equal(count, 0);
  says(model, pc15_model_export(model, NULL, 0, &size), PC15_ERROR_WRONG_STATE, "empty");
  assert_status(pc15_encoder_set_model(f->e, model), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_model_load_frozen(model), PC15_OK);
  assert_status(pc15_model_table_count(model, &count), PC15_OK);
  assert_int_equal(count, 5);
  assert_status(pc15_model_export(model, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_true(size < 400); /* what is not changed costs next to nothing */
  assert_status(pc15_model_import(model, f->blob, f->blob_size), PC15_OK);
  assert_status(pc15_model_export(model, bytes, f->blob_size - 1, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(size, f->blob_size);
  assert_status(pc15_model_export(model, bytes, f->blob_size, &size), PC15_OK);
  assert_memory_equal(bytes, f->blob, size);
  for (i = 0; i < 5; ++i, before = step) {
    assert_status(pc15_model_table_info(model, i, &step, &size), PC15_OK);
    assert_true(step > before && size > 100 && size < 4096);
  }
  says(model, pc15_model_table_info(model, 5, &step, &size), PC15_ERROR_OUT_OF_RANGE, "table set 5");
  free(bytes);
  pc15_model_destroy(model);
}

static uint32_t crc_of(const uint8_t *data, size_t size) {
  uint32_t crc = 0xFFFFFFFFu;
  size_t i;
  int k;
  for (i = 0; i < size; ++i) {
    crc ^= data[i];
    for (k = 0; k < 8; ++k) crc = crc >> 1 ^ ((crc & 1u) != 0 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

/* With a CRC that holds. */
static void hostile(const fixture *f, size_t at, uint8_t value, pc15_status expected, const char *part) {
  pc15_model *model = make_model();
  uint8_t *bytes = (uint8_t *)malloc(f->blob_size);
  uint32_t crc, count = 9;
  int k;
  memcpy(bytes, f->blob, f->blob_size);
  bytes[at] = value;
  crc = crc_of(bytes, f->blob_size - 4);
  for (k = 0; k < 4; ++k) bytes[f->blob_size - 4 + (size_t)k] = (uint8_t)(crc >> (8 * k));
  says(model, pc15_model_import(model, bytes, f->blob_size), expected, part);
  assert_status(pc15_model_table_count(model, &count), PC15_OK);
  assert_int_equal(count, 0);
  free(bytes);
  pc15_model_destroy(model);
}

static void broken_models_are_refused(void **state) {
  fixture *f = (fixture *)*state;
  pc15_model *model = make_model();
  uint8_t *bytes = (uint8_t *)calloc(f->blob_size + 5, 1);
  size_t i;
  memcpy(bytes, f->blob, f->blob_size);
  for (i = 0; i < f->blob_size; i += i < 300 ? 1 : 37) {
    assert_status(pc15_model_import(model, bytes, i), PC15_ERROR_TRUNCATED);
    bytes[i] ^= 0x20;
    if (pc15_model_import(model, bytes, f->blob_size) == PC15_OK) fail_msg("byte %zu was damaged", i);
    bytes[i] ^= 0x20;
  }
  says(model, pc15_model_import(model, bytes, f->blob_size + 5), PC15_ERROR_TRAILING, "5 bytes follow");
  assert_status(pc15_model_import(model, bytes, f->blob_size), PC15_OK);
  bytes[1000] ^= 1;
  says(model, pc15_model_import(model, bytes, f->blob_size), PC15_ERROR_CRC, "CRC at byte");
  hostile(f, 0, 'Q', PC15_ERROR_CORRUPT, "byte 0");
  hostile(f, 4, 2, PC15_ERROR_VERSION, "version 2");
  hostile(f, 5, 1, PC15_ERROR_CORRUPT, "byte 5");
  hostile(f, 6, 0, PC15_ERROR_CORRUPT, "0 parts");
  hostile(f, 6, 25, PC15_ERROR_CORRUPT, "25 parts");
  hostile(f, 6, 4, PC15_ERROR_CORRUPT, "do not end");
  hostile(f, 6, 6, PC15_ERROR_CORRUPT, "do not end");
  hostile(f, 8, 'X', PC15_ERROR_UNSUPPORTED, "part at byte 8");
  hostile(f, 15, 0x7F, PC15_ERROR_CORRUPT, "do not end");
  hostile(f, 16, 2, PC15_ERROR_UNSUPPORTED, "version 2 at byte 16");
  hostile(f, 17, 5, PC15_ERROR_CORRUPT, "set 5");
  hostile(f, 19, 0x70, PC15_ERROR_CORRUPT, "not above"); /* a step beyond those that follow */
  hostile(f, 23, 0xFF, PC15_ERROR_CORRUPT, "byte 16");   /* another state */
  free(bytes);
  pc15_model_destroy(model);
}

static void files_bring_their_tables(void **state) {
  static const int32_t kThreads[] = {1, 2, 4};
  fixture *f = (fixture *)*state;
  uint8_t *first = (uint8_t *)malloc(WIDTH * HEIGHT * 3), *again = (uint8_t *)malloc(WIDTH * HEIGHT * 3),
          *file;
  size_t size, bytes = 0, bound = 0, t;
  uint32_t y;
  assert_true(first != NULL && again != NULL);
  assert_int_equal(f->file[43], 255);
  assert_true(tables_at(f, f->file, f->file_size, 1, &bytes) >
              tables_at(f, f->file, f->file_size, 0, &bytes));
  expect_decoder(f->d, decode(f, f->file, f->file_size, first), PC15_OK);
  expect_decoder(f->d, pc15_verify(f->d, f->file, f->file_size), PC15_OK);
  assert_status(pc15_encode_bound(f->e, PC15_FORMAT_RGB, WIDTH, HEIGHT, &bound), PC15_OK);
  assert_true(bound >= f->file_size);
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_THREADS, kThreads[t]), PC15_OK);
    assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_THREADS, kThreads[t]), PC15_OK);
    assert_status(pc15_encoder_reset(f->e), PC15_OK); /* keeps the model */
    file = encode(f, &size);
    assert_int_equal(size, f->file_size);
    assert_memory_equal(file, f->file, size);
    free(file);
    expect_decoder(f->d, decode(f, f->file, f->file_size, again), PC15_OK);
    assert_memory_equal(first, again, WIDTH * HEIGHT * 3);
  }
  { /* a region is that crop */
    const pc15_image part = test_image(again, 90, 50, PC15_FORMAT_RGB);
    expect_decoder(f->d, pc15_decode_region(f->d, f->file, f->file_size, 100, 99, &part), PC15_OK);
    for (y = 0; y < 50; ++y) assert_memory_equal(again + y * 270, first + ((y + 99) * WIDTH + 100) * 3, 270);
  }
  free(first);
  free(again);
}

/* Without a model, and after taking it back, the bytes are the same; the frozen model changes the coding of
 * no cell, only the number and the sections. */
static void the_frozen_model_changes_no_cell(void **state) {
  fixture *f = (fixture *)*state;
  pc15_model *frozen = make_model();
  uint8_t *plain, *with, *a = (uint8_t *)malloc(WIDTH * HEIGHT * 3),
                         *b = (uint8_t *)malloc(WIDTH * HEIGHT * 3);
  size_t plain_size, with_size, bytes = 0;
  pc15_stats stats = {0}, other = {0};
  stats.struct_size = other.struct_size = sizeof(stats);
  assert_status(pc15_encoder_set_model(f->e, NULL), PC15_OK);
  plain = encode(f, &plain_size);
  assert_true(plain[43] < 5);
  assert_status(pc15_encoder_stats(f->e, &stats), PC15_OK);
  assert_status(pc15_model_load_frozen(frozen), PC15_OK);
  assert_status(pc15_encoder_set_model(f->e, frozen), PC15_OK);
  pc15_model_destroy(frozen); /* it was copied */
  with = encode(f, &with_size);
  assert_status(pc15_encoder_stats(f->e, &other), PC15_OK);
  assert_true(stats.bytes_cells == other.bytes_cells);
  tables_at(f, with, with_size, 0, &bytes);
  assert_true(bytes < 60);
  expect_decoder(f->d, decode(f, plain, plain_size, a), PC15_OK);
  expect_decoder(f->d, decode(f, with, with_size, b), PC15_OK);
  assert_memory_equal(a, b, WIDTH * HEIGHT * 3);
  assert_status(pc15_encoder_set_model(f->e, f->model), PC15_OK);
  free(with);
  with = encode(f, &with_size);
  assert_memory_equal(with, f->file, f->file_size);
  assert_status(pc15_encoder_stats(f->e, &other), PC15_OK);
  assert_true(stats.bytes_cells != other.bytes_cells);
  free(plain);
  free(with);
  free(a);
  free(b);
}

static void without_a_residual_there_are_no_tables(void **state) {
  fixture *f = (fixture *)*state;
  uint8_t *file;
  size_t size;
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_RESIDUAL, 0), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_COMPACT, 0), PC15_OK);
  file = encode(f, &size);
  assert_int_equal(file[43], 0);
  assert_int_equal(file[64], 0); /* sections */
  free(file);
}

static void one_damaged_copy_costs_nothing(void **state) {
  fixture *f = (fixture *)*state;
  uint8_t *good = (uint8_t *)malloc(WIDTH * HEIGHT * 3), *out = (uint8_t *)malloc(WIDTH * HEIGHT * 3), map[6];
  size_t at[2], bytes = 0, count = 0;
  int k, i;
  assert_true(good != NULL && out != NULL);
  expect_decoder(f->d, decode(f, f->file, f->file_size, good), PC15_OK);
  for (k = 0; k < 2; ++k) at[k] = tables_at(f, f->file, f->file_size, (uint32_t)k, &bytes);
  for (k = 0; k < 2; ++k) {
    f->file[at[k] + 50] ^= 4;
    assert_status(decode(f, f->file, f->file_size, out), PC15_ERROR_CRC);
    pc15_decoder_reset(f->d);
    assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 1), PC15_OK);
    expect_decoder(f->d, decode(f, f->file, f->file_size, out), PC15_NOTE_DAMAGED);
    assert_memory_equal(good, out, WIDTH * HEIGHT * 3);
    assert_status(pc15_decoder_damage(f->d, map, sizeof(map), &count), PC15_OK);
    for (i = 0; i < 6; ++i) assert_int_equal(map[i], PC15_CELL_INTACT);
    assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 0), PC15_OK);
    f->file[at[k] + 50] ^= 4;
  }
  f->file[at[0] + 50] ^= 4;
  f->file[at[1] + 9] ^= 4;
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 1), PC15_OK);
  expect_decoder(f->d, decode(f, f->file, f->file_size, out), PC15_NOTE_DAMAGED);
  assert_status(pc15_decoder_damage(f->d, map, sizeof(map), &count), PC15_OK);
  assert_int_equal(count, 6);
  for (i = 0; i < 6; ++i) assert_int_equal(map[i], PC15_CELL_LOST);
  free(good);
  free(out);
}

static void metadata_changes_keep_the_tables(void **state) {
  static const uint8_t kText[] = "a title";
  fixture *f = (fixture *)*state;
  uint8_t *good = (uint8_t *)malloc(WIDTH * HEIGHT * 3), *out = (uint8_t *)malloc(WIDTH * HEIGHT * 3);
  pc15_buffer *with = NULL, *without = NULL;
  expect_decoder(f->d, decode(f, f->file, f->file_size, good), PC15_OK);
  expect_decoder(
      f->d, pc15_metadata_replace(f->d, f->file, f->file_size, PC15_METADATA_TEXT, kText, 7, &with), PC15_OK);
  expect_decoder(f->d, decode(f, pc15_buffer_data(with), pc15_buffer_size(with), out), PC15_OK);
  assert_memory_equal(good, out, WIDTH * HEIGHT * 3);
  expect_decoder(f->d,
                 pc15_metadata_replace(f->d, pc15_buffer_data(with), pc15_buffer_size(with),
                                       PC15_METADATA_TEXT, NULL, 0, &without),
                 PC15_OK);
  assert_int_equal(pc15_buffer_size(without), f->file_size);
  assert_memory_equal(pc15_buffer_data(without), f->file, f->file_size);
  pc15_buffer_free(with);
  pc15_buffer_free(without);
  free(good);
  free(out);
}

/* Shapes of atoms: 64 of small Gabor, Gauss and edge shapes. */
static void make_shapes(int16_t shapes[256]) {
  int i;
  for (i = 0; i < 64; ++i) {
    shapes[4 * i] = (int16_t)(i % 3);
    shapes[4 * i + 1] = (int16_t)(2 + i % 14);
    shapes[4 * i + 2] = (int16_t)(1 + i / 4 % 15);
    shapes[4 * i + 3] = (int16_t)(5 + i / 3);
  }
}

static void codebooks_come_back(void **state) {
  fixture *f = (fixture *)*state;
  pc15_model *model = make_model(), *again = make_model();
  int16_t shapes[256], out[2048], large[2048];
  uint8_t bytes[40000];
  uint32_t dims = 0;
  size_t size = 0, count = 0, size2 = 0;
  int32_t id;
  int k;
  make_shapes(shapes);
  for (k = 0; k < 2048; ++k) large[k] = (int16_t)(k * 37 - 30000);
  assert_status(pc15_model_set_codebook(model, 0, shapes, 256, 4), PC15_OK);
  for (id = 15; id > 0; --id) assert_status(pc15_model_set_codebook(model, 10 * id, large, 2048, 8), PC15_OK);
  says(model, pc15_model_set_codebook(model, 7, large, 8, 8), PC15_ERROR_OUT_OF_RANGE,
       "codebook 7 is one more");
  assert_status(pc15_model_set_codebook(model, 10, large, 6, 3), PC15_OK); /* replaces */
  assert_status(pc15_model_set_codebook(model, 20, NULL, 0, 0), PC15_OK);  /* removes */
  assert_status(pc15_model_set_codebook(model, 21, NULL, 0, 0), PC15_OK);  /* nothing to remove */
  assert_status(pc15_model_export(model, bytes, sizeof(bytes), &size), PC15_OK);
  assert_status(pc15_model_import(again, bytes, size), PC15_OK);
  assert_status(pc15_model_codebook(again, 0, out, 256, &count, &dims), PC15_OK);
  assert_true(count == 256 && dims == 4);
  assert_memory_equal(out, shapes, sizeof(shapes));
  assert_status(pc15_model_codebook(again, 10, out, 6, &count, &dims), PC15_OK);
  assert_true(count == 6 && dims == 3);
  assert_status(pc15_model_codebook(again, 150, out, 2047, &count, &dims), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(count, 2048);
  assert_status(pc15_model_codebook(again, 150, out, 2048, &count, &dims), PC15_OK);
  assert_memory_equal(out, large, sizeof(large));
  says(again, pc15_model_codebook(again, 20, out, 6, &count, &dims), PC15_ERROR_NOT_FOUND, "codebook 20");
  size2 = size;
  memset(bytes, 0, 8);
  assert_status(pc15_model_export(again, bytes, sizeof(bytes), &size), PC15_OK);
  assert_int_equal(size, size2);
  assert_memory_equal(bytes, "PCMD", 4);
  says(model, pc15_model_set_codebook(model, -1, large, 8, 8), PC15_ERROR_OUT_OF_RANGE, "codebook -1");
  says(model, pc15_model_set_codebook(model, 256, large, 8, 8), PC15_ERROR_OUT_OF_RANGE, "codebook 256");
  says(model, pc15_model_set_codebook(model, 9, large, 8, 0), PC15_ERROR_OUT_OF_RANGE, "0 dimensions");
  says(model, pc15_model_set_codebook(model, 9, large, 9, 9), PC15_ERROR_OUT_OF_RANGE, "9 dimensions");
  says(model, pc15_model_set_codebook(model, 9, large, 9, 2), PC15_ERROR_INVALID_ARGUMENT, "9 numbers");
  says(model, pc15_model_set_codebook(model, 9, large, 257, 1), PC15_ERROR_OUT_OF_RANGE, "257 entries");
  says(model, pc15_model_set_codebook(model, 0, shapes, 252, 4), PC15_ERROR_OUT_OF_RANGE, "63 entries of 4");
  shapes[4 * 20] = 3;
  says(model, pc15_model_set_codebook(model, 0, shapes, 256, 4), PC15_ERROR_OUT_OF_RANGE, "entry 20");
  shapes[4 * 20] = -1;
  says(model, pc15_model_set_codebook(model, 0, shapes, 256, 4), PC15_ERROR_OUT_OF_RANGE, "entry 20");
  shapes[4 * 20] = 0;
  shapes[4 * 63 + 3] = 37;
  says(model, pc15_model_set_codebook(model, 0, shapes, 256, 4), PC15_ERROR_OUT_OF_RANGE, "entry 63");
  assert_status(pc15_encoder_set_model(f->e, model), PC15_OK);
  pc15_model_destroy(model);
  pc15_model_destroy(again);
}

/* A picture of the programs' atoms, with the shapes of the file: what the encoder promised is what is
 * decoded, and the file names its shapes. */
static void atoms_use_the_codebook(void **state) {
  enum { W = 64, H = 48 };
  fixture *f = (fixture *)*state;
  pc15_model *model = make_model();
  pc15_stats stats = {0};
  uint8_t *gray = test_picture(TEST_PHOTO, W, H, 1), file[8192], out[W * H], other[W * H];
  int16_t shapes[256];
  size_t size = 0, bytes = 0, plain = 0, written = 0, first, copy;
  double psnr = 0;
  int k;
  stats.struct_size = sizeof(stats);
  make_shapes(shapes);
  assert_status(pc15_model_set_codebook(model, 0, shapes, 256, 4), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_RESIDUAL, 0), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_EFFORT, 8), PC15_OK);
  assert_status(pc15_encoder_set_param(f->e, PC15_PARAM_QUALITY, 90000), PC15_OK);
  assert_status(pc15_encoder_set_model(f->e, NULL), PC15_OK);
  expect_encoder(f->e, pc15_encode_y(f->e, gray, W * H, W, H, 0, file, sizeof(file), &plain), PC15_OK);
  expect_decoder(f->d, pc15_decode_y(f->d, file, plain, other, sizeof(other), 0, &written), PC15_OK);
  assert_status(pc15_encoder_set_model(f->e, model), PC15_OK);
  expect_encoder(f->e, pc15_encode_y(f->e, gray, W * H, W, H, 0, file, sizeof(file), &size), PC15_OK);
  assert_status(pc15_encoder_stats(f->e, &stats), PC15_OK);
  expect_decoder(f->d, pc15_decode_y(f->d, file, size, out, sizeof(out), 0, &written), PC15_OK);
  assert_status(pc15_metric_psnr(gray, W * H, 0, out, W * H, 0, W, H, &psnr), PC15_OK);
  assert_true(psnr > stats.psnr_y - 1e-9 && psnr < stats.psnr_y + 1e-9);
  assert_true(memcmp(out, other, sizeof(out)) != 0);
  assert_int_equal(file[64], 2); /* sections: the codebook and its copy */
  assert_memory_equal(file + 65, "CODE", 4);
  assert_true(tables_at(f, file, size, 1, &bytes) > tables_at(f, file, size, 0, &bytes));
  assert_true(bytes > 40 && bytes < 400);
  expect_decoder(f->d, pc15_verify(f->d, file, size), PC15_OK);
  first = tables_at(f, file, size, 0, &bytes) + 30;
  copy = tables_at(f, file, size, 1, &bytes) + 30;
  assert_status(pc15_decoder_set_param(f->d, PC15_PARAM_TOLERANT, 1), PC15_OK);
  for (k = 0; k < 2; ++k) { /* one copy damaged, then both */
    file[k == 0 ? first : copy] ^= 4;
    expect_decoder(f->d, pc15_decode_y(f->d, file, size, other, sizeof(other), 0, &written),
                   PC15_NOTE_DAMAGED);
    assert_int_equal(memcmp(out, other, sizeof(out)) == 0, k == 0);
  }
  for (k = 1; k < W * H; ++k) assert_int_equal(other[k], other[0]); /* no program is left */
  pc15_model_destroy(model);
  free(gray);
}

typedef struct memory_fixture {
  pc15_model *model;
  pc15_encoder *e;
  pc15_decoder *d;
} memory_fixture;

static pc15_status run(fixture *f, memory_fixture *m, int operation, uint8_t *out) {
  const pc15_image image = test_image(out, WIDTH, HEIGHT, PC15_FORMAT_RGB);
  size_t size = 0;
  switch (operation) {
    case 0:
      return pc15_model_import(m->model, f->blob, f->blob_size);
    case 1:
      return pc15_model_load_frozen(m->model);
    case 2:
      return pc15_model_export(m->model, out, WIDTH * HEIGHT, &size);
    case 3:
      return pc15_encoder_set_model(m->e, f->model);
    case 4:
      return pc15_model_set_codebook(m->model, 3, (const int16_t *)(const void *)f->pixels, 80, 8);
    case 5:
      return pc15_encode_y(m->e, f->pixels, 64 * 64, 64, 64, 0, out, WIDTH * HEIGHT * 3, &size);
    default:
      return pc15_decode_image(m->d, f->file, f->file_size, &image);
  }
}

static void memory_fails(void **state) {
  fixture *f = (fixture *)*state;
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  memory_fixture m = {NULL, NULL, NULL};
  uint8_t *out = (uint8_t *)malloc(WIDTH * HEIGHT * 3);
  int16_t shapes[256];
  int operation, sticky;
  int64_t n;
  for (n = 0;; ++n) {
    pc15_status status;
    test_memory_arm(&memory, n, 1);
    status = pc15_model_create(&a, &m.model);
    memory.fail_at = -1;
    if (status == PC15_OK) break;
    assert_status(status, PC15_ERROR_NO_MEMORY);
    assert_int_equal(memory.live, 0);
  }
  assert_status(pc15_encoder_create(&a, &m.e), PC15_OK);
  assert_status(pc15_decoder_create(&a, &m.d), PC15_OK);
  assert_status(pc15_encoder_set_param(m.e, PC15_PARAM_EFFORT, 1), PC15_OK);
  make_shapes(shapes);
  assert_status(pc15_model_set_codebook(f->model, 0, shapes, 256, 4), PC15_OK);
  assert_status(pc15_encoder_set_model(m.e, f->model), PC15_OK);
  assert_status(pc15_model_load_frozen(m.model), PC15_OK);
  for (operation = 0; operation < 7; ++operation) {
    for (sticky = 0; sticky < 2; ++sticky) {
      for (n = 0; n < 3000; ++n) {
        pc15_status status;
        pc15_encoder_reset(m.e); /* gives kept memory back */
        pc15_decoder_reset(m.d);
        test_memory_arm(&memory, n, sticky);
        status = run(f, &m, operation, out);
        memory.fail_at = -1;
        if (memory.failed == 0) {
          assert_status(status, PC15_OK);
          break;
        }
        if (status != PC15_ERROR_NO_MEMORY)
          fail_msg("operation %d, allocation %d: %s", operation, (int)n, pc15_status_name(status));
      }
      assert_true(n > 0 && n < 3000);
    }
  }
  pc15_model_destroy(m.model);
  pc15_encoder_destroy(m.e);
  pc15_decoder_destroy(m.d);
  assert_int_equal(memory.live, 0);
  free(out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(nulls),
      TEST(models_come_back),
      TEST(broken_models_are_refused),
      TEST(files_bring_their_tables),
      TEST(the_frozen_model_changes_no_cell),
      TEST(without_a_residual_there_are_no_tables),
      TEST(one_damaged_copy_costs_nothing),
      TEST(metadata_changes_keep_the_tables),
      TEST(codebooks_come_back),
      TEST(atoms_use_the_codebook),
      TEST(memory_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
