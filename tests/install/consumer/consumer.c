/* Uses the installed library as a stranger would: encode a small picture, decode it, compare. With
 * PC15_CONSUMER_DECODER_ONLY it checks that the library says plainly that it cannot encode. */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 48
#define HEIGHT 32

static int fail(const char *what, pc15_status status) {
  fprintf(stderr, "%s: %s\n", what, pc15_status_name(status));
  return 1;
}

static int refuses_rubbish(void) {
  static const uint8_t rubbish[128] = "this is not a PC15 file";
  pc15_image_info info;
  pc15_status status;
  memset(&info, 0, sizeof info);
  info.struct_size = sizeof info;
  status = pc15_probe(rubbish, sizeof rubbish, NULL, &info);
  return status == PC15_ERROR_NOT_PC15 ? 0 : fail("pc15_probe of rubbish", status);
}

#ifndef PC15_CONSUMER_DECODER_ONLY
static int round_trip(void) {
  static uint8_t pixels[WIDTH * HEIGHT], decoded[WIDTH * HEIGHT], file[1 << 16];
  size_t file_size = 0, decoded_size = 0;
  pc15_encoder *encoder = NULL;
  pc15_decoder *decoder = NULL;
  pc15_status status;
  int x, y, worst = 0;
  for (y = 0; y < HEIGHT; ++y) {
    for (x = 0; x < WIDTH; ++x) pixels[y * WIDTH + x] = (uint8_t)(40 + 3 * x + 2 * y);
  }
  status = pc15_encoder_create(NULL, &encoder);
  if (status != PC15_OK) return fail("pc15_encoder_create", status);
  status = pc15_encode_y(encoder, pixels, sizeof pixels, WIDTH, HEIGHT, 0, file, sizeof file, &file_size);
  pc15_encoder_destroy(encoder);
  if (status != PC15_OK) return fail("pc15_encode_y", status);

  status = pc15_decoder_create(NULL, &decoder);
  if (status != PC15_OK) return fail("pc15_decoder_create", status);
  status = pc15_decode_y(decoder, file, file_size, decoded, sizeof decoded, 0, &decoded_size);
  pc15_decoder_destroy(decoder);
  if (status != PC15_OK) return fail("pc15_decode_y", status);

  for (x = 0; x < WIDTH * HEIGHT; ++x) {
    int difference = abs((int)pixels[x] - (int)decoded[x]);
    if (difference > worst) worst = difference;
  }
  printf("%d bytes, largest difference %d\n", (int)file_size, worst);
  return decoded_size == sizeof decoded && worst <= 16 ? 0 : fail("the picture changed", PC15_OK);
}
#endif

int main(void) {
  if (pc15_abi_version() != PC15_ABI_MAJOR) return fail("the header and the library differ", PC15_OK);
  if (refuses_rubbish() != 0) return 1;
#ifdef PC15_CONSUMER_DECODER_ONLY
  return pc15_has_encoder() == 0 ? 0 : fail("a decoder-only library claims an encoder", PC15_OK);
#else
  return round_trip();
#endif
}
