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
  int32_t scale_log2 = 0;
  int64_t seed = 0;  // of the picture
  float up[kMostBase + 1] = {};
  const float* columns = nullptr;  // on the host, on the device once it was sent
  uint64_t version = 0;            // of the contents; those that the device holds are not sent again
};

// A layer of a view, packed_program.h from word `words` on.
struct LayerRecord {
  int32_t view = 0, words = 0;
};

// Row 0 is layer `first_layer`, row 1 + c the difference of the layers first_layer + 1 + 2 c and + 2 + 2 c.
// Samples kFitSamples i ... of the view are those of block first_block + i.
struct FitTaskRecord {
  int32_t view = 0, first_layer = 0, differences = 0, first_block = 0;
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
  Array<uint32_t> words;
  Array<LayerRecord> layers;
  Array<FitTaskRecord> tasks;
  int32_t blocks = 0;
  int32_t sums = 0;        // room for those of one task
  int64_t* out = nullptr;  // `sums` for every task
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
  int64_t seed = 0;  // of the picture
  Array<uint32_t> words;
  Array<int32_t> programs;  // the candidates: first word of each, packed_program.h
  Array<ErrorChunk> chunks;
  int64_t* out = nullptr;  // squared error of each candidate
};

// One batch of either kind.
struct SearchWork {
  const FitBatch* fits = nullptr;
  const ErrorBatch* errors = nullptr;
};
// Views and planes of all works that go together: what the device keeps for each.
enum : int32_t { kMostKept = 48 };

}  // namespace pc15::backend::device
