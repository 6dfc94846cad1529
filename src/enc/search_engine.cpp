// The processor: one candidate after the other, rows of samples in floats. A layer has 15 bits and a sign of
// its own, a difference one more, a column of a fit what 53 leave: every product and every sum is exact in
// double precision, which the vector units multiply and add faster than 64-bit integers.
#include "enc/search_engine.h"

#include <algorithm>
#include <atomic>

#include "backend/render.h"

namespace pc15::enc {

using normative::Layer;
using normative::Modifier;
using normative::Program;

namespace {

bool same_modifier(const Modifier& a, const Modifier& b) {
  return a.preset == b.preset && std::equal(a.params, a.params + normative::kMaxModifierParams, b.params);
}

// Whether both render alike, judged by what they are made of.
bool same_layer(const Layer& a, const Layer& b) {
  return a.preset == b.preset && std::equal(a.params, a.params + normative::kMaxParams, b.params) &&
         a.slot == b.slot && a.seed_mode == b.seed_mode && a.nudge == b.nudge &&
         a.seed_layer == b.seed_layer && a.explicit_seed == b.explicit_seed &&
         a.profile_count == b.profile_count &&
         std::equal(a.profile, a.profile + normative::kMaxProfile, b.profile) &&
         same_modifier(a.warp, b.warp) && same_modifier(a.palette, b.palette);
}

}  // namespace

uint64_t new_version() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

double dot(const float* a, const float* b, int64_t n) {
  double part[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int64_t k = 0; k < 8; ++k) part[k] += double{a[i + k]} * double{b[i + k]};
  }
  for (; i < n; ++i) part[i % 8] += double{a[i]} * double{b[i]};
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

Rect ErrorView::plane_rect(int32_t plane, const Rect& luma) const {
  const int32_t s = shift_of(plane);
  const int32_t x = luma.x >> s, y = luma.y >> s;
  const Rect r{x, y, ((luma.right() + s) >> s) - x, ((luma.bottom() + s) >> s) - y};
  return clip_rect(r, planes[plane].width, planes[plane].height);
}

CpuEngine::CpuEngine(Memory& memory) : memory_(memory), raw_(memory), rows_(memory), picture_(memory) {}

void CpuEngine::render(const FitView& view, const Layer& layer, float* out) {
  const size_t n = static_cast<size_t>(view.samples());
  backend::render_layer(layer, view.geometry, view.seed, view.scale_log2, view.rect, view.step,
                        PlaneView<int16_t>{raw_.data(), view.width, view.height, view.width});
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<float>(raw_[i]) * (1.0f / 16384);
}

// A refinement asks for differences at the layer that it has just had scored.
void CpuEngine::render_row0(const FitTask& task) {
  const FitView& view = *task.view;
  const size_t n = static_cast<size_t>(view.samples());
  const size_t rows = task.differences > 0 ? static_cast<size_t>(task.differences) + 2 : 1;
  if (raw_.size() < n) raw_.resize(n);
  if (rows_.size() < rows * n) rows_.resize(rows * n);
  if (version_ == view.version && same_layer(rendered_, *task.layer)) return;
  render(view, *task.layer, rows_.data());
  rendered_ = *task.layer;
  version_ = view.version;
}

void CpuEngine::sum_row(const FitView& view, int32_t row, double* sums) const {
  const int64_t n = view.samples();
  const float* const values = rows_.data() + row * n;
  double* to = sums + FitSums::first(view.base_count, row);
  for (int32_t k = 0; k <= view.base_count; ++k) *to++ = dot(values, view.column(k), n);
  for (int32_t other = 0; other <= row; ++other) *to++ = dot(values, rows_.data() + other * n, n);
}

void CpuEngine::fit_sums(const FitTask* tasks, int32_t count, const Monitor& monitor, double* const* sums) {
  for (int32_t i = 0; i < count && !monitor.cancelled(); ++i) {
    const FitTask& task = tasks[i];
    const size_t n = static_cast<size_t>(task.view->samples());
    render_row0(task);
    if (task.differences == 0) sum_row(*task.view, 0, sums[i]);
    float* const minus = rows_.data() + static_cast<size_t>(task.differences + 1) * n;
    for (int32_t c = 0; c < task.differences && !monitor.cancelled(); ++c) {
      float* const plus = rows_.data() + static_cast<size_t>(c + 1) * n;
      render(*task.view, task.moved[2 * c], plus);
      render(*task.view, task.moved[2 * c + 1], minus);
      for (size_t k = 0; k < n; ++k) plus[k] -= minus[k];
      sum_row(*task.view, c + 1, sums[i]);
    }
  }
}

int64_t CpuEngine::error(const ErrorView& view, const Program& program, double limit,
                         const Monitor& monitor) {
  int64_t sum = 0;
  for (int32_t w = 0; w < view.window_count; ++w) {
    if (monitor.cancelled()) return -1;
    for (int32_t plane = 0; plane < view.plane_count; ++plane) {
      const Rect r = view.plane_rect(plane, view.windows[w]);
      if (r.width <= 0 || r.height <= 0) continue;
      const size_t n = static_cast<size_t>(r.width) * static_cast<size_t>(r.height);
      if (picture_.size() < n) picture_.resize(n);
      const PlaneView<Pixel> out{picture_.data(), r.width, r.height, r.width};
      backend::render_program(program, view.geometry, view.slot, view.seed, plane, -view.shift_of(plane), r,
                              out, memory_);
      for (int32_t j = 0; j < r.height; ++j) {
        const Pixel* a = view.planes[plane].run(r.x, r.y + j, r.width);
        const Pixel* b = out.row(j);
        int64_t line = 0;
        for (int32_t i = 0; i < r.width; ++i) line += (a[i] - b[i]) * (a[i] - b[i]);
        sum += line;
      }
    }
    if (static_cast<double>(sum) * view.scale > limit) break;
  }
  return sum;
}

void CpuEngine::errors(const ErrorView& view, const Program* programs, int32_t count, double limit,
                       const Monitor& monitor, int64_t* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = error(view, programs[i], limit, monitor);
}

}  // namespace pc15::enc
