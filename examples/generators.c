/* generators [NAME OUT.pgm]: lists the generators with their parameters, and renders one with its defaults.
 */
#include <pc15.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 256

static void list_parameters(int32_t generator) {
  uint32_t i;
  for (i = 0; i < pc15_generator_param_count(generator); ++i) {
    pc15_generator_param p;
    memset(&p, 0, sizeof(p));
    p.struct_size = sizeof(p);
    if (pc15_generator_param_info(generator, i, &p) != PC15_OK) continue;
    printf("    %-12s %10g ... %-10g default %-10g %s\n", p.name, p.min, p.max, p.def, p.unit);
  }
}

static int render(const char *name, const char *path) {
  uint8_t *pixels = (uint8_t *)malloc(SIZE * SIZE);
  int32_t generator = 0;
  FILE *out;
  int ok = 0;
  pc15_status status = pc15_generator_from_name(name, &generator);
  if (pixels == NULL) return 1;
  if (status == PC15_OK) {
    status = pc15_generator_render(generator, NULL, 0, 42, SIZE, SIZE, pixels, SIZE * SIZE, 0);
  }
  if (status != PC15_OK) {
    fprintf(stderr, "%s: %s\n", name, pc15_status_doc(status));
  } else if ((out = fopen(path, "wb")) == NULL) {
    fprintf(stderr, "%s: cannot be written\n", path);
  } else {
    fprintf(out, "P5\n%d %d\n255\n", SIZE, SIZE);
    ok = fwrite(pixels, 1, SIZE * SIZE, out) == SIZE * SIZE;
    ok = fclose(out) == 0 && ok;
  }
  free(pixels);
  return ok ? 0 : 1;
}

int main(int argc, char **argv) {
  uint32_t i;
  for (i = 0; i < pc15_generator_count(); ++i) {
    int32_t generator = 0;
    if (pc15_generator_id(i, &generator) != PC15_OK) return 1;
    printf("%s%s\n", pc15_generator_name(generator), pc15_generator_is_seeded(generator) ? " (seeded)" : "");
    list_parameters(generator);
  }
  return argc == 3 ? render(argv[1], argv[2]) : 0;
}
