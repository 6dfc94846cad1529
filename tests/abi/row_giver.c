#include "row_giver.h"

#define MOST_ROWS 64u

int32_t give(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  giver *g = (giver *)opaque;
  uint32_t n = g->step == 0 || g->step > count ? count : g->step;
  assert_int_equal(y, g->next);
  assert_in_range(count, 1, MOST_ROWS);
  assert_true(y + count <= g->height);
  assert_int_equal(size, count * g->row);
  ++g->calls;
  if (g->readings != g->end_in) {
    memcpy(rows, (g->later != NULL && g->readings > 0 ? g->later : g->pixels) + y * g->row, n * g->row);
    g->next = y + n;
    return (int32_t)n;
  }
  if (g->cancel != NULL) assert_status(pc15_encoder_cancel(g->cancel), PC15_OK);
  if (y >= g->end_at) return g->answer;
  memcpy(rows, (g->later != NULL && g->readings > 0 ? g->later : g->pixels) + y * g->row, n * g->row);
  g->next = y + n;
  return (int32_t)n;
}

int32_t again(void *opaque) {
  giver *g = (giver *)opaque;
  g->next = 0;
  ++g->readings;
  return 0;
}

giver giver_of(const pc15_image *image, uint32_t step) {
  giver g;
  memset(&g, 0, sizeof(g));
  g.pixels = image->data;
  g.width = image->width;
  g.height = g.end_at = image->height;
  g.row = (size_t)image->width * (size_t)image->format;
  g.step = step;
  g.later = NULL;
  return g;
}

pc15_row_source source_of(giver *g, const pc15_image *image) {
  pc15_row_source source;
  memset(&source, 0, sizeof(source));
  source.struct_size = sizeof(source);
  source.format = image->format;
  source.width = image->width;
  source.height = image->height;
  source.rows = give;
  source.restart = again;
  source.opaque = g;
  return source;
}

pc15_stats stats_of(const pc15_encoder *e) {
  pc15_stats stats;
  memset(&stats, 0, sizeof(stats));
  stats.struct_size = sizeof(stats);
  assert_status(pc15_encoder_stats(e, &stats), PC15_OK);
  return stats;
}

/* Small rectangles of four colours: drawn throughout, or only from row `from` to row `to`. */
uint8_t *drawn(uint32_t width, uint32_t height, int32_t channels, uint32_t from, uint32_t to) {
  static const uint8_t kLevels[4] = {10, 80, 160, 250};
  uint8_t *pixels = test_picture(TEST_PHOTO, width, height, channels);
  uint32_t x, y;
  int32_t c;
  for (y = from; y < to; ++y) {
    for (x = 0; x < width; ++x) {
      const uint32_t hash = (x / 11 * 2654435761u) ^ (y / 9 * 2246822519u);
      for (c = 0; c < channels; ++c)
        pixels[((size_t)y * width + x) * (size_t)channels + (size_t)c] =
            c == 3 ? 255 : kLevels[(hash >> (13 + 2 * c)) & 3];
    }
  }
  return pixels;
}

/* The same file, the same figures, the same tiles. */
static void same_result(const pc15_encoder *e, const pc15_buffer *whole, const pc15_stats *stats,
                        const pc15_tile_info *last_tile) {
  const pc15_stats now = stats_of(e);
  uint8_t *file = (uint8_t *)malloc(stats->bytes_total);
  size_t size = 0;
  assert_status(pc15_encoder_result(e, file, stats->bytes_total, &size), PC15_OK);
  assert_int_equal(size, stats->bytes_total);
  assert_memory_equal(file, pc15_buffer_data((pc15_buffer *)whole), size);
  assert_memory_equal(&now.psnr_y, &stats->psnr_y, sizeof(double)); /* NaN is NaN */
  assert_memory_equal(&now.ssim_y, &stats->ssim_y, sizeof(double));
  assert_int_equal(now.renders, stats->renders);
  assert_int_equal(now.tiles, stats->tiles);
  if (last_tile->struct_size != 0) {
    pc15_tile_info tile;
    memset(&tile, 0, sizeof(tile));
    tile.struct_size = sizeof(tile);
    assert_status(pc15_encoder_tile_info(e, now.tiles - 1, &tile), PC15_OK);
    assert_memory_equal(&tile, last_tile, sizeof(tile));
  }
  free(file);
}

/* The file of a whole encode, that of rows, and that of a source that is read again; they must be the same.
 * Returns how often it was read. */
uint32_t same_bytes(pc15_encoder *e, const pc15_image *image, uint32_t step) {
  pc15_buffer *whole = NULL;
  size_t size = 0;
  uint32_t count = 0;
  giver g = giver_of(image, step), h = g;
  const pc15_row_source source = source_of(&h, image);
  pc15_tile_info tile;
  pc15_stats stats;
  memset(&tile, 0, sizeof(tile));
  expect_encoder(e, pc15_encode_image_buffer(e, image, &whole), PC15_OK);
  stats = stats_of(e);
  assert_int_equal(stats.bytes_total, pc15_buffer_size(whole));
  assert_status(pc15_encoder_tile_count(e, &count), PC15_OK);
  if (count > 0) {
    tile.struct_size = sizeof(tile);
    assert_status(pc15_encoder_tile_info(e, count - 1, &tile), PC15_OK);
  }
  expect_encoder(e, pc15_encode_rows(e, image->format, image->width, image->height, give, &g, NULL, 0, &size),
                 PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(g.next, image->height);
  assert_int_equal(g.readings, 0);
  same_result(e, whole, &stats, &tile);
  expect_encoder(e, pc15_encode_source(e, &source, NULL, 0, &size), PC15_NOTE_DST_TOO_SMALL);
  assert_int_equal(h.next, image->height);
  same_result(e, whole, &stats, &tile);
  pc15_buffer_free(whole);
  return h.readings + 1;
}

void set_quick(pc15_encoder *e, const test_param *params) {
  assert_status(pc15_encoder_default_params(e), PC15_OK);
  assert_status(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), PC15_OK);
  for (; params->id != 0; ++params)
    assert_status(pc15_encoder_set_param(e, params->id, params->value), PC15_OK);
}
