// How much fine texture the coding lost, as levels of grain (docs/design.md, "Grain").
#pragma once

#include "base/plane.h"
#include "base/thread_pool.h"
#include "entropy/grain_coder.h"

namespace pc15::enc {

// Levels that give `strength` (0...1) of the lost deviation back, block by block; no grain where the picture
// has strong edges, and where next to nothing was lost. Luma of the source and of the decoded picture, equal
// sizes. False when no block has any. Deterministic for any number of threads.
bool estimate_grain(const PlaneView<const Pixel>& source, const PlaneView<const Pixel>& decoded,
                    double strength, ThreadPool& pool, Memory& memory, entropy::GrainMap* map);

}  // namespace pc15::enc
