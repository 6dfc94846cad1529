// Cells whose symbols break the rules of docs/bitstream-residual.md behind intact CRCs: the cell is refused,
// and its neighbours stay as they are. Each payload is coded with the encoder's own models up to the bad
// symbol.
#include "support/cmocka_cpp.h"

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "entropy/cell_palette.h"
#include "entropy/cell_syntax.h"
#include "format/container.h"
#include "support/codec_run.h"

namespace {

using namespace pc15;
using entropy::Leaf;
using entropy::SymbolEncoder;

constexpr int32_t kSide = 256, kCell = 128, kReach = 16;

struct Good {
  explicit Good(Memory& memory) : coded(memory) {
    std::mt19937 random(7);
    std::vector<uint8_t> p(kSide * kSide * 3);
    for (size_t i = 0; i < p.size(); ++i) p[i] = static_cast<uint8_t>(60 + i / 3 % kSide / 4 + random() % 40);
    enc::Config config;
    config.cell = kCell;
    config.procedural = false;
    config.compact = false;
    config.effort = 1;
    testing::encode(p, kSide, kSide, 3, config, 1, memory, &coded);
    samples = testing::decode(ByteSpan(coded.bytes), {0, 0, kSide, kSide}, dec::OutputFormat::kY, 1, memory);
  }
  testing::Coded coded;
  std::vector<uint8_t> samples;
};

// The file with another second cell.
Vector<uint8_t> with_payload(const Vector<uint8_t>& file, ByteSpan payload, Memory& memory) {
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(file), format::Limits(), true).ok());
  ByteSpan cells[4];
  for (uint32_t i = 0; i < 4; ++i) assert_true(reader.cell(i, &cells[i]).ok());
  cells[1] = payload;
  format::Parts parts;
  parts.header = reader.header();
  parts.cells = Span<const ByteSpan>(cells, 4);
  Vector<uint8_t> out(memory);
  assert_true(format::write_container(parts, &out).ok());
  return out;
}

struct Decoded {
  Status status;
  std::vector<uint8_t> luma;
  std::vector<dec::CellState> damage;
};

Decoded decode(const Vector<uint8_t>& file, bool tolerant, Memory& memory) {
  Decoded d;
  d.luma.resize(kSide * kSide);
  ThreadPool pool(2);
  Monitor monitor;
  dec::Decoder decoder(memory);
  d.status = decoder.open(ByteSpan(file), format::Limits(), tolerant);
  if (!d.status.ok()) return d;
  d.status =
      decoder.decode({0, 0, kSide, kSide}, {d.luma.data(), kSide, dec::OutputFormat::kY}, pool, monitor);
  d.damage.assign(decoder.damage().begin(), decoder.damage().end());
  return d;
}

// Decodes with another second cell, which is `legal` or lost alone.
void expect(const Good& good, ByteSpan payload, bool legal) {
  Memory memory;
  const Vector<uint8_t> file = with_payload(good.coded.bytes, payload, memory);
  assert_int_equal(static_cast<int32_t>(decode(file, false, memory).status.code()),
                   static_cast<int32_t>(legal ? Code::kOk : Code::kCorrupt));
  const Decoded d = decode(file, true, memory);
  assert_int_equal(static_cast<int32_t>(d.status.code()),
                   static_cast<int32_t>(legal ? Code::kOk : Code::kDamaged));
  for (size_t i = 0; i < 4; ++i)
    assert_true(d.damage[i] == (i == 1 && !legal ? dec::CellState::kLost : dec::CellState::kIntact));
  for (int32_t y = 0; y < kSide; ++y) {
    for (int32_t x = 0; x < kSide; ++x) {
      const size_t at = static_cast<size_t>(y * kSide + x);
      const bool far = x < kCell - kReach || y >= kCell + kReach;  // no filter reaches
      if (far) assert_int_equal(d.luma[at], good.samples[at]);
    }
  }
}
void expect(const Good& good, const Vector<uint8_t>& payload, bool legal) {
  expect(good, ByteSpan(payload.data(), payload.size()), legal);
}

// A whole cell of the stream of Good: no loop filters, empty leaves of 32 x 32; the first leaf is one of 4 x
// 4, whose component is coded by `first`. With legal values it decodes, so that the bad one alone is to
// blame.
class Script {
 public:
  using Component = std::function<void(Script&, Leaf&)>;

