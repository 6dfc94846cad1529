// The order sorts by x * (64 / w) + y * (64 / h); equal keys run alternately down-left and up-right as the
// key, counted in units of the longer side, is even or odd. Tables are made at compile time.
#include "entropy/scan.h"

#include <array>
#include <cstddef>

namespace pc15::entropy {
namespace {

constexpr uint8_t zone_of(int32_t distance) {
  return static_cast<uint8_t>(distance < 3    ? distance
                              : distance < 5  ? 3
                              : distance < 9  ? 4
                              : distance < 17 ? 5
                                              : 6);
}

template <int32_t kLog2W, int32_t kLog2H>
constexpr auto make_scan() {
  constexpr int32_t w = 1 << kLog2W, h = 1 << kLog2H;
  constexpr int32_t step_x = 64 / w, step_y = 64 / h, unit = step_x < step_y ? step_x : step_y;
  std::array<ScanEntry, static_cast<size_t>(w) * h> table{};
  size_t n = 0;
  int32_t rows = 0, cols = 0;
  for (int32_t key = 0; key <= (w - 1) * step_x + (h - 1) * step_y; key += unit) {
    const bool rising = ((key / unit) & 1) != 0;  // by rising x
    for (int32_t i = 0; i < w; ++i) {
      const int32_t x = rising ? i : w - 1 - i;
      const int32_t rest = key - x * step_x;
      if (rest < 0 || rest % step_y != 0 || rest / step_y >= h) continue;
      const int32_t y = rest / step_y;
      table[n].raster = static_cast<uint16_t>(y * w + x);
      table[n].padded = static_cast<uint16_t>(y * (w + 2) + x);
      table[n].zone = zone_of(x + y);
      rows = y < rows ? rows : y + 1;
      cols = x < cols ? cols : x + 1;
      table[n].rows = static_cast<uint8_t>(rows);
      table[n].cols = static_cast<uint8_t>(cols);
      ++n;
    }
  }
  return table;
}

template <int32_t kLog2W, int32_t kLog2H>
constexpr auto kScan = make_scan<kLog2W, kLog2H>();

}  // namespace

const ScanEntry* scan_table(int32_t log2w, int32_t log2h) {
  static constexpr const ScanEntry* tables[4][4] = {
      {kScan<2, 2>.data(), kScan<2, 3>.data(), kScan<2, 4>.data(), nullptr},
      {kScan<3, 2>.data(), kScan<3, 3>.data(), kScan<3, 4>.data(), kScan<3, 5>.data()},
      {kScan<4, 2>.data(), kScan<4, 3>.data(), kScan<4, 4>.data(), kScan<4, 5>.data()},
      {nullptr, kScan<5, 3>.data(), kScan<5, 4>.data(), kScan<5, 5>.data()}};
  return tables[log2w - 2][log2h - 2];
}

}  // namespace pc15::entropy
