/* Decodes a picture of any size to PPM in strips, so that memory follows its width and not its height:
 *
 *   decode_strips IN.pc15 OUT.ppm [rows [threads]]
 *
 * The compressed file is held whole; of the picture only `rows` rows are. A strip needs the cells that touch
 * it and their neighbours, so its height should be several cells: with cells of 256 pixels and the default of
 * 2048 rows a quarter of the work is done twice. */
#include <pc15.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *what, pc15_status status, pc15_decoder *decoder) {
  char text[256] = "";
  pc15_decoder_last_error(decoder, text, sizeof(text));
  fprintf(stderr, "decode_strips: %s: %s %s\n", what, pc15_status_name(status), text);
  return 1;
}

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  uint8_t *data = NULL;
  long length = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length > 0 && fseek(file, 0, SEEK_SET) == 0) data = (uint8_t *)malloc((size_t)length);
  if (data != NULL && fread(data, 1, (size_t)length, file) != (size_t)length) {
    free(data);
    data = NULL;
  }
  if (file != NULL) fclose(file);
  *size = data != NULL ? (size_t)length : 0;
  return data;
}

/* 0 when every strip was decoded and written. */
static int write_strips(pc15_decoder *decoder, const pc15_image_info *info, uint32_t rows, FILE *out) {
  pc15_image strip;
  uint32_t y;
  int failed = 0;
  memset(&strip, 0, sizeof(strip));
  strip.struct_size = sizeof(strip);
  strip.format = PC15_FORMAT_RGB;
  strip.width = info->width;
  strip.data_size = (uint64_t)3 * info->width * (rows < info->height ? rows : info->height);
  strip.data = (uint8_t *)malloc((size_t)strip.data_size);
  if (strip.data == NULL) return complain("memory", PC15_ERROR_NO_MEMORY, decoder);
  fprintf(out, "P6\n%u %u\n255\n", info->width, info->height);
  for (y = 0; y < info->height && !failed; y += strip.height) {
    pc15_status status;
    size_t bytes;
    strip.height = info->height - y < rows ? info->height - y : rows;
    bytes = (size_t)3 * strip.width * strip.height;
    status = pc15_decoder_read(decoder, 0, y, &strip);
    if (status != PC15_OK) {
      failed = complain("strip", status, decoder);
    } else if (fwrite(strip.data, 1, bytes, out) != bytes) {
      failed = complain("writing", PC15_OK, decoder);
    }
  }
  free(strip.data);
  return failed;
}

int main(int argc, char **argv) {
  pc15_decoder *decoder = NULL;
  pc15_image_info info;
  pc15_status status;
  size_t size = 0;
  uint8_t *data;
  FILE *out = NULL;
  int failed = 1;
  const uint32_t rows = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 2048;
  if (argc < 3 || argc > 5 || rows == 0) {
    fprintf(stderr, "usage: decode_strips IN.pc15 OUT.ppm [rows [threads]]\n");
    return 2;
  }
  data = read_file(argv[1], &size);
  if (data == NULL) {
    fprintf(stderr, "decode_strips: cannot read %s\n", argv[1]);
    return 1;
  }
  memset(&info, 0, sizeof(info));
  info.struct_size = sizeof(info);
  status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK && argc > 4) {
    status = pc15_decoder_set_param(decoder, PC15_PARAM_THREADS, (int64_t)strtoul(argv[4], NULL, 10));
  }
  if (status == PC15_OK) status = pc15_decoder_open(decoder, data, size);
  if (status == PC15_OK) status = pc15_decoder_info(decoder, &info);
  if (status != PC15_OK) {
    complain(argv[1], status, decoder);
  } else if ((out = fopen(argv[2], "wb")) == NULL) {
    fprintf(stderr, "decode_strips: cannot write %s\n", argv[2]);
  } else {
    failed = write_strips(decoder, &info, rows, out);
    if (fclose(out) != 0) failed = complain("writing", PC15_OK, decoder);
  }
  if (failed && out != NULL) remove(argv[2]);
  pc15_decoder_destroy(decoder);
  free(data);
  return failed;
}
