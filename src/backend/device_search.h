// Batches of candidates on their way to the device: layers with the samples they are summed against, and
// programs with the samples they are compared with. The host fills them (enc/device_engine), the pipeline
// copies them and answers with integers.
//
// Plain data; arrays are borrowed. Everything in it is checked by who fills it: numbers of views, layers and
// samples exist, rectangles lie inside their planes.
#pragma once

#include "backend/device_picture.h"

namespace pc15::backend::device {

enum : int32_t {
  kMostBase = 16,         // columns of a base
  kMostDifferences = 10,  // rows of a task behind the layer itself
  kMostViews = 16,        // of a batch
  kFitSamples = 256,      // of one block
  kErrorColumns = 64,     // of a chunk
  kErrorRows = 32,
};

// The samples of a fit; enc/search_engine.h says what a column is. Value v of column k counts as v * up[k],
// a whole number below 2^30.
struct FitRecord {
  int32_t x = 0, y = 0;    // of the first sample, Q4 from the corner of the picture
  int32_t step = 1;        // between samples, the same
  int32_t width = 0;       // samples of a row
  int32_t count = 0;       // of all rows
  int32_t base_count = 0;  // columns less one
  float up[kMostBase + 1] = {};
  const float* columns = nullptr;  // on the host, on the device once it was sent
  uint64_t version = 0;            // of the contents; those that the device holds are not sent again
};

// Row 0 is layer `first_layer`, row 1 + c the difference of the layers first_layer + 1 + 2 c and + 2 + 2 c.
struct FitTaskRecord {
  int32_t view = 0, first_layer = 0, differences = 0;
};

// Samples first...first + kFitSamples - 1 of a task.
struct FitBlock {
  int32_t task = 0, first = 0;
};

// Number of the first sum of a row: the columns, then rows 0...row.
PC15_HD int32_t first_fit_sum(int32_t base_count, int32_t row) {
  return row * (base_count + 2) + row * (row - 1) / 2;
}
// Sums of the first row are left out when there are differences.
PC15_HD int32_t skipped_fit_sums(int32_t base_count, int32_t differences) {
  return differences > 0 ? first_fit_sum(base_count, 1) : 0;
}
enum : int32_t {  // first_fit_sum(kMostBase, kMostDifferences + 1)
  kMostFitSums = (kMostDifferences + 1) * (kMostBase + 2) + (kMostDifferences + 1) * kMostDifferences / 2
};

struct FitBatch {
  Array<FitRecord> views;  // at most kMostViews
  Array<PreparedLayer> layers;
  Array<FitTaskRecord> tasks;
  Array<FitBlock> blocks;
  int32_t sums = 0;        // room for those of one block
  int64_t* out = nullptr;  // `sums` for every block
};

// Samples of one plane, at most kErrorColumns x kErrorRows.
struct ErrorChunk {
  int32_t plane = 0, x = 0, y = 0, width = 0, height = 0;
};

struct ErrorPlane {
  const Pixel* samples = nullptr;
  int64_t pitch = 0, bytes = 0;  // from row to row; in all
  int32_t shift = 0;             // subsampling
  uint64_t version = 0;          // as FitRecord::version
};

struct ErrorBatch {
  int32_t plane_count = 1;
  ErrorPlane plane[normative::kMaxPlanes];
  Array<DeviceProgram> programs;  // plane_count of each candidate; without atoms
  int32_t candidates = 0;
  Array<ErrorChunk> chunks;
  int64_t* out = nullptr;  // squared error: one of every chunk for the first candidate, then the next
};

}  // namespace pc15::backend::device
