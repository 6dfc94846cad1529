// The last step of a decode: from planes to the caller's rows.
#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "backend/grain.h"
#include "base/bands.h"
#include "base/checked.h"
#include "dec/decode_job.h"
#include "normative/color.h"

namespace pc15::dec {

// On the rows that are ready.
void DecodeJob::add_grain(ThreadPool& pool, const Monitor& monitor) {
  const entropy::GrainMap* map = models_.grain();
  if (map == nullptr) return;
  constexpr int32_t kRows = 16;
  const PlaneView<Pixel> luma = shown(0);
  const int32_t origin = region_.y - area_.y - top_;
  run_bands(pool, ready_end_ - ready_begin_, kRows, [&](int32_t first, int32_t last) {
    if (monitor.cancelled()) return;
    const int32_t y = ready_begin_ + first;
    const Rect rows{region_.x, region_.y + y, region_.width, last - first};
    backend::add_grain(*map, header_.seed, 0, rows,
                       luma.window(region_.x - area_.x, origin + y, rows.width, rows.height));
  });
}

// Rows [first, last) of the region; output.data is for the first of them.
void DecodeJob::write(const Output& output, int32_t first, int32_t last, ThreadPool& pool,
                      const Monitor& monitor) {
  constexpr int32_t kRows = 16;
  run_bands(pool, last - first, kRows, [&](int32_t begin, int32_t end) {
    if (monitor.cancelled()) return;
    for (int32_t y = begin; y < end; ++y)
      write_row(output.format, first + y, output.data + static_cast<int64_t>(y) * output.stride);
  });
}

void DecodeJob::write_row(OutputFormat output, int32_t y, uint8_t* out) const {
  const int32_t below = region_.y - area_.y + y;  // in the area
  const int32_t row = below - top_, first = region_.x - area_.x;
  const Pixel* luma = plane(0).row(row);
  const bool rgb = header_.color == format::Color::kRgb;
  if (output == OutputFormat::kY && rgb) {
    backend::luma_of_grb_row(luma + first, plane(1).row(row) + first, plane(2).row(row) + first,
                             region_.width, out);
    return;
  }
  if (output == OutputFormat::kY) {
    std::memcpy(out, luma + first, static_cast<size_t>(region_.width));
    return;
  }
  const int32_t channels = channel_count(output);
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
  const int32_t shift = header_.plane_shift(1), top = top_ >> shift;
  const Rect chroma = plane_rect(area_, 1);
  const int32_t near_row = (shift != 0 ? normative::chroma_near_row(below) : below) - top;
  const int32_t far_row = (shift != 0 ? normative::chroma_far_row(below, chroma.height - 1) : below) - top;
  const backend::ChromaRows rows{
      plane(1).row(near_row), plane(1).row(far_row), plane(2).row(near_row), plane(2).row(far_row), shift,
      chroma.width - 1};
  backend::operations().write_rgb_row(luma, rows, alpha, first, region_.width, channels, out);
}

}  // namespace pc15::dec
