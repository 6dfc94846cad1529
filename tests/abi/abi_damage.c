/* A file of six cells: what a damaged byte or a missing tail costs, pixel by pixel. */
#include "abi_support.h"

#define WIDTH TEST_CELLS_WIDTH
#define HEIGHT TEST_CELLS_HEIGHT
#define CELLS 6u
#define COLS 3u
#define REACH 13u /* of the seam filter and the loop filter, pixels */

typedef struct part {
  int32_t kind;
  uint32_t number;
  uint64_t offset, size;
} part;

typedef struct fixture {
  test_file file;
  uint8_t *intact;
  uint8_t *pixels;
  pc15_decoder *decoder;
  part parts[64];
  uint32_t count;
} fixture;

static int make(void **state) {
  fixture *f = (fixture *)calloc(1, sizeof(*f));
  uint32_t i;
  f->file = test_small_file(2);
  f->intact = test_decode(&f->file);
  f->pixels = (uint8_t *)malloc(WIDTH * HEIGHT);
  assert_status(pc15_decoder_create(NULL, &f->decoder), PC15_OK);
  expect_decoder(f->decoder, pc15_decoder_open(f->decoder, f->file.data, f->file.size), PC15_OK);
  assert_status(pc15_decoder_part_count(f->decoder, &f->count), PC15_OK);
  assert_true(f->count <= COUNT_OF(f->parts));
  for (i = 0; i < f->count; ++i) {
    pc15_part_info info = {0};
    info.struct_size = sizeof(info);
    assert_status(pc15_decoder_part_info(f->decoder, i, &info), PC15_OK);
    assert_int_equal(info.intact, 1);
    f->parts[i].kind = info.kind;
    f->parts[i].number = info.number;
    f->parts[i].offset = info.offset;
    f->parts[i].size = info.size;
  }
  assert_status(pc15_decoder_close(f->decoder), PC15_OK);
  assert_status(pc15_decoder_set_param(f->decoder, PC15_PARAM_TOLERANT, 1), PC15_OK);
  *state = f;
  return 0;
}

static int drop(void **state) {
  fixture *f = (fixture *)*state;
  pc15_decoder_destroy(f->decoder);
  test_file_free(&f->file);
  free(f->intact);
  free(f->pixels);
  free(f);
  return 0;
}

static pc15_status decode(fixture *f, size_t size, uint8_t map[CELLS]) {
  const pc15_image image = test_image(f->pixels, WIDTH, HEIGHT, PC15_FORMAT_Y);
  size_t count = 0;
  pc15_status status;
  memset(f->pixels, 0, WIDTH * HEIGHT);
  status = pc15_decode_image(f->decoder, f->file.data, size, &image);
  if (status == PC15_NOTE_DAMAGED || status == PC15_OK) {
    assert_status(pc15_decoder_damage(f->decoder, map, CELLS, &count), PC15_OK);
    assert_int_equal(count, CELLS);
  }
  assert_status(pc15_decoder_reset(f->decoder), PC15_OK);
  return status;
}

static int near_cell(uint32_t x, uint32_t y, uint32_t cell) {
  const uint32_t x0 = cell % COLS * TEST_CELL, y0 = cell / COLS * TEST_CELL;
  return x + REACH >= x0 && x < x0 + TEST_CELL + REACH && y + REACH >= y0 && y < y0 + TEST_CELL + REACH;
}

/* Pixels that no lost cell reaches are those of the intact file. */
static void expect_rest_intact(const fixture *f, const uint8_t map[CELLS], const char *what, size_t at) {
  uint32_t x, y, cell;
  for (y = 0; y < HEIGHT; ++y) {
    for (x = 0; x < WIDTH; ++x) {
      int reached = 0;
      if (f->pixels[y * WIDTH + x] == f->intact[y * WIDTH + x]) continue;
      for (cell = 0; cell < CELLS; ++cell) reached |= map[cell] == PC15_CELL_LOST && near_cell(x, y, cell);
      if (!reached) fail_msg("%s %zu: pixel (%u, %u) changed", what, at, x, y);
    }
  }
}

