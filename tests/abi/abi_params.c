/* Versions, statuses, and a walk through the whole parameter table on both kinds of handle. */
#include "abi_support.h"

#include <math.h>

static void versions_agree(void **state) {
  char text[32];
  (void)state;
  assert_int_equal(pc15_version(), PC15_VERSION_MAJOR << 16 | PC15_VERSION_MINOR << 8 | PC15_VERSION_PATCH);
  snprintf(text, sizeof(text), "%d.%d.%d", PC15_VERSION_MAJOR, PC15_VERSION_MINOR, PC15_VERSION_PATCH);
  assert_string_equal(pc15_version_string(), text);
  assert_int_equal(pc15_abi_version(), PC15_ABI_MAJOR);
  assert_int_equal(pc15_bitstream_version(), PC15_BITSTREAM_VERSION);
  assert_true(pc15_bitstream_revision() >= 1);
  assert_non_null(strstr(pc15_build_info(), text));
  assert_int_equal(pc15_has_encoder(), 1);
}

static void every_status_has_name_and_text(void **state) {
  static const pc15_status kAll[] = {0,    1,    2,    3,    4,    -1,   -2,   -3,   -4,   -5,   -6,   -7,
                                     -100, -101, -102, -103, -104, -105, -106, -200, -201, -300, -301, -400};
  size_t i, k;
  (void)state;
  for (i = 0; i < COUNT_OF(kAll); ++i) {
    assert_string_not_equal(pc15_status_name(kAll[i]), "PC15_UNKNOWN_STATUS");
    assert_true(strlen(pc15_status_doc(kAll[i])) > 10);
    for (k = 0; k < i; ++k) assert_string_not_equal(pc15_status_name(kAll[i]), pc15_status_name(kAll[k]));
  }
  assert_string_equal(pc15_status_name(5), "PC15_UNKNOWN_STATUS");
  assert_string_equal(pc15_status_name(INT32_MIN), "PC15_UNKNOWN_STATUS");
  assert_non_null(pc15_status_doc(12345));
}

static void table_is_complete(void **state) {
  const uint32_t count = pc15_param_count();
  uint32_t i;
  (void)state;
  assert_int_equal(count, 32);
  for (i = 0; i < count; ++i) {
    int32_t id = 0, back = 0;
    int64_t lo = 1, hi = 0, def = 2;
    assert_status(pc15_param_id(i, &id), PC15_OK);
    assert_status(pc15_param_bounds(id, &lo, &hi, &def), PC15_OK);
    assert_true(lo <= def && def <= hi);
    assert_status(pc15_param_from_name(pc15_param_name(id), &back), PC15_OK);
    assert_int_equal(back, id);
    assert_true(strlen(pc15_param_doc(id)) > 10);
    assert_true(pc15_param_type(id) >= PC15_TYPE_INT && pc15_param_type(id) <= PC15_TYPE_ENUM);
    assert_true(pc15_param_scale(id) >= 1);
    assert_in_range(pc15_param_scope(id), 1, 3);
    if (pc15_param_type(id) == PC15_TYPE_ENUM) {
      assert_non_null(pc15_param_choice(id, lo));
      assert_non_null(pc15_param_choice(id, hi));
    }
    assert_null(pc15_param_choice(id, hi == INT64_MAX ? hi : hi + 1));
  }
}

/* docs/abi.md holds the same table. */
static void the_document_agrees(void **state) {
  FILE *f = fopen(PC15_TEST_SOURCE_DIR "/docs/abi.md", "rb");
  char *text = (char *)calloc(1, 65536);
  uint32_t i;
  (void)state;
  assert_non_null(f);
  assert_non_null(text);
  assert_true(fread(text, 1, 65535, f) > 1000);
  fclose(f);
  for (i = 0; i < pc15_param_count(); ++i) {
    int32_t id = 0;
    int64_t lo = 0, hi = 0, def = 0;
    char line[256];
    assert_status(pc15_param_id(i, &id), PC15_OK);
    assert_status(pc15_param_bounds(id, &lo, &hi, &def), PC15_OK);
    snprintf(line, sizeof(line), "| `%s` | %d | %lld ... %lld | %lld | %lld |", pc15_param_name(id), id,
             (long long)lo, (long long)hi, (long long)def, (long long)pc15_param_scale(id));
    if (strstr(text, line) == NULL) fail_msg("docs/abi.md does not have: %s", line);
    assert_non_null(strstr(text, pc15_param_doc(id)));
  }
  free(text);
}

