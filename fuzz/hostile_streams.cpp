#include "hostile_streams.h"

#include <algorithm>
#include <vector>

#include "entropy/cell_palette.h"
#include "entropy/cell_syntax.h"
#include "entropy/program_syntax.h"

namespace pc15::fuzz {
namespace {

using entropy::AdaptiveCdf;
using entropy::Leaf;

// A coder that decodes from nowhere: it makes up every value and records it.
class InventingCoder {
 public:
  static constexpr bool kDecoding = true;

  InventingCoder(Memory& memory, Random& random, int32_t rate, uint32_t lazy)
      : encoder_(memory, rate), random_(random), lazy_(lazy) {}

  void symbol(AdaptiveCdf& cdf, int32_t& value) {
    const uint32_t count = std::min<uint32_t>(cdf.size, limit_);
    value = forced_ >= 0               ? forced_
            : random_.chance(lazy_)    ? 0
            : random_.chance(extreme_) ? static_cast<int32_t>(count) - 1
                                       : static_cast<int32_t>(random_.below(count));
    forced_ = -1;
    encoder_.symbol(cdf, value);
  }
  void bits(uint32_t& value, int32_t count) { value = bits(count); }
  uint32_t bits(int32_t count) {
    const uint32_t mask = (1u << count) - 1;
    uint32_t v = static_cast<uint32_t>(random_.bits()) & mask;
    if (random_.chance(extreme_)) v = random_.chance(50) ? mask : 0;
    zeros_ = count == 1 && v == 0 ? zeros_ + 1 : 0;
    if (zeros_ == 15) v = 1;                                             // longer escapes are corrupt
    if (count == 14 && escape_limit_) v = std::min<uint32_t>(v, 16369);  // 15 + 2^14 + 16369 - 1 = 32767
    encoder_.bits(v, count);
    return v;
  }
  void require(bool condition) { good_ &= condition; }
  bool good() const { return good_; }

  void force(int32_t value) { forced_ = value; }  // the next symbol
  void limit(uint32_t count) { limit_ = count; }  // symbols below it only
  void extremes(uint32_t percent) { extreme_ = percent; }
  void cell_escapes() { escape_limit_ = true; }
  entropy::SymbolEncoder& encoder() { return encoder_; }

 private:
  entropy::SymbolEncoder encoder_;
  Random& random_;
  uint32_t lazy_, extreme_ = 5, limit_ = 16;
  int32_t forced_ = -1, zeros_ = 0;
  bool good_ = true, escape_limit_ = false;
};

Bytes finished(Memory& memory, entropy::SymbolEncoder& encoder) {
  Vector<uint8_t> out(memory);
  encoder.finish(&out);
  return Bytes(out.begin(), out.end());
}

// ---- Programs: tile after tile, each invented again until the syntax has nothing against it.

constexpr int32_t kTries = 40;

Bytes invent_image_program(Memory& memory, Random& random, normative::ProgramImage* programs) {
  for (int32_t i = 0;; ++i) {
    InventingCoder coder(memory, random, entropy::kDefaultRate, i < kTries ? 0 : 100);
    coder.extremes(static_cast<uint32_t>(random.in(0, 40)));
    entropy::ProgramModels models;
    entropy::init_program_models(&models);
    normative::Program program;
    entropy::ProgramSyntax<InventingCoder>(coder, models, *programs, &programs->atoms)
        .program(program, normative::kImageSlot, false);
    if (!coder.good()) continue;
    programs->image_program = program;
    programs->has_image_program = true;
    return finished(memory, coder.encoder());
  }
}

Bytes invent_group(Memory& memory, Random& random, int32_t group, normative::ProgramImage* programs) {
  const normative::Geometry& g = programs->geometry;
  const int32_t first = group * g.group_rows * g.tile_cols();
  const int32_t end = std::min((group + 1) * g.group_rows, g.tile_rows()) * g.tile_cols();
  entropy::SymbolEncoder stream(memory);
  entropy::ProgramModels models;
  entropy::init_program_models(&models);
  int32_t previous = 5;
  for (int32_t slot = first; slot < end; ++slot) {
    normative::TileProgram& tile = programs->tiles[static_cast<size_t>(slot)];
    for (int32_t i = 0;; ++i) {
      InventingCoder coder(memory, random, entropy::kDefaultRate, 0);
      coder.extremes(static_cast<uint32_t>(random.in(0, 40)));
      if (i >= kTries) coder.force(0);  // skip: always allowed
      entropy::ProgramModels tried = models;
      tile = normative::TileProgram();
      entropy::ProgramSyntax<InventingCoder>(coder, tried, *programs, &programs->atoms)
          .tile(tile, slot, previous);
      if (!coder.good()) continue;
      models = tried;
      stream.append(coder.encoder());
      break;
    }
    previous = static_cast<int32_t>(tile.mode);
  }
  return finished(memory, stream);
}

// ---- Cells: the walk of dec/cell_decoder.cpp without samples.

struct CellWalk {
  InventingCoder& coder;
  entropy::CellModels models;
  entropy::CellContext context;
  int32_t width, height, components;
  bool programs;

