// A picture in memory as the readers and writers exchange it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cli/outcome.h"

namespace pc15::cli {

using Bytes = std::vector<uint8_t>;

// Opaque blobs that travel with a picture. EXIF begins with its TIFF header (no "Exif\0\0").
struct Metadata {
  Bytes icc, exif, xmp;
};

struct Image {
  uint32_t width = 0, height = 0;
  int32_t channels = 0;               // 1 grey, 3 RGB, 4 RGBA
  std::unique_ptr<uint8_t[]> pixels;  // interleaved, rows without padding
  Metadata metadata;

  size_t row_bytes() const { return static_cast<size_t>(width) * static_cast<size_t>(channels); }
  size_t size_bytes() const { return row_bytes() * height; }
  uint8_t* row(size_t y) const { return pixels.get() + y * row_bytes(); }
};

// Refuses sizes of 0 and beyond the library's default limits, before anything is allocated.
Outcome check_image_size(uint64_t width, uint64_t height);
// Sets size and channels and allocates the pixels, uninitialised.
Outcome allocate_image(uint64_t width, uint64_t height, int32_t channels, Image* image);

// BT.601 full-range luma of pixels of 3 or 4 channels, rounded. In place is allowed.
void luma_of(const uint8_t* in, int32_t channels, size_t count, uint8_t* out);
// The same of a picture; alpha is left out.
Image to_gray(const Image& image);
// Grey repeated, alpha left out.
Image to_rgb(const Image& image);

// True when the profile's colour space (bytes 16...19 of an ICC header) suits the number of channels.
bool icc_fits(const Bytes& icc, int32_t channels);

}  // namespace pc15::cli
