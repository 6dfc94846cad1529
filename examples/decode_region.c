/* decode_region IN.pc15 X Y WIDTH HEIGHT OUT.ppm: reads only what the rectangle needs. */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(int argc, char **argv) {
  pc15_image_info info;
  pc15_image image;
  pc15_decoder *decoder = NULL;
  pc15_status status;
  uint8_t *file;
  size_t size = 0, bytes = 0;
  uint32_t x, y;

  if (argc != 7) {
    fprintf(stderr, "usage: %s IN.pc15 X Y WIDTH HEIGHT OUT.ppm\n", argv[0]);
    return 2;
  }
  file = read_all(argv[1], &size);
  if (file == NULL) {
    fprintf(stderr, "%s: cannot be read\n", argv[1]);
    return 1;
  }

  /* The head of the file says what it holds and what decoding it would cost; nothing is allocated yet. */
  memset(&info, 0, sizeof(info));
  info.struct_size = sizeof(info);
  status = pc15_probe(file, size, NULL, &info);
  if (status == PC15_OK) {
    printf("%u x %u pixels, %u x %u cells, at most %llu bytes of memory\n", info.width, info.height,
           info.cell_cols, info.cell_rows, (unsigned long long)info.planned_memory);
  }

  x = (uint32_t)strtoul(argv[2], NULL, 10);
  y = (uint32_t)strtoul(argv[3], NULL, 10);
  memset(&image, 0, sizeof(image));
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = (uint32_t)strtoul(argv[4], NULL, 10);
  image.height = (uint32_t)strtoul(argv[5], NULL, 10);
  if (status == PC15_OK)
    status = pc15_image_bytes(image.format, image.width, image.height, image.stride, &bytes);
  image.data = (uint8_t *)malloc(bytes > 0 ? bytes : 1);
  image.data_size = bytes;
  if (status == PC15_OK) status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK) status = pc15_decode_region(decoder, file, size, x, y, &image);
  if (status == PC15_OK) {
    FILE *out = fopen(argv[6], "wb");
    if (out == NULL) {
      status = PC15_ERROR_INVALID_ARGUMENT;
    } else {
      fprintf(out, "P6\n%u %u\n255\n", image.width, image.height);
      if (fwrite(image.data, 1, bytes, out) != bytes) status = PC15_ERROR_INVALID_ARGUMENT;
      if (fclose(out) != 0) status = PC15_ERROR_INVALID_ARGUMENT;
    }
    if (status != PC15_OK) fprintf(stderr, "%s: cannot be written\n", argv[6]);
  } else {
    char message[256] = "";
    pc15_decoder_last_error(decoder, message, sizeof(message));
    fprintf(stderr, "%s: %s %s\n", argv[1], pc15_status_doc(status), message);
  }
  pc15_decoder_destroy(decoder);
  free(image.data);
  free(file);
  return status == PC15_OK ? 0 : 1;
}