  void leaf(Leaf l) {
    int16_t levels[1024] = {};
    uint8_t map[entropy::kMagnitudeMapBytes];
    entropy::code_prediction(coder, models, context, programs, components, l);
    for (int32_t i = 0; i < components; ++i) {
      code_component(i, l, levels, map);
      std::fill(levels, levels + 1024, int16_t{0});
    }
    entropy::remember_leaf(&context, l);
  }
  // The class of the end of block is the one symbol whose values depend on the size of the leaf; it comes
  // first, and no other model of a component has fewer values than its limit allows.
  void code_component(int32_t i, Leaf& l, int16_t* levels, uint8_t* map) {
    coder.limit(static_cast<uint32_t>(l.log2w + l.log2h) + 2);
    const int32_t area = l.log2w + l.log2h, state = i == 0 ? 0 : l.eob[0] == 0 ? 1 : 2;
    entropy::code_eob(coder, models, state, entropy::energy_context(context, l, i), area, l.eob[i]);
    coder.limit(16);
    if (l.eob[i] == 0 || l.eob[i] > 1 << area) {
      coder.require(l.eob[i] == 0);
      l.eob[i] = l.energy[i] = 0;
      return;
    }
    const int32_t longer = std::max(l.log2w, l.log2h);
    if (longer <= 4) {
      const int32_t kind = l.procedural != 0 ? 1 : entropy::mode_class(l.mode);
      coder.symbol(models.transform[(longer - 2) * 6 + kind], l.transform[i]);
    }
    const int32_t sum = entropy::code_levels(coder, models, l.log2w, l.log2h, l.eob[i], levels, map);
    l.energy[i] = entropy::block_energy(sum, area);
  }
  void node(int32_t x, int32_t y, int32_t log2) {
    if (x >= width || y >= height || !coder.good()) return;
    const int32_t side = 1 << log2;
    int32_t partition = entropy::kSplit;
    if (x + side <= width && y + side <= height) {
      entropy::code_partition(coder, models, context, x, y, log2, partition);
    }
    if (partition == entropy::kSplit && log2 > 3) {
      for (int32_t i = 0; i < 4; ++i) node(x + (i & 1) * side / 2, y + (i >> 1) * side / 2, log2 - 1);
      return;
    }
    const entropy::LeafLayout layout = entropy::leaf_layout(partition, log2);
    for (int32_t i = 0; i < layout.count; ++i) {
      Leaf l;
      l.x = static_cast<int16_t>(x + layout.x(i));
      l.y = static_cast<int16_t>(y + layout.y(i));
      l.log2w = layout.log2w;
      l.log2h = layout.log2h;
      if (l.x < width && l.y < height) leaf(l);
    }
  }
};

// A pass of palette leaves alone: the walk has no samples that other leaves could be noted from. `luma`: the
// samples that memories of chroma follow; the first plane of the pass is painted into `out`.
struct PaletteWalk {
  entropy::SymbolEncoder& coder;
  Random& random;
  entropy::CellPalette& palette;
  entropy::CellModels& models;
  entropy::CellContext context;
  PlaneView<Pixel> out;
  int32_t repeats;

