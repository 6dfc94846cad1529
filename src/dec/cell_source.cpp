#include "dec/cell_source.h"

#include <algorithm>

#include "base/checked.h"
#include "dec/lossless_cell_decoder.h"
#include "entropy/cell_header.h"
#include "normative/transform.h"

namespace pc15::dec {

CellSource find_cell(const format::ContainerReader& reader, const ProgramStore& store,
                     const ModelStore& models, int32_t col, int32_t row) {
  const format::StreamHeader& header = reader.header();
  const normative::Geometry& g = header.geometry;
  CellSource s;
  s.number = static_cast<uint32_t>(row * g.cell_cols() + col);
  s.status = reader.cell(s.number, &s.payload);
  s.bare = s.status.ok() && s.payload.empty();
  s.programs = s.bare || (s.status.ok() && (header.lossless() ? lossless_cell_uses_programs(s.payload)
                                                              : cell_uses_programs(s.payload)));
  if (s.programs && store.lost(g.cell_rect(col, row))) {
    s.status =
        Status(Code::kCrc, "cell %" PRId64 " leans on programs of which no intact copy is left", s.number);
  }
  if (s.status.ok() && !s.bare && models.tables_lost()) {
    s.status = Status(Code::kCrc, "cell %" PRId64 " uses tables of which no intact copy is left", s.number);
  }
  return s;
}

Status broken_cell(uint32_t number) {
  return Status(Code::kCorrupt, "cell %" PRId64 " does not decode: its symbols break the syntax", number);
}

void keep_loop_choices(const format::StreamHeader& header, int32_t width, int32_t height, int64_t cell,
                       const CellInfo& info, Vector<backend::LoopBlock>* loops) {
  const int32_t side = header.geometry.cell, per_cell = side / entropy::kSuperblock;
  const int32_t nx = ceil_div(width, side);
  const int32_t x0 = static_cast<int32_t>(cell % nx) * per_cell,
                y0 = static_cast<int32_t>(cell / nx) * per_cell;
  const int32_t pitch = entropy::superblocks(width);
  const int32_t w = std::min(per_cell, pitch - x0), h = std::min(per_cell, entropy::superblocks(height) - y0);
  const int32_t chroma_step = entropy::chroma_step(info.step16, header.chroma_step32);
  for (int32_t y = 0; y < h && info.step16 != 0; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      const int32_t offset = info.offsets[y * 8 + x];
      for (int32_t family = 0; family < entropy::kFamilies; ++family) {
        const int32_t step = family == entropy::kFamilyLuma ? info.step16 : chroma_step;
        loops[family][static_cast<size_t>(y0 + y) * static_cast<size_t>(pitch) +
                      static_cast<size_t>(x0 + x)] = {
            static_cast<uint16_t>(normative::scaled_step(step, offset)), info.loop.set[family][y * w + x]};
      }
    }
  }
}

}  // namespace pc15::dec