  Script(Memory& memory, int32_t table_set, const entropy::CellHeader& header, const Component& first)
      : coder(memory, entropy::kCellRate), bytes_(memory), first_(first) {
    entropy::CellHeader h = header;
    entropy::code_cell_header(coder, h);
    uint8_t sets[4] = {};
    entropy::code_loop_choices(coder, 4, sets);
    entropy::code_loop_choices(coder, 4, sets);
    pass(entropy::kFamilyLuma, table_set, kCell);
    pass(entropy::kFamilyChroma, table_set, kCell / 2);
    coder.finish(&bytes_);
  }
  const Vector<uint8_t>& bytes() const { return bytes_; }

  SymbolEncoder coder;
  entropy::CellModels models;
  entropy::CellContext context;

 private:
  void pass(int32_t family, int32_t table_set, int32_t size) {
    entropy::init_models(family, table_set, &models);
    context.reset();
    components_ = family == entropy::kFamilyLuma ? 1 : 2;
    const int32_t side = 64 / components_;
    for (int32_t y = 0; y < size; y += side) {
      for (int32_t x = 0; x < size; x += side) {
        int32_t offset = 0;
        if (components_ == 1) entropy::code_step_offset(coder, models, context, offset);
        for (int32_t i = 0; i < side * side / 1024; ++i)
          node(x + i % 2 * 32, y + i / 2 * 32, entropy::kRootLog2);
      }
    }
  }
  void node(int32_t x, int32_t y, int32_t log2) {
    const bool first = components_ == 1 && x == 0 && y == 0;
    int32_t partition = first ? entropy::kSplit : entropy::kNone;
    entropy::code_partition(coder, models, context, x, y, log2, partition);
    for (int32_t i = 0; i < (first ? 4 : 1); ++i) {
      const int32_t half = 1 << (log2 - 1);
      if (first && log2 > 3) {
        node(x + i % 2 * half, y + i / 2 * half, log2 - 1);
      } else {
        leaf(x + i % 2 * half, y + i / 2 * half, first ? log2 - 1 : log2);
      }
    }
  }
  void leaf(int32_t x, int32_t y, int32_t log2) {
    Leaf l;
    l.x = static_cast<int16_t>(x);
    l.y = static_cast<int16_t>(y);
    l.log2w = l.log2h = static_cast<uint8_t>(log2);
    entropy::code_prediction(coder, models, context, false, components_, l);
    if (components_ == 1 && x == 0 && y == 0) {
      first_(*this, l);
    } else {
      uint8_t map[entropy::kMagnitudeMapBytes];
      for (int32_t i = 0; i < components_; ++i)
        entropy::code_component(coder, models, context, i, l, nullptr, map);
    }
    entropy::remember_leaf(&context, l);
  }

  Vector<uint8_t> bytes_;
  Component first_;
  int32_t components_ = 1;
};

void code_first_eob(Script& s, const Leaf& leaf, int32_t eob) {
  entropy::code_eob(s.coder, s.models, 0, entropy::energy_context(s.context, leaf, 0), 4, eob);
}
void empty(Script& s, Leaf& leaf) { code_first_eob(s, leaf, 0); }

int32_t table_set_of(const Good& good, Memory& memory) {
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(good.coded.bytes), format::Limits(), true).ok());
  return reader.header().table_set;
}

void cell_headers(void**) {
  Memory memory;
  const Good good(memory);
  const int32_t set = table_set_of(good, memory);
  for (int32_t strength = 0; strength <= 7; ++strength) {
    entropy::CellHeader h;
    h.strength = strength;
    expect(good, Script(memory, set, h, empty).bytes(), strength <= 4);
  }
  for (int32_t raise = 0; raise <= 31; ++raise) {
    entropy::CellHeader h;
    h.step_raise = raise;
    expect(good, Script(memory, set, h, empty).bytes(), true);
  }
  // Raised by nothing, which no encoder can say.
  SymbolEncoder coder(memory, entropy::kCellRate);
  coder.bits(0u, 4);
  coder.bits(1u, 1);
  coder.bits(0u, 5);
  Vector<uint8_t> bytes(memory);
  coder.finish(&bytes);
  expect(good, bytes, false);
}

