/* Decodes a picture of any size to PPM, row by row, so that memory follows its width and not its height:
 *
 *   decode_rows IN.pc15 OUT.ppm [threads]
 *
 * The compressed file is held whole; of the picture only the rows that the decoder is at work on. */
#include <pc15.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *what, pc15_status status, pc15_decoder *decoder) {
  char text[256] = "";
  pc15_decoder_last_error(decoder, text, sizeof(text));
  fprintf(stderr, "decode_rows: %s: %s %s\n", what, pc15_status_name(status), text);
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

/* Rows come in order and without padding: as a PPM holds them. A full disk stops the decode. */
static int32_t write_rows(uint32_t y, uint32_t count, const uint8_t *rows, size_t size, void *opaque) {
  (void)y;
  (void)count;
  return fwrite(rows, 1, size, (FILE *)opaque) != size;
}

int main(int argc, char **argv) {
  pc15_decoder *decoder = NULL;
  pc15_image_info info;
  pc15_status status;
  size_t size = 0;
  uint8_t *data;
  FILE *out;
  int failed = 0;
  if (argc < 3 || argc > 4) {
    fprintf(stderr, "usage: decode_rows IN.pc15 OUT.ppm [threads]\n");
    return 2;
  }
  data = read_file(argv[1], &size);
  if (data == NULL) {
    fprintf(stderr, "decode_rows: cannot read %s\n", argv[1]);
    return 1;
  }
  memset(&info, 0, sizeof(info));
  info.struct_size = sizeof(info);
  status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK && argc > 3) {
    status = pc15_decoder_set_param(decoder, PC15_PARAM_THREADS, (int64_t)strtoul(argv[3], NULL, 10));
  }
  if (status == PC15_OK) status = pc15_decoder_open(decoder, data, size);
  if (status == PC15_OK) status = pc15_decoder_info(decoder, &info);
  if (status != PC15_OK) {
    failed = complain(argv[1], status, decoder);
  } else if ((out = fopen(argv[2], "wb")) == NULL) {
    fprintf(stderr, "decode_rows: cannot write %s\n", argv[2]);
    failed = 1;
  } else {
    fprintf(out, "P6\n%u %u\n255\n", info.width, info.height);
    status = pc15_decoder_read_rows(decoder, PC15_FORMAT_RGB, write_rows, out);
    if (status != PC15_OK) failed = complain(argv[1], status, decoder);
    if (fclose(out) != 0) failed = complain("writing", PC15_OK, decoder);
    if (failed) remove(argv[2]);
  }
  pc15_decoder_destroy(decoder);
  free(data);
  return failed;
}
