// The last step of a decode: from planes to the caller's rows.
#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "backend/grain.h"
#include "base/checked.h"
#include "dec/decode_job.h"
#include "normative/color.h"

namespace pc15::dec {

void DecodeJob::add_grain(ThreadPool& pool, const Monitor& monitor) {
  const entropy::GrainMap* map = models_.grain();
  if (map == nullptr) return;
  constexpr int32_t kRows = 16;
  const PlaneView<Pixel> luma =
      plane(0).window(region_.x - area_.x, region_.y - area_.y, region_.width, region_.height);
  pool.run(ceil_div(region_.height, kRows), [&](int64_t task, int32_t) {
    if (monitor.cancelled()) return;
    const int32_t y = static_cast<int32_t>(task) * kRows, rows = std::min(kRows, region_.height - y);
    backend::add_grain(*map, header_.seed, 0, Rect{region_.x, region_.y + y, region_.width, rows},
                       luma.window(0, y, region_.width, rows));
  });
}

void DecodeJob::write(const Output& output, ThreadPool& pool, const Monitor& monitor) {
  constexpr int32_t kRows = 32;
  pool.run((region_.height + kRows - 1) / kRows, [&](int64_t task, int32_t) {
    if (monitor.cancelled()) return;
    const int32_t first = static_cast<int32_t>(task) * kRows;
    for (int32_t y = first; y < std::min(first + kRows, region_.height); ++y) write_row(output, y);
  });
}

void DecodeJob::write_row(const Output& output, int32_t y) const {
  uint8_t* const out = output.data + static_cast<int64_t>(y) * output.stride;
  const int32_t row = region_.y - area_.y + y, first = region_.x - area_.x;
  const Pixel* luma = plane(0).row(row);
  const bool rgb = header_.color == format::Color::kRgb;
  if (output.format == OutputFormat::kY && rgb) {
    backend::luma_of_grb_row(luma + first, plane(1).row(row) + first, plane(2).row(row) + first,
                             region_.width, out);
    return;
  }
  if (output.format == OutputFormat::kY) {
    std::memcpy(out, luma + first, static_cast<size_t>(region_.width));
    return;
  }
  const int32_t channels = output.format == OutputFormat::kRgb ? 3 : 4;
  const Pixel* alpha = header_.alpha ? plane(header_.plane_count() - 1).row(row) : nullptr;
  if (header_.color_planes() == 1) {
    backend::operations().write_gray_row(luma, alpha, first, region_.width, channels, out);
    return;
  }
  if (rgb) {
    backend::interleave_grb_row(luma + first, plane(1).row(row) + first, plane(2).row(row) + first,
                                alpha != nullptr ? alpha + first : nullptr, region_.width, channels, out);
    return;
  }
  const int32_t shift = header_.plane_shift(1);
  const Rect chroma = plane_rect(area_, 1);
  const int32_t near_row = shift != 0 ? normative::chroma_near_row(row) : row;
  const int32_t far_row = shift != 0 ? normative::chroma_far_row(row, chroma.height - 1) : row;
  const backend::ChromaRows rows{
      plane(1).row(near_row), plane(1).row(far_row), plane(2).row(near_row), plane(2).row(far_row), shift,
      chroma.width - 1};
  backend::operations().write_rgb_row(luma, rows, alpha, first, region_.width, channels, out);
}

}  // namespace pc15::dec
