/* Codebooks and semantic packs: layout, lifecycle, NULLs, errors with their place, memory, threads, bytes. */
#include "abi_support.h"

#include <math.h>

#define REFUSED(call) assert_status(call, PC15_ERROR_INVALID_ARGUMENT)
#define ROWS 3000
#define DIMS 4

static uint32_t mixed(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

/* float32 numbers, so that both sample types hold them. */
static double *make_samples(size_t rows) {
  double *v = (double *)malloc(rows * DIMS * sizeof(double));
  size_t i;
  assert_non_null(v);
  for (i = 0; i < rows * DIMS; ++i) {
    const uint32_t corner = mixed((uint32_t)(i / DIMS) % 25u * 16u + (uint32_t)(i % DIMS)) % 7u;
    v[i] = 50.0 * corner + (mixed((uint32_t)i + 9u) & 1023u) / 64.0;
  }
  return v;
}

static pc15_vq_options options_of(uint32_t entries, uint32_t levels, int32_t threads) {
  pc15_vq_options o;
  memset(&o, 0, sizeof(o));
  o.struct_size = sizeof(o);
  o.entries = entries;
  o.levels = levels;
  o.threads = threads;
  o.seed = 11;
  return o;
}

static pc15_codebook *make_codebook(void) {
  pc15_codebook *book = NULL;
  assert_status(pc15_codebook_create(NULL, &book), PC15_OK);
  return book;
}

static pc15_codebook *trained(uint32_t entries, uint32_t levels) {
  pc15_codebook *book = make_codebook();
  double *v = make_samples(500);
  const pc15_vq_options o = options_of(entries, levels, 1);
  assert_status(pc15_vq_train(book, v, 500 * DIMS, DIMS, &o), PC15_OK);
  free(v);
  return book;
}

static pc15_codebook_shape shape_of(const pc15_codebook *book) {
  pc15_codebook_shape s;
  memset(&s, 0xA5, sizeof(s));
  s.struct_size = sizeof(s);
  assert_status(pc15_codebook_info(book, &s), PC15_OK);
  return s;
}

/* free() it */
static uint8_t *bytes_of(const pc15_codebook *book, size_t *size) {
  uint8_t *bytes;
  assert_status(pc15_codebook_serialise(book, NULL, 0, size), PC15_NOTE_DST_TOO_SMALL);
  bytes = (uint8_t *)malloc(*size);
  assert_non_null(bytes);
  assert_status(pc15_codebook_serialise(book, bytes, *size - 1, size), PC15_NOTE_DST_TOO_SMALL);
  assert_status(pc15_codebook_serialise(book, bytes, *size, size), PC15_OK);
  return bytes;
}

static void says(const pc15_codebook *book, pc15_status status, pc15_status expected, const char *part) {
  char text[256];
  pc15_codebook_last_error(book, text, sizeof(text));
  if (status != expected || strstr(text, part) == NULL)
    fail_msg("%s: '%s', expected %s with '%s'", pc15_status_name(status), text, pc15_status_name(expected),
             part);
}

static void layout(void **state) {
  (void)state;
  if (sizeof(void *) != 8) skip();
  assert_int_equal(sizeof(pc15_vq_options), 48);
  assert_int_equal(offsetof(pc15_vq_options, entries), 4);
  assert_int_equal(offsetof(pc15_vq_options, levels), 8);
  assert_int_equal(offsetof(pc15_vq_options, iterations), 12);
  assert_int_equal(offsetof(pc15_vq_options, threads), 16);
  assert_int_equal(offsetof(pc15_vq_options, seed), 24);
  assert_int_equal(offsetof(pc15_vq_options, reserved), 32);
  assert_int_equal(sizeof(pc15_codebook_shape), 40);
  assert_int_equal(offsetof(pc15_codebook_shape, dims), 4);
  assert_int_equal(offsetof(pc15_codebook_shape, entries), 8);
  assert_int_equal(offsetof(pc15_codebook_shape, levels), 12);
  assert_int_equal(offsetof(pc15_codebook_shape, distortion), 16);
  assert_int_equal(offsetof(pc15_codebook_shape, reserved), 24);
}

static void lifecycle(void **state) {
  pc15_codebook *book = make_codebook();
  pc15_codebook_shape s = shape_of(book);
  double v[DIMS];
  int32_t index = 0;
  size_t size = 0;
  (void)state;
  assert_int_equal(s.dims + s.entries + s.levels, 0);
  assert_int_equal(pc15_codebook_last_error(book, NULL, 0), 0);
  assert_status(pc15_codebook_serialise(book, NULL, 0, &size), PC15_ERROR_WRONG_STATE);
  assert_true(pc15_codebook_last_error(book, NULL, 0) > 0);
  assert_status(pc15_codebook_entry(book, 0, 0, v, DIMS), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_vq_quantise(book, v, 0, 1, &index, 0, NULL, 0), PC15_ERROR_WRONG_STATE);
  assert_status(pc15_vq_dequantise(book, &index, 1, NULL, 0, 1, v, DIMS), PC15_ERROR_WRONG_STATE);
  pc15_codebook_destroy(book);
  pc15_codebook_destroy(NULL);
  book = trained(6, 2);
  s = shape_of(book);
  assert_int_equal(s.dims, DIMS);
  assert_int_equal(s.entries, 6);
  assert_int_equal(s.levels, 2);
  assert_true(s.distortion > 0 && s.reserved[0] == 0 && s.reserved[1] == 0);
  assert_status(pc15_codebook_entry(book, 1, 5, v, DIMS), PC15_OK);
  says(book, pc15_codebook_entry(book, 2, 0, v, DIMS), PC15_ERROR_OUT_OF_RANGE, "level 2");
  says(book, pc15_codebook_entry(book, 0, 6, v, DIMS), PC15_ERROR_OUT_OF_RANGE, "entry 6");
  says(book, pc15_codebook_entry(book, 0, 0, v, 3), PC15_ERROR_INVALID_ARGUMENT, "3 values");
  pc15_codebook_destroy(book);
}

static void nulls(void **state) {
  pc15_codebook *book = trained(4, 1);
  pc15_vq_options o = options_of(2, 1, 1);
  pc15_codebook_shape s;
  double v[2 * DIMS] = {0};
  const float f[2 * DIMS] = {0};
  int32_t indices[2] = {0};
  uint32_t u = 0, positions[16];
  uint8_t bytes[8];
  size_t n = 0;
  (void)state;
  REFUSED(pc15_codebook_create(NULL, NULL));
  REFUSED(pc15_codebook_cancel(NULL));
  assert_int_equal(pc15_codebook_last_error(NULL, NULL, 0), 0);
  REFUSED(pc15_vq_train(NULL, v, 8, DIMS, &o));
  REFUSED(pc15_vq_train(book, NULL, 8, DIMS, &o));
  REFUSED(pc15_vq_train(book, v, 8, DIMS, NULL));
  REFUSED(pc15_vq_train_f32(NULL, f, 8, DIMS, &o));
  REFUSED(pc15_vq_train_f32(book, NULL, 8, DIMS, &o));
  REFUSED(pc15_vq_train_f32(book, f, 8, DIMS, NULL));
  REFUSED(pc15_vq_quantise(NULL, v, 8, 1, indices, 2, NULL, 0));
  REFUSED(pc15_vq_quantise(book, NULL, 8, 1, indices, 2, NULL, 0));
  REFUSED(pc15_vq_quantise(book, v, 8, 1, NULL, 2, NULL, 0));
  REFUSED(pc15_vq_quantise(book, v, 8, 1, indices, 2, NULL, 8));
  REFUSED(pc15_vq_quantise_f32(NULL, f, 8, 1, indices, 2, NULL, 0));
  REFUSED(pc15_vq_quantise_f32(book, NULL, 8, 1, indices, 2, NULL, 0));
  REFUSED(pc15_vq_dequantise(NULL, indices, 2, NULL, 0, 1, v, 8));
  REFUSED(pc15_vq_dequantise(book, NULL, 2, NULL, 0, 1, v, 8));
  REFUSED(pc15_vq_dequantise(book, indices, 2, NULL, 8, 1, v, 8));
  REFUSED(pc15_vq_dequantise(book, indices, 2, NULL, 0, 1, NULL, 8));
  REFUSED(pc15_codebook_info(NULL, &s));
  REFUSED(pc15_codebook_info(book, NULL));
  REFUSED(pc15_codebook_entry(NULL, 0, 0, v, DIMS));
  REFUSED(pc15_codebook_entry(book, 0, 0, NULL, DIMS));
  REFUSED(pc15_codebook_serialise(NULL, bytes, 8, &n));
  REFUSED(pc15_codebook_serialise(book, NULL, 8, &n));
  REFUSED(pc15_codebook_serialise(book, bytes, 8, NULL));
  REFUSED(pc15_codebook_deserialise(NULL, bytes, 8));
  REFUSED(pc15_codebook_deserialise(book, NULL, 8));
  REFUSED(pc15_generator_pack_from_name(0x11, NULL, &u));
  REFUSED(pc15_generator_pack_from_name(0x11, "wave", NULL));
  REFUSED(pc15_generator_pack_params(0x11, 0, NULL, 3, &n));
  REFUSED(pc15_generator_pack_params(0x11, 0, positions, 16, NULL));
  pc15_codebook_destroy(book);
}

static void structs(void **state) {
  pc15_codebook *book = trained(4, 1);
  pc15_vq_options o = options_of(2, 1, 1);
  pc15_codebook_shape s = {0};
  double *v = make_samples(10);
  (void)state;
  o.struct_size = sizeof(o) - 8;
  assert_status(pc15_vq_train(book, v, 40, DIMS, &o), PC15_ERROR_BAD_STRUCT_SIZE);
  o = options_of(2, 1, 1);
  o.reserved0 = 1;
  REFUSED(pc15_vq_train(book, v, 40, DIMS, &o));
  o = options_of(2, 1, 1);
  o.reserved[1] = 1;
  REFUSED(pc15_vq_train(book, v, 40, DIMS, &o));
  assert_status(pc15_codebook_info(book, &s), PC15_ERROR_BAD_STRUCT_SIZE);
  free(v);
  pc15_codebook_destroy(book);
}

static void training_names_the_place(void **state) {
  pc15_codebook *book = trained(5, 1);
  double *v = make_samples(50), zero = 0.0;
  pc15_vq_options o = options_of(5, 1, 1);
  size_t before_size, after_size;
  uint8_t *before = bytes_of(book, &before_size), *after;
  (void)state;
  v[33 * DIMS + 2] = 0.0 / zero;
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "sample 33, dimension 2");
  v[33 * DIMS + 2] = 1.0 / zero;
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "sample 33, dimension 2");
  v[33 * DIMS + 2] = 2e100;
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "1e100");
  v[33 * DIMS + 2] = 0;
  says(book, pc15_vq_train(book, v, 199, DIMS, &o), PC15_ERROR_INVALID_ARGUMENT, "199 numbers");
  says(book, pc15_vq_train(book, v, 200, 0, &o), PC15_ERROR_OUT_OF_RANGE, "0 dimensions");
  says(book, pc15_vq_train(book, v, 200, 257, &o), PC15_ERROR_OUT_OF_RANGE, "257");
  says(book, pc15_vq_train(book, v, 16, DIMS, &o), PC15_ERROR_INVALID_ARGUMENT, "4 samples; 5 entries");
  says(book, pc15_vq_train(book, NULL, 0, DIMS, &o), PC15_ERROR_INVALID_ARGUMENT, "0 samples");
  o = options_of(0, 1, 1);
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "0 entries");
  o = options_of(65537, 1, 1);
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "65537 entries");
  o = options_of(5, 9, 1);
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "9 levels");
  o = options_of(5, 1, -1);
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "-1 threads");
  o = options_of(5, 1, 257);
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "257 threads");
  o = options_of(5, 1, 1);
  o.iterations = 1001;
  says(book, pc15_vq_train(book, v, 200, DIMS, &o), PC15_ERROR_OUT_OF_RANGE, "1001 iterations");
  o.iterations = 0;
  assert_status(pc15_codebook_cancel(book), PC15_OK);
  assert_status(pc15_vq_train(book, v, 200, DIMS, &o), PC15_NOTE_CANCELLED);
  after = bytes_of(book, &after_size);
  assert_int_equal(before_size, after_size);
  assert_memory_equal(before, after, before_size);
  assert_status(pc15_vq_train(book, v, 200, DIMS, &o), PC15_OK);
  free(before);
  free(after);
  free(v);
  pc15_codebook_destroy(book);
}

