/* Encodes a binary PPM of any size as it is read, so that this program never holds the picture:
 *
 *   encode_rows IN.ppm OUT.pc15 [threads]
 *
 * Without loss and without a search for programs, so that the library holds no more of it than some rows
 * either. */
#include <pc15.h>

#include <stdio.h>
#include <stdlib.h>

/* As many rows as were asked for: they stand in a PPM as the library wants them. A short file ends the
 * encode. */
static int32_t read_rows(uint32_t y, uint32_t count, uint8_t *rows, size_t size, void *opaque) {
  (void)y;
  return fread(rows, 1, size, (FILE *)opaque) == size ? (int32_t)count : -1;
}

static pc15_status configure(pc15_encoder *encoder, int argc, char **argv) {
  pc15_status status = pc15_encoder_set_param(encoder, PC15_PARAM_LOSSLESS, 1);
  if (status == PC15_OK) status = pc15_encoder_set_param(encoder, PC15_PARAM_PROCEDURAL, 0);
  if (status == PC15_OK && argc > 3)
    status = pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, (int64_t)strtoul(argv[3], NULL, 10));
  return status;
}

/* The size of the file comes first; the finished file waits in the encoder. */
static pc15_status encode(pc15_encoder *encoder, FILE *in, uint32_t width, uint32_t height, uint8_t **file,
                          size_t *size) {
  pc15_status status =
      pc15_encode_rows(encoder, PC15_FORMAT_RGB, width, height, read_rows, in, NULL, 0, size);
  if (status != PC15_NOTE_DST_TOO_SMALL) return status;
  *file = (uint8_t *)malloc(*size);
  if (*file == NULL) return PC15_ERROR_NO_MEMORY;
  return pc15_encoder_result(encoder, *file, *size, size);
}

static int write_file(const char *path, const uint8_t *file, size_t size) {
  FILE *out = fopen(path, "wb");
  int failed = out == NULL || fwrite(file, 1, size, out) != size;
  if (out != NULL && fclose(out) != 0) failed = 1;
  if (failed) fprintf(stderr, "encode_rows: cannot write %s\n", path);
  return failed;
}

int main(int argc, char **argv) {
  pc15_encoder *encoder = NULL;
  pc15_status status;
  unsigned width = 0, height = 0;
  uint8_t *file = NULL;
  size_t size = 0;
  int failed = 1;
  FILE *in = argc == 3 || argc == 4 ? fopen(argv[1], "rb") : NULL;
  if (argc < 3 || argc > 4) {
    fprintf(stderr, "usage: encode_rows IN.ppm OUT.pc15 [threads]\n");
    return 2;
  }
  if (in == NULL || fscanf(in, "P6 %u %u 255", &width, &height) != 2 || fgetc(in) != '\n') {
    fprintf(stderr, "encode_rows: %s is no binary PPM with 8 bits\n", argv[1]);
    if (in != NULL) fclose(in);
    return 1;
  }
  status = pc15_encoder_create(NULL, &encoder);
  if (status == PC15_OK) status = configure(encoder, argc, argv);
  if (status == PC15_OK) status = encode(encoder, in, width, height, &file, &size);
  if (status == PC15_OK) {
    failed = write_file(argv[2], file, size);
  } else {
    char text[256] = "";
    pc15_encoder_last_error(encoder, text, sizeof(text));
    fprintf(stderr, "encode_rows: %s: %s\n", pc15_status_name(status), text);
  }
  fclose(in);
  free(file);
  pc15_encoder_destroy(encoder);
  return failed;
}
