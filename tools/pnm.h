// The pictures that the programs of the developers read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace pc15::tools {

struct Image {
  int32_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> samples;
};

// Binary PGM (1 channel) or PPM (3 channels) of 8 bits without comments, at most 65535 pixels a side. False
// when the file is anything else or too short.
inline bool read_pnm(const char* path, Image* image) {
  FILE* f = std::fopen(path, "rb");
  if (f == nullptr) return false;
  char kind = 0;
  int max = 0;
  bool ok = std::fscanf(f, "P%c %d %d %d", &kind, &image->width, &image->height, &max) == 4 && max == 255 &&
            (kind == '5' || kind == '6') && image->width > 0 && image->width <= 65535 && image->height > 0 &&
            image->height <= 65535 && std::fgetc(f) != EOF;
  if (ok) {
    image->channels = kind == '6' ? 3 : 1;
    image->samples.resize(static_cast<size_t>(image->width) * static_cast<size_t>(image->height) *
                          static_cast<size_t>(image->channels));
    ok = std::fread(image->samples.data(), 1, image->samples.size(), f) == image->samples.size();
  }
  std::fclose(f);
  return ok;
}

// The same, luma alone.
inline bool read_pgm(const char* path, Image* image) { return read_pnm(path, image) && image->channels == 1; }

}  // namespace pc15::tools
