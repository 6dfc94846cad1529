// Training of codebooks: k-means++ seeding, then Lloyd's iterations.
#pragma once

#include "base/monitor.h"
#include "vq/codebook.h"

namespace pc15::vq {

struct TrainOptions {
  int64_t entries = 0;      // per level
  int64_t levels = 1;       // coarse to fine
  int64_t iterations = 50;  // most of Lloyd's per level; it ends earlier when no sample changes its entry
  int64_t seed = 0;         // of the choice of the first entries
};

// Replaces *out; on an error or a cancellation it is unchanged. The result depends on samples and options
// only, never on the pool. With fewer distinct samples than entries, entries repeat. Errors: kOutOfRange (the
// shape, the options, a number that is not finite or above 1e100, named with its sample and dimension),
// kInvalidArgument (fewer samples than entries), kCancelled.
Status train(const SampleView& samples, const TrainOptions& options, ThreadPool& pool, Monitor& monitor,
             Codebook* out);

}  // namespace pc15::vq
