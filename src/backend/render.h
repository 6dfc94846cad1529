// Rendering of the procedural layer: programs in, 8-bit samples out, bit-exact
// (docs/bitstream-programs.md, chapter 8).
//
// Thread rule: pure; any number of calls over one ProgramImage at once.
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/plane.h"
#include "base/span.h"
#include "base/status.h"
#include "normative/program.h"

namespace pc15::backend {

// The blended procedural prediction of `plane_rect` (in samples of the plane, inside it) into `out`, whose
// size is that of the rectangle. `chroma_shift` is the plane's subsampling, 0 or 1. Any rectangle equals the
// same crop of the whole plane. Planes without a procedural part (alpha, or colour of a gray image) are 128.
void render_prediction(const normative::ProgramImage& programs, int32_t plane, int32_t chroma_shift,
                       Rect plane_rect, PlaneView<Pixel> out, Memory& memory);

// The same at scale 2^scale_log2 of luma, -2...3: sample i of an axis lies where section 8.1 says. A
// rectangle may reach past the lower right corner of the image; `rect` in samples of the scaled plane. The
// scale of render_prediction() is -chroma_shift.
void render_scaled(const normative::ProgramImage& programs, int32_t plane, int32_t scale_log2, Rect rect,
                   PlaneView<Pixel> out, Memory& memory);

// Upper bound of what one call allocates (and frees again) for a rectangle of that width; at a scale below
// 1/2, of the width in luma samples.
uint64_t render_memory_bound(const normative::Geometry& geometry, int32_t rect_width);

// False when nothing but neutral 128 is rendered inside the rectangle (luma samples).
bool prediction_present(const normative::ProgramImage& programs, Rect luma_rect);

// One program in one frame without blending, for the search: the same numbers that render_prediction() gives
// inside a tile that only this program covers. `rect` in samples of the plane; `scale_log2` -2...3 (0: luma
// size, -1: half). `seed` is the image seed; atoms need the second form.
void render_program(const normative::Program& program, const normative::Geometry& geometry, int32_t slot,
                    int64_t seed, int32_t plane, int32_t scale_log2, Rect rect, PlaneView<Pixel> out,
                    Memory& memory);
void render_program(const normative::Program& program, const normative::ProgramImage& image, int32_t slot,
                    int32_t plane, int32_t scale_log2, Rect rect, PlaneView<Pixel> out, Memory& memory);

// The output of one layer in Q14 (-16384...16384) behind its warp and palette, without contrast and mask.
// With `step` > 1 only every step-th sample of rows and columns is computed (rect.x, rect.x + step, ...), for
// cheap scores: `out` is ceil(width/step) x ceil(height/step).
void render_layer(const normative::Layer& layer, const normative::Geometry& geometry, int64_t seed,
                  int32_t scale_log2, Rect rect, int32_t step, PlaneView<int16_t> out);

// A generator by itself, for the public API: a width x height image of the preset, 8 bits:
// 127.5 + 127.5 v. `params` are grid indices, one per parameter. Equals the decoded image of a stream with
// this layer as image program, DC 255/2, contrast 255/2 and the same seed.
Status render_generator(int32_t preset, Span<const int32_t> params, int64_t seed, int32_t width,
                        int32_t height, PlaneView<Pixel> out, Memory& memory);
// The program that render_generator() renders.
Status generator_program(int32_t preset, Span<const int32_t> params, normative::Program* out);

}  // namespace pc15::backend
