// Files for the container tests: random payloads in every part, and repair of the CRCs after a hostile edit.
#pragma once

#include <cstdint>
#include <vector>

#include "format/container.h"

namespace pc15_test {

using Bytes = std::vector<uint8_t>;

inline pc15::ByteSpan span_of(const Bytes& b) { return pc15::ByteSpan(b.data(), b.size()); }

// A small generator of test data (xorshift), not the codec's.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed * 2654435761u + 1) {}
  uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t below(uint32_t n) { return next() % n; }
  Bytes bytes(size_t n) {
    Bytes b(n);
    for (uint8_t& v : b) v = static_cast<uint8_t>(next() >> 11);
    return b;
  }

 private:
  uint32_t state_;
};

struct OwnedSection {
  uint32_t type, flags;
  Bytes payload;
};

// Owns what Parts borrows.
struct Sample {
  pc15::format::StreamHeader header;
  Bytes image_program;
  std::vector<Bytes> groups, cells;
  std::vector<OwnedSection> sections;
  bool allow_compact = true;

  // Random payloads of at most `max_group` and `max_cell` bytes for what the header announces.
  void fill(uint32_t seed, uint32_t max_group, uint32_t max_cell);
  Bytes write() const;  // fails the test when it cannot be written
};

// 3x2 cells of 128, image-wide program, 2 program groups, ICC, text and an unknown section; about 1.5 KB.
Sample six_cell_sample();
// One program of `program_bytes` bytes on a 512x512 grey picture; compact.
Sample one_program_sample(uint32_t program_bytes);

struct Edit {
  uint32_t offset;
  uint32_t size;  // 1, 2, 4 or 8 bytes, little-endian
  uint64_t value;
};
void apply(const Edit& edit, Bytes* file);
// Repairs every CRC of a full file whose layout is still that of `parts`, and renews the backup block.
void repair(const std::vector<pc15::format::PartInfo>& parts, Bytes* file);
std::vector<pc15::format::PartInfo> describe(const Bytes& file, bool strict = true);
// A full file that consists of a preamble, the given index and zeros up to `file_size`, both CRCs right.
Bytes with_index(const pc15::format::StreamHeader& header, const Bytes& index, uint64_t file_size,
                 size_t stored_size);

}  // namespace pc15_test