static void unknown_parameters_are_refused(void **state) {
  int32_t id = 77;
  int64_t a, b, c;
  (void)state;
  assert_status(pc15_param_id(pc15_param_count(), &id), PC15_ERROR_OUT_OF_RANGE);
  assert_status(pc15_param_from_name("qualities", &id), PC15_ERROR_UNKNOWN_PARAM);
  assert_status(pc15_param_from_name("", &id), PC15_ERROR_UNKNOWN_PARAM);
  assert_int_equal(id, 77);
  assert_status(pc15_param_from_name("early_exit", &id), PC15_OK);
  assert_int_equal(id, PC15_PARAM_EARLY_EXIT);
  assert_status(pc15_param_bounds(9999, &a, &b, &c), PC15_ERROR_UNKNOWN_PARAM);
  assert_null(pc15_param_name(9999));
  assert_null(pc15_param_doc(9999));
  assert_null(pc15_param_choice(9999, 0));
  assert_int_equal(pc15_param_type(9999), -1);
  assert_int_equal(pc15_param_scale(9999), 0);
  assert_int_equal(pc15_param_scope(9999), 0);
}

/* The two kinds of handle behave alike here. */
typedef struct params_of {
  int32_t scope;
  pc15_encoder *encoder;
  pc15_decoder *decoder;
} params_of;

static pc15_status set(const params_of *h, int32_t id, int64_t v) {
  return h->encoder ? pc15_encoder_set_param(h->encoder, id, v) : pc15_decoder_set_param(h->decoder, id, v);
}
static pc15_status get(const params_of *h, int32_t id, int64_t *v) {
  return h->encoder ? pc15_encoder_get_param(h->encoder, id, v) : pc15_decoder_get_param(h->decoder, id, v);
}
static pc15_status set_real(const params_of *h, int32_t id, double v) {
  return h->encoder ? pc15_encoder_set_param_f64(h->encoder, id, v)
                    : pc15_decoder_set_param_f64(h->decoder, id, v);
}
static pc15_status get_real(const params_of *h, int32_t id, double *v) {
  return h->encoder ? pc15_encoder_get_param_f64(h->encoder, id, v)
                    : pc15_decoder_get_param_f64(h->decoder, id, v);
}
static size_t message(const params_of *h, char *text, size_t n) {
  return h->encoder ? pc15_encoder_last_error(h->encoder, text, n)
                    : pc15_decoder_last_error(h->decoder, text, n);
}

static void expect_refused(const params_of *h, int32_t id, int64_t value, int64_t before) {
  char text[256];
  int64_t now = 0;
  assert_status(set(h, id, value), PC15_ERROR_OUT_OF_RANGE);
  assert_true(message(h, text, sizeof(text)) > 0);
  assert_non_null(strstr(text, pc15_param_name(id)));
  assert_status(get(h, id, &now), PC15_OK);
  assert_int_equal(now, before);
}

static void walk_one(const params_of *h, int32_t id) {
  int64_t lo, hi, def, value = 0;
  double real = 0.0, scale;
  assert_status(pc15_param_bounds(id, &lo, &hi, &def), PC15_OK);
  scale = (double)pc15_param_scale(id);
  assert_status(get(h, id, &value), PC15_OK);
  assert_int_equal(value, def);
  assert_status(set(h, id, lo), PC15_OK);
  assert_status(get(h, id, &value), PC15_OK);
  assert_int_equal(value, lo);
  assert_status(set(h, id, hi), PC15_OK);
  assert_status(get(h, id, &value), PC15_OK);
  assert_int_equal(value, hi);
  if (lo > INT64_MIN) expect_refused(h, id, lo - 1, hi);
  if (hi < INT64_MAX) expect_refused(h, id, hi + 1, hi);
  if (lo > INT64_MIN) expect_refused(h, id, INT64_MIN, hi);
  assert_status(set_real(h, id, NAN), PC15_ERROR_OUT_OF_RANGE);
  assert_status(set_real(h, id, INFINITY), PC15_ERROR_OUT_OF_RANGE);
  assert_status(set_real(h, id, 1e300), PC15_ERROR_OUT_OF_RANGE);
  assert_status(set_real(h, id, (double)def / scale), PC15_OK);
  assert_status(get(h, id, &value), PC15_OK);
  assert_int_equal(value, def);
  assert_status(get_real(h, id, &real), PC15_OK);
  assert_true(fabs(real - (double)def / scale) <= 1e-12 * fabs(real));
}

static void walk(const params_of *h) {
  uint32_t i;
  int64_t value = 5;
  for (i = 0; i < pc15_param_count(); ++i) {
    int32_t id = 0;
    assert_status(pc15_param_id(i, &id), PC15_OK);
    if ((pc15_param_scope(id) & h->scope) != 0) {
      walk_one(h, id);
      continue;
    }
    assert_status(set(h, id, 1), PC15_ERROR_UNKNOWN_PARAM);
    assert_status(get(h, id, &value), PC15_ERROR_UNKNOWN_PARAM);
    assert_int_equal(value, 5);
  }
  assert_status(set(h, 0, 0), PC15_ERROR_UNKNOWN_PARAM);
  assert_status(set_real(h, -1, 0.0), PC15_ERROR_UNKNOWN_PARAM);
}

