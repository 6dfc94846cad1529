// Where the candidates of the search are rendered and summed: the processor (CpuEngine) or a device
// (device_engine.h). Every sum is exact, an integer times a power of two, so that the order of summation does
// not matter and all engines answer alike; what is made of the sums stays with the caller.
//
// Thread rule: one thread at a time per engine.
#pragma once

#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "enc/plane_sketch.h"
#include "normative/program.h"

namespace pc15::backend::device {
struct AtomWork;
}

namespace pc15::enc {

struct FitSource;
struct SampleGrid;
struct Spectrum;

enum : int32_t { kMaxBase = 16 };

// The samples that layers are judged on. Column 0 is what the base leaves of the picture, columns
// 1...base_count are the base; `samples()` values each, row by row. Values of column k are multiples of
// 2^-shift[k] of at most kColumnBits bits (refine.cpp rounds them), so that no sum needs more than 53.
struct FitView {
  normative::Geometry geometry;
  int64_t seed = 0;
  int32_t scale_log2 = 0;
  Rect rect;  // of the plane; every `step`-th sample of its rows and columns
  int32_t step = 1, width = 0, height = 0;
  int32_t base_count = 0;
  const float* columns = nullptr;
  int32_t shift[kMaxBase + 1] = {};
  uint64_t version = 0;  // another one for other contents, in this process

  int64_t samples() const { return int64_t{width} * height; }
  const float* column(int32_t k) const { return columns + k * samples(); }
};
enum : int32_t { kColumnBits = 30 };
uint64_t new_version();

// A layer and, for difference quotients, pairs of moved ones: row 0 is the layer, row 1 + c is
// moved[2 c] - moved[2 c + 1].
struct FitTask {
  const FitView* view = nullptr;
  const normative::Layer* layer = nullptr;
  const normative::Layer* moved = nullptr;
  int32_t differences = 0;  // 0...kMaxParams
};
// The sums of a task. Of row r: with column 0, columns 1...base_count, then rows 0...r. With differences,
// row 0 is left out of the answer (its place is not).
struct FitSums {
  int32_t base_count = 0;
  const double* sum = nullptr;

  static int32_t first(int32_t base_count, int32_t row) {
    return row * (base_count + 2) + row * (row - 1) / 2;
  }
  static int32_t count(int32_t base_count, int32_t differences) { return first(base_count, differences + 1); }
  double with_rest(int32_t row) const { return sum[first(base_count, row)]; }
  double with_base(int32_t row, int32_t k) const { return sum[first(base_count, row) + 1 + k]; }
  double with_row(int32_t row, int32_t other) const {  // other <= row
    return sum[first(base_count, row) + 1 + base_count + other];
  }
};

// The samples that whole programs are compared with: those of all planes whose luma position lies in a
// window.
struct ErrorView {
  SearchPlane planes[normative::kMaxPlanes];
  int32_t plane_count = 1, chroma_shift = 0;
  normative::Geometry geometry;
  int64_t seed = 0;
  int32_t slot = normative::kImageSlot;
  const Rect* windows = nullptr;  // luma samples
  int32_t window_count = 0;
  double scale = 1;  // from the samples of the windows to those of the region
  uint64_t version = 0;

  int32_t shift_of(int32_t plane) const { return plane > 0 ? chroma_shift : 0; }
  // The samples of a plane whose luma position lies in `luma`.
  Rect plane_rect(int32_t plane, const Rect& luma) const;
};

class SearchEngine {
 public:
  virtual ~SearchEngine() = default;
  // How many candidates to hand over at once although the first of them may make the others needless. 1 where
  // every candidate costs time of its own.
  virtual int32_t guesses() const = 0;
  // sums[i] has room for FitSums::count() values of task i. Undefined when cancelled.
  virtual void fit_sums(const FitTask* tasks, int32_t count, const Monitor& monitor, double* const* sums) = 0;
  // Squared error of each program over all samples of the view, not scaled; or, as soon as it times the scale
  // exceeds `limit`, what it is by then. Negative when cancelled.
  virtual void errors(const ErrorView& view, const normative::Program* programs, int32_t count, double limit,
                      const Monitor& monitor, int64_t* out) = 0;
  // What analyse_spectrum() makes of a grid of `source`, when it is there or quickly made; false: it is not.
  virtual bool spectrum(const FitSource& source, const SampleGrid& grid, int32_t max_size, Spectrum* out) {
    static_cast<void>(source);
    static_cast<void>(grid);
    static_cast<void>(max_size);
    static_cast<void>(out);
    return false;
  }
  // What AtomCorrelator makes of a search for atoms, when that is quickly made; false: it is not.
  virtual bool correlate_atoms(const backend::device::AtomWork& work) {
    static_cast<void>(work);
    return false;
  }
};

class CpuEngine final : public SearchEngine {
 public:
  explicit CpuEngine(Memory& memory);
  int32_t guesses() const override { return 1; }
  void fit_sums(const FitTask* tasks, int32_t count, const Monitor& monitor, double* const* sums) override;
  void errors(const ErrorView& view, const normative::Program* programs, int32_t count, double limit,
              const Monitor& monitor, int64_t* out) override;

 private:
  void render(const FitView& view, const normative::Layer& layer, float* out);
  void render_row0(const FitTask& task);
  void sum_row(const FitView& view, int32_t row, double* sums) const;
  int64_t error(const ErrorView& view, const normative::Program& program, double limit,
                const Monitor& monitor);

  Memory& memory_;
  Vector<int16_t> raw_;
  Vector<float> rows_;  // of a task, and room for one more
  Vector<Pixel> picture_;
  normative::Layer rendered_;  // what row 0 holds
  uint64_t version_ = 0;
};

// Eight partial sums: wide enough for the compiler's vector units.
double dot(const float* a, const float* b, int64_t n);

}  // namespace pc15::enc
