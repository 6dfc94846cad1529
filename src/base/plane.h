// Views of two-dimensional sample arrays. They own nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pc15 {

using Pixel = uint8_t;  // 8-bit samples; deeper samples are reserved in the format

template <typename T>
struct PlaneView {
  T* data = nullptr;
  int32_t width = 0;   // samples
  int32_t height = 0;  // rows
  int64_t stride = 0;  // elements from one row to the next

  T* row(int32_t y) const { return data + static_cast<int64_t>(y) * stride; }
  T& at(int32_t x, int32_t y) const { return row(y)[x]; }
  // The caller has checked that the rectangle lies inside.
  PlaneView window(int32_t x, int32_t y, int32_t w, int32_t h) const {
    return PlaneView{row(y) + x, w, h, stride};
  }
  operator PlaneView<const T>() const { return {data, width, height, stride}; }  // NOLINT: adds const
};

// The rows of a plane from `top` on, as far as somebody holds them.
struct PlaneRows {
  PlaneView<const Pixel> view;
  int32_t top = 0;

  const Pixel* row(int32_t y) const { return view.row(y - top); }
};

struct Rect {
  int32_t x = 0, y = 0, width = 0, height = 0;
  int32_t right() const { return x + width; }
  int32_t bottom() const { return y + height; }
};

// The part of `r` inside [0, width) x [0, height); its size may be 0.
inline Rect clip_rect(const Rect& r, int32_t width, int32_t height) {
  const int32_t x0 = r.x < 0 ? 0 : r.x, y0 = r.y < 0 ? 0 : r.y;
  const int32_t x1 = r.right() < width ? r.right() : width;
  const int32_t y1 = r.bottom() < height ? r.bottom() : height;
  return Rect{x0, y0, x1 > x0 ? x1 - x0 : 0, y1 > y0 ? y1 - y0 : 0};
}

}  // namespace pc15
