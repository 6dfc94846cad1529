// The seam filter, 8 lines across an edge at a time; see seam_lines.h.
#include "backend/cpu/neon.h"

#if defined(PC15_HAS_NEON)

#include "backend/cpu/shorts_neon.h"

#include "backend/cpu/seam_lines.h"

namespace pc15::backend::neon {
namespace {

// 8 rows of 8 samples as columns.
struct Turned {
  void load(const Pixel* p, int64_t stride) {
    for (int32_t i = 0; i < 8; ++i) of[i] = vld1_u8(p + i * stride);
    turn8(of);
  }
  void store(Pixel* p, int64_t stride) const {
    Turned rows = *this;
    turn8(rows.of);
    for (int32_t i = 0; i < 8; ++i) vst1_u8(p + i * stride, rows.of[i]);
  }
  Shorts get(int32_t i) const { return as_shorts(vmovl_u8(of[i])); }
  void set(int32_t i, Shorts v) { of[i] = vqmovun_s16(v); }

  uint8x8_t of[8];
};

}  // namespace

void filter_vertical_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter_right_edges<Turned>(plane, begin, end);
}

void filter_horizontal_edges(const SeamPlane& plane, int32_t begin, int32_t end) {
  filter_down_edges(plane, begin, end);
}

}  // namespace pc15::backend::neon

#endif