static void decoder_parameters(void **state) {
  params_of h = {PC15_SCOPE_DECODER, NULL, NULL};
  int64_t value = 0;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &h.decoder), PC15_OK);
  walk(&h);
  assert_status(set(&h, PC15_PARAM_TOLERANT, 1), PC15_OK);
  assert_status(pc15_decoder_reset(h.decoder), PC15_OK);
  assert_status(get(&h, PC15_PARAM_TOLERANT, &value), PC15_OK);
  assert_int_equal(value, 1);
  assert_status(pc15_decoder_default_params(h.decoder), PC15_OK);
  assert_status(get(&h, PC15_PARAM_TOLERANT, &value), PC15_OK);
  assert_int_equal(value, 0);
  pc15_decoder_destroy(h.decoder);
}

static void encoder_parameters(void **state) {
  params_of h = {PC15_SCOPE_ENCODER, NULL, NULL};
  int64_t value = 0;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &h.encoder), PC15_OK);
  walk(&h);
  assert_status(set(&h, PC15_PARAM_CELL, 200), PC15_ERROR_OUT_OF_RANGE);
  assert_status(set(&h, PC15_PARAM_SEED, INT64_MIN), PC15_OK);
  assert_status(pc15_encoder_reset(h.encoder), PC15_OK);
  assert_status(get(&h, PC15_PARAM_SEED, &value), PC15_OK);
  assert_true(value == INT64_MIN);
  assert_status(pc15_encoder_default_params(h.encoder), PC15_OK);
  assert_status(get(&h, PC15_PARAM_SEED, &value), PC15_OK);
  assert_int_equal(value, 0);
  pc15_encoder_destroy(h.encoder);
}

static void quality_and_lambda_move_together(void **state) {
  params_of h = {PC15_SCOPE_ENCODER, NULL, NULL};
  int64_t quality, lambda, lo, hi, def, before = INT64_MAX;
  (void)state;
  assert_status(pc15_encoder_create(NULL, &h.encoder), PC15_OK);
  for (quality = 0; quality <= 100000; quality += 5000) {
    int64_t back = -1;
    assert_status(set(&h, PC15_PARAM_QUALITY, quality), PC15_OK);
    assert_status(get(&h, PC15_PARAM_LAMBDA, &lambda), PC15_OK);
    assert_true(lambda < before);
    before = lambda;
    assert_status(set(&h, PC15_PARAM_LAMBDA, lambda), PC15_OK);
    assert_status(get(&h, PC15_PARAM_QUALITY, &back), PC15_OK);
    assert_true(llabs((long long)(back - quality)) <= 50);
    assert_status(get(&h, PC15_PARAM_LAMBDA, &back), PC15_OK);
    assert_int_equal(back, lambda);
  }
  /* The bounds of lambda are those of quality. */
  assert_status(pc15_param_bounds(PC15_PARAM_LAMBDA, &lo, &hi, &def), PC15_OK);
  assert_status(set(&h, PC15_PARAM_QUALITY, 0), PC15_OK);
  assert_status(get(&h, PC15_PARAM_LAMBDA, &lambda), PC15_OK);
  assert_int_equal(lambda, hi);
  assert_status(set(&h, PC15_PARAM_QUALITY, 100000), PC15_OK);
  assert_status(get(&h, PC15_PARAM_LAMBDA, &lambda), PC15_OK);
  assert_int_equal(lambda, lo);
  assert_status(pc15_encoder_default_params(h.encoder), PC15_OK);
  assert_status(get(&h, PC15_PARAM_LAMBDA, &lambda), PC15_OK);
  assert_int_equal(lambda, def);
  pc15_encoder_destroy(h.encoder);
}

static void messages_are_cut_cleanly(void **state) {
  pc15_decoder *d = NULL;
  char text[8] = "xxxxxxx";
  size_t full;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_int_equal(pc15_decoder_last_error(d, NULL, 0), 0);
  assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, -5), PC15_ERROR_OUT_OF_RANGE);
  full = pc15_decoder_last_error(d, NULL, 0);
  assert_true(full > sizeof(text));
  assert_int_equal(pc15_decoder_last_error(d, text, sizeof(text)), full);
  assert_int_equal(strlen(text), sizeof(text) - 1);
  assert_int_equal(pc15_decoder_last_error(d, text, 0), full);
  assert_status(pc15_decoder_set_param(d, PC15_PARAM_THREADS, 2), PC15_OK);
  assert_int_equal(pc15_decoder_last_error(d, text, sizeof(text)), 0);
  assert_string_equal(text, "");
  pc15_decoder_destroy(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(versions_agree),
      cmocka_unit_test(every_status_has_name_and_text),
      cmocka_unit_test(table_is_complete),
      cmocka_unit_test(the_document_agrees),
      cmocka_unit_test(unknown_parameters_are_refused),
      cmocka_unit_test(decoder_parameters),
      cmocka_unit_test(encoder_parameters),
      cmocka_unit_test(quality_and_lambda_move_together),
      cmocka_unit_test(messages_are_cut_cleanly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
