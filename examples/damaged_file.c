/* damaged_file: what a file of several cells survives. Encodes a picture, damages one byte of one cell, and
 * decodes what is left, with a map of the loss. */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 400u
#define HEIGHT 300u

static pc15_image make_picture(void) {
  pc15_image image;
  uint32_t x, y;
  memset(&image, 0, sizeof(image));
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_Y;
  image.width = WIDTH;
  image.height = HEIGHT;
  image.data_size = WIDTH * HEIGHT;
  image.data = (uint8_t *)malloc(WIDTH * HEIGHT);
  for (y = 0; image.data != NULL && y < HEIGHT; ++y) {
    for (x = 0; x < WIDTH; ++x)
      image.data[y * WIDTH + x] = (uint8_t)((x * x / 64 + y * 3 + (x ^ y) % 23 * 4) & 255);
  }
  return image;
}

/* Offset of a byte in the middle of cell `number`; 0 when there is no such cell. */
static uint64_t inside_cell(pc15_decoder *decoder, uint32_t number) {
  uint32_t count = 0, i;
  pc15_part_info part;
  memset(&part, 0, sizeof(part));
  part.struct_size = sizeof(part);
  if (pc15_decoder_part_count(decoder, &count) != PC15_OK) return 0;
  for (i = 0; i < count; ++i) {
    if (pc15_decoder_part_info(decoder, i, &part) != PC15_OK) return 0;
    if (part.kind == PC15_PART_CELL && part.number == number) return part.offset + part.size / 2;
  }
  return 0;
}

int main(void) {
  pc15_image image = make_picture();
  pc15_encoder *encoder = NULL;
  pc15_decoder *decoder = NULL;
  pc15_buffer *file = NULL;
  pc15_status strict, tolerant;
  uint8_t map[64];
  size_t cells = 0, i, lost = 0;
  uint64_t at;

  if (image.data == NULL || pc15_encoder_create(NULL, &encoder) != PC15_OK ||
      pc15_decoder_create(NULL, &decoder) != PC15_OK ||
      pc15_encoder_set_param(encoder, PC15_PARAM_CELL, 128) != PC15_OK ||
      pc15_encode_image_buffer(encoder, &image, &file) != PC15_OK ||
      pc15_decoder_open(decoder, pc15_buffer_data(file), pc15_buffer_size(file)) != PC15_OK) {
    return 1;
  }
  at = inside_cell(decoder, 5);
  pc15_decoder_close(decoder);
  if (at == 0) return 1;
  pc15_buffer_data(file)[at] ^= 0x10;

  /* By default a damaged file is refused, with a message, and the handle waits for a reset. */
  strict = pc15_decode_image(decoder, pc15_buffer_data(file), pc15_buffer_size(file), &image);
  {
    char message[256];
    pc15_decoder_last_error(decoder, message, sizeof(message));
    printf("strict:   %s: %s\n", pc15_status_name(strict), message);
  }
  pc15_decoder_reset(decoder);

  /* On request everything that is intact is decoded. */
  pc15_decoder_set_param(decoder, PC15_PARAM_TOLERANT, 1);
  tolerant = pc15_decode_image(decoder, pc15_buffer_data(file), pc15_buffer_size(file), &image);
  printf("tolerant: %s, cells:", pc15_status_name(tolerant));
  if (pc15_decoder_damage(decoder, map, sizeof(map), &cells) == PC15_OK) {
    for (i = 0; i < cells; ++i) {
      printf(" %c", map[i] == PC15_CELL_LOST ? 'X' : '.');
      lost += map[i] == PC15_CELL_LOST;
    }
  }
  printf("\n");

  pc15_buffer_free(file);
  pc15_encoder_destroy(encoder);
  pc15_decoder_destroy(decoder);
  free(image.data);
  return strict < 0 && tolerant == PC15_NOTE_DAMAGED && lost == 1 ? 0 : 1;
}
