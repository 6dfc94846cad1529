#include "enc/search_sketch.h"

#include <algorithm>
#include <cmath>

#include "enc/search_plan.h"
#include "enc/search_proxy.h"
#include "enc/search_tile.h"

namespace pc15::enc {

Region whole_picture(const SearchInput& in) {
  Region r;
  r.plane_count = in.plane_count;
  r.chroma_shift = in.chroma_shift;
  r.geometry = in.geometry;
  r.seed = in.seed;
  r.rect = Rect{0, 0, in.geometry.width, in.geometry.height};
  for (int32_t p = 0; p < in.plane_count; ++p) {
    r.planes[p].width = normative::plane_extent(in.geometry.width, r.shift_of(p));
    r.planes[p].height = normative::plane_extent(in.geometry.height, r.shift_of(p));
  }
  return r;
}

int32_t levels_step(const Region& region, double samples) {
  const double area = static_cast<double>(region.rect.width) * region.rect.height;
  return static_cast<int32_t>(std::sqrt(area / samples) + 1);
}

namespace {

// What the analysis of a region looks at, and the fits of a layer to it.
void want_fits(const Rect& rect, const SearchPlan& plan, PlaneSketch* sketch) {
  FitSource source;
  source.rect = rect;
  GridPlan grids[kMostGrids];
  const int32_t count = region_grids(source, plan.window, grids);
  sketch->want(grids[0].rect, 1);
  if (count > 1) sketch->want_means(grids[1].factor);
  sketch->want_means(gate_factor(rect));
  sketch->want_means(irregular_factor(rect));
  const Rect middle = centre_window(rect, kScoreWindow);
  sketch->want(middle, prime_step(middle, plan.score_samples));
  const int32_t longest = std::max(rect.width, rect.height);
  for (int32_t side = kScoreWindow;; side *= 2) {
    const Rect window = centre_window(rect, side);
    sketch->want(window, prime_step(window, refined_samples(plan, side >= longest)));
    if (side >= longest) break;
  }
  for (int32_t scale = kLeastSeeded; scale <= kMostSeeded && plan.seeded; ++scale) {
    int32_t step = 1;
    const Rect window = seeded_window(rect, scale, &step);
    sketch->want(window, step);
  }
}

// Whole programs: levels, errors, and blocks of the residual.
void want_programs(const Region& region, int32_t plane, const SearchPlan& plan, Memory& memory,
                   PlaneSketch* sketch) {
  const Rect rect = region.plane_rect(plane, region.rect);
  for (const int32_t step : {prime_step(region.rect, plan.fit_samples), levels_step(region, kCloseSamples),
                             levels_step(region, kSmoothSamples)})
    sketch->want(rect, std::max(1, step >> region.shift_of(plane)));
  Vector<Rect> windows(memory);
  error_windows(region.rect, kQuickSamples, &windows);
  error_windows(region.rect, kFullSamples, &windows);
  for (const Rect& window : windows) sketch->want(region.plane_rect(plane, window), 1);
  for_proxy_blocks(rect, proxy_distance(region.rect), [&](int32_t x, int32_t y) {
    // With the row above and the column to the left.
    const int32_t left = std::max(0, x - 1), top = std::max(0, y - 1);
    sketch->want(Rect{left, top, x + kProxySide - left, y + kProxySide - top}, 1);
  });
}

}  // namespace

Status fill_sketch(const SearchInput& in, const Monitor& monitor, Memory& memory) {
  constexpr int32_t kRows = Raster::kBandRows;
  const SearchPlan plan = image_plan(in);
  const Region region = whole_picture(in);
  PictureSketch& sketch = in.rows->sketch();
  if (sketch.filled && sketch.chroma_shift == in.chroma_shift) return ok_status();
  PC15_TRY(in.rows->begin(kRows, true));
  for (int32_t p = 0; p < in.plane_count; ++p) {
    sketch.planes[p].start(region.planes[p].width, region.planes[p].height);
    want_fits(region.plane_rect(p, region.rect), plan, &sketch.planes[p]);
    want_programs(region, p, plan, memory, &sketch.planes[p]);
    PC15_FAIL_IF(!sketch.planes[p].prepare(monitor), Code::kCancelled, "encoding was cancelled");
  }
  PlaneView<const Pixel> planes[normative::kMaxPlanes];
  for (int32_t first = 0; first < in.geometry.height; first += kRows) {
    const int32_t last = std::min(first + kRows, in.geometry.height);
    PC15_TRY(in.rows->window(first, last, planes));
    for (int32_t p = 0; p < in.plane_count; ++p) {
      const int32_t shift = region.shift_of(p), end = normative::plane_extent(last, shift);
      for (int32_t y = first >> shift; y < end && !monitor.cancelled(); ++y)
        sketch.planes[p].take(y, planes[p].row(y));
    }
  }
  sketch.filled = true;
  sketch.chroma_shift = in.chroma_shift;
  return in.rows->end();
}

uint64_t sketch_bound(const normative::Geometry& geometry, int32_t plane_count, int32_t chroma_shift) {
  // Samples of fits and errors, and what says where they are.
  constexpr uint64_t kSamples = uint64_t{7} << 18, kRuns = uint64_t{3} << 17, kRunBytes = 8, kMeans = 1 << 20;
  uint64_t sum = 0;
  for (int32_t p = 0; p < plane_count; ++p) {
    const int32_t shift = p > 0 ? chroma_shift : 0;
    const uint64_t w = static_cast<uint64_t>(normative::plane_extent(geometry.width, shift)),
                   h = static_cast<uint64_t>(normative::plane_extent(geometry.height, shift));
    sum += std::min(w * h, kSamples) + kRuns * kRunBytes + 4 * h + 8 * w + kMeans;
  }
  return sum;
}

}  // namespace pc15::enc
