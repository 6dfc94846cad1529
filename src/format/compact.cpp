// One CRC at the end covers everything, so a reader that has the whole file verifies it before it looks at a
// field. A field at its default costs nothing; a field that is present at its default is refused, so that a
// header has one representation.
#include "format/compact.h"

#include "format/byte_io.h"
#include "format/crc.h"

namespace pc15::format {
namespace {

constexpr uint32_t kAtFlags = 6;
constexpr uint32_t kAtFields = 7;
constexpr uint64_t kMinCompactBytes = kAtFields + 2 + kCrcBytes;

// Flags byte: bits 0-1 colour, then one bit each.
constexpr uint32_t kFlagAlpha = 1u << 2;
constexpr uint32_t kFlagImageProgram = 1u << 3;
constexpr uint32_t kFlagTilePrograms = 1u << 4;
constexpr uint32_t kFlagCoding = 1u << 5;  // step, cell side, chroma step, table set, tools follow
constexpr uint32_t kFlagTiling = 1u << 6;  // tile, overlap, group rows follow
constexpr uint32_t kFlagSeed = 1u << 7;

bool default_coding(const StreamHeader& h) {
  const StreamHeader d;
  return h.step16 == d.step16 && h.geometry.cell == d.geometry.cell && h.chroma_step32 == d.chroma_step32 &&
         h.table_set == d.table_set && h.tools == d.tools;
}
bool default_tiling(const StreamHeader& h) {
  const normative::Geometry d;
  return h.geometry.tile == d.tile && h.geometry.overlap == d.overlap &&
         h.geometry.group_rows == d.group_rows;
}

uint8_t flags_of(const StreamHeader& h) {
  return static_cast<uint8_t>(static_cast<uint32_t>(h.color) | (h.alpha ? kFlagAlpha : 0) |
                              (h.has_image_program ? kFlagImageProgram : 0) |
                              (h.has_tile_programs ? kFlagTilePrograms : 0) |
                              (default_coding(h) ? 0 : kFlagCoding) | (default_tiling(h) ? 0 : kFlagTiling) |
                              (h.seed != 0 ? kFlagSeed : 0));
}

void append_header(const StreamHeader& h, Vector<uint8_t>* out) {
  append_bytes(out, ByteSpan(kMagic, 4));
  out->push_back(kCompactGuard);
  out->push_back(static_cast<uint8_t>(kBitstreamRevision));
  out->push_back(flags_of(h));
  append_varint(out, static_cast<uint64_t>(h.geometry.width));
  append_varint(out, static_cast<uint64_t>(h.geometry.height));
  if (!default_coding(h)) {
    append_varint(out, h.step16);
    out->push_back(static_cast<uint8_t>(cell_log2_of(h.geometry.cell)));
    out->push_back(h.chroma_step32);
    out->push_back(h.table_set);
    append_varint(out, h.tools);
  }
  if (!default_tiling(h)) {
    append_varint(out, static_cast<uint64_t>(h.geometry.tile));
    append_varint(out, static_cast<uint64_t>(h.geometry.overlap));
    out->push_back(static_cast<uint8_t>(h.geometry.group_rows));
  }
  if (h.seed != 0) append_varint(out, zigzag(h.seed));
}

// A varint that is going to live in a narrower field; anything larger is refused by the range check later.
int32_t clamp_field(uint64_t value) { return value > 0x7FFFFFFF ? 0x7FFFFFFF : static_cast<int32_t>(value); }

Status malformed(const ByteReader& in) {
  if (in.state() == ReadState::kShort) {
    return Status(Code::kTruncated, "the file ends inside the field that ends at byte %" PRId64,
                  static_cast<int64_t>(in.position() & INT64_MAX));
  }
  return Status(Code::kCorrupt, "a number that ends at byte %" PRId64 " is not in its shortest form",
                static_cast<int64_t>(in.position()));
}

Status read_coding(ByteReader* in, StreamHeader* h, FieldPlaces* at) {
  const uint64_t step_at = in->position();
  const uint64_t step = in->varint();
  at->cell_log2 = in->position();
  const uint8_t cell_log2 = in->u8();
  at->chroma_step = in->position();
  h->chroma_step32 = in->u8();
  h->table_set = in->u8();
  at->tools = in->position();
  const uint64_t tools = in->varint();
  if (!in->ok()) return malformed(*in);
  PC15_FAIL_IF(step > 0xFFFF, Code::kCorrupt,
               "quantiser step %" PRId64 " at byte %" PRId64 ": allowed 0 to 65535", clamp_field(step),
               static_cast<int64_t>(step_at));
  h->step16 = static_cast<uint16_t>(step);
  h->geometry.cell = cell_log2 < 16 ? 1 << cell_log2 : 0;
  h->tools = static_cast<uint32_t>(clamp_field(tools));
  PC15_FAIL_IF(default_coding(*h), Code::kCorrupt,
               "bit 5 of the flags at byte %" PRId64 " announces fields that all have their default",
               kAtFlags);
  return ok_status();
}

Status read_tiling(ByteReader* in, StreamHeader* h, FieldPlaces* at) {
  at->tile = in->position();
  h->geometry.tile = clamp_field(in->varint());
  at->overlap = in->position();
  h->geometry.overlap = clamp_field(in->varint());
  at->group_rows = in->position();
  h->geometry.group_rows = in->u8();
  if (!in->ok()) return malformed(*in);
  PC15_FAIL_IF(default_tiling(*h), Code::kCorrupt,
               "bit 6 of the flags at byte %" PRId64 " announces fields that all have their default",
               kAtFlags);
  return ok_status();
}

// Reads from the magic to the last field before the records.
Status read_header(ByteReader* in, const Limits& limits, StreamHeader* h) {
  *h = StreamHeader();
  FieldPlaces at;
  at.samples = kAtFlags;
  in->advance(kAtCompactRevision);
  const uint8_t revision = in->u8();
  const uint8_t flags = in->u8();
  at.width = in->position();
  h->geometry.width = clamp_field(in->varint());
  at.height = in->position();
  h->geometry.height = clamp_field(in->varint());
  if (!in->ok()) return malformed(*in);
  PC15_FAIL_IF(revision == 0, Code::kCorrupt, "revision 0 at byte %" PRId64 ": allowed 1 to 255",
               kAtCompactRevision);
  h->color = static_cast<Color>(flags & 3);
  h->alpha = (flags & kFlagAlpha) != 0;
  h->has_image_program = (flags & kFlagImageProgram) != 0;
  h->has_tile_programs = (flags & kFlagTilePrograms) != 0;
  if ((flags & kFlagCoding) != 0) PC15_TRY(read_coding(in, h, &at));
  if ((flags & kFlagTiling) != 0) PC15_TRY(read_tiling(in, h, &at));
  if ((flags & kFlagSeed) != 0) {
    h->seed = unzigzag(in->varint());
    if (!in->ok()) return malformed(*in);
    PC15_FAIL_IF(h->seed == 0, Code::kCorrupt, "bit 7 of the flags at byte %" PRId64 " announces a seed of 0",
                 kAtFlags);
  }
  PC15_TRY(check_header(*h, Code::kCorrupt, at));
  return check_picture_limits(*h, limits, at.width, at.height);
}

// Walks the records; stores them when `records` is given. Leaves the reader after the last one.
Status read_records(ByteReader* in, const StreamHeader& header, Vector<RecordEntry>* records) {
  const RecordCounts counts(header);
  PC15_FAIL_IF(counts.total() > kCompactMaxBytes, Code::kCorrupt,
               "the picture has %" PRId64 " records: at most %" PRId64 " fit the compact form",
               static_cast<int64_t>(counts.total()), kCompactMaxBytes);
  if (records != nullptr) records->reserve(static_cast<size_t>(counts.total()));
  for (uint64_t r = 0; r < counts.total(); ++r) {
    const uint64_t size = in->varint();
    if (!in->ok()) return malformed(*in);
    PC15_FAIL_IF(size > kCompactMaxBytes, Code::kCorrupt,
                 "record %" PRId64 " before byte %" PRId64
                 " is longer than the compact form allows, %" PRId64,
                 static_cast<int64_t>(r), static_cast<int64_t>(in->position()), kCompactMaxBytes);
    if (records != nullptr) records->push_back(RecordEntry{in->position(), static_cast<uint32_t>(size)});
    in->advance(size);
    if (!in->ok()) return malformed(*in);
  }
  return ok_status();
}

bool crc_holds(ByteSpan file, uint64_t content_size) {
  const size_t n = static_cast<size_t>(content_size);
  return crc32_of(file.sub(0, n)) == load_le<uint32_t>(file.data + n);
}

// Says why the CRC at the end of `file` failed. Unverified fields decide nothing but the choice of the code.
Status diagnose(ByteSpan file) {
  StreamHeader header;
  ByteReader in(file, 0);
  Status status = read_header(&in, Limits(), &header);
  if (status.ok()) status = read_records(&in, header, nullptr);
  if (status.ok() && in.remaining() >= kCrcBytes && crc_holds(file, in.position())) {
    return Status(Code::kTrailing, "%" PRId64 " bytes follow the end of the file at byte %" PRId64,
                  static_cast<int64_t>(in.remaining() - kCrcBytes),
                  static_cast<int64_t>(in.position() + kCrcBytes));
  }
  if (status.code() == Code::kTruncated || (status.ok() && in.remaining() < kCrcBytes)) {
    return Status(Code::kTruncated,
                  "the file ends at byte %" PRId64 ", before the end that its fields describe",
                  static_cast<int64_t>(file.size));
  }
  return Status(Code::kCrc, "the file is damaged: the CRC at byte %" PRId64 " does not match",
                static_cast<int64_t>(file.size - kCrcBytes));
}

}  // namespace

bool is_compact(ByteSpan file) {
  if (file.size <= kCompactGuardAt || file[kCompactGuardAt] != kCompactGuard) return false;
  for (uint32_t i = 0; i < kCompactGuardAt; ++i) {
    if (file[i] != kMagic[i]) return false;
  }
  return true;
}

Status write_compact(const StreamHeader& header, Span<const ByteSpan> records, Vector<uint8_t>* out,
                     bool* fits) {
  Vector<uint8_t> file(out->memory());
  append_header(header, &file);
  *fits = false;
  for (const ByteSpan& record : records) {
    if (file.size() + record.size > kCompactMaxBytes) return ok_status();
    append_varint(&file, record.size);
    append_bytes(&file, record);
  }
  append_le(&file, crc32_of(ByteSpan(file.data(), file.size())));
  if (file.size() > kCompactMaxBytes) return ok_status();
  *fits = true;
  append_bytes(out, ByteSpan(file.data(), file.size()));
  return ok_status();
}

Status read_compact(ByteSpan file, const Limits& limits, StreamHeader* header, CompactLayout* layout) {
  PC15_FAIL_IF(file.size < kMinCompactBytes, Code::kTruncated,
               "the file ends at byte %" PRId64 ": the compact form has at least %" PRId64 " bytes",
               static_cast<int64_t>(file.size), static_cast<int64_t>(kMinCompactBytes));
  const uint64_t content = file.size - kCrcBytes;
  if (!crc_holds(file, content)) return diagnose(file);
  PC15_FAIL_IF(file.size > kCompactMaxBytes, Code::kCorrupt,
               "a compact file of %" PRId64 " bytes: allowed %" PRId64, static_cast<int64_t>(file.size),
               kCompactMaxBytes);
  ByteReader in(file.sub(0, static_cast<size_t>(content)), 0);
  Status status = read_header(&in, limits, header);
  layout->header_size = in.position();
  if (status.ok()) status = read_records(&in, *header, &layout->records);
  PC15_FAIL_IF(status.code() == Code::kTruncated, Code::kCorrupt,
               "the fields of the file reach past its CRC at byte %" PRId64, static_cast<int64_t>(content));
  PC15_TRY(status);
  PC15_FAIL_IF(in.remaining() != 0, Code::kCorrupt,
               "%" PRId64 " bytes are left over before the CRC at byte %" PRId64,
               static_cast<int64_t>(in.remaining()), static_cast<int64_t>(content));
  layout->content_size = content;
  return ok_status();
}

Status peek_compact(ByteSpan head, const Limits& limits, StreamHeader* header, uint64_t* needed) {
  ByteReader in(head, 0);
  Status status = read_header(&in, limits, header);
  if (status.ok()) status = read_records(&in, *header, nullptr);
  if (status.code() == Code::kTruncated || (status.ok() && in.remaining() < kCrcBytes)) {
    const uint64_t wanted = in.position() + kCrcBytes;
    PC15_FAIL_IF(wanted > kCompactMaxBytes, Code::kCorrupt,
                 "the fields of the file reach to byte %" PRId64 ": a compact file has at most %" PRId64,
                 static_cast<int64_t>(wanted), kCompactMaxBytes);
    *needed = wanted;
    return Status(Code::kNeedInput, "%" PRId64 " bytes are needed, %" PRId64 " were given",
                  static_cast<int64_t>(wanted), static_cast<int64_t>(head.size));
  }
  PC15_TRY(status);
  PC15_FAIL_IF(!crc_holds(head, in.position()), Code::kCrc,
               "the file is damaged: the CRC at byte %" PRId64 " does not match",
               static_cast<int64_t>(in.position()));
  return ok_status();
}

}  // namespace pc15::format
