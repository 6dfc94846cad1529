/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the C interface answers, for the tests of the Java package; not shipped.
 *
 *   pc15_reference statuses FILE    per prefix of the file: probe, decode, tolerant decode and verify
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pc15.h"

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  uint8_t *bytes;
  long length;
  if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (length = ftell(f)) < 0) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(1);
  }
  rewind(f);
  bytes = malloc((size_t)length + 1);
  if (bytes == NULL || fread(bytes, 1, (size_t)length, f) != (size_t)length) exit(1);
  fclose(f);
  *size = (size_t)length;
  return bytes;
}

static pc15_status decode(const uint8_t *data, size_t size, int64_t tolerant) {
  pc15_decoder *decoder = NULL;
  pc15_buffer *buffer = NULL;
  pc15_status status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK) status = pc15_decoder_set_param(decoder, PC15_PARAM_TOLERANT, tolerant);
  if (status == PC15_OK) status = pc15_decode_image_buffer(decoder, data, size, 0, NULL, &buffer);
  pc15_buffer_free(buffer);
  pc15_decoder_destroy(decoder);
  return status;
}

static pc15_status verify(const uint8_t *data, size_t size) {
  pc15_decoder *decoder = NULL;
  pc15_status status = pc15_decoder_create(NULL, &decoder);
  if (status == PC15_OK) status = pc15_verify(decoder, data, size);
  pc15_decoder_destroy(decoder);
  return status;
}

static void statuses(const char *path) {
  size_t size, length;
  uint8_t *bytes = read_file(path, &size);
  for (length = 0; length <= size; ++length) {
    /* Exactly as long as the prefix, so that a sanitizer sees a step too far. */
    uint8_t *prefix = malloc(length + (length == 0));
    pc15_image_info info;
    memset(&info, 0, sizeof(info));
    info.struct_size = sizeof(info);
    if (prefix == NULL) exit(1);
    memcpy(prefix, bytes, length);
    printf("%d %d %d %d\n", pc15_probe(prefix, length, NULL, &info), decode(prefix, length, 0),
           decode(prefix, length, 1), verify(prefix, length));
    free(prefix);
  }
  free(bytes);
}

int main(int count, char **arguments) {
  if (count == 3 && strcmp(arguments[1], "statuses") == 0) {
    statuses(arguments[2]);
  } else {
    fprintf(stderr, "usage: pc15_reference statuses FILE\n");
    return 2;
  }
  return 0;
}
