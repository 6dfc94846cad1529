// What the search for the program of the whole picture reads of a picture that is not held.
#pragma once

#include "enc/search.h"
#include "enc/search_region.h"

namespace pc15::enc {

// Whether programs are looked for at all.
inline bool searches(const SearchInput& in) { return in.effort >= 2 || in.residual_step <= 0; }

// The whole picture as a region; its planes have their sizes.
Region whole_picture(const SearchInput& in);

// Distance of the samples on which the levels of an image-wide program are fitted, in all `samples`.
int32_t levels_step(const Region& region, double samples);
constexpr double kCloseSamples = 65536, kSmoothSamples = 8192;  // of the fields that it is compared with

// Fills in.rows->sketch(), unless it is, in one reading of in.rows: with it all of search_image() is answered
// when a residual follows.
Status fill_sketch(const SearchInput& in, const Monitor& monitor, Memory& memory);
// At most what a sketch holds, in bytes.
uint64_t sketch_bound(const normative::Geometry& geometry, int32_t plane_count, int32_t chroma_shift);

}  // namespace pc15::enc
