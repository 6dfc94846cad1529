/* Rows of pictures in memory for encodes from rows, and what such an encode must come to. */
#ifndef PC15_TESTS_ROW_GIVER_H
#define PC15_TESTS_ROW_GIVER_H

#include "abi_support.h"

/* Gives the rows of a picture in memory, `step` at a time (0: all that is asked for). */
typedef struct giver {
  const uint8_t *pixels;
  size_t row; /* bytes */
  uint32_t width, height, step, next, calls;
  uint32_t end_at; /* the row at which it answers `answer`; height: never */
  int32_t answer;
  pc15_encoder *cancel;
  uint32_t readings, end_in; /* how often it was read; `end_at` and `cancel` hold for that reading alone */
  const uint8_t *later;      /* what it gives from the second reading on; NULL: the same */
} giver;

/* pc15_read_rows_fn and pc15_restart_rows_fn of a giver; what it is asked for must be in order. */
int32_t give(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque);
int32_t again(void *opaque);
giver giver_of(const pc15_image *image, uint32_t step);
pc15_row_source source_of(giver *g, const pc15_image *image);

pc15_stats stats_of(const pc15_encoder *e);
/* Small rectangles of four colours: drawn throughout, or only from row `from` to row `to`. */
uint8_t *drawn(uint32_t width, uint32_t height, int32_t channels, uint32_t from, uint32_t to);
/* The file of a whole encode, that of rows, and that of a source that is read again; they must be the same.
 * Returns how often it was read. */
uint32_t same_bytes(pc15_encoder *e, const pc15_image *image, uint32_t step);
/* The defaults, effort 1, and some more. */
void set_quick(pc15_encoder *e, const test_param *params);

#endif
