// How much fine texture the coding lost, as levels of grain (docs/design.md, "Grain").
#pragma once

#include "base/plane.h"
#include "base/thread_pool.h"
#include "entropy/grain_coder.h"

namespace pc15::enc {

// Levels that give `strength` (0...1) of the lost deviation back, block by block; no grain where the picture
// has strong edges, and where next to nothing was lost. Deterministic for any number of threads.
class GrainEstimate {
 public:
  // Rows of the calls before that a call still reads.
  static constexpr int32_t kReach = 63;

  GrainEstimate(int32_t width, int32_t height, double strength, Memory& memory);
  // Rows up to `last` of luma have come, of the source and of the decoded picture.
  void add(const PlaneRows& source, const PlaneRows& decoded, int32_t last, ThreadPool& pool);
  // When all have come. False when no block has any grain.
  bool any() const;
  const entropy::GrainMap& map() const { return map_; }

 private:
  // response[b][k]: energy that grain of band k at its highest level adds to band b.
  struct Response {
    double energy[normative::kGrainBands][normative::kGrainBands];
  };
  static Response measure_response(Memory& memory);
  static void solve(const Response& r, const double (&lost)[normative::kGrainBands],
                    double (&power)[normative::kGrainBands]);
  void add_block(int64_t index, const PlaneView<const Pixel>& source, const PlaneView<const Pixel>& decoded);

  const int32_t width_, height_;
  const double strength_;
  const Response response_;
  entropy::GrainMap map_;
  int32_t rows_ = 0;  // of blocks that are done
};

}  // namespace pc15::enc
