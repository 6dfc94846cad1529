// Coefficient order of a block and what the contexts need to know of each position
// (docs/bitstream-residual.md, section 9.7).
#pragma once

#include <cstdint>

namespace pc15::entropy {

struct ScanEntry {
  uint16_t raster;  // y * w + x
  uint16_t padded;  // y * (w + 2) + x: index into the magnitude map
  uint8_t zone;     // 0...6, from x + y
  uint8_t rows;     // rows and columns that this entry and those before it take
  uint8_t cols;
};

// w * h entries, lowest frequency first; log2w, log2h in 2...5, ratio at most 4.
const ScanEntry* scan_table(int32_t log2w, int32_t log2h);

}  // namespace pc15::entropy
