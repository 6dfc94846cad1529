// A file taken to pieces without judging it, and put together again with every checksum right, so that
// hostile values get past the container. Shares the CRC with the library and nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "format/stream_header.h"

namespace pc15::fuzz {

using Bytes = std::vector<uint8_t>;

struct HostileSection {
  uint32_t type = 0, flags = 0;
  Bytes payload;
};

struct HostileFile {
  uint8_t preamble[64] = {};  // sizes and CRC are filled in by write()
  std::vector<HostileSection> sections;
  std::vector<Bytes> records;

  void set_header(const format::StreamHeader& header);
  normative::Geometry geometry() const;
  // Records that the fields announce; false when they are nonsense or more than kMaxRecords.
  static constexpr uint64_t kMaxRecords = 4096;
  bool record_counts(uint64_t* image, uint64_t* groups, uint64_t* cells) const;
};

// False for bytes that do not even have a preamble. Whatever is missing reads as empty.
bool take_apart(const uint8_t* data, size_t size, HostileFile* file);
// The full form. The number of records is made to match the fields where that is possible.
Bytes put_together(HostileFile file);
// Full files: take apart, put together. Compact ones: the CRC at the end. Other bytes stay as they are.
Bytes repair(const uint8_t* data, size_t size);

}  // namespace pc15::fuzz
