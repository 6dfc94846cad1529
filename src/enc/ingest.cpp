#include "enc/ingest.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "base/bands.h"
#include "format/crc.h"

namespace pc15::enc {
namespace {

// Rows [first, last) of a view, and those below when the last one is the picture's; `width` samples of each
// are there.
void extend(const PlaneView<Pixel>& v, int32_t width, int32_t first, int32_t last, bool end) {
  for (int32_t y = first; y < last; ++y) {
    std::memset(v.row(y) + width, v.at(width - 1, y), static_cast<size_t>(v.width - width));
  }
  for (int32_t y = last; y < v.height && end; ++y) {
    std::memcpy(v.row(y), v.row(last - 1), static_cast<size_t>(v.width));
  }
}

int32_t coded(int32_t size) { return (size + 7) & ~7; }

// Mean of 2x2, borders repeated.
void halve_rows(const Pixel* a, const Pixel* b, int32_t width, Pixel* out) {
  for (int32_t x = 0; 2 * x < width; ++x) {
    const int32_t r = std::min(2 * x + 1, width - 1);
    out[x] = static_cast<Pixel>((a[2 * x] + a[r] + b[2 * x] + b[r] + 2) >> 2);
  }
}

struct RowBuffers {
  explicit RowBuffers(Memory& memory, size_t width)
      : cb(memory, 2 * width), cr(memory, 2 * width), luma(memory, width) {}
  Vector<Pixel> cb, cr, luma;
};

}  // namespace

void size_planes(const format::StreamHeader& header, int32_t count, int32_t rows, SourcePlanes* out) {
  out->count = count;
  out->top = 0;
  const int32_t w = header.geometry.width, h = std::min(coded(header.geometry.height), coded(rows));
  for (int32_t i = 0; i < out->count; ++i) {
    const int32_t shift = header.plane_shift(i), cw = coded(w) >> shift, ch = h >> shift;
    Vector<Pixel>(out->samples[i].memory()).swap(out->samples[i]);  // not both at a time
    out->samples[i].resize(static_cast<size_t>(cw) * static_cast<size_t>(ch));
    out->view[i] = PlaneView<Pixel>{out->samples[i].data(), cw, ch, cw};
  }
}

void ingest_rows(const Raster& rows, const format::StreamHeader& header, int32_t first, int32_t last,
                 SourcePlanes* out) {
  const int32_t w = header.geometry.width, h = header.geometry.height, top = out->top;
  const bool color = header.color_planes() == 3, wanted = out->count > 1;
  const int32_t shift = color && wanted ? header.plane_shift(1) : 0;
  RowBuffers buffers(out->samples[0].memory(), static_cast<size_t>(w));
  for (int32_t y = first; y < last; ++y) {
    const uint8_t* in = rows.row(y - first);
    Pixel* const luma = out->view[0].row(y - top);
    if (!color) {
      std::memcpy(luma, in, static_cast<size_t>(w));
      continue;
    }
    Pixel* const alpha = out->count > 3 ? out->view[3].row(y - top) : nullptr;
    const bool whole = wanted && shift == 0;
    const size_t odd = static_cast<size_t>(y & 1) * static_cast<size_t>(w);
    Pixel* const cb = whole ? out->view[1].row(y - top) : buffers.cb.data() + odd;
    Pixel* const cr = whole ? out->view[2].row(y - top) : buffers.cr.data() + odd;
    backend::operations().split_rgb_row(in, w, rows.channels, luma, cb, cr, alpha);
    if (shift == 0 || ((y & 1) == 0 && y + 1 < h)) continue;
    const size_t second = (y & 1) != 0 ? static_cast<size_t>(w) : 0;
    halve_rows(buffers.cb.data(), buffers.cb.data() + second, w, out->view[1].row((y - top) >> 1));
    halve_rows(buffers.cr.data(), buffers.cr.data() + second, w, out->view[2].row((y - top) >> 1));
  }
  for (int32_t i = 0; i < out->count; ++i) {
    const int32_t by = header.plane_shift(i);
    extend(out->view[i], header.plane_width(i), (first - top) >> by, normative::plane_extent(last - top, by),
           last == h);
  }
}

void slide_planes(const format::StreamHeader& header, int32_t top, SourcePlanes* out) {
  for (int32_t i = 0; i < out->count; ++i) {
    const PlaneView<Pixel>& v = out->view[i];
    const int32_t from = std::min((top - out->top) >> header.plane_shift(i), v.height);
    std::memmove(v.data, v.row(from), static_cast<size_t>(v.height - from) * static_cast<size_t>(v.width));
  }
  out->top = top;
}

void ingest(const Raster& raster, const format::StreamHeader& header, ThreadPool& pool, SourcePlanes* out) {
  size_planes(header, header.plane_count(), raster.height, out);
  constexpr int32_t kRows = 32;
  static_assert(Raster::kBandRows % kRows == 0, "rows of a task lie in one band");
  run_bands(pool, raster.height, kRows, [&](int32_t first, int32_t last) {
    Raster rows = raster;
    rows.bands = nullptr;
    rows.data = raster.row(first);
    ingest_rows(rows, header, first, last, out);
  });
}

uint32_t content_crc_start(int32_t width, int32_t height, int32_t channels) {
  uint8_t head[12];
  const uint32_t values[3] = {static_cast<uint32_t>(width), static_cast<uint32_t>(height),
                              static_cast<uint32_t>(channels)};
  for (int32_t i = 0; i < 12; ++i) head[i] = static_cast<uint8_t>(values[i / 4] >> (8 * (i % 4)));
  return format::crc32_of(ByteSpan(head, sizeof(head)));
}

uint32_t content_crc(const Raster& raster, ThreadPool& pool, Memory& memory) {
  const size_t row = static_cast<size_t>(raster.width) * static_cast<size_t>(raster.channels);
  Vector<uint32_t> bands(memory, static_cast<size_t>((raster.height + kBandRows - 1) / kBandRows));
  run_bands(pool, raster.height, kBandRows, [&](int32_t first, int32_t last) {
    uint32_t crc = 0;
    for (int32_t y = first; y < last; ++y) crc = format::crc32_update(crc, ByteSpan(raster.row(y), row));
    bands[static_cast<size_t>(first / kBandRows)] = crc;
  });
  uint32_t crc = content_crc_start(raster.width, raster.height, raster.channels);
  for (int32_t y = 0; y < raster.height; y += kBandRows) {
    const size_t rows = static_cast<size_t>(std::min(kBandRows, raster.height - y));
    crc = format::crc32_join(crc, bands[static_cast<size_t>(y / kBandRows)], rows * row);
  }
  return crc;
}

bool row_is_transparent(const uint8_t* row, int32_t width) {
  for (int32_t x = 0; x < width; ++x) {
    if (row[4 * static_cast<int64_t>(x) + 3] != 255) return true;
  }
  return false;
}

bool has_transparency(const Raster& raster, ThreadPool& pool, Memory& memory) {
  if (raster.channels != 4) return false;
  const int32_t found =
      sum_bands<int32_t>(pool, memory, raster.height, [&](int32_t first, int32_t last) -> int32_t {
        for (int32_t y = first; y < last; ++y) {
          if (row_is_transparent(raster.row(y), raster.width)) return 1;
        }
        return 0;
      });
  return found != 0;
}

}  // namespace pc15::enc
