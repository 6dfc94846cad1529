// The 64 bytes at the start of a full file (docs/bitstream.md 3.2) and the identity that its records bind to.
#pragma once

#include "base/span.h"
#include "base/status.h"
#include "format/limits.h"
#include "format/stream_header.h"

namespace pc15::format {

constexpr uint32_t kPreambleBytes = 64;
constexpr uint32_t kFooterBytes = 16;
constexpr uint32_t kCrcBytes = 4;
constexpr uint32_t kMagicBytes = 8;
constexpr uint8_t kMagic[kMagicBytes] = {'P', 'C', '1', '5', 0x8F, 0x0D, 0x0A, 0x1A};
constexpr uint8_t kFooterMagic[4] = {'5', '1', 'C', 'P'};

// Byte offsets inside the preamble.
enum PreambleOffset : uint32_t {
  kAtVersion = 8,
  kAtRevision = 9,
  kAtSamples = 10,
  kAtCellLog2 = 11,
  kAtRequired = 12,
  kAtWidth = 16,
  kAtHeight = 20,
  kAtTile = 24,
  kAtOverlap = 26,
  kAtContentId = 28,
  kAtSeed = 32,
  kAtStep = 40,
  kAtChromaStep = 42,
  kAtTableSet = 43,
  kAtGroupRows = 44,
  kAtReserved = 45,
  kAtOptional = 46,
  kAtFileSize = 48,
  kAtIndexSize = 56,
  kAtCrc = 60,
};
constexpr uint32_t kIdentityBytes = kAtOptional;  // bytes 0...45 decide the pixels and the file id

// Required features: the low half are the residual's tools, the high half the parts that are present.
constexpr uint32_t kFeatureToolBits = 0xFFFF;
constexpr uint32_t kFeatureImageProgram = 1u << 16;
constexpr uint32_t kFeatureTilePrograms = 1u << 17;
constexpr uint32_t kKnownFeatures = kToolMask | kFeatureImageProgram | kFeatureTilePrograms;
static_assert((kToolMask & ~kFeatureToolBits) == 0, "tools live in the low half");

struct Preamble {
  StreamHeader header;
  uint8_t revision = kBitstreamRevision;
  uint16_t optional_features = 0;  // kept on rewriting; none is defined
  uint64_t file_size = 0;
  uint32_t index_size = 0;  // with its CRC
};

// The CRC-32 of the identity bytes of a stored preamble.
uint32_t file_id_of(const uint8_t preamble[kPreambleBytes]);
void store_preamble(const Preamble& preamble, uint8_t out[kPreambleBytes]);

// Magic, length and CRC of the preamble at `bytes`: kNotPc15, kTruncated, kCrc.
Status check_preamble_bytes(ByteSpan bytes);
// Every field of a preamble whose CRC holds. Errors: kVersion, kUnsupported, kCorrupt, kLimit.
Status parse_preamble(const uint8_t bytes[kPreambleBytes], const Limits& limits, Preamble* out);

// Magic and CRC of the 16 bytes at the end of a full file.
bool footer_intact(const uint8_t footer[kFooterBytes]);

// Where the fields of a header lie in the file, for messages.
struct FieldPlaces {
  uint64_t samples = kAtSamples, cell_log2 = kAtCellLog2, width = kAtWidth, height = kAtHeight,
           tile = kAtTile, overlap = kAtOverlap, chroma_step = kAtChromaStep, group_rows = kAtGroupRows,
           tools = kAtRequired;
};
// Ranges that both forms and the writer share. Returns `code` for a value out of range and kUnsupported for
// a depth or tool that is reserved.
Status check_header(const StreamHeader& header, Code code, const FieldPlaces& places);

int32_t cell_log2_of(int32_t cell);  // 7, 8 or 9; 0 for a side that is not allowed
inline uint32_t features_of(const StreamHeader& header) {
  return header.tools | (header.has_image_program ? kFeatureImageProgram : 0) |
         (header.has_tile_programs ? kFeatureTilePrograms : 0);
}

}  // namespace pc15::format
