// A region of the image under trial: exact error and price of a program, and the linear part of a program.
//
// Thread rule: functions are pure over their arguments.
#pragma once

#include "base/allocator.h"
#include "base/monitor.h"
#include "enc/refine.h"
#include "normative/program.h"

namespace pc15::enc {

struct Region {
  SearchPlane planes[3];
  int32_t plane_count = 1;
  int32_t chroma_shift = 0;
  normative::Geometry geometry;
  int64_t seed = 0;
  int32_t slot = normative::kImageSlot;
  Rect rect;                       // luma samples
  SearchEngine* engine = nullptr;  // null: the processor

  int32_t shift_of(int32_t plane) const { return plane > 0 ? chroma_shift : 0; }
  // The samples of a plane whose luma position lies in `luma`.
  Rect plane_rect(int32_t plane, const Rect& luma) const;
  FitSource source(int32_t plane) const;
};

// Distance of samples of which `rect` holds at most `samples`: a prime, which meets few multiples of a
// pattern's period.
int32_t prime_step(const Rect& rect, int64_t samples);

// Windows on which exact errors are measured: all of `rect` when it has at most `budget` luma samples, else
// squares on a regular grid with about that many samples in all. Returns the share of the samples, the other
// way up: 1 when it is all.
double error_windows(const Rect& rect, int64_t budget, Vector<Rect>* windows);

// Errors on such windows.
class ExactError {
 public:
  ExactError(const Region& region, int64_t budget, const Monitor& monitor, Memory& memory);
  ExactError(const ExactError&) = delete;
  ExactError& operator=(const ExactError&) = delete;
  // Squared error of the rendered 8-bit samples over all planes, scaled up to the whole region;
  // 1e300 when cancelled.
  double ssd(const normative::Program& program) { return ssd(program, 1e300); }
  // The same, or whatever exceeds `limit` as soon as it is known to be exceeded.
  double ssd(const normative::Program& program, double limit);
  // Those of several programs, which count as renders once they are taken.
  void judge(const normative::Program* programs, size_t count, double limit, double* out);
  double take(double ssd) {
    ++renders_;
    return ssd;
  }
  size_t guesses() const { return static_cast<size_t>(engine_->guesses()); }
  bool complete() const { return complete_; }
  uint64_t renders() const { return renders_; }

 private:
  const Monitor& monitor_;
  CpuEngine cpu_;
  SearchEngine* engine_;
  Vector<Rect> windows_;
  Vector<int64_t> sums_;
  ErrorView view_;
  bool complete_ = true;
  uint64_t renders_ = 0;
};

// The first of moves first...end - 1 that makes *program better, in their order: `end` when none does, else
// *program and *best are those of the move. make(move, trial) turns a copy of *program into the trial, or
// answers false; go_on() is asked before every trial. An engine that takes guesses renders moves ahead.
template <class Make, class GoOn>
int32_t first_better(int32_t first, int32_t end, const Make& make, const GoOn& go_on, ExactError* error,
                     Memory& memory, double* best, normative::Program* program) {
  Vector<normative::Program> trials(memory);
  Vector<int32_t> moves(memory);
  Vector<double> ssd(memory);
  for (int32_t next = first; next < end;) {
    trials.clear();
    moves.clear();
    if (!go_on()) return end;
    for (; next < end && trials.size() < error->guesses(); ++next) {
      normative::Program trial = *program;
      if (!make(next, &trial)) continue;
      trials.push_back(trial);
      moves.push_back(next);
    }
    ssd.resize(trials.size());
    error->judge(trials.data(), trials.size(), 1e300, ssd.data());
    for (size_t i = 0; i < trials.size(); ++i) {
      if (!go_on()) return end;
      if (!(error->take(ssd[i]) < *best)) continue;
      *best = ssd[i];
      *program = trials[i];
      return moves[i];
    }
  }
  return end;
}

// Least squares for field (of `order`) and contrasts over every `step`-th sample, all planes, rounded to the
// program's level class. Layers keep their geometry. Returns the squared error per luma sample of the real
// solution (planes added up).
double fit_levels(const Region& region, int32_t order, int32_t step, Memory& memory,
                  normative::Program* program);

// Integer descent on the exact error: every free parameter of layer `number` by its grid, the others
// following as `fit` knows, and the levels by one. Stops at 0, when nothing helps or after `max_renders`.
void polish(const LayerFit& fit, int32_t number, int32_t max_renders, Monitor& monitor, ExactError* error,
            const Region& region, Memory& memory, normative::Program* program);

}  // namespace pc15::enc
