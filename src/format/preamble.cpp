// Writing, checking and reading the fixed 64 bytes. Nothing is interpreted before the CRC at byte 60 holds;
// then every field is checked against its own range before two fields are combined.
#include "format/preamble.h"

#include <cstring>

#include "format/byte_io.h"
#include "format/crc.h"

namespace pc15::format {
namespace {

constexpr int64_t kMaxSide = 65535;

bool is_reserved_depth(int32_t depth) { return depth == 10 || depth == 12 || depth == 16; }

// bits 0-1 colour, bit 2 alpha, bit 3 zero, bits 4-7 depth - 1
uint8_t samples_byte(const StreamHeader& h) {
  return static_cast<uint8_t>(static_cast<uint32_t>(h.color) | (h.alpha ? 4u : 0u) |
                              ((h.depth - 1u) & 15u) << 4);
}

Status check_grids(const normative::Geometry& g, Code code, const FieldPlaces& at) {
  PC15_FAIL_IF(g.width < 1 || g.width > kMaxSide, code,
               "width %" PRId64 " at byte %" PRId64 ": allowed 1 to %" PRId64, g.width,
               static_cast<int64_t>(at.width), kMaxSide);
  PC15_FAIL_IF(g.height < 1 || g.height > kMaxSide, code,
               "height %" PRId64 " at byte %" PRId64 ": allowed 1 to %" PRId64, g.height,
               static_cast<int64_t>(at.height), kMaxSide);
  PC15_FAIL_IF(g.tile < 32 || g.tile > 1024, code,
               "tile side %" PRId64 " at byte %" PRId64 ": allowed 32 to 1024", g.tile,
               static_cast<int64_t>(at.tile));
  PC15_FAIL_IF(g.overlap < 0 || g.overlap > g.tile / 2, code,
               "tile overlap %" PRId64 " at byte %" PRId64 ": allowed 0 to %" PRId64, g.overlap,
               static_cast<int64_t>(at.overlap), g.tile / 2);
  PC15_FAIL_IF(cell_log2_of(g.cell) == 0, code,
               "cell side %" PRId64 " at byte %" PRId64 ": allowed 128, 256 and 512", g.cell,
               static_cast<int64_t>(at.cell_log2));
  PC15_FAIL_IF(g.group_rows < 1 || g.group_rows > 255, code,
               "group rows %" PRId64 " at byte %" PRId64 ": allowed 1 to 255", g.group_rows,
               static_cast<int64_t>(at.group_rows));
  return ok_status();
}

Status check_versions(const uint8_t* p) {
  PC15_FAIL_IF(p[kAtVersion] != kBitstreamVersion, Code::kVersion,
               "bitstream version %" PRId64 " at byte %" PRId64 ": this library reads %" PRId64,
               p[kAtVersion], kAtVersion, kBitstreamVersion);
  PC15_FAIL_IF(p[kAtRevision] == 0, Code::kCorrupt, "revision 0 at byte %" PRId64 ": allowed 1 to 255",
               kAtRevision);
  const uint32_t unknown = load_le<uint32_t>(p + kAtRequired) & ~kKnownFeatures;
  PC15_FAIL_IF(unknown != 0, Code::kUnsupported,
               "required features at byte %" PRId64 ": bits %" PRId64 " are unknown to this library",
               kAtRequired, unknown);
  PC15_FAIL_IF(p[kAtReserved] != 0, Code::kCorrupt, "reserved byte %" PRId64 " is %" PRId64 ": allowed 0",
               kAtReserved, p[kAtReserved]);
  return ok_status();
}

Status load_samples(uint8_t byte, StreamHeader* h) {
  PC15_FAIL_IF((byte & 8) != 0, Code::kCorrupt,
               "sample format %" PRId64 " at byte %" PRId64 ": bit 3 is reserved", byte, kAtSamples);
  h->color = static_cast<Color>(byte & 3);
  h->alpha = (byte & 4) != 0;
  h->depth = static_cast<uint8_t>((byte >> 4) + 1);
  return ok_status();
}

// Sides beyond the range are kept apart from it by saturation, so that the range check names them.
int32_t load_side(const uint8_t* p) {
  const uint32_t side = load_le<uint32_t>(p);
  return side > 0x7FFFFFFF ? 0x7FFFFFFF : static_cast<int32_t>(side);
}

Status check_lossless(const StreamHeader& h, Code code, const FieldPlaces& at) {
  if (!h.lossless()) return ok_status();
  PC15_FAIL_IF(h.color != Color::kGray && h.color != Color::kRgb, code,
               "colour %" PRId64 " at byte %" PRId64 " of a lossless stream: allowed 0 and 3",
               static_cast<int64_t>(h.color), static_cast<int64_t>(at.samples));
  PC15_FAIL_IF(h.tools != kToolLossless, code,
               "residual tools %" PRId64 " at byte %" PRId64 ": a lossless stream has no other than %" PRId64,
               h.tools, static_cast<int64_t>(at.tools), kToolLossless);
  const StreamHeader plain;
  PC15_FAIL_IF((h.step16 != 0 && h.step16 != kLosslessStep16) || h.chroma_step32 != plain.chroma_step32 ||
                   h.table_set != plain.table_set,
               code,
               "step %" PRId64 ", chroma step %" PRId64 " and tables %" PRId64
               " of a lossless stream: allowed 0 or 16, 32 and 0",
               h.step16, h.chroma_step32, h.table_set);
  return ok_status();
}

}  // namespace

int32_t cell_log2_of(int32_t cell) { return cell == 128 ? 7 : cell == 256 ? 8 : cell == 512 ? 9 : 0; }

uint32_t file_id_of(const uint8_t preamble[kPreambleBytes]) {
  return crc32_of(ByteSpan(preamble, kIdentityBytes));
}

void store_preamble(const Preamble& preamble, uint8_t out[kPreambleBytes]) {
  const StreamHeader& h = preamble.header;
  std::memset(out, 0, kPreambleBytes);
  std::memcpy(out, kMagic, kMagicBytes);
  out[kAtVersion] = kBitstreamVersion;
  out[kAtRevision] = preamble.revision;
  out[kAtSamples] = samples_byte(h);
  out[kAtCellLog2] = static_cast<uint8_t>(cell_log2_of(h.geometry.cell));
  store_le(out + kAtRequired, features_of(h));
  store_le(out + kAtWidth, static_cast<uint32_t>(h.geometry.width));
  store_le(out + kAtHeight, static_cast<uint32_t>(h.geometry.height));
  store_le(out + kAtTile, static_cast<uint16_t>(h.geometry.tile));
  store_le(out + kAtOverlap, static_cast<uint16_t>(h.geometry.overlap));
  store_le(out + kAtContentId, h.content_id);
  store_le(out + kAtSeed, static_cast<uint64_t>(h.seed));
  store_le(out + kAtStep, h.step16);
  out[kAtChromaStep] = h.chroma_step32;
  out[kAtTableSet] = h.table_set;
  out[kAtGroupRows] = static_cast<uint8_t>(h.geometry.group_rows);
  store_le(out + kAtOptional, preamble.optional_features);
  store_le(out + kAtFileSize, preamble.file_size);
  store_le(out + kAtIndexSize, preamble.index_size);
  store_le(out + kAtCrc, crc32_of(ByteSpan(out, kAtCrc)));
}

Status check_preamble_bytes(ByteSpan bytes) {
  const size_t known = bytes.size < kMagicBytes ? bytes.size : kMagicBytes;
  for (size_t i = 0; i < known; ++i) {
    PC15_FAIL_IF(bytes[i] != kMagic[i] && i >= 4, Code::kNotPc15,
                 "byte %" PRId64 " is %" PRId64 ", expected %" PRId64
                 ": damaged, perhaps by a transfer as text",
                 static_cast<int64_t>(i), bytes[i], kMagic[i]);
    PC15_FAIL_IF(bytes[i] != kMagic[i], Code::kNotPc15, "not a PC15 file: byte %" PRId64 " is %" PRId64,
                 static_cast<int64_t>(i), bytes[i]);
  }
  PC15_FAIL_IF(bytes.size < kPreambleBytes, Code::kTruncated,
               "the file ends at byte %" PRId64 ", inside the preamble of %" PRId64 " bytes",
               static_cast<int64_t>(bytes.size), kPreambleBytes);
  PC15_FAIL_IF(crc32_of(bytes.sub(0, kAtCrc)) != load_le<uint32_t>(bytes.data + kAtCrc), Code::kCrc,
               "the preamble (bytes 0 to 63) is damaged: its CRC at byte %" PRId64 " does not match", kAtCrc);
  return ok_status();
}

bool footer_intact(const uint8_t footer[kFooterBytes]) {
  return std::memcmp(footer + 12, kFooterMagic, sizeof(kFooterMagic)) == 0 &&
         crc32_of(ByteSpan(footer, 8)) == load_le<uint32_t>(footer + 8);
}

Status check_header(const StreamHeader& h, Code code, const FieldPlaces& at) {
  PC15_FAIL_IF(static_cast<uint32_t>(h.color) > (h.lossless() ? 3u : 2u), code,
               "colour %" PRId64 " at byte %" PRId64 ": allowed 0 to 2, and 3 in lossless streams",
               static_cast<int64_t>(h.color), static_cast<int64_t>(at.samples));
  PC15_FAIL_IF(is_reserved_depth(h.depth), Code::kUnsupported,
               "%" PRId64 " bits per sample at byte %" PRId64 ": this library reads 8", h.depth,
               static_cast<int64_t>(at.samples));
  PC15_FAIL_IF(h.depth != 8, code, "%" PRId64 " bits per sample at byte %" PRId64 ": allowed 8", h.depth,
               static_cast<int64_t>(at.samples));
  PC15_TRY(check_grids(h.geometry, code, at));
  PC15_FAIL_IF(h.chroma_step32 < 8 || h.chroma_step32 > 128, code,
               "chroma step %" PRId64 " at byte %" PRId64 ": allowed 8 to 128", h.chroma_step32,
               static_cast<int64_t>(at.chroma_step));
  PC15_FAIL_IF((h.tools & ~kToolMask) != 0, Code::kUnsupported,
               "residual tools %" PRId64 " at byte %" PRId64 ": this library knows %" PRId64, h.tools,
               static_cast<int64_t>(at.tools), kToolMask);
  return check_lossless(h, code, at);
}

Status check_picture_limits(const StreamHeader& header, const Limits& limits, uint64_t width_at,
                            uint64_t height_at) {
  const uint32_t width = static_cast<uint32_t>(header.geometry.width);
  const uint32_t height = static_cast<uint32_t>(header.geometry.height);
  PC15_FAIL_IF(width > limits.max_width, Code::kLimit,
               "width %" PRId64 " at byte %" PRId64 " is over the limit of %" PRId64, width,
               static_cast<int64_t>(width_at), limits.max_width);
  PC15_FAIL_IF(height > limits.max_height, Code::kLimit,
               "height %" PRId64 " at byte %" PRId64 " is over the limit of %" PRId64, height,
               static_cast<int64_t>(height_at), limits.max_height);
  PC15_FAIL_IF(uint64_t{width} * height > limits.max_pixels, Code::kLimit,
               "%" PRId64 " pixels (size at byte %" PRId64 ") are over the limit of %" PRId64,
               static_cast<int64_t>(uint64_t{width} * height), static_cast<int64_t>(width_at),
               static_cast<int64_t>(limits.max_pixels));
  return ok_status();
}

Status parse_preamble(const uint8_t p[kPreambleBytes], const Limits& limits, Preamble* out) {
  PC15_TRY(check_versions(p));
  StreamHeader h;
  PC15_TRY(load_samples(p[kAtSamples], &h));
  const uint32_t required = load_le<uint32_t>(p + kAtRequired);
  h.geometry.width = load_side(p + kAtWidth);
  h.geometry.height = load_side(p + kAtHeight);
  h.geometry.tile = load_le<uint16_t>(p + kAtTile);
  h.geometry.overlap = load_le<uint16_t>(p + kAtOverlap);
  h.geometry.cell = p[kAtCellLog2] < 16 ? 1 << p[kAtCellLog2] : 0;
  h.geometry.group_rows = p[kAtGroupRows];
  h.content_id = load_le<uint32_t>(p + kAtContentId);
  h.seed = static_cast<int64_t>(load_le<uint64_t>(p + kAtSeed));
  h.step16 = load_le<uint16_t>(p + kAtStep);
  h.chroma_step32 = p[kAtChromaStep];
  h.table_set = p[kAtTableSet];
  h.tools = required & kFeatureToolBits;
  h.has_image_program = (required & kFeatureImageProgram) != 0;
  h.has_tile_programs = (required & kFeatureTilePrograms) != 0;
  PC15_TRY(check_header(h, Code::kCorrupt, FieldPlaces()));
  PC15_TRY(check_picture_limits(h, limits, kAtWidth, kAtHeight));
  out->header = h;
  out->revision = p[kAtRevision];
  out->optional_features = load_le<uint16_t>(p + kAtOptional);
  out->file_size = load_le<uint64_t>(p + kAtFileSize);
  out->index_size = load_le<uint32_t>(p + kAtIndexSize);
  return ok_status();
}

}  // namespace pc15::format
