#include "syntax_inputs.h"

#include "format/container.h"

namespace pc15::fuzz {
namespace {

constexpr uint16_t kSteps[] = {1, 16, 60, 200, 900, 5000, 65535};

// 1...140, mostly small: what a decode costs follows the samples.
int32_t side_of(uint8_t b) { return b < 208 ? 1 + b % 44 : 2 * b - 370; }

}  // namespace

format::StreamHeader header_of(const uint8_t* b) {
  format::StreamHeader h;
  h.geometry.width = side_of(b[0]);
  h.geometry.height = side_of(b[1]);
  h.geometry.tile = 32 + b[2] % 64;
  h.geometry.overlap = b[3] % (h.geometry.tile / 2 + 1);
  h.geometry.cell = 128;
  h.geometry.group_rows = 1 + b[4] % 3;
  h.color = static_cast<format::Color>(b[5] % 3);
  h.alpha = (b[5] & 0x80) != 0;
  h.seed = b[6] * int64_t{0x0123456789ABCD};
  return h;
}

void add_cells(const uint8_t* b, format::StreamHeader* h) {
  h->step16 = kSteps[b[7] % 7];
  h->tools = b[8] & format::kToolMask & ~format::kToolLossless;
  h->chroma_step32 = static_cast<uint8_t>(8 + b[9] % 121);
  h->table_set = b[9] % 5;
  if ((b[8] & 0x40) == 0) return;
  h->tools = format::kToolLossless;
  h->step16 = format::kLosslessStep16;
  h->chroma_step32 = 32;
  h->table_set = 0;
  h->color = (b[5] & 1) != 0 ? format::Color::kRgb : format::Color::kGray;
}

void add_programs(const uint8_t* b, format::StreamHeader* h) {
  h->has_image_program = (b[7] & 1) != 0;
  h->has_tile_programs = (b[7] & 2) != 0 || !h->has_image_program;
}

namespace {

// The first bytes whose header is nearest to that of a file, byte by byte; twice, since some share a field.
Bytes header_bytes(const HostileFile& file, bool cells) {
  Bytes b(kHeaderBytes);
  for (size_t step = 0; step < 2 * kHeaderBytes; ++step) {
    const size_t i = step % kHeaderBytes;
    int32_t most = -1;
    uint8_t best = 0;
    for (int32_t v = 0; v < 256; ++v) {
      b[i] = static_cast<uint8_t>(v);
      HostileFile made;
      format::StreamHeader h = header_of(b.data());
      (cells ? add_cells : add_programs)(b.data(), &h);
      made.set_header(h);
      int32_t alike = 0;
      for (size_t k = 10; k < 45; ++k) alike += made.preamble[k] == file.preamble[k] ? 1 : 0;
      if (alike <= most) continue;
      most = alike;
      best = b[i];
    }
    b[i] = best;
  }
  return b;
}

int32_t table_kind(uint32_t section) {
  return section == format::kSectionTables     ? kOwnTables
         : section == format::kSectionCodebook ? kOwnCodebook
         : section == format::kSectionGrain    ? kOwnGrain
                                               : -1;
}

}  // namespace

std::vector<SyntaxInput> syntax_inputs_of(const uint8_t* data, size_t size) {
  std::vector<SyntaxInput> inputs;
  HostileFile file;
  uint64_t image = 0, groups = 0, count = 0;
  if (!take_apart(data, size, &file) || !file.record_counts(&image, &groups, &count)) return inputs;
  const auto add = [&inputs](const char* target, Bytes bytes, const Bytes& payload) {
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    inputs.push_back({target, bytes});
  };
  const size_t programs = static_cast<size_t>(image + groups);
  if (count == 1 && file.records.size() > programs) {
    add("cell", header_bytes(file, true), file.records[programs]);
  }
  if (programs == 1 && !file.records.empty()) add("program", header_bytes(file, false), file.records[0]);
  for (const HostileSection& s : file.sections) {
    if (table_kind(s.type) >= 0) add("tables", {static_cast<uint8_t>(table_kind(s.type))}, s.payload);
  }
  return inputs;
}

}  // namespace pc15::fuzz