  void leaf(Leaf l) {
    l.palette = 1;
    palette.code_use(coder, context, l);
    for (int32_t y = l.y; y < l.y + (1 << l.log2h); ++y) {
      entropy::PaletteState::Index* const r = palette.state.row(y);
      for (int32_t x = l.x; x < l.x + (1 << l.log2w); ++x) {
        r[x] = x > 0 && r[x - 1] != 0 && random.chance(static_cast<uint32_t>(repeats))
                   ? r[x - 1]
                   : static_cast<entropy::PaletteState::Index>(random.in(1, palette.state.count - 1));
      }
    }
    palette.code_leaf(coder, l);
    palette.paint(l, 0, out.row(l.y) + l.x, out.stride);
    entropy::remember_leaf(&context, l);
  }
  void node(int32_t x, int32_t y, int32_t log2) {
    if (x >= out.width || y >= out.height) return;
    const int32_t side = 1 << log2;
    int32_t partition = entropy::kSplit;
    if (x + side <= out.width && y + side <= out.height) {
      partition = random.in(0, log2 == 3 ? entropy::kSplit : entropy::kVertical4);
      entropy::code_partition(coder, models, context, x, y, log2, partition);
    }
    if (partition == entropy::kSplit && log2 > 3) {
      for (int32_t i = 0; i < 4; ++i) node(x + (i & 1) * side / 2, y + (i >> 1) * side / 2, log2 - 1);
      return;
    }
    const entropy::LeafLayout layout = entropy::leaf_layout(partition, log2);
    for (int32_t i = 0; i < layout.count; ++i) {
      Leaf l;
      l.x = static_cast<int16_t>(x + layout.x(i));
      l.y = static_cast<int16_t>(y + layout.y(i));
      l.log2w = layout.log2w;
      l.log2h = layout.log2h;
      if (l.x < out.width && l.y < out.height) leaf(l);
    }
  }
};

void invent_list(Random& random, int32_t planes, entropy::CellPalette* palette) {
  const int32_t most = random.chance(30) ? 255 : random.in(1, 20);
  std::vector<uint32_t> colours(static_cast<size_t>(random.in(1, most)));
  for (uint32_t& c : colours) c = random.below(planes == 1 ? 256 : 65536);
  std::sort(colours.begin(), colours.end());
  colours.erase(std::unique(colours.begin(), colours.end()), colours.end());
  std::copy(colours.begin(), colours.end(), palette->state.colour + 1);
  palette->state.count = static_cast<int32_t>(colours.size()) + 1;
}

Bytes invent_cell(Memory& memory, Random& random, const format::StreamHeader& h, const Rect& cell) {
  const uint32_t lazy = random.chance(30) ? 0u : static_cast<uint32_t>(random.in(0, 97));
  InventingCoder coder(memory, random, entropy::kCellRate, lazy);
  coder.extremes(static_cast<uint32_t>(random.in(0, 20)));
  coder.cell_escapes();
  entropy::CellHeader header;
  header.uses_programs = random.chance(50);
  header.strength = random.in(0, 4);
  header.step_raise = random.chance(50) ? 0 : random.in(1, 31);
  entropy::code_cell_header(coder.encoder(), header);
  const bool chroma = h.color_planes() == 3;
  for (int32_t family = 0; family < (chroma ? 2 : 1) && (h.tools & format::kToolLoopFilter) != 0; ++family) {
    const int32_t blocks = entropy::superblocks(cell.width) * entropy::superblocks(cell.height);
    uint8_t sets[entropy::LoopChoices::kMaxBlocks];
    for (int32_t i = 0; i < blocks; ++i) sets[i] = static_cast<uint8_t>(random.in(0, normative::kLoopSets));
    entropy::code_loop_choices(coder.encoder(), blocks, sets);
  }
  const bool has_lists = (h.tools & format::kToolPalette) != 0, drawn = has_lists && random.chance(60);
  entropy::CellPalette palette(memory);
  std::vector<Pixel> luma(512 * 512), other(512 * 512);
  for (int32_t pass = 0; pass < 3; ++pass) {
    if ((pass == 1 && !chroma) || (pass == 2 && !h.alpha)) continue;
    const int32_t shift = pass == 1 ? h.plane_shift(1) : 0;
    CellWalk walk{coder,
                  {},
                  {},
                  ((cell.width + 7) & ~7) >> shift,
                  ((cell.height + 7) & ~7) >> shift,
                  pass == 1 ? 2 : 1,
                  header.uses_programs && pass != 2};
    entropy::init_models(pass == 1 ? entropy::kFamilyChroma : entropy::kFamilyLuma, h.table_set,
                         &walk.models);
    walk.context.reset();
    PaletteWalk drawing{coder.encoder(),
                        random,
                        palette,
                        walk.models,
                        {},
                        {pass == 0 ? luma.data() : other.data(), walk.width, walk.height, walk.width},
                        random.in(0, 99)};
    drawing.context.reset();
    if (has_lists) {
      palette.start(walk.width, walk.height);
      if (drawn) invent_list(random, walk.components, &palette);
      if (pass == 1)
        palette.state.follow_luma(
            {luma.data(), walk.width << shift, walk.height << shift, walk.width << shift}, shift);
      palette.code_list(coder.encoder(), walk.components);
    }
    const int32_t side = entropy::kSuperblock >> shift;
    for (int32_t y = 0; y < walk.height; y += side) {
      for (int32_t x = 0; x < walk.width; x += side) {
        int32_t offset = 0;
        if (pass == 0 && (h.tools & format::kToolAdaptiveQuant) != 0) {
          if (drawn) {
            offset = random.in(-entropy::kMaxStepOffset, entropy::kMaxStepOffset);
            entropy::code_step_offset(coder.encoder(), walk.models, drawing.context, offset);
          } else {
            entropy::code_step_offset(coder, walk.models, walk.context, offset);
          }
        }
        for (int32_t j = 0; j < side; j += 32) {
          for (int32_t i = 0; i < side; i += 32) {
            if (drawn)
              drawing.node(x + i, y + j, entropy::kRootLog2);
            else
              walk.node(x + i, y + j, entropy::kRootLog2);
          }
        }
      }
    }
  }
  return finished(memory, coder.encoder());
}

int32_t invent_side(Random& random) {
  switch (random.below(4)) {
    case 0:
      return random.in(1, 18);
    case 1:
      return random.in(1, 130);
    case 2:
      return std::max(1, 128 * random.in(1, 5) + random.in(-2, 2));
    default:
      return random.in(1, 1200);
  }
}

format::StreamHeader invent_header(Random& random, int32_t max_pixels) {
  format::StreamHeader h;
  normative::Geometry& g = h.geometry;
  g.width = invent_side(random);
  g.height = std::max(1, std::min(invent_side(random), max_pixels / g.width));
  g.tile = random.chance(30) ? 32 : random.chance(20) ? 1024 : random.in(32, 300);
  g.overlap = random.chance(40) ? g.tile / 2 : random.in(0, g.tile / 2);
  g.cell = 128 << random.below(3);
  g.group_rows = random.chance(50) ? random.in(1, 4) : random.in(1, 255);
  h.color = static_cast<format::Color>(random.below(3));
  h.alpha = random.chance(35);
  h.seed = random.chance(50) ? 0 : static_cast<int64_t>(random.bits());
  h.content_id = static_cast<uint32_t>(random.bits());
  h.has_image_program = random.chance(50);
  h.has_tile_programs = random.chance(70);
  const uint16_t steps[] = {0, 1, 16, 300, 65535, static_cast<uint16_t>(random.below(65536))};
  h.step16 = steps[random.below(6)];
  h.chroma_step32 = static_cast<uint8_t>(random.chance(30) ? 128 : random.in(8, 128));
  h.table_set = static_cast<uint8_t>(random.below(entropy::kTableSets));
  h.tools = random.below(8) | (random.chance(40) ? format::kToolPalette : 0u);
  return h;
}

}  // namespace

HostileFile invent_file(Random& random, int32_t max_pixels) {
  Memory memory;
  const format::StreamHeader h = invent_header(random, max_pixels);
  HostileFile file;
  file.set_header(h);
  normative::ProgramImage programs(memory);
  programs.set_geometry(h.geometry);
  programs.seed = h.seed;
  programs.color_planes = h.color_planes();
  if (h.has_image_program) file.records.push_back(invent_image_program(memory, random, &programs));
  if (h.has_tile_programs) {
    for (int32_t g = 0; g < h.geometry.group_count(); ++g) {
      file.records.push_back(random.chance(8) ? Bytes() : invent_group(memory, random, g, &programs));
    }
  }
  for (int32_t row = 0; h.step16 != 0 && row < h.geometry.cell_rows(); ++row) {
    for (int32_t col = 0; col < h.geometry.cell_cols(); ++col) {
      file.records.push_back(
          random.chance(8) ? Bytes() : invent_cell(memory, random, h, h.geometry.cell_rect(col, row)));
    }
  }
  return file;
}

}  // namespace pc15::fuzz