// Coefficients of one magnitude; `eob` may exceed the 16 that a 4 x 4 leaf has.
void coefficients(void**) {
  Memory memory;
  const Good good(memory);
  for (const int32_t eob : {1, 2, 3, 16, 17, 18, 1024}) {
    const Script script(memory, table_set_of(good, memory), {}, [eob](Script& s, Leaf& leaf) {
      code_first_eob(s, leaf, eob);
      if (eob > 16) return;
      int16_t levels[16];
      std::fill(levels, levels + 16, int16_t{1});
      uint8_t map[entropy::kMagnitudeMapBytes];
      int32_t type = 0;
      s.coder.symbol(s.models.transform[0], type);
      leaf.eob[0] = eob;
      leaf.energy[0] =
          entropy::block_energy(entropy::code_levels(s.coder, s.models, 2, 2, eob, levels, map), 4);
    });
    expect(good, script.bytes(), eob <= 16);
  }
}

// 32767 is the largest magnitude; the code reaches 15 + 2^16 - 2.
void levels(void**) {
  Memory memory;
  const Good good(memory);
  for (const int32_t magnitude : {15, 16, 32767, 32768, 65549}) {
    const Script script(memory, table_set_of(good, memory), {}, [magnitude](Script& s, Leaf& leaf) {
      code_first_eob(s, leaf, 1);
      int32_t type = 0, token = 14;
      s.coder.symbol(s.models.transform[0], type);
      s.coder.symbol(s.models.last[0], token);
      const uint32_t v = static_cast<uint32_t>(magnitude - 14);  // 15 + v - 1
      int32_t n = 0;
      while (n < entropy::kMaxEscapeBits && v >> (n + 1) != 0) ++n;
      for (int32_t i = 0; i < n; ++i) s.coder.bits(0u, 1);
      if (n < entropy::kMaxEscapeBits) s.coder.bits(1u, 1);
      if (n > 0) s.coder.bits(v & ((1u << n) - 1), n);
      s.coder.bits(0u, 1);
      leaf.eob[0] = 1;
      leaf.energy[0] = entropy::block_energy(magnitude, 4);
    });
    expect(good, script.bytes(), magnitude <= entropy::kLevelMax);
  }
}

void ends_of_the_stream(void**) {
  Memory memory;
  const Good good(memory);
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(good.coded.bytes), format::Limits(), true).ok());
  ByteSpan cell;
  assert_true(reader.cell(1, &cell).ok());
  std::vector<uint8_t> bytes(cell.begin(), cell.end());
  expect(good, ByteSpan(bytes.data(), bytes.size() - 2), false);
  expect(good, ByteSpan(bytes.data(), 3), false);
  bytes.insert(bytes.end(), 2, 0);
  expect(good, ByteSpan(bytes.data(), bytes.size()), false);
  const uint8_t low_state[] = {0xFF, 0xFF, 0, 0};
  expect(good, ByteSpan(low_state, 4), false);
}

void unknown_tables(void**) {
  Memory memory;
  const Good good(memory);
  format::ContainerReader reader(memory);
  assert_true(reader.open(ByteSpan(good.coded.bytes), format::Limits(), true).ok());
  for (const int32_t set : {entropy::kTableSets, 100, 254}) {
    ByteSpan cells[4];
    for (uint32_t i = 0; i < 4; ++i) assert_true(reader.cell(i, &cells[i]).ok());
    format::Parts parts;
    parts.header = reader.header();
    parts.header.table_set = static_cast<uint8_t>(set);
    parts.cells = Span<const ByteSpan>(cells, 4);
    Vector<uint8_t> file(memory);
    assert_true(format::write_container(parts, &file).ok());
    for (const bool tolerant : {false, true}) {
      assert_int_equal(static_cast<int32_t>(decode(file, tolerant, memory).status.code()),
                       static_cast<int32_t>(Code::kUnsupported));
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(cell_headers),       cmocka_unit_test(coefficients),   cmocka_unit_test(levels),
      cmocka_unit_test(ends_of_the_stream), cmocka_unit_test(unknown_tables),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
