// Rows of generators with 256-bit vectors, one function for each group of kernels. False: nothing was
// written, the row is one for the scalar version (a preset without vectors, or numbers beyond the bounds).
#pragma once

#include "backend/backend.h"

namespace pc15::backend::avx2 {

bool wave_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);
bool radial_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);
bool direction_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);
bool lattice_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);
bool noise_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);
bool cellular_row(const normative::LayerSetup& s, const RowPlace& at, int16_t* out);

}  // namespace pc15::backend::avx2
