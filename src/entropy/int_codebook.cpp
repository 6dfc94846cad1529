// Every number is stored as its difference from the same dimension of the entry before, modulo 2^16, zigzag:
// an adaptive class (the bit length, one set of classes per dimension), then the bits below the leading one.
#include "entropy/int_codebook.h"

#include "entropy/coder.h"
#include "normative/atoms.h"

namespace pc15::entropy {
namespace {

constexpr uint8_t kCodebookVersion = 1;
constexpr size_t kHeadBytes = 4;
constexpr int32_t kLongClass = 15;  // 16 raw bits

int32_t bit_length(uint32_t v) { return v == 0 ? 0 : 32 - __builtin_clz(v); }

template <typename Coder>
void code_number(Coder& coder, AdaptiveCdf& classes, uint32_t& value) {
  int32_t length = bit_length(value);
  if (length > kLongClass) length = kLongClass;
  coder.symbol(classes, length);
  uint32_t high = value >> 8, low = value & 255u, tail = length > 1 ? value & ((1u << (length - 1)) - 1) : 0;
  if (length == kLongClass) {
    coder.bits(high, 8);
    coder.bits(low, 8);
    coder.require(high >> 6 != 0);  // a bit length of 15 or 16
  } else if (length > 1) {
    coder.bits(tail, length - 1);
  }
  if constexpr (Coder::kDecoding) {
    value = length == kLongClass ? high << 8 | low : length == 0 ? 0 : (1u << (length - 1)) | tail;
  }
}

// Zigzag of a difference modulo 2^16.
uint32_t fold(int16_t value, int16_t before) {
  const int16_t d = static_cast<int16_t>(static_cast<uint16_t>(value) - static_cast<uint16_t>(before));
  return d >= 0 ? 2u * static_cast<uint32_t>(d) : 2u * static_cast<uint32_t>(-(d + 1)) + 1u;
}
int16_t unfold(uint32_t folded, int16_t before) {
  const uint32_t d = (folded >> 1) ^ (0u - (folded & 1u));
  return static_cast<int16_t>(static_cast<uint16_t>(static_cast<uint16_t>(before) + d));
}

bool shape_allowed(int64_t entries, int64_t dims) {
  return entries >= 1 && entries <= kMaxCodebookEntries && dims >= 1 && dims <= kMaxCodebookDims;
}

}  // namespace

Status append_codebook(const IntCodebook& codebook, Vector<uint8_t>* out) {
  const size_t count = codebook.values.size();
  PC15_FAIL_IF(!shape_allowed(codebook.entries, codebook.dims) ||
                   count != static_cast<size_t>(codebook.entries * codebook.dims),
               Code::kInvalidArgument,
               "a codebook of %" PRId64 " x %" PRId64 " numbers; allowed are 1...256 x 1...8, %" PRId64
               " given",
               codebook.entries, codebook.dims, static_cast<int64_t>(count));
  SymbolEncoder coder(out->memory());
  AdaptiveCdf classes[kMaxCodebookDims];
  int16_t before[kMaxCodebookDims] = {};
  for (AdaptiveCdf& cdf : classes) cdf_init_uniform(&cdf, 16);
  for (size_t i = 0; i < count; ++i) {
    const size_t d = i % static_cast<size_t>(codebook.dims);
    uint32_t folded = fold(codebook.values[i], before[d]);
    code_number(coder, classes[d], folded);
    before[d] = codebook.values[i];
  }
  const uint8_t head[kHeadBytes] = {kCodebookVersion, codebook.id, static_cast<uint8_t>(codebook.entries - 1),
                                    static_cast<uint8_t>(codebook.dims)};
  out->insert(out->end(), head, head + kHeadBytes);
  coder.finish(out);
  return ok_status();
}

Status parse_codebook(ByteSpan payload, uint64_t at, IntCodebook* out) {
  const int64_t start = static_cast<int64_t>(at);
  PC15_FAIL_IF(payload.size < kHeadBytes, Code::kTruncated,
               "the codebook at byte %" PRId64 " has %" PRId64 " bytes; the least is %" PRId64, start,
               static_cast<int64_t>(payload.size), static_cast<int64_t>(kHeadBytes));
  PC15_FAIL_IF(payload.size > kMaxCodebookBytes, Code::kCorrupt,
               "the codebook at byte %" PRId64 " has %" PRId64 " bytes; allowed are %" PRId64, start,
               static_cast<int64_t>(payload.size), static_cast<int64_t>(kMaxCodebookBytes));
  PC15_FAIL_IF(payload[0] != kCodebookVersion, Code::kUnsupported,
               "a codebook of version %" PRId64 " at byte %" PRId64 ": this library knows %" PRId64,
               payload[0], start, kCodebookVersion);
  IntCodebook made(out->values.memory());
  made.id = payload[1];
  made.entries = payload[2] + 1;
  made.dims = payload[3];
  PC15_FAIL_IF(!shape_allowed(made.entries, made.dims), Code::kCorrupt,
               "the codebook at byte %" PRId64 " has %" PRId64 " dimensions; allowed are 1...8", start,
               made.dims);
  SymbolDecoder coder(payload.sub(kHeadBytes, payload.size - kHeadBytes));
  AdaptiveCdf classes[kMaxCodebookDims];
  int16_t before[kMaxCodebookDims] = {};
  for (AdaptiveCdf& cdf : classes) cdf_init_uniform(&cdf, 16);
  const size_t dims = static_cast<size_t>(made.dims), count = static_cast<size_t>(made.entries) * dims;
  made.values.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    uint32_t folded = 0;
    code_number(coder, classes[i % dims], folded);
    PC15_FAIL_IF(!coder.good(), Code::kCorrupt,
                 "the codebook at byte %" PRId64 " breaks the syntax in entry %" PRId64
                 ", dimension %" PRId64,
                 start, static_cast<int64_t>(i / dims), static_cast<int64_t>(i % dims));
    before[i % dims] = unfold(folded, before[i % dims]);
    made.values.push_back(before[i % dims]);
  }
  PC15_FAIL_IF(!coder.finished(), Code::kCorrupt,
               "the codebook at byte %" PRId64 " goes on behind its last entry", start);
  out->id = made.id;
  out->entries = made.entries;
  out->dims = made.dims;
  out->values.swap(made.values);
  return ok_status();
}

Status read_atom_shapes(const IntCodebook& codebook, Code code,
                        normative::AtomShape shapes[normative::kAtomShapes]) {
  PC15_FAIL_IF(codebook.entries != normative::kAtomShapes || codebook.dims != 4, code,
               "the codebook of atoms has %" PRId64 " entries of %" PRId64 " numbers; allowed are 64 of 4",
               codebook.entries, codebook.dims);
  for (int32_t i = 0; i < codebook.entries; ++i) {
    const int16_t* v = codebook.entry(i);
    bool valid = true;
    for (int32_t d = 0; d < 4; ++d) valid = valid && v[d] >= 0 && v[d] < 256;
    shapes[i] = normative::AtomShape{static_cast<uint8_t>(v[0]), static_cast<uint8_t>(v[1]),
                                     static_cast<uint8_t>(v[2]), static_cast<uint8_t>(v[3])};
    PC15_FAIL_IF(!valid || !normative::atom_shape_valid(shapes[i]), code,
                 "entry %" PRId64 " of the codebook of atoms is no shape", i);
  }
  return ok_status();
}

}  // namespace pc15::entropy