static void threads_and_types_change_nothing(void **state) {
  static const int32_t kThreads[] = {1, 2, 4, 0};
  double *v = make_samples(ROWS), *offsets = (double *)malloc(ROWS * DIMS * sizeof(double));
  float *f = (float *)malloc(ROWS * DIMS * sizeof(float));
  int32_t *first = (int32_t *)malloc(ROWS * 2 * sizeof(int32_t)),
          *indices = (int32_t *)malloc(ROWS * 2 * sizeof(int32_t));
  uint8_t *expected = NULL;
  size_t size = 0, i, t;
  (void)state;
  assert_true(offsets != NULL && f != NULL && first != NULL && indices != NULL);
  for (i = 0; i < ROWS * DIMS; ++i) f[i] = (float)v[i];
  for (t = 0; t < COUNT_OF(kThreads); ++t) {
    const pc15_vq_options o = options_of(17, 2, kThreads[t]);
    pc15_codebook *a = make_codebook(), *b = make_codebook();
    uint8_t *bytes;
    assert_status(pc15_vq_train(a, v, ROWS * DIMS, DIMS, &o), PC15_OK);
    assert_status(pc15_vq_train_f32(b, f, ROWS * DIMS, DIMS, &o), PC15_OK);
    bytes = bytes_of(a, &size);
    if (expected == NULL) expected = bytes_of(b, &size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    bytes = bytes_of(b, &size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    assert_status(
        pc15_vq_quantise(a, v, ROWS * DIMS, kThreads[t], t == 0 ? first : indices, ROWS * 2, NULL, 0),
        PC15_OK);
    if (t != 0) assert_memory_equal(first, indices, ROWS * 2 * sizeof(int32_t));
    assert_status(
        pc15_vq_quantise_f32(a, f, ROWS * DIMS, kThreads[t], indices, ROWS * 2, offsets, ROWS * DIMS),
        PC15_OK);
    assert_memory_equal(first, indices, ROWS * 2 * sizeof(int32_t));
    pc15_codebook_destroy(a);
    pc15_codebook_destroy(b);
  }
  free(expected);
  free(v);
  free(offsets);
  free(f);
  free(first);
  free(indices);
}

static double error_of(const double *a, const double *b, size_t count) {
  double sum = 0;
  size_t i;
  for (i = 0; i < count; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static void values_come_back(void **state) {
  enum { N = 200 };
  pc15_codebook *book = trained(8, 3);
  double *v = make_samples(N), offsets[N * DIMS], back[N * DIMS], before = 1e300;
  int32_t indices[N * 3];
  uint32_t level;
  size_t i;
  (void)state;
  assert_status(pc15_vq_quantise(book, v, N * DIMS, 1, indices, N * 3, offsets, N * DIMS), PC15_OK);
  assert_status(pc15_vq_dequantise(book, indices, N * 3, offsets, N * DIMS, 3, back, N * DIMS), PC15_OK);
  for (i = 0; i < N * DIMS; ++i) assert_true(fabs(back[i] - v[i]) < 1e-12 * 400);
  for (level = 1; level <= 3; ++level) { /* a prefix of the levels is coarser */
    double entry[DIMS];
    assert_status(pc15_vq_dequantise(book, indices, N * 3, NULL, 0, level, back, N * DIMS), PC15_OK);
    assert_true(error_of(back, v, N * DIMS) < before);
    before = error_of(back, v, N * DIMS);
    if (level != 1) continue;
    assert_status(pc15_codebook_entry(book, 0, (uint32_t)indices[0], entry, DIMS), PC15_OK);
    assert_memory_equal(entry, back, sizeof(entry));
  }
  says(book, pc15_vq_quantise(book, v, N * DIMS - 1, 1, indices, N * 3, NULL, 0), PC15_ERROR_INVALID_ARGUMENT,
       "799 numbers");
  says(book, pc15_vq_quantise(book, v, N * DIMS, 1, indices, N * 3 - 1, NULL, 0), PC15_ERROR_INVALID_ARGUMENT,
       "599 indices, 600");
  says(book, pc15_vq_quantise(book, v, N * DIMS, 1, indices, N * 3, offsets, 7), PC15_ERROR_INVALID_ARGUMENT,
       "7 offsets");
  says(book, pc15_vq_quantise(book, v, N * DIMS, 300, indices, N * 3, NULL, 0), PC15_ERROR_OUT_OF_RANGE,
       "300 threads");
  v[7 * DIMS + 3] = NAN;
  says(book, pc15_vq_quantise(book, v, N * DIMS, 1, indices, N * 3, NULL, 0), PC15_ERROR_OUT_OF_RANGE,
       "sample 7, dimension 3");
  says(book, pc15_vq_dequantise(book, indices, N * 3, NULL, 0, 4, back, N * DIMS), PC15_ERROR_OUT_OF_RANGE,
       "4 levels");
  says(book, pc15_vq_dequantise(book, indices, N * 3, offsets, N * DIMS, 2, back, N * DIMS),
       PC15_ERROR_INVALID_ARGUMENT, "offsets");
  indices[5 * 3 + 1] = 8;
  says(book, pc15_vq_dequantise(book, indices, N * 3, NULL, 0, 3, back, N * DIMS), PC15_ERROR_OUT_OF_RANGE,
       "sample 5, level 1: index 8");
  free(v);
  pc15_codebook_destroy(book);
}

static void bytes_come_back(void **state) {
  pc15_codebook *book = trained(7, 2), *back = make_codebook();
  size_t size, again_size, i;
  uint8_t *bytes = bytes_of(book, &size), *again, *longer;
  (void)state;
  assert_int_equal(size, 12 + 8 * 7 * 2 * DIMS + 4);
  for (i = 0; i < size; ++i) { /* every truncation, every damaged byte */
    uint8_t kept = bytes[i];
    pc15_status status = pc15_codebook_deserialise(back, bytes, i);
    if (status != PC15_ERROR_TRUNCATED) fail_msg("%zu bytes: %s", i, pc15_status_name(status));
    bytes[i] ^= 0x10;
    status = pc15_codebook_deserialise(back, bytes, size);
    if (status != (i < 4 ? PC15_ERROR_CORRUPT : PC15_ERROR_CRC) &&
        !(i >= 5 && i < 12 && status == PC15_ERROR_TRUNCATED)) /* a damaged shape may ask for more */
      fail_msg("byte %zu: %s", i, pc15_status_name(status));
    bytes[i] = kept;
  }
  assert_int_equal(shape_of(back).entries, 0);
  longer = (uint8_t *)calloc(size + 3, 1);
  memcpy(longer, bytes, size);
  says(back, pc15_codebook_deserialise(back, longer, size + 3), PC15_ERROR_TRAILING, "3 bytes follow");
  assert_status(pc15_codebook_deserialise(back, bytes, size), PC15_OK);
  again = bytes_of(back, &again_size);
  assert_int_equal(size, again_size);
  assert_memory_equal(bytes, again, size);
  assert_true(shape_of(back).distortion == 0 && shape_of(back).levels == 2);
  free(bytes);
  free(again);
  free(longer);
  pc15_codebook_destroy(book);
  pc15_codebook_destroy(back);
}

/* Any allocation may fail: the right status, the codebook as it was, nothing leaked. */
static void memory_fails(void **state) {
  test_memory memory;
  const pc15_allocator a = test_allocator(&memory);
  double *v = make_samples(ROWS);
  const pc15_vq_options o = options_of(9, 2, 3);
  pc15_codebook *book = NULL, *source = trained(5, 2);
  size_t size, n;
  uint8_t *bytes = bytes_of(source, &size), out[4096];
  int64_t k;
  int operation, sticky;
  (void)state;
  for (k = 0;; ++k) {
    pc15_status status;
    test_memory_arm(&memory, k, 1);
    status = pc15_codebook_create(&a, &book);
    memory.fail_at = -1;
    if (status == PC15_OK) break;
    assert_status(status, PC15_ERROR_NO_MEMORY);
    assert_null(book);
    assert_int_equal(memory.live, 0);
  }
  for (operation = 0; operation < 3; ++operation) {
    for (sticky = 0; sticky < 2; ++sticky) {
      for (k = 0; k < 100; ++k) {
        pc15_status status;
        assert_status(pc15_codebook_deserialise(book, bytes, size), PC15_OK);
        test_memory_arm(&memory, k, sticky);
        status = operation == 0   ? pc15_vq_train(book, v, ROWS * DIMS, DIMS, &o)
                 : operation == 1 ? pc15_codebook_deserialise(book, bytes, size)
                                  : pc15_codebook_serialise(book, out, sizeof(out), &n);
        memory.fail_at = -1;
        if (memory.failed == 0) {
          assert_status(status, PC15_OK);
          break;
        }
        assert_status(status, PC15_ERROR_NO_MEMORY);
        assert_status(pc15_codebook_serialise(book, out, sizeof(out), &n), PC15_OK);
        assert_int_equal(n, size);
        assert_memory_equal(out, bytes, size);
      }
      assert_true(k > 0 && k < 100);
    }
  }
  pc15_codebook_destroy(book);
  assert_int_equal(memory.live, 0);
  pc15_codebook_destroy(source);
  free(bytes);
  free(v);
}

static void has_pack(const char *generator, const char *pack, const char *expected) {
  uint32_t index = 99, positions[16];
  size_t count = 0, i;
  char names[256] = "";
  int32_t g = -1;
  assert_status(pc15_generator_from_name(generator, &g), PC15_OK);
  assert_status(pc15_generator_pack_from_name(g, pack, &index), PC15_OK);
  assert_string_equal(pc15_generator_pack_name(g, index), pack);
  assert_status(pc15_generator_pack_params(g, index, positions, 16, &count), PC15_OK);
  for (i = 0; i < count; ++i) {
    pc15_generator_param p = {0};
    p.struct_size = sizeof(p);
    assert_status(pc15_generator_param_info(g, positions[i], &p), PC15_OK);
    strcat(names, i == 0 ? "" : " ");
    strcat(names, p.name);
  }
  assert_string_equal(names, expected);
}

static void packs_name_parameters(void **state) {
  uint32_t u = 77, positions[16];
  size_t count = 99;
  int32_t g = -1;
  (void)state;
  has_pack("stripes", "wave", "period angle phase");
  has_pack("stripes", "edge", "profile duty softness");
  has_pack("rings", "wave", "period phase");
  has_pack("rings", "center", "center_x center_y");
  has_pack("checkerboard", "cell", "cell cell2 angle");
  has_pack("lattice", "cell", "cell cell2 angle skew");
  has_pack("grad_linear", "gradient", "angle offset length");
  has_pack("perlin", "noise", "scale octaves gain");
  assert_status(pc15_generator_from_name("stripes", &g), PC15_OK);
  assert_status(pc15_generator_pack_from_name(g, "center", &u), PC15_ERROR_NOT_FOUND);
  assert_status(pc15_generator_pack_from_name(-1, "wave", &u), PC15_ERROR_NOT_FOUND);
  assert_int_equal(u, 77);
  assert_status(pc15_generator_pack_params(g, 0, positions, 1, &count), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(count, 3);
  assert_status(pc15_generator_pack_params(g, 0, NULL, 0, &count), PC15_NOTE_DST_TOO_SMALL);
  assert_status(pc15_generator_pack_params(g, pc15_generator_pack_count(g), positions, 16, &count),
                PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_generator_pack_params(-1, 0, positions, 16, &count), PC15_ERROR_NOT_FOUND);
  assert_null(pc15_generator_pack_name(g, pc15_generator_pack_count(g)));
  assert_null(pc15_generator_pack_doc(-1, 0));
  assert_int_equal(pc15_generator_pack_count(0x0F), 0);
}

static void packs_of_every_generator(void **state) {
  uint32_t i, k, n;
  (void)state;
  for (i = 0; i < pc15_generator_count(); ++i) {
    int32_t g = -1;
    assert_status(pc15_generator_id(i, &g), PC15_OK);
    for (k = 0; k < pc15_generator_pack_count(g); ++k) {
      uint32_t positions[16], seen = 0, index = 0;
      size_t count = 0;
      assert_true(strlen(pc15_generator_pack_doc(g, k)) > 5);
      assert_status(pc15_generator_pack_from_name(g, pc15_generator_pack_name(g, k), &index), PC15_OK);
      assert_int_equal(index, k);
      assert_status(pc15_generator_pack_params(g, k, positions, 16, &count), PC15_OK);
      assert_true(count >= 2 && count <= 16);
      for (n = 0; n < count; ++n) {
        assert_true(positions[n] < pc15_generator_param_count(g));
        assert_int_equal(seen >> positions[n] & 1u, 0);
        seen |= 1u << positions[n];
      }
    }
  }
}

/* What packs are for: parameters of many layers, a codebook over one pack, and indices instead of values. */
static void a_codebook_over_a_pack(void **state) {
  enum { N = 240 };
  double values[N * 3], offsets[N * 3], back[N * 3];
  int32_t indices[N], i;
  pc15_codebook *book = make_codebook();
  const pc15_vq_options o = options_of(12, 1, 2);
  (void)state;
  for (i = 0; i < N; ++i) { /* twelve kinds of stripes: period, angle, phase */
    values[i * 3] = 8.0 + 6.0 * (i % 4);
    values[i * 3 + 1] = 30.0 * (i % 3);
    values[i * 3 + 2] = 0.25;
  }
  assert_status(pc15_vq_train(book, values, N * 3, 3, &o), PC15_OK);
  assert_true(shape_of(book).distortion == 0);
  assert_status(pc15_vq_quantise(book, values, N * 3, 1, indices, N, offsets, N * 3), PC15_OK);
  for (i = 0; i < N * 3; ++i) assert_true(offsets[i] == 0);
  assert_status(pc15_vq_dequantise(book, indices, N, NULL, 0, 1, back, N * 3), PC15_OK);
  assert_memory_equal(values, back, sizeof(values));
  pc15_codebook_destroy(book);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(layout),
      cmocka_unit_test(lifecycle),
      cmocka_unit_test(nulls),
      cmocka_unit_test(structs),
      cmocka_unit_test(training_names_the_place),
      cmocka_unit_test(threads_and_types_change_nothing),
      cmocka_unit_test(values_come_back),
      cmocka_unit_test(bytes_come_back),
      cmocka_unit_test(memory_fails),
      cmocka_unit_test(packs_name_parameters),
      cmocka_unit_test(packs_of_every_generator),
      cmocka_unit_test(a_codebook_over_a_pack),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
