// The fitted predictor of a plane of a lossless cell: weighed least squares over its samples.
#pragma once

#include "entropy/lossless_state.h"
#include "entropy/lossless_syntax.h"

namespace pc15::enc {

// Fills h->coefficient for the plane that state.start_plane() named, whose samples and references are in
// place. False when there are too few samples to fit.
bool fit_lossless(entropy::LosslessState& state, int32_t references, entropy::LosslessHeader* h);

}  // namespace pc15::enc