static void parts_cover_the_file(void **state) {
  const fixture *f = (const fixture *)*state;
  uint32_t i, cells = 0, groups = 0, copies = 0;
  uint64_t end = 0;
  for (i = 0; i < f->count; ++i) {
    assert_int_equal(f->parts[i].offset, end);
    assert_true(f->parts[i].size > 0);
    end += f->parts[i].size;
    if (f->parts[i].kind == PC15_PART_CELL) assert_int_equal(f->parts[i].number, cells++);
    assert_non_null(pc15_part_name(f->parts[i].kind));
    groups += f->parts[i].kind == PC15_PART_GROUP;
    copies += f->parts[i].kind == PC15_PART_BACKUP_GROUP;
  }
  assert_int_equal(end, f->file.size);
  assert_int_equal(cells, CELLS);
  assert_true(groups > 0); /* the tests below mean something */
  assert_int_equal(groups, copies);
}

static void a_byte_costs_its_cell_or_nothing(void **state) {
  fixture *f = (fixture *)*state;
  uint32_t i, cell;
  uint64_t at;
  for (i = 0; i < f->count; ++i) {
    const int is_cell = f->parts[i].kind == PC15_PART_CELL;
    /* All bytes of the short parts, every third of the long ones, always the first and the last. */
    const uint64_t step = f->parts[i].size > 400 ? 3 : 1, end = f->parts[i].offset + f->parts[i].size;
    for (at = f->parts[i].offset; at < end; at = at + 1 == end     ? end
                                                 : at + step < end ? at + step
                                                                   : end - 1) {
      uint8_t map[CELLS];
      f->file.data[at] ^= 0x20;
      assert_status(decode(f, f->file.size, map), PC15_NOTE_DAMAGED);
      f->file.data[at] ^= 0x20;
      for (cell = 0; cell < CELLS; ++cell) {
        const int lost = is_cell && f->parts[i].number == cell;
        if (map[cell] != (lost ? PC15_CELL_LOST : PC15_CELL_INTACT)) {
          fail_msg("byte %llu of %s %u: cell %u is %d", (unsigned long long)at,
                   pc15_part_name(f->parts[i].kind), f->parts[i].number, cell, map[cell]);
        }
      }
      expect_rest_intact(f, map, pc15_part_name(f->parts[i].kind), (size_t)at);
    }
  }
}

static void a_cut_keeps_the_cells_before_it(void **state) {
  fixture *f = (fixture *)*state;
  uint64_t first_cell = 0;
  uint32_t i;
  size_t n;
  for (i = 0; i < f->count && f->parts[i].kind != PC15_PART_CELL; ++i)
    first_cell = f->parts[i].offset + f->parts[i].size;
  for (n = 0; n < f->file.size; n = n < first_cell                                  ? n + 1
                                    : n + 7 < f->file.size || n + 1 == f->file.size ? n + 7
                                                                                    : f->file.size - 1) {
    uint8_t map[CELLS];
    const pc15_status status = decode(f, n, map);
    if (n < first_cell && status != PC15_NOTE_DAMAGED) {
      assert_true(status <= PC15_ERROR_NOT_PC15 && status > PC15_ERROR_NO_MEMORY);
      continue;
    }
    assert_status(status, PC15_NOTE_DAMAGED);
    for (i = 0; i < f->count; ++i) {
      const int whole = f->parts[i].offset + f->parts[i].size <= n;
      if (f->parts[i].kind != PC15_PART_CELL) continue;
      if (map[f->parts[i].number] != (whole ? PC15_CELL_INTACT : PC15_CELL_LOST)) {
        fail_msg("cut at %zu: cell %u is %d", n, f->parts[i].number, map[f->parts[i].number]);
      }
    }
    expect_rest_intact(f, map, "cut at", n);
  }
}

static void a_region_says_what_it_did_not_read(void **state) {
  fixture *f = (fixture *)*state;
  const pc15_image image = test_image(f->pixels, 20, 20, PC15_FORMAT_Y);
  uint8_t map[CELLS];
  size_t count = 0;
  expect_decoder(f->decoder, pc15_decode_region(f->decoder, f->file.data, f->file.size, 40, 40, &image),
                 PC15_OK);
  assert_status(pc15_decoder_damage(f->decoder, map, CELLS - 1, &count), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(count, CELLS);
  assert_status(pc15_decoder_damage(f->decoder, map, CELLS, &count), PC15_OK);
  assert_int_equal(map[0], PC15_CELL_INTACT);
  assert_int_equal(map[2], PC15_CELL_NOT_DECODED);
  assert_int_equal(map[5], PC15_CELL_NOT_DECODED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(parts_cover_the_file),
      TEST(a_byte_costs_its_cell_or_nothing),
      TEST(a_cut_keeps_the_cells_before_it),
      TEST(a_region_says_what_it_did_not_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
