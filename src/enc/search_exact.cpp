// From nearly exact to exact. When a picture was rendered by this library, the error that is left is that of
// a few parameters off by some indices, and it is known on every sample: Gauss and Newton on *rounded*
// samples, over the geometry, the contrast, the field and the profile together, on as many samples as there
// are. The unrounded picture would not do: where a layer fades into a flat field, its rounding is an error
// with a pattern, which pulls the optimum away. At the right indices the error is 0 and nothing pulls.
#include <algorithm>
#include <cmath>

#include "backend/render.h"
#include "enc/analysis_grid.h"
#include "enc/search_tile.h"

namespace pc15::enc {

using normative::Layer;
using normative::Program;

namespace {

constexpr int64_t kMostSamples = int64_t{1} << 18;
constexpr int32_t kBand = 16;  // rows at a time
constexpr int32_t kRounds = 16;
constexpr int16_t kFullContrast = 255;            // halves, of what was rendered alone, and its mean
constexpr int64_t kMostTried = int64_t{1} << 27;  // samples rendered for neighbours
constexpr double kAlmost = 2e-3;                  // mean square below which neighbours are tried
constexpr double kChange = 0.005;                 // of the layer, that the difference quotients aim at
constexpr int64_t kMostReach = 1 << 12;           // indices

// One unknown: what a step of 1 of its index is, and by how much the quotient moves it.
struct Unknown {
  enum Kind : int32_t { kParam, kProfile, kContrast, kField } kind = kParam;
  int32_t index = 0;
  int64_t reach = 1;
};

}  // namespace

class ExactFit {
 public:
  ExactFit(const Region& region, int32_t plane, int32_t number, const Program& program,
           const Monitor& monitor, Memory& memory);
  // The contrast is right.
  void fix_contrast();
  // Matrix and right side for the step of all unknowns; false when cancelled.
  bool normal_equations(const Program& program, Monitor& monitor, double* a, double* b);
  // The program moved by whole steps.
  Program moved(const Program& program, const double* x) const;
  int32_t count() const { return count_; }
  uint64_t renders() const { return renders_; }

 private:
  void choose_reach(const Layer& layer, const Monitor& monitor);
  Layer shift(const Layer& layer, const Unknown& u, int64_t by) const;
  void render(const Layer& layer, const Rect& rect, float* out);
  void add_rows(const Program& program, const Rect& rect, double* a, double* b);

