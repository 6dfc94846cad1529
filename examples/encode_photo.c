/* encode_photo IN.pgm|IN.ppm OUT.pc15 [quality]: a picture from a file to a file, with progress and
 * statistics. PNM is read here because it needs no library; the encoder takes any 8-bit Y, RGB or RGBA
 * picture. */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads binary PGM (P5) or PPM (P6) without comments. Returns 0 on failure. */
static int read_pnm(const char *path, pc15_image *image) {
  FILE *f = fopen(path, "rb");
  char kind = 0;
  unsigned width = 0, height = 0, most = 0;
  if (f == NULL) return 0;
  memset(image, 0, sizeof(*image));
  image->struct_size = sizeof(*image);
  if (fscanf(f, "P%c %u %u %u", &kind, &width, &height, &most) == 4 && (kind == '5' || kind == '6') &&
      most == 255 && fgetc(f) != EOF) {
    size_t size = 0;
    image->format = kind == '5' ? PC15_FORMAT_Y : PC15_FORMAT_RGB;
    image->width = width;
    image->height = height;
    if (pc15_image_bytes(image->format, width, height, 0, &size) == PC15_OK) {
      image->data = (uint8_t *)malloc(size);
      image->data_size = size;
      if (image->data != NULL && fread(image->data, 1, size, f) != size) {
        free(image->data);
        image->data = NULL;
      }
    }
  }
  fclose(f);
  return image->data != NULL;
}

static int32_t show_progress(uint64_t done, uint64_t total, void *opaque) {
  (void)opaque;
  fprintf(stderr, "\r%3u %%", (unsigned)(100 * done / total));
  return 0; /* anything else would cancel */
}

static int write_all(const char *path, const uint8_t *data, size_t size) {
  FILE *f = fopen(path, "wb");
  int ok;
  if (f == NULL) return 0;
  ok = fwrite(data, 1, size, f) == size;
  return fclose(f) == 0 && ok;
}

int main(int argc, char **argv) {
  pc15_image image;
  pc15_encoder *encoder = NULL;
  pc15_buffer *file = NULL;
  pc15_stats stats;
  pc15_status status;
  int failed = 1;

  if (argc < 3) {
    fprintf(stderr, "usage: %s IN.pgm|IN.ppm OUT.pc15 [quality 0...100]\n", argv[0]);
    return 2;
  }
  if (!read_pnm(argv[1], &image)) {
    fprintf(stderr, "%s: not a binary 8-bit PGM or PPM\n", argv[1]);
    return 1;
  }
  status = pc15_encoder_create(NULL, &encoder);
  if (status == PC15_OK) status = pc15_encoder_set_progress(encoder, show_progress, NULL);
  if (status == PC15_OK && argc > 3)
    status = pc15_encoder_set_param_f64(encoder, PC15_PARAM_QUALITY, atof(argv[3]));
  if (status == PC15_OK) status = pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, 0); /* all processors */
  if (status == PC15_OK) status = pc15_encode_image_buffer(encoder, &image, &file);
  fputc('\n', stderr);
  if (status != PC15_OK) {
    char message[256];
    pc15_encoder_last_error(encoder, message, sizeof(message));
    fprintf(stderr, "%s: %s\n", pc15_status_name(status), message);
  } else {
    memset(&stats, 0, sizeof(stats));
    stats.struct_size = sizeof(stats);
    pc15_encoder_stats(encoder, &stats);
    printf(
        "%u x %u: %zu bytes (%llu programs, %llu residual), %.3f bits per pixel, PSNR-Y %.2f dB, SSIM %.4f\n",
        image.width, image.height, pc15_buffer_size(file), (unsigned long long)stats.bytes_programs,
        (unsigned long long)stats.bytes_cells,
        8.0 * (double)pc15_buffer_size(file) / ((double)image.width * image.height), stats.psnr_y,
        stats.ssim_y);
    failed = !write_all(argv[2], pc15_buffer_data(file), pc15_buffer_size(file));
    if (failed) fprintf(stderr, "%s: cannot be written\n", argv[2]);
  }
  pc15_buffer_free(file);
  pc15_encoder_destroy(encoder);
  free(image.data);
  return failed;
}
