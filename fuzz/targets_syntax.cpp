// Targets below the public interface, and files that are made around the bytes.
#include <algorithm>
#include <cstring>

#include "entropy/adaptive_cdf.h"
#include "entropy/coder.h"
#include "entropy/file_tables.h"
#include "entropy/grain_coder.h"
#include "entropy/int_codebook.h"
#include "format/byte_io.h"
#include "format/container.h"
#include "format/crc.h"
#include "hostile_file.h"
#include "pc15.h"
#include "random.h"
#include "syntax_inputs.h"
#include "targets.h"

namespace pc15::fuzz {
namespace {

bool data_error(pc15_status s) {
  return s == PC15_ERROR_LIMIT || (s <= PC15_ERROR_NOT_PC15 && s >= PC15_ERROR_TRAILING);
}
bool possible(pc15_status s) { return s == PC15_OK || s == PC15_NOTE_DAMAGED || data_error(s); }

struct Handle {
  pc15_decoder* decoder = nullptr;
  // Making threads costs more than most inputs do: few have them.
  explicit Handle(Random& random, int64_t max_pixels = 1 << 18) {
    promise(pc15_decoder_create(nullptr, &decoder) == PC15_OK, "a decoder is made");
    pc15_decoder_set_param(decoder, PC15_PARAM_THREADS, random.chance(3) ? random.in(2, 3) : 1);
    pc15_decoder_set_param(decoder, PC15_PARAM_MAX_PIXELS, max_pixels);
    pc15_decoder_set_param(decoder, PC15_PARAM_MAX_MEMORY, 1 << 28);
  }
  ~Handle() { pc15_decoder_destroy(decoder); }
  void reset() { promise(pc15_decoder_reset(decoder) == PC15_OK, "a handle is reset"); }
  void be_tolerant(bool tolerant) {
    promise(pc15_decoder_set_param(decoder, PC15_PARAM_TOLERANT, tolerant ? 1 : 0) == PC15_OK, "tolerance");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
};

pc15_status decode(const Bytes& file, const Handle& handle, Bytes* pixels) {
  pc15_buffer* buffer = nullptr;
  const pc15_status s =
      pc15_decode_image_buffer(handle.decoder, file.data(), file.size(), 0, nullptr, &buffer);
  pixels->assign(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  return s;
}

// A file of these records: strict and tolerant decoding agree, or the strict one refuses. One handle does
// both, so that the second decode works in the memory of the first. Some files are decoded one way alone.
void decode_both_ways(const HostileFile& parts, Random random) {
  const Bytes file = put_together(parts);
  Handle handle(random);
  const uint32_t ways = random.below(5);
  Bytes a, b;
  pc15_status tolerant = PC15_OK;
  if (ways != 0) {
    handle.be_tolerant(true);
    tolerant = decode(file, handle, &a);
    promise(possible(tolerant), "the status of a tolerant decode", tolerant);
    if (ways == 1) return;
    handle.be_tolerant(false);
  }
  const pc15_status strict = decode(file, handle, &b);
  promise(strict == PC15_OK || data_error(strict), "the status of a strict decode", strict);
  if (ways == 0) return;
  promise(strict != PC15_OK || (tolerant == PC15_OK && a == b), "both ways agree", tolerant);
  promise(strict == PC15_OK || tolerant != PC15_OK, "what is refused is not whole", strict);
}

void every_symbol_keeps_a_frequency(const entropy::AdaptiveCdf& model) {
  for (int32_t k = 0; k < model.size; ++k) {
    promise(entropy::cdf_end(model, k) > entropy::cdf_start(model, k), "every symbol keeps a frequency", k);
  }
}

// Cuts the bytes into as many records as the header announces.
void split(const uint8_t* data, size_t size, size_t count, std::vector<Bytes>* records) {
  for (size_t i = 0; i < count; ++i) {
    const size_t n = i + 1 == count ? size : std::min<size_t>(size, size / (count - i));
    records->emplace_back(data, data + n);
    data += n;
    size -= n;
  }
}

}  // namespace

void fuzz_parse(const uint8_t* data, size_t size) {
  pc15_image_info info = {};
  info.struct_size = sizeof(info);
  const pc15_status probed = pc15_probe(data, size, nullptr, &info);
  promise(probed == PC15_OK || probed == PC15_NOTE_NEED_INPUT || data_error(probed), "a probe", probed);
  if (probed == PC15_NOTE_NEED_INPUT) promise(info.bytes_needed > size, "more bytes are asked for");
  Random random(choice_of(data, size));
  Handle handle(random);
  const pc15_status s = pc15_decoder_open(handle.decoder, data, size);
  promise(s == PC15_OK || data_error(s), "a strict opening", s);
  handle.reset();
  handle.be_tolerant(true);
  const pc15_status t = pc15_decoder_open(handle.decoder, data, size);
  promise(possible(t), "a tolerant opening", t);
  promise((s == PC15_OK) == (t == PC15_OK), "only a whole file opens without a note", s, t);
}

void fuzz_index(const uint8_t* data, size_t size) {
  if (size < kHeaderBytes + 1) return;
  format::StreamHeader h = header_of(data);
  h.step16 = data[7];
  h.has_tile_programs = (data[8] & 1) != 0;
  h.has_image_program = (data[8] & 2) != 0;
  HostileFile parts;
  parts.set_header(h);
  Bytes file = put_together(parts);  // for its preamble
  file.resize(64);
  file.insert(file.end(), data + kHeaderBytes, data + size);
  const size_t index = size - kHeaderBytes;
  Bytes whole(file.begin(), file.end());
  uint8_t word[8];
  format::store_le(word, format::crc32_of(ByteSpan(whole.data() + 64, index)));
  whole.insert(whole.end(), word, word + 4);
  const size_t tail = data[9] * size_t{16} + 16;
  whole.resize(whole.size() + tail);
  format::store_le(whole.data() + 48, static_cast<uint64_t>(whole.size()));
  format::store_le(whole.data() + 56, static_cast<uint32_t>(index + 4));
  format::store_le(whole.data() + 60, format::crc32_of(ByteSpan(whole.data(), 60)));
  Memory memory;
  format::ContainerReader reader(memory);
  for (const bool strict : {true, false}) {
    const Status s = reader.open(ByteSpan(whole.data(), whole.size()), format::Limits(), strict);
    if (!s.ok()) promise(data_error(s.value()), "an opening", s.value());
    promise(memory.peak() <= 64 * whole.size() + 4096, "memory for an index is in proportion to it",
            static_cast<int64_t>(memory.peak()));
  }
}

namespace {

void parse_own_tables(ByteSpan payload) {
  Memory memory;
  entropy::FileTables tables(memory);
  const Status t = entropy::parse_tables(payload, 0, &tables);
  promise(t.ok() || data_error(t.value()), "tables", t.value());
}

void parse_own_codebook(ByteSpan payload) {
  Memory memory;
  entropy::IntCodebook codebook(memory), second(memory);
  const Status c = entropy::parse_codebook(payload, 0, &codebook);
  promise(c.ok() || data_error(c.value()), "a codebook", c.value());
  if (!c.ok()) return;
  Vector<uint8_t> again(memory);
  promise(entropy::append_codebook(codebook, &again).ok(), "a codebook is stored again");
  promise(entropy::parse_codebook(ByteSpan(again.data(), again.size()), 0, &second).ok() &&
              second.values == codebook.values,
          "a codebook survives");
}

void parse_grain(ByteSpan payload) {
  Memory memory;
  entropy::GrainMap map(memory);
  map.reset(1 + static_cast<int32_t>(payload.size % 300), 1 + static_cast<int32_t>(payload.size % 170));
  const Status g = entropy::decode_grain(payload, &map);
  promise(g.ok() || g.code() == Code::kCorrupt, "a map of grain", g.value());
  for (const uint8_t level : map.levels) promise(level < 8, "a level of grain", level);
}

}  // namespace

void fuzz_tables(const uint8_t* data, size_t size) {
  if (size == 0) return;
  const ByteSpan payload(data + 1, size - 1);
  const int32_t kind = data[0] % (kTableKinds + 1);
  const bool all = kind == kTableKinds;
  if (all || kind == kOwnTables) parse_own_tables(payload);
  if (all || kind == kOwnCodebook) parse_own_codebook(payload);
  if (all || kind == kOwnGrain) parse_grain(payload);
}

void fuzz_rans(const uint8_t* data, size_t size) {
  if (size < 20) return;
  const uint8_t* plan = data;  // 16 bytes: sizes, rate, which reads
  entropy::SymbolDecoder decoder(ByteSpan(data + 16, size - 16), 4 + plan[0] % 4);
  entropy::AdaptiveCdf models[4];
  for (int32_t i = 0; i < 4; ++i) {
    const int32_t n = 2 + plan[1 + i] % 15;
    uint16_t weights[16];
    for (int32_t k = 0; k < n; ++k) weights[k] = static_cast<uint16_t>(1 + plan[(i + k) % 16] * 100);
    if (plan[5] >> i & 1) {
      entropy::cdf_init_uniform(&models[i], n);
    } else {
      entropy::cdf_init_weights(&models[i], n, weights, plan[6] % 33);
    }
  }
  for (size_t i = 0; i < 2 * size && decoder.good(); ++i) {
    const uint8_t what = plan[8 + i % 8];
    if (what < 40) {
      const int32_t n = 1 + what % 15;
      promise(decoder.bits(n) >> n == 0, "bits are as many as were asked for");
      continue;
    }
    entropy::AdaptiveCdf& model = models[what % 4];
    const int32_t v = (what & 4) != 0 ? decoder.symbol_often_zero(model) : decoder.symbol(model);
    promise(v >= 0 && v < model.size, "a symbol is in its set", v);
    if (i % 64 == 0) every_symbol_keeps_a_frequency(model);
  }
  for (const entropy::AdaptiveCdf& model : models) every_symbol_keeps_a_frequency(model);
}

void fuzz_cell(const uint8_t* data, size_t size) {
  if (size < kHeaderBytes) return;
  format::StreamHeader h = header_of(data);
  add_cells(data, &h);
  HostileFile parts;
  parts.set_header(h);
  split(data + kHeaderBytes, size - kHeaderBytes, static_cast<size_t>(h.geometry.cell_count()),
        &parts.records);
  decode_both_ways(parts, Random(choice_of(data, size)));
}

void fuzz_program(const uint8_t* data, size_t size) {
  if (size < kHeaderBytes) return;
  format::StreamHeader h = header_of(data);
  add_programs(data, &h);
  HostileFile parts;
  parts.set_header(h);
  const size_t groups = h.has_tile_programs ? static_cast<size_t>(h.geometry.group_count()) : 0;
  split(data + kHeaderBytes, size - kHeaderBytes, groups + (h.has_image_program ? 1 : 0), &parts.records);
  decode_both_ways(parts, Random(choice_of(data, size)));
}

// What a repair hands out is whole, and repairing it again changes nothing.
void fuzz_repair(const uint8_t* data, size_t size) {
  Random random(choice_of(data, size));
  Handle handle(random, random.chance(5) ? 1 << 18 : 1 << 14);
  pc15_buffer *buffer = nullptr, *again = nullptr;
  pc15_repair_report report = {};
  report.struct_size = sizeof(report);
  const pc15_status s = pc15_repair(handle.decoder, data, size, &report, &buffer);
  const bool made = s == PC15_OK || s == PC15_NOTE_DAMAGED;
  promise(made || data_error(s), "the status of a repair", s);
  promise(made == (buffer != nullptr), "a repair hands out a file or a status", s);
  if (!made) return;
  promise(report.cells_lost <= report.cells && report.programs_lost <= report.programs, "the report");
  if (random.chance(50)) return pc15_buffer_free(buffer);
  handle.reset();
  const uint8_t* file = pc15_buffer_data(buffer);
  const pc15_status second = pc15_repair(handle.decoder, file, pc15_buffer_size(buffer), nullptr, &again);
  promise(second == PC15_OK, "a repaired file is whole", second);
  promise(pc15_buffer_size(again) == pc15_buffer_size(buffer) &&
              std::memcmp(pc15_buffer_data(again), file, pc15_buffer_size(buffer)) == 0,
          "a second repair changes nothing");
  pc15_buffer_free(buffer);
  pc15_buffer_free(again);
}

}  // namespace pc15::fuzz
