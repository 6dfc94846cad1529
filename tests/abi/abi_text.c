/* Programs as text through the interface: the example pictures, refusals with their place, limits, memory. */
#include "abi_support.h"

static const char kGood[] =
    "picture 96x64 ycc444\nseed 3\nlet h = perlin(scale=32px) add 20\n"
    "image { field #204060 layer h layer rings(period=12px) over #ffcc66 mask kernel of h atom(x=4, "
    "level=-20) }\n"
    "tiles 0..0 flat 90\n";

static pc15_buffer *assemble(pc15_decoder *d, const char *text, size_t size) {
  pc15_buffer *file = NULL;
  const pc15_status status = pc15_program_assemble(d, text, size, &file);
  if (status != PC15_OK) {
    char message[256];
    pc15_decoder_last_error(d, message, sizeof(message));
    print_error("%s\n", message);
  }
  assert_status(status, PC15_OK);
  return file;
}

/* Assembled, disassembled and assembled again: the same file. */
static void there_and_back(void **state) {
  pc15_decoder *d = NULL;
  pc15_buffer *file, *text = NULL, *again;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  file = assemble(d, kGood, sizeof(kGood) - 1);
  assert_status(pc15_program_disassemble(d, pc15_buffer_data(file), pc15_buffer_size(file), &text), PC15_OK);
  again = assemble(d, (const char *)pc15_buffer_data(text), pc15_buffer_size(text));
  assert_int_equal(pc15_buffer_size(file), pc15_buffer_size(again));
  assert_memory_equal(pc15_buffer_data(file), pc15_buffer_data(again), pc15_buffer_size(file));
  assert_status(pc15_verify(d, pc15_buffer_data(file), pc15_buffer_size(file)), PC15_OK);
  pc15_buffer_free(file);
  pc15_buffer_free(text);
  pc15_buffer_free(again);
  pc15_decoder_destroy(d);
}

/* A file with a residual: its programs come out, a comment says what does not. */
static void residual_is_left_out(void **state) {
  static const test_param kParams[] = {{PC15_PARAM_QUALITY, 50000}, {PC15_PARAM_EFFORT, 1}, {0, 0}};
  test_file file = test_encode(TEST_PHOTO, 61, 43, PC15_FORMAT_RGBA, kParams);
  pc15_decoder *d = NULL;
  pc15_buffer *text = NULL, *bare;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  assert_status(pc15_program_disassemble(d, file.data, file.size, &text), PC15_OK);
  {
    char *words = (char *)calloc(1, pc15_buffer_size(text) + 1);
    memcpy(words, pc15_buffer_data(text), pc15_buffer_size(text));
    assert_non_null(strstr(words, "; left out: the residual, step "));
    assert_non_null(strstr(words, "alpha"));
    assert_non_null(strstr(words, "picture 61x43 ycc420\n"));
    free(words);
  }
  bare = assemble(d, (const char *)pc15_buffer_data(text), pc15_buffer_size(text));
  assert_status(pc15_verify(d, pc15_buffer_data(bare), pc15_buffer_size(bare)), PC15_OK);
  pc15_buffer_free(bare);
  pc15_buffer_free(text);
  test_file_free(&file);
  pc15_decoder_destroy(d);
}

static void refused(pc15_decoder *d, const char *text, pc15_status status, const char *message) {
  char said[256];
  pc15_buffer *file = (pc15_buffer *)&said;
  assert_status(pc15_program_assemble(d, text, strlen(text), &file), status);
  assert_null(file);
  pc15_decoder_last_error(d, said, sizeof(said));
  assert_string_equal(said, message);
}

