// Layers and programs of candidates from their parameters: what backend/make_program.h does, one a thread, so
// that parameters are all that is sent.
#pragma once

#include <new>

#include "backend/device_search.h"
#include "backend/make_program.h"
#include "backend/packed_program.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a batch

enum : int32_t { kPrepareItems = 32 };  // of a block: few, so that more processors work
PC15_HD int32_t prepare_blocks(int64_t count) {
  return static_cast<int32_t>((count + kPrepareItems - 1) / kPrepareItems);
}

struct PrepareLayersAgent {
  const FitRecord* views;
  const uint32_t* words;
  const LayerRecord* layers;
  int32_t count;
  PreparedLayer* out;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t first = block.index() * kPrepareItems;
    block.for_each(normative::min_i32(kPrepareItems, count - first), [&](int32_t i) {
      const LayerRecord& record = layers[first + i];
      const FitRecord& view = views[record.view];
      normative::Layer layer;
      normative::Frame frame;
      unpack_layer(words + record.words, false, &layer, &frame);
      PreparedLayer* const made = new (out + first + i) PreparedLayer();
      make_layer(layer, frame, view.seed, view.scale_log2, made);
    });
  }
};

// Every candidate in every plane.
struct PrepareProgramsAgent {
  const uint32_t* words;
  const int32_t* programs;
  int32_t count, plane_count;  // of programs
  int32_t shift[normative::kMaxPlanes];
  int64_t seed;
  DeviceProgram* out;

  struct Shared {};

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared&) const {
    const int32_t first = block.index() * kPrepareItems;
    block.for_each(normative::min_i32(kPrepareItems, count * plane_count - first), [&](int32_t i) {
      const int32_t plane = (first + i) % plane_count;
      normative::Program program;
      normative::Frame own, frames[normative::kMaxLayers];
      unpack_program(words + programs[(first + i) / plane_count], &program, &own, frames);
      DeviceProgram* const made = new (out + first + i) DeviceProgram();
      make_program(program, own, frames, seed, plane, -shift[plane], &made->program);
    });
  }
};

}  // namespace pc15::backend::cuda
