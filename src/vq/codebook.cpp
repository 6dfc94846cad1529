// Exhaustive search: the distance to every entry, given up when the sum over a block of 8 dimensions reaches
// the best so far. A sum of squares only grows, so giving up changes neither the winner nor the order of
// additions. (Asking after every dimension takes twice as long with 4 dimensions.)
#include "vq/codebook.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace pc15::vq {
namespace {

constexpr int64_t kBand = 1024;  // samples of one task

// `sum` plus the squared distance in `dims` dimensions, one after another.
double add_distance(const double* a, const double* b, int32_t dims, double sum) {
  for (int32_t d = 0; d < dims; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

// Indices of one sample; `rest` holds the sample on entry and what all levels leave of it on return.
void quantise_one(const Codebook& codebook, double* rest, int32_t* indices) {
  for (int32_t level = 0; level < codebook.levels(); ++level) {
    double distance = 0.0;
    indices[level] = nearest_entry(codebook, level, rest, &distance);
    const double* entry = codebook.entry(level, indices[level]);
    for (int32_t d = 0; d < codebook.dims(); ++d) rest[d] -= entry[d];
  }
}

void sum_entries(const Codebook& codebook, const int32_t* indices, int32_t levels, double* out) {
  std::fill(out, out + codebook.dims(), 0.0);
  for (int32_t level = 0; level < levels; ++level) {
    const double* entry = codebook.entry(level, indices[level]);
    for (int32_t d = 0; d < codebook.dims(); ++d) out[d] += entry[d];
  }
}

Status check_size(const char* format, size_t given, int64_t needed) {
  if (given == static_cast<size_t>(needed)) return ok_status();
  return Status(Code::kInvalidArgument, format, static_cast<int64_t>(given), needed);
}

Status check_trained(const Codebook& codebook) {
  PC15_FAIL_IF(codebook.empty(), Code::kWrongState, "the codebook is empty: train or deserialise it first");
  return ok_status();
}

}  // namespace

Status check_samples(const SampleView& samples) {
  double row[kMaxDims];
  for (int64_t i = 0; i < samples.rows(); ++i) {
    samples.load(i, row);
    for (int32_t d = 0; d < samples.dims(); ++d) {
      PC15_FAIL_IF(!std::isfinite(row[d]), Code::kOutOfRange,
                   "sample %" PRId64 ", dimension %" PRId64 ": not a finite number", i, d);
      PC15_FAIL_IF(std::fabs(row[d]) > kMaxMagnitude, Code::kOutOfRange,
                   "sample %" PRId64 ", dimension %" PRId64 ": allowed are -1e100...1e100", i, d);
    }
  }
  return ok_status();
}

Status check_shape(int64_t levels, int64_t entries, int64_t dims) {
  PC15_FAIL_IF(levels < 1 || levels > kMaxLevels, Code::kOutOfRange,
               "%" PRId64 " levels; allowed are 1...%" PRId64, levels, kMaxLevels);
  PC15_FAIL_IF(entries < 1 || entries > kMaxEntries, Code::kOutOfRange,
               "%" PRId64 " entries; allowed are 1...%" PRId64, entries, kMaxEntries);
  PC15_FAIL_IF(dims < 1 || dims > kMaxDims, Code::kOutOfRange,
               "%" PRId64 " dimensions; allowed are 1...%" PRId64, dims, kMaxDims);
  PC15_FAIL_IF(levels * entries * dims > kMaxNumbers, Code::kOutOfRange,
               "levels x entries x dimensions is %" PRId64 "; allowed are 1...%" PRId64,
               levels * entries * dims, kMaxNumbers);
  return ok_status();
}

void Codebook::resize(int32_t levels, int32_t entries, int32_t dims) {
  values_.assign(static_cast<size_t>(levels) * static_cast<size_t>(entries) * static_cast<size_t>(dims), 0.0);
  levels_ = levels;
  entries_ = entries;
  dims_ = dims;
  distortion_ = 0.0;
}

void Codebook::swap(Codebook& other) {
  std::swap(levels_, other.levels_);
  std::swap(entries_, other.entries_);
  std::swap(dims_, other.dims_);
  std::swap(distortion_, other.distortion_);
  values_.swap(other.values_);
}

int32_t nearest_entry(const Codebook& codebook, int32_t level, const double* point, double* distance) {
  const int32_t dims = codebook.dims();
  const double* entry = codebook.entry(level, 0);
  double best = std::numeric_limits<double>::infinity();
  int32_t winner = 0;
  for (int32_t i = 0; i < codebook.entries(); ++i, entry += dims) {
    double sum = 0.0;
    for (int32_t d = 0; d < dims && sum < best; d += 8) {
      sum = add_distance(point + d, entry + d, std::min(8, dims - d), sum);
    }
    if (sum < best) {
      best = sum;
      winner = i;
    }
  }
  *distance = best;
  return winner;
}

Status quantise(const Codebook& codebook, const SampleView& samples, ThreadPool& pool, Span<int32_t> indices,
                Span<double> offsets) {
  PC15_TRY(check_trained(codebook));
  PC15_FAIL_IF(samples.dims() != codebook.dims(), Code::kInvalidArgument,
               "samples of %" PRId64 " dimensions; the codebook has %" PRId64, samples.dims(),
               codebook.dims());
  const int64_t rows = samples.rows(), levels = codebook.levels(), dims = codebook.dims();
  PC15_TRY(check_size("room for %" PRId64 " indices, %" PRId64 " are needed", indices.size, rows * levels));
  if (!offsets.empty()) {
    PC15_TRY(check_size("room for %" PRId64 " offsets, %" PRId64 " are needed", offsets.size, rows * dims));
  }
  PC15_TRY(check_samples(samples));
  pool.run((rows + kBand - 1) / kBand, [&](int64_t band, int32_t) {
    double rest[kMaxDims];
    for (int64_t i = band * kBand; i < std::min(rows, (band + 1) * kBand); ++i) {
      int32_t* const chosen = indices.data + i * levels;
      samples.load(i, rest);
      quantise_one(codebook, rest, chosen);
      if (offsets.empty()) continue;
      double sum[kMaxDims];
      sum_entries(codebook, chosen, codebook.levels(), sum);
      samples.load(i, rest);
      for (int64_t d = 0; d < dims; ++d) offsets.data[i * dims + d] = rest[d] - sum[d];
    }
  });
  return ok_status();
}

Status dequantise(const Codebook& codebook, Span<const int32_t> indices, Span<const double> offsets,
                  int64_t levels, Span<double> values) {
  PC15_TRY(check_trained(codebook));
  const int64_t all = codebook.levels(), dims = codebook.dims();
  PC15_FAIL_IF(levels < 1 || levels > all, Code::kOutOfRange,
               "%" PRId64 " levels; allowed are 1...%" PRId64 ", what the codebook has", levels, all);
  PC15_FAIL_IF(!offsets.empty() && levels != all, Code::kInvalidArgument,
               "offsets belong to all %" PRId64 " levels, not to the first %" PRId64, all, levels);
  PC15_FAIL_IF(indices.size % static_cast<size_t>(all) != 0, Code::kInvalidArgument,
               "%" PRId64 " indices are no whole samples of %" PRId64 " levels",
               static_cast<int64_t>(indices.size), all);
  const int64_t rows = static_cast<int64_t>(indices.size) / all;
  PC15_TRY(check_size("room for %" PRId64 " values, %" PRId64 " are needed", values.size, rows * dims));
  if (!offsets.empty()) {
    PC15_TRY(check_size("%" PRId64 " offsets, %" PRId64 " are needed", offsets.size, rows * dims));
  }
  for (int64_t i = 0; i < rows * all; ++i) {
    PC15_FAIL_IF(i % all < levels && (indices.data[i] < 0 || indices.data[i] >= codebook.entries()),
                 Code::kOutOfRange,
                 "sample %" PRId64 ", level %" PRId64 ": index %" PRId64 " is no entry of the codebook",
                 i / all, i % all, indices.data[i]);
  }
  for (int64_t i = 0; i < rows; ++i) {
    double sum[kMaxDims];
    sum_entries(codebook, indices.data + i * all, static_cast<int32_t>(levels), sum);
    for (int64_t d = 0; d < dims; ++d) {
      values.data[i * dims + d] = sum[d] + (offsets.empty() ? 0.0 : offsets.data[i * dims + d]);
    }
  }
  return ok_status();
}

}  // namespace pc15::vq
