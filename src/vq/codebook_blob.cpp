// The shape is checked against its limits, and the length against the shape, before anything is allocated.
#include <cmath>
#include <cstring>

#include "vq/codebook.h"

namespace pc15::vq {
namespace {

constexpr uint8_t kMagic[4] = {'P', 'C', 'V', 'Q'};
static_assert(sizeof(double) == 8, "entries are stored as IEEE 754 doubles");

void append_number(uint64_t value, size_t bytes, Vector<uint8_t>* out) {
  for (size_t i = 0; i < bytes; ++i) out->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

uint64_t load_number(const uint8_t* p, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value |= uint64_t{p[i]} << (8 * i);
  return value;
}

struct Shape {
  int64_t levels, entries, dims;
};

Shape load_shape(ByteSpan blob) {
  return Shape{blob[5], static_cast<int64_t>(load_number(blob.data + 8, 4)),
               static_cast<int64_t>(load_number(blob.data + 6, 2))};
}

}  // namespace

void append_blob(const Codebook& codebook, Vector<uint8_t>* out) {
  const size_t numbers = static_cast<size_t>(codebook.levels()) * static_cast<size_t>(codebook.entries()) *
                         static_cast<size_t>(codebook.dims());
  out->reserve(out->size() + kBlobHeadBytes + 8 * numbers);
  out->insert(out->end(), kMagic, kMagic + sizeof(kMagic));
  out->push_back(kBlobVersion);
  append_number(static_cast<uint64_t>(codebook.levels()), 1, out);
  append_number(static_cast<uint64_t>(codebook.dims()), 2, out);
  append_number(static_cast<uint64_t>(codebook.entries()), 4, out);
  const double* values = codebook.entry(0, 0);
  for (size_t i = 0; i < numbers; ++i) {
    uint64_t bits;
    std::memcpy(&bits, &values[i], sizeof(bits));
    append_number(bits, 8, out);
  }
}

Status blob_size(ByteSpan blob, size_t* size) {
  for (size_t i = 0; i < sizeof(kMagic) && i < blob.size; ++i) {
    PC15_FAIL_IF(blob[i] != kMagic[i], Code::kCorrupt,
                 "not a codebook: byte %" PRId64 " is %" PRId64 ", expected %" PRId64,
                 static_cast<int64_t>(i), blob[i], kMagic[i]);
  }
  PC15_FAIL_IF(blob.size < kBlobHeadBytes, Code::kTruncated,
               "the codebook ends at byte %" PRId64 ", inside its head of %" PRId64 " bytes",
               static_cast<int64_t>(blob.size), static_cast<int64_t>(kBlobHeadBytes));
  PC15_FAIL_IF(blob[4] != kBlobVersion, Code::kVersion,
               "codebook version %" PRId64 " at byte 4: this library reads %" PRId64, blob[4], kBlobVersion);
  const Shape s = load_shape(blob);
  PC15_FAIL_IF(!check_shape(s.levels, s.entries, s.dims).ok(), Code::kCorrupt,
               "a codebook of %" PRId64 " levels (byte 5), %" PRId64 " entries (byte 8), %" PRId64
               " dimensions (byte 6) is not allowed",
               s.levels, s.entries, s.dims);
  *size = kBlobHeadBytes + 8 * static_cast<size_t>(s.levels * s.entries * s.dims);
  return ok_status();
}

Status parse_blob(ByteSpan blob, Codebook* out) {
  size_t size = 0;
  PC15_TRY(blob_size(blob, &size));
  PC15_FAIL_IF(blob.size != size, blob.size < size ? Code::kTruncated : Code::kTrailing,
               "the codebook has %" PRId64 " bytes, its shape needs %" PRId64,
               static_cast<int64_t>(blob.size), static_cast<int64_t>(size));
  const Shape s = load_shape(blob);
  const int64_t numbers = s.levels * s.entries * s.dims;
  for (int64_t i = 0; i < numbers; ++i) {
    const uint64_t bits = load_number(blob.data + kBlobHeadBytes + 8 * i, 8);
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    PC15_FAIL_IF(!std::isfinite(value) || std::fabs(value) > kMaxEntry, Code::kCorrupt,
                 "entry %" PRId64 ", dimension %" PRId64 " (byte %" PRId64
                 ") is not a number of -1e103...1e103",
                 i / s.dims, i % s.dims, static_cast<int64_t>(kBlobHeadBytes) + 8 * i);
  }
  Codebook parsed(out->memory());
  parsed.resize(static_cast<int32_t>(s.levels), static_cast<int32_t>(s.entries),
                static_cast<int32_t>(s.dims));
  double* values = parsed.entry(0, 0);
  for (int64_t i = 0; i < numbers; ++i) {
    const uint64_t bits = load_number(blob.data + kBlobHeadBytes + 8 * i, 8);
    std::memcpy(&values[i], &bits, sizeof(bits));
  }
  out->swap(parsed);
  return ok_status();
}

}  // namespace pc15::vq