  const Region& region_;
  FitSource source_;
  int32_t plane_, number_, every_ = 1;
  Unknown unknowns_[kMaxUnknowns];
  int32_t count_ = 0;
  uint64_t renders_ = 0;
  Memory& memory_;
  Vector<int16_t> raw_;
  Vector<float> columns_, minus_;
  Vector<Pixel> picture_;
};

ExactFit::ExactFit(const Region& region, int32_t plane, int32_t number, const Program& program,
                   const Monitor& monitor, Memory& memory)
    : region_(region), source_(region.source(plane)), plane_(plane), number_(number), memory_(memory),
      raw_(memory), columns_(memory), minus_(memory), picture_(memory) {
  const Layer& layer = program.layers[number];
  const normative::PresetSpec& spec = *normative::find_preset(layer.preset);
  const auto add = [&](Unknown::Kind kind, int32_t index) {
    if (count_ == kMaxUnknowns) return;
    unknowns_[count_].kind = kind;
    unknowns_[count_++].index = index;
  };
  for (int32_t p = 0; p < spec.param_count; ++p) {
    if (is_continuous(spec.params[p])) add(Unknown::kParam, p);
  }
  add(Unknown::kContrast, 0);
  const int32_t terms = program.field.order == 0 ? 1 : program.field.order == 1 ? 3 : 6;
  for (int32_t k = 0; k < terms; ++k) add(Unknown::kField, k);
  for (int32_t k = 0; k < layer.profile_count; ++k) add(Unknown::kProfile, k);
  const Rect& r = source_.rect;
  every_ = static_cast<int32_t>((int64_t{r.width} * r.height + kMostSamples - 1) / kMostSamples);
  const size_t n = static_cast<size_t>(r.width) * kBand;
  raw_.resize(n);
  minus_.resize(n);
  picture_.resize(n);
  columns_.resize(n * static_cast<size_t>(count_ + 1));
  choose_reach(layer, monitor);
}

void ExactFit::fix_contrast() {
  int32_t kept = 0;
  for (int32_t c = 0; c < count_; ++c) {
    if (unknowns_[c].kind != Unknown::kContrast) unknowns_[kept++] = unknowns_[c];
  }
  count_ = kept;
}

Layer ExactFit::shift(const Layer& layer, const Unknown& u, int64_t by) const {
  Layer out = layer;
  if (u.kind == Unknown::kParam) {
    const normative::ParamSpec& s = normative::find_preset(layer.preset)->params[u.index];
    out.params[u.index] = move_index(s, layer.params[u.index], by);
  } else if (u.kind == Unknown::kProfile) {
    const int64_t v = std::min<int64_t>(127, std::max<int64_t>(-127, layer.profile[u.index] + by));
    out.profile[u.index] = static_cast<int8_t>(v);
  }
  return out;
}

void ExactFit::render(const Layer& layer, const Rect& rect, float* out) {
  backend::render_layer(layer, source_.geometry, source_.seed, source_.scale_log2, rect, 1,
                        PlaneView<int16_t>{raw_.data(), rect.width, rect.height, rect.width});
  const int64_t n = int64_t{rect.width} * rect.height;
  for (int64_t i = 0; i < n; ++i) out[i] = static_cast<float>(raw_[static_cast<size_t>(i)]) * (1.0f / 16384);
}

// Doubles every reach until the layer changes by kChange, on a few rows.
void ExactFit::choose_reach(const Layer& layer, const Monitor& monitor) {
  const Rect& r = source_.rect;
  const int32_t rows = std::min<int32_t>(kBand, r.height);
  for (int32_t c = 0; c < count_; ++c) {
    Unknown& u = unknowns_[c];
    if (u.kind != Unknown::kParam) continue;
    for (; u.reach < kMostReach && !monitor.cancelled(); u.reach *= 2) {
      double change = 0, whole = 0;
      const Layer plus = shift(layer, u, u.reach), less = shift(layer, u, -u.reach);
      for (int32_t k = 0; k < rows; ++k) {
        const Rect row{r.x, r.y + static_cast<int32_t>((k + 0.5) * r.height / rows), r.width, 1};
        render(plus, row, columns_.data());
        render(less, row, minus_.data());
        for (int32_t i = 0; i < r.width; ++i) {
          const double d = double{columns_[static_cast<size_t>(i)]} - double{minus_[static_cast<size_t>(i)]};
          change += d * d;
          whole += double{columns_[static_cast<size_t>(i)]} * double{columns_[static_cast<size_t>(i)]};
        }
      }
      if (change >= kChange * kChange * whole) break;
    }
  }
}

void ExactFit::add_rows(const Program& program, const Rect& rect, double* a, double* b) {
  const Layer& layer = program.layers[number_];
  const size_t n = static_cast<size_t>(rect.width) * static_cast<size_t>(rect.height);
  const float half_contrast = 0.5f * static_cast<float>(layer.contrast[plane_]);
  for (int32_t c = 0; c < count_; ++c) {
    const Unknown& u = unknowns_[c];
    float* d = columns_.data() + static_cast<size_t>(c) * n;
    if (u.kind == Unknown::kContrast) {
      render(layer, rect, d);
      for (size_t i = 0; i < n; ++i) d[i] *= 0.5f;
    } else if (u.kind == Unknown::kField) {
      for (size_t i = 0; i < n; ++i) {
        const int32_t x = static_cast<int32_t>(i) % rect.width, y = static_cast<int32_t>(i) / rect.width;
        d[i] = static_cast<float>(0.5 * field_term(source_, u.index, rect.x + x, rect.y + y));
      }
    } else {
      render(shift(layer, u, u.reach), rect, d);
      render(shift(layer, u, -u.reach), rect, minus_.data());
      const float scale = half_contrast / static_cast<float>(2 * u.reach);
      for (size_t i = 0; i < n; ++i) d[i] = (d[i] - minus_[i]) * scale;
    }
  }
  backend::render_program(program, region_.geometry, region_.slot, region_.seed, plane_,
                          -region_.shift_of(plane_), rect,
                          PlaneView<Pixel>{picture_.data(), rect.width, rect.height, rect.width}, memory_);
  float* error = columns_.data() + static_cast<size_t>(count_) * n;
  for (int32_t y = 0; y < rect.height; ++y) {
    const Pixel* from = region_.planes[plane_].row(rect.y + y) + rect.x;
    for (int32_t x = 0; x < rect.width; ++x) {
      const size_t i = static_cast<size_t>(y * rect.width + x);
      error[i] = static_cast<float>(from[x] - picture_[i]);
    }
  }
  for (int32_t c = 0; c < count_; ++c) {
    const float* d = columns_.data() + static_cast<size_t>(c) * n;
    b[c] += dot(d, error, static_cast<int64_t>(n));
    for (int32_t e = 0; e <= c; ++e) {
      a[c * count_ + e] += dot(d, columns_.data() + static_cast<size_t>(e) * n, static_cast<int64_t>(n));
    }
  }
}

bool ExactFit::normal_equations(const Program& program, Monitor& monitor, double* a, double* b) {
  std::fill(a, a + count_ * count_, 0.0);
  std::fill(b, b + count_, 0.0);
  const Rect& r = source_.rect;
  for (int32_t y = 0; y < r.height; y += kBand * every_) {
    if (monitor.cancelled()) return false;
    add_rows(program, Rect{r.x, r.y + y, r.width, std::min(kBand, r.height - y)}, a, b);
  }
  renders_ += static_cast<uint64_t>(2 * count_ + 1);
  for (int32_t c = 0; c < count_; ++c) {
    for (int32_t e = 0; e < c; ++e) a[e * count_ + c] = a[c * count_ + e];
  }
  return true;
}

Program ExactFit::moved(const Program& program, const double* x) const {
  Program out = program;
  Layer& layer = out.layers[number_];
  for (int32_t c = 0; c < count_; ++c) {
    const Unknown& u = unknowns_[c];
    const int64_t by = std::llround(std::min(1e8, std::max(-1e8, x[c])));
    if (u.kind == Unknown::kContrast) {
      const int64_t v = layer.contrast[plane_] + by;
      layer.contrast[plane_] = static_cast<int16_t>(
          std::min<int64_t>(normative::kMaxContrast, std::max<int64_t>(-normative::kMaxContrast, v)));
    } else if (u.kind == Unknown::kField) {
      const int64_t v = out.field.coef[plane_][u.index] + by;
      const int64_t low = u.index == 0 ? 0 : -normative::kMaxSlope;
      const int64_t high = u.index == 0 ? normative::kMaxDc : normative::kMaxSlope;
      out.field.coef[plane_][u.index] = static_cast<int16_t>(std::min(high, std::max(low, v)));
    } else {
      layer = shift(layer, u, by);
    }
  }
  normative::snap_layer(&layer, normative::slot_frame(region_.geometry, region_.slot).extent);
  return out;
}

// Steps damped more while the error does not fall. `best` is the error of `program`.
void RegionSearch::step_exactly(ExactFit* fit, double* best, Program* program) {
  constexpr double kDampings[] = {1e-7, 1e-7 * 30, 1e-7 * 30 * 30, 1e-7 * 30 * 30 * 30,
                                  1e-7 * 30 * 30 * 30 * 30};
  constexpr int32_t kAttempts = 5;
  for (int32_t round = 0; round<kRounds&& * best> 0; ++round) {
    double a[kMaxUnknowns * kMaxUnknowns], b[kMaxUnknowns];
    if (!fit->normal_equations(*program, monitor_, a, b)) return;
    const auto make = [&](int32_t attempt, Program* trial) {
      double damped[kMaxUnknowns * kMaxUnknowns], step[kMaxUnknowns];
      std::copy(a, a + fit->count() * fit->count(), damped);
      std::copy(b, b + fit->count(), step);
      if (!solve_symmetric(fit->count(), kDampings[attempt], damped, step)) return false;
      round_step(fit->count(), a, step);
      *trial = fit->moved(*trial, step);
      return true;
    };
    const auto go_on = [] { return true; };
    if (first_better(0, kAttempts, make, go_on, &full_, memory_, best, program) == kAttempts) return;
  }
}

void RegionSearch::fit_exactly(int32_t number, Program* program) {
  ExactFit fit(region_, plane_, number, *program, monitor_, memory_);
  double best = full_.ssd(*program);
  step_exactly(&fit, &best, program);
  if (best > 0 && number == 0) {
    // Contrast, slopes and shape may make up for each other; what was rendered alone has all of the contrast.
    Program whole = *program;
    int16_t& contrast = whole.layers[number].contrast[plane_];
    contrast = static_cast<int16_t>(contrast < 0 ? -kFullContrast : kFullContrast);
    std::fill(whole.field.coef[plane_], whole.field.coef[plane_] + normative::kFieldTerms, int16_t{0});
    whole.field.coef[plane_][0] = kFullContrast;
    if (region_.plane_count == 1) whole.field.order = 0;
    double error = full_.ssd(whole);
    ExactFit other(region_, plane_, number, whole, monitor_, memory_);
    other.fix_contrast();
    step_exactly(&other, &error, &whole);
    if (error < best) {
      best = error;
      *program = whole;
    }
    spent_[program->layers[number].preset].renders += other.renders();
  }
  spent_[program->layers[number].preset].renders += fit.renders();
  try_neighbours(number, best, program);
}

// One index first, then pairs; from the beginning after every success.
void RegionSearch::try_neighbours(int32_t number, double best, Program* program) {
  const double area = static_cast<double>(region_.rect.width) * region_.rect.height;
  const int64_t most = kMostTried / static_cast<int64_t>(std::min<double>(area, kFullSamples));
  const uint64_t before = full_.renders();
  const ExactFit last(region_, plane_, number, *program, monitor_, memory_);
  const int32_t ways = 2 * last.count(), moves = ways * (ways + 1);
  const auto make = [&](int32_t n, Program* trial) {
    double step[kMaxUnknowns] = {};
    const int32_t first = n % ways, second = n / ways - 1;
    if (second >= first) return false;
    step[first / 2] = first % 2 * 2 - 1;
    if (second >= 0) step[second / 2] += second % 2 * 2 - 1;
    *trial = last.moved(*trial, step);
    return true;
  };
  const auto go_on = [&] {
    return static_cast<int64_t>(full_.renders() - before) < most && best > 0 && best < kAlmost * area &&
           !monitor_.cancelled();
  };
  while (first_better(0, moves, make, go_on, &full_, memory_, &best, program) < moves) continue;
}

}  // namespace pc15::enc
