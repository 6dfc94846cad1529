// NVIDIA's JPEG decoder beside this project's, where the build found it.
#pragma once

#include <cstddef>
#include <cstdint>

// Megapixels a second; 0: not there, or it failed.
struct PeerSpeed {
  double bpp = 0, single = 0, batch = 0;
};
// Writes the picture as a baseline JPEG, 4:2:0, of at most that many bytes, and decodes it into device memory
// as RGB, alone and `batch` times in one call; the best of `rounds` counts.
PeerSpeed measure_nvjpeg(const uint8_t* rgb, int width, int height, size_t bytes, int rounds, int batch);
