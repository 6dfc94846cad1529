/* scaled IN.pc15 SCALE_LOG2 OUT.ppm: decodes at 2^SCALE_LOG2 times the size (-2...3) in strips, as a viewer
 * would. */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STRIP 64u

static uint8_t *read_all(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  uint8_t *data = NULL;
  long end;
  if (f == NULL) return NULL;
  if (fseek(f, 0, SEEK_END) == 0 && (end = ftell(f)) > 0 && fseek(f, 0, SEEK_SET) == 0) {
    *size = (size_t)end;
    data = (uint8_t *)malloc(*size);
    if (data != NULL && fread(data, 1, *size, f) != *size) {
      free(data);
      data = NULL;
    }
  }
  fclose(f);
  return data;
}

/* Any rectangle equals the same part of the whole, so the strips join without a seam. */
static pc15_status write_strips(pc15_decoder *decoder, int32_t scale_log2, FILE *out) {
  pc15_image_info info;
  pc15_image image;
  uint32_t width = 0, height = 0, y;
  pc15_status status;
  memset(&info, 0, sizeof(info));
  info.struct_size = sizeof(info);
  status = pc15_decoder_info(decoder, &info);
  if (status == PC15_OK) status = pc15_scaled_size(info.width, info.height, scale_log2, &width, &height);
  if (status != PC15_OK) return status;
  memset(&image, 0, sizeof(image));
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = width;
  image.data_size = (uint64_t)width * STRIP * 3;
  image.data = (uint8_t *)malloc((size_t)image.data_size);
  if (image.data == NULL) return PC15_ERROR_NO_MEMORY;
  fprintf(out, "P6\n%u %u\n255\n", width, height);
  for (y = 0; y < height && status == PC15_OK; y += STRIP) {
    image.height = height - y < STRIP ? height - y : STRIP;
    status = pc15_decoder_read_scaled(decoder, scale_log2, 0, y, &image);
    if (status == PC15_OK && fwrite(image.data, (size_t)width * 3, image.height, out) != image.height)
      status = PC15_ERROR_INVALID_ARGUMENT;
  }
  free(image.data);
  return status;
}

int main(int argc, char **argv) {
  pc15_decoder *decoder = NULL;
  pc15_status status;
  uint8_t *file;
  size_t size = 0;
  FILE *out;
  if (argc != 4) {
    fprintf(stderr, "usage: %s IN.pc15 SCALE_LOG2 OUT.ppm\n", argv[0]);
    return 2;
  }
  file = read_all(argv[1], &size);
  out = file != NULL ? fopen(argv[3], "wb") : NULL;
  if (out == NULL) {
    fprintf(stderr, "%s: cannot be opened\n", file == NULL ? argv[1] : argv[3]);
    free(file);
    return 1;
  }
  status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK) status = pc15_decoder_open(decoder, file, size);
  if (status == PC15_OK) status = write_strips(decoder, (int32_t)strtol(argv[2], NULL, 10), out);
  if (status != PC15_OK) {
    char message[256] = "";
    pc15_decoder_last_error(decoder, message, sizeof(message));
    fprintf(stderr, "%s: %s %s\n", argv[1], pc15_status_doc(status), message);
  }
  pc15_decoder_destroy(decoder);
  free(file);
  if (fclose(out) != 0 && status == PC15_OK) status = PC15_ERROR_INVALID_ARGUMENT;
  return status == PC15_OK ? 0 : 1;
}