static void refusals(void **state) {
  static const uint8_t kBytes[] = "picture 5x5";
  pc15_decoder *d = NULL;
  pc15_buffer *buffer = NULL;
  (void)state;
  assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
  refused(d, "picture 5x5\nimage { layer strpes }", PC15_ERROR_NOT_FOUND,
          "2:15: 'strpes' is no generator or definition; did you mean 'stripes'?");
  refused(d, "picture 5x5\nimage { layer dots(radius=400) }", PC15_ERROR_OUT_OF_RANGE,
          "2:27: radius is 400: allowed 0...255.969 px");
  refused(d, "picture 5x5\nimage { layer dots", PC15_ERROR_INVALID_ARGUMENT,
          "2:19: the text ends: the '{' of line 2 has no '}'");
  assert_status(pc15_decoder_set_param(d, PC15_PARAM_MAX_WIDTH, 100), PC15_OK);
  refused(d, "picture 101x5", PC15_ERROR_LIMIT,
          "1:9: a picture of 101 x 5: allowed are 100 x 65535 and 536870912 pixels");
  refused(d, "picture 5x", PC15_ERROR_INVALID_ARGUMENT, "1:11: expected the height, a whole number");
  /* None of them poisoned the handle; what is not PC15 does. */
  buffer = assemble(d, "picture 100x5", 13);
  pc15_buffer_free(buffer);
  assert_status(pc15_program_assemble(NULL, "", 0, &buffer), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_assemble(d, NULL, 0, &buffer), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_assemble(d, "", 0, NULL), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_disassemble(NULL, kBytes, 1, &buffer), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_disassemble(d, NULL, 0, &buffer), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_disassemble(d, kBytes, 1, NULL), PC15_ERROR_INVALID_ARGUMENT);
  assert_status(pc15_program_disassemble(d, kBytes, sizeof(kBytes), &buffer), PC15_ERROR_NOT_PC15);
  assert_null(buffer);
  assert_status(pc15_program_disassemble(d, kBytes, sizeof(kBytes), &buffer), PC15_ERROR_POISONED);
  assert_status(pc15_program_assemble(d, kGood, sizeof(kGood) - 1, &buffer), PC15_ERROR_POISONED);
  pc15_decoder_destroy(d);
}

/* Every allocation refused in turn: the status says so and nothing is kept. */
static void memory_ends(void **state) {
  int64_t n;
  int done = 0;
  (void)state;
  for (n = 1; n < 300 && done == 0; ++n) {
    test_memory memory;
    pc15_allocator allocator = test_allocator(&memory);
    pc15_decoder *d = NULL;
    pc15_buffer *file = NULL, *text = NULL;
    pc15_status status;
    test_memory_arm(&memory, n, 0);
    assert_status(pc15_decoder_create(&allocator, &d), PC15_OK);
    status = pc15_program_assemble(d, kGood, sizeof(kGood) - 1, &file);
    if (status == PC15_OK)
      status = pc15_program_disassemble(d, pc15_buffer_data(file), pc15_buffer_size(file), &text);
    done = memory.failed == 0;
    assert_status(status, done ? PC15_OK : PC15_ERROR_NO_MEMORY);
    pc15_buffer_free(file);
    pc15_buffer_free(text);
    pc15_decoder_destroy(d);
    assert_int_equal(memory.live, 0);
  }
  assert_true(done && n > 10);
}

/* Every example picture is small, decodes, and shows something. */
static void examples_are_small_pictures(void **state) {
  static const char *const kNames[] = {"galaxy", "islands", "planet", "sunset", "window"};
  size_t i, k;
  (void)state;
  for (i = 0; i < COUNT_OF(kNames); ++i) {
    char path[512], text[4096];
    pc15_decoder *d = NULL;
    pc15_buffer *file, *pixels = NULL;
    size_t size;
    int seen[256] = {0}, different = 0;
    FILE *f;
    snprintf(path, sizeof(path), "%s/examples/programs/%s.pc15t", PC15_TEST_SOURCE_DIR, kNames[i]);
    f = fopen(path, "rb");
    assert_non_null(f);
    size = fread(text, 1, sizeof(text), f);
    fclose(f);
    assert_status(pc15_decoder_create(NULL, &d), PC15_OK);
    file = assemble(d, text, size);
    assert_true(pc15_buffer_size(file) < 100);
    assert_status(pc15_decode_image_buffer(d, pc15_buffer_data(file), pc15_buffer_size(file), PC15_FORMAT_Y,
                                           NULL, &pixels),
                  PC15_OK);
    for (k = 0; k < pc15_buffer_size(pixels); ++k) {
      const uint8_t v = pc15_buffer_data(pixels)[k];
      if (seen[v] == 0) ++different;
      seen[v] = 1;
    }
    assert_true(different > 60);
    pc15_buffer_free(pixels);
    pc15_buffer_free(file);
    pc15_decoder_destroy(d);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(there_and_back),
      cmocka_unit_test(residual_is_left_out),
      cmocka_unit_test(refusals),
      cmocka_unit_test(memory_ends),
      cmocka_unit_test(examples_are_small_pictures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
