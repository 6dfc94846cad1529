#include "hostile_file.h"

#include <algorithm>
#include <cstring>

#include "format/crc.h"

namespace pc15::fuzz {
namespace {

constexpr uint8_t kMagic[8] = {0x50, 0x43, 0x31, 0x35, 0x8F, 0x0D, 0x0A, 0x1A};
constexpr uint8_t kFooterMagic[4] = {0x35, 0x31, 0x43, 0x50};
constexpr size_t kPreamble = 64, kCrc = 4, kFooter = 16, kSmallFile = 1024;

void store(uint8_t* at, uint64_t value, int32_t bytes) {
  for (int32_t i = 0; i < bytes; ++i) at[i] = static_cast<uint8_t>(value >> (8 * i));
}
uint64_t load(const uint8_t* at, int32_t bytes) {
  uint64_t value = 0;
  for (int32_t i = 0; i < bytes; ++i) value |= static_cast<uint64_t>(at[i]) << (8 * i);
  return value;
}
void append(Bytes* out, uint64_t value, int32_t bytes) {
  out->resize(out->size() + static_cast<size_t>(bytes));
  store(out->data() + out->size() - static_cast<size_t>(bytes), value, bytes);
}
void append(Bytes* out, const Bytes& more) { out->insert(out->end(), more.begin(), more.end()); }
void append_varint(Bytes* out, uint64_t value) {
  for (; value >= 128; value >>= 7) out->push_back(static_cast<uint8_t>(value | 128));
  out->push_back(static_cast<uint8_t>(value));
}
uint32_t crc_of(const uint8_t* data, size_t size) { return format::crc32_of(ByteSpan(data, size)); }
void append_crc(Bytes* out) { append(out, crc_of(out->data(), out->size()), kCrc); }

// Reads on past the end: zeros.
struct Cursor {
  const uint8_t* data;
  size_t size, at;
  uint8_t byte() { return at < size ? data[at++] : uint8_t{0}; }
  uint32_t word() {
    uint32_t v = 0;
    for (int32_t i = 0; i < 4; ++i) v |= static_cast<uint32_t>(byte()) << (8 * i);
    return v;
  }
  uint64_t varint() {
    uint64_t v = 0;
    for (int32_t i = 0; i < 10; ++i) {
      const uint8_t b = byte();
      v |= static_cast<uint64_t>(b & 127) << (7 * i);
      if (b < 128) break;
    }
    return v;
  }
  Bytes take(uint64_t count) {
    const size_t n = static_cast<size_t>(std::min<uint64_t>(count, size - at));
    at += n;
    return Bytes(data + at - n, data + at);
  }
};

}  // namespace

void HostileFile::set_header(const format::StreamHeader& h) {
  const normative::Geometry& g = h.geometry;
  std::memcpy(preamble, kMagic, sizeof(kMagic));
  preamble[8] = format::kBitstreamVersion;
  preamble[9] = format::kBitstreamRevision;
  preamble[10] = static_cast<uint8_t>(static_cast<uint32_t>(h.color) | (h.alpha ? 4u : 0u) | 7u << 4);
  preamble[11] = static_cast<uint8_t>(g.cell == 512 ? 9 : g.cell == 256 ? 8 : 7);
  store(preamble + 12,
        h.tools | (h.has_image_program ? 1u << 16 : 0u) | (h.has_tile_programs ? 1u << 17 : 0u), 4);
  store(preamble + 16, static_cast<uint32_t>(g.width), 4);
  store(preamble + 20, static_cast<uint32_t>(g.height), 4);
  store(preamble + 24, static_cast<uint32_t>(g.tile), 2);
  store(preamble + 26, static_cast<uint32_t>(g.overlap), 2);
  store(preamble + 28, h.content_id, 4);
  store(preamble + 32, static_cast<uint64_t>(h.seed), 8);
  store(preamble + 40, h.step16, 2);
  preamble[42] = h.chroma_step32;
  preamble[43] = h.table_set;
  preamble[44] = static_cast<uint8_t>(g.group_rows);
}

normative::Geometry HostileFile::geometry() const {
  normative::Geometry g;
  g.width = static_cast<int32_t>(load(preamble + 16, 4) & 0x7FFFFFFF);
  g.height = static_cast<int32_t>(load(preamble + 20, 4) & 0x7FFFFFFF);
  g.tile = static_cast<int32_t>(load(preamble + 24, 2));
  g.overlap = static_cast<int32_t>(load(preamble + 26, 2));
  g.cell = preamble[11] < 16 ? 1 << preamble[11] : 0;
  g.group_rows = preamble[44];
  return g;
}

bool HostileFile::record_counts(uint64_t* image, uint64_t* groups, uint64_t* cells) const {
  const normative::Geometry g = geometry();
  if (g.width < 1 || g.width > 65535 || g.height < 1 || g.height > 65535 || g.tile < 32 || g.tile > 1024 ||
      g.overlap > g.tile / 2 || g.cell < 128 || g.cell > 512 || g.group_rows < 1) {
    return false;
  }
  *image = preamble[14] & 1u;
  *groups = (preamble[14] & 2u) != 0 ? static_cast<uint64_t>(g.group_count()) : 0;
  *cells = load(preamble + 40, 2) != 0 ? static_cast<uint64_t>(g.cell_count()) : 0;
  return *image + *groups + *cells <= kMaxRecords;
}

bool take_apart(const uint8_t* data, size_t size, HostileFile* file) {
  if (size < kPreamble || std::memcmp(data, kMagic, 4) != 0) return false;
  std::memcpy(file->preamble, data, kPreamble);
  std::memcpy(file->preamble, kMagic, sizeof(kMagic));
  Cursor in{data, size, kPreamble};
  const uint64_t sections = std::min<uint64_t>(in.varint(), 64);
  std::vector<uint64_t> sizes;
  for (uint64_t i = 0; i < sections; ++i) {
    HostileSection s;
    s.type = in.word();
    s.flags = static_cast<uint32_t>(in.varint());
    sizes.push_back(in.varint());
    in.word();
    file->sections.push_back(s);
  }
  uint64_t image = 0, groups = 0, cells = 0;
  const uint64_t records = file->record_counts(&image, &groups, &cells) ? image + groups + cells : 0;
  for (uint64_t i = 0; i < records; ++i) sizes.push_back(in.varint());
  in.word();
  for (size_t i = 0; i < sizes.size(); ++i) {
    Bytes payload = in.take(sizes[i]);
    if (i < sections) {
      file->sections[i].payload.swap(payload);
    } else {
      file->records.push_back(payload);
      in.word();
    }
  }
  return true;
}

Bytes put_together(HostileFile f) {
  uint64_t image = 0, groups = 0, cells = 0;
  if (f.record_counts(&image, &groups, &cells)) {
    f.records.resize(static_cast<size_t>(image + groups + cells));
  } else {
    cells = f.records.size();
  }
  Bytes index, body, programs, checks;
  append_varint(&index, f.sections.size());
  for (const HostileSection& s : f.sections) {
    append(&index, s.type, 4);
    append_varint(&index, s.flags);
    append_varint(&index, s.payload.size());
    append(&index, crc_of(s.payload.data(), s.payload.size()), 4);
    append(&body, s.payload);
  }
  for (const Bytes& r : f.records) append_varint(&index, r.size());
  append_crc(&index);
  append(&checks, Bytes(index.end() - kCrc, index.end()));
  const uint32_t file_id = crc_of(f.preamble, 46);
  for (size_t r = 0; r < f.records.size(); ++r) {
    const uint32_t tag = r < image            ? 0xC0000000u
                         : r < image + groups ? 0x80000000u | static_cast<uint32_t>(r - image)
                                              : static_cast<uint32_t>(r - image - groups);
    Bytes bound;
    append(&bound, file_id, 4);
    append(&bound, tag, 4);
    append(&bound, f.records[r]);
    Bytes record = f.records[r];
    append(&record, crc_of(bound.data(), bound.size()), 4);
    append(&checks, Bytes(record.end() - kCrc, record.end()));
    if (r < image + groups) append(&programs, record);
    append(&body, record);
  }
  const size_t front = kPreamble + index.size() + body.size();
  const size_t backup =
      cells != 0 || front + kFooter > kSmallFile ? kPreamble + index.size() + programs.size() : 0;
  store(f.preamble + 48, front + backup + kFooter, 8);
  store(f.preamble + 56, index.size(), 4);
  store(f.preamble + 60, crc_of(f.preamble, 60), 4);
  checks.insert(checks.begin(), f.preamble + 60, f.preamble + 64);
  Bytes out(f.preamble, f.preamble + kPreamble);
  append(&out, index);
  append(&out, body);
  if (backup != 0) {
    out.insert(out.end(), f.preamble, f.preamble + kPreamble);
    append(&out, index);
    append(&out, programs);
  }
  Bytes footer;
  append(&footer, crc_of(checks.data(), checks.size()), 4);
  append(&footer, backup, 4);
  append_crc(&footer);
  footer.insert(footer.end(), kFooterMagic, kFooterMagic + 4);
  append(&out, footer);
  return out;
}

Bytes repair(const uint8_t* data, size_t size) {
  if (size >= 13 && std::memcmp(data, kMagic, 4) == 0 && data[4] == 0xF0) {
    Bytes out(data, data + size);
    store(out.data() + size - kCrc, crc_of(data, size - kCrc), kCrc);
    return out;
  }
  HostileFile file;
  return take_apart(data, size, &file) ? put_together(file) : Bytes(data, data + size);
}

}  // namespace pc15::fuzz
