// Candidates of the search: rendered and summed sample by sample, in integers, so that the order of the sums
// does not matter. No rendered sample leaves the block.
#pragma once

#include "backend/cuda/agent_render.h"
#include "backend/device_search.h"

namespace pc15::backend::cuda {

using namespace device;  // the plain data of a batch

// Output of a layer in Q14 behind its warp and palette; x, y in Q4 from the corner of the picture.
PC15_HD int32_t layer_output(const PreparedLayer& layer, int32_t x, int32_t y) {
  LayerSample sample{layer, x - layer.center_x, y - layer.center_y, 0};
  normative::visit_preset(layer.setup.preset, sample);
  const int32_t v = static_cast<int16_t>(sample.value);
  if (layer.palette.preset == normative::kNoModifier) return v;
  return static_cast<int16_t>(normative::palette_value(layer.palette, v));
}

// kFitSamples samples of one task, added to its sums: rows into shared memory, then every sum by kParts
// threads.
struct FitAgent {
  const FitRecord* views;
  const PreparedLayer* layers;
  const FitTaskRecord* tasks;
  int32_t task_count;
  int32_t sums;  // of a task
  int64_t* out;

  enum : int32_t { kParts = 8, kPartSamples = kFitSamples / kParts };
  struct Shared {
    int32_t row[kMostDifferences + 1][kFitSamples];
    int64_t part[kMostFitSums * kParts];
  };

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared& s) const {
    const int32_t number = task_of(block.index());
    const FitTaskRecord& task = tasks[number];
    const FitRecord& view = views[task.view];
    const int32_t first = (block.index() - task.first_block) * kFitSamples;
    const int32_t rows = task.differences + 1;
    const int32_t count = normative::min_i32(kFitSamples, view.count - first);
    const int32_t skipped = skipped_fit_sums(view.base_count, task.differences);
    const int32_t wanted = first_fit_sum(view.base_count, rows) - skipped;
    block.for_each(rows * kFitSamples, [&](int32_t i) {
      const int32_t row = i / kFitSamples, n = i % kFitSamples;
      s.row[row][n] = n < count ? value(view, task, row, first + n) : 0;
    });
    block.for_each(wanted * kParts, [&](int32_t i) {
      s.part[i] = part(s, view, skipped + i / kParts, first, i % kParts * kPartSamples, count);
    });
    block.for_each(wanted, [&](int32_t i) {
      int64_t sum = 0;
      for (int32_t k = 0; k < kParts; ++k) sum += s.part[i * kParts + k];
      block.add(out + int64_t{number} * sums + i, sum);
    });
  }

 private:
  // The last task whose first block is not behind.
  PC15_HD_MEMBER int32_t task_of(int32_t block) const {
    int32_t low = 0, high = task_count;
    while (high - low > 1) {
      const int32_t middle = low + (high - low) / 2;
      if (tasks[middle].first_block <= block) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // One place calls layer_output(), which is all generators inlined.
  PC15_HD_MEMBER int32_t value(const FitRecord& view, const FitTaskRecord& task, int32_t row,
                               int32_t sample) const {
    const int32_t x = view.x + sample % view.width * view.step, y = view.y + sample / view.width * view.step;
    const PreparedLayer* const layer = layers + task.first_layer + (row > 0 ? 2 * row - 1 : 0);
    int32_t v = 0;
    PC15_NO_UNROLL
    for (int32_t k = 0; k < (row > 0 ? 2 : 1); ++k) {
      const int32_t w = layer_output(layer[k], x, y);
      v += k == 0 ? w : -w;
    }
    return v;
  }

  // A part of sum number `number`.
  PC15_HD_MEMBER int64_t part(const Shared& s, const FitRecord& view, int32_t number, int32_t first,
                              int32_t begin, int32_t count) const {
    int32_t row = 0;
    while (first_fit_sum(view.base_count, row + 1) <= number) ++row;
    const int32_t with = number - first_fit_sum(view.base_count, row);
    const int32_t end = normative::min_i32(begin + kPartSamples, count);
    int64_t sum = 0;
    if (with <= view.base_count) {
      const float* const column = view.columns + int64_t{with} * view.count + first;
      const float up = view.up[with];
      for (int32_t n = begin; n < end; ++n)
        sum += int64_t{s.row[row][n]} * static_cast<int32_t>(column[n] * up);
    } else {
      const int32_t other = with - view.base_count - 1;
      for (int32_t n = begin; n < end; ++n) sum += int64_t{s.row[row][n]} * s.row[other][n];
    }
    return sum;
  }
};

// One chunk of one candidate program against the picture, added to its error.
struct ErrorAgent {
  const DeviceProgram* programs;
  const ErrorChunk* chunks;
  int32_t chunk_count, plane_count;
  ErrorPlane plane[normative::kMaxPlanes];
  int64_t* out;

  enum : int32_t { kParts = 128 };
  struct Shared {
    int64_t part[kParts];
  };

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared& s) const {
    const int32_t candidate = block.index() / chunk_count;
    const ErrorChunk& c = chunks[block.index() % chunk_count];
    const ErrorPlane& from = plane[c.plane];
    const DeviceProgram& program = programs[candidate * plane_count + c.plane];
    block.for_each(kParts, [&](int32_t i) {
      int64_t sum = 0;
      PC15_NO_UNROLL
      for (int32_t n = i; n < c.width * c.height; n += kParts) {
        const int32_t x = c.x + n % c.width, y = c.y + n / c.width;
        const int32_t level = program_level(program, nullptr, normative::sample_q4(x, -from.shift),
                                            normative::sample_q4(y, -from.shift));
        const int32_t d = from.samples[y * from.pitch + x] - static_cast<Pixel>((level + 32) >> 6);
        sum += d * d;
      }
      s.part[i] = sum;
    });
    for (int32_t half = kParts / 2; half > 0; half /= 2) {
      block.for_each(half, [&](int32_t i) { s.part[i] += s.part[i + half]; });
    }
    block.for_each(1, [&](int32_t) { block.add(out + candidate, s.part[0]); });
  }
};

}  // namespace pc15::backend::cuda
