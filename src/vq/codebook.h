// Codebooks of a vector quantiser, coarse to fine: level 0 holds entries for the samples, each further level
// entries for what the levels before it leave.
//
// Thread rule: a codebook that is not being written may be read by any number of threads.
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "vq/sample_view.h"

namespace pc15::vq {

constexpr int64_t kMaxEntries = 65536;
constexpr int64_t kMaxLevels = 8;
constexpr int64_t kMaxNumbers = int64_t{1} << 24;  // levels x entries x dims
constexpr double kMaxEntry = 1e103;                // magnitude; what samples of up to 1e100 leave is below

// kOutOfRange when a codebook may not have this shape.
Status check_shape(int64_t levels, int64_t entries, int64_t dims);

class Codebook {
 public:
  explicit Codebook(Memory& memory) : values_(memory) {}

  bool empty() const { return values_.empty(); }
  int32_t levels() const { return levels_; }
  int32_t entries() const { return entries_; }  // per level
  int32_t dims() const { return dims_; }
  // Mean squared distance of the training samples from what all levels give; 0 for a codebook from bytes.
  double distortion() const { return distortion_; }

  const double* entry(int32_t level, int32_t i) const { return values_.data() + offset(level, i); }
  double* entry(int32_t level, int32_t i) { return values_.data() + offset(level, i); }

  // All entries 0. The shape has passed check_shape().
  void resize(int32_t levels, int32_t entries, int32_t dims);
  void set_distortion(double value) { distortion_ = value; }
  void swap(Codebook& other);
  Memory& memory() const { return values_.memory(); }

 private:
  size_t offset(int32_t level, int32_t i) const {
    return (static_cast<size_t>(level) * static_cast<size_t>(entries_) + static_cast<size_t>(i)) *
           static_cast<size_t>(dims_);
  }

  int32_t levels_ = 0, entries_ = 0, dims_ = 0;
  double distortion_ = 0.0;
  Vector<double> values_;
};

// Squared Euclidean distance, dimensions in order.
inline double squared_distance(const double* a, const double* b, int32_t dims) {
  double sum = 0.0;
  for (int32_t d = 0; d < dims; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

// The entry of a level nearest to a point of dims() numbers, the lowest index of equal ones; *distance
// receives its squared distance.
int32_t nearest_entry(const Codebook& codebook, int32_t level, const double* point, double* distance);

// Per sample levels() indices and, unless `offsets` is empty, dims() numbers: the sample minus the sum of the
// chosen entries. Each level takes the entry nearest to what the levels before it leave. kInvalidArgument: a
// size that does not fit; errors of check_samples(). Results do not depend on the pool.
Status quantise(const Codebook& codebook, const SampleView& samples, ThreadPool& pool, Span<int32_t> indices,
                Span<double> offsets);

// The sum of the entries of the first `levels` indices of each sample, plus its offset unless `offsets` is
// empty. `indices` holds levels() per sample. kOutOfRange: `levels`, or an index, named with its sample and
// level; kInvalidArgument: a size that does not fit, or offsets with fewer than all levels.
Status dequantise(const Codebook& codebook, Span<const int32_t> indices, Span<const double> offsets,
                  int64_t levels, Span<double> values);

// The bytes of a codebook, little-endian: "PCVQ", version 1 (u8), levels (u8), dims (u16), entries (u32),
// then the entries as IEEE 754 doubles, level by level. The caller protects them with a checksum.
constexpr size_t kBlobHeadBytes = 12;
constexpr uint8_t kBlobVersion = 1;
void append_blob(const Codebook& codebook, Vector<uint8_t>* out);
// How many bytes a blob has that starts like this; kTruncated, kCorrupt, kVersion. Allocates nothing.
Status blob_size(ByteSpan blob, size_t* size);
// On an error *out is unchanged. Also kTrailing.
Status parse_blob(ByteSpan blob, Codebook* out);

}  // namespace pc15::vq
