#include "enc/search_atoms.h"

#include <cmath>

#include "backend/render.h"
#include "enc/atom_search.h"
#include "enc/device_engine.h"
#include "entropy/program_coder.h"

namespace pc15::enc {
namespace {

using normative::ProgramImage;
using normative::TileMode;

// Tiles that render the program of each slot; the image-wide program comes last.
Vector<int32_t> count_users(const ProgramImage& programs, Memory& memory) {
  const size_t tiles = programs.tiles.size();
  Vector<int32_t> users(memory, tiles + 1);
  for (size_t i = 0; i < tiles; ++i) {
    const int32_t slot = programs.tiles[i].slot;
    ++users[slot == normative::kImageSlot ? tiles : static_cast<size_t>(slot)];
  }
  return users;
}

struct TileAtoms {
  explicit TileAtoms(Memory& memory) : atoms(memory) {}
  Vector<normative::Atom> atoms;
  double gain = 0;
};

void search_tile(const SearchInput& in, const ProgramImage& programs, int32_t index, SearchEngine* engine,
                 const Monitor& monitor, Memory& memory, TileAtoms* out) {
  const int32_t cols = in.geometry.tile_cols();
  const int32_t slot = programs.tiles[static_cast<size_t>(index)].slot;
  const Rect r = in.geometry.tile_rect(index % cols, index / cols);
  const normative::Frame frame = normative::slot_frame(in.geometry, slot);
  Vector<Pixel> rendered(memory, static_cast<size_t>(r.width) * static_cast<size_t>(r.height));
  const PlaneView<Pixel> view{rendered.data(), r.width, r.height, r.width};
  backend::render_prediction(programs, 0, 0, r, view, memory);
  AtomTask task;
  task.source = in.planes[0].window(r.x, r.y, r.width, r.height);
  task.rendered = view;
  task.offset_x = r.x - frame.center_x / 16;
  task.offset_y = r.y - frame.center_y / 16;
  task.half = frame.extent / 2;
  task.lambda = in.lambda_ssd;
  task.passes = in.effort >= 9 ? 4 : 2;
  task.shapes = programs.atom_shapes;
  task.engine = engine;
  find_atoms(task, monitor, memory, &out->atoms, &out->gain);
}

void keep(int32_t index, const TileAtoms& found, ProgramImage* programs, Vector<TileStats>* stats) {
  normative::TileProgram& tile = programs->tiles[static_cast<size_t>(index)];
  const bool whole = tile.slot == normative::kImageSlot;
  normative::Program& program = whole ? programs->image_program : tile.program;
  if (tile.mode == TileMode::kFlat) tile.mode = TileMode::kProgram;
  program.atom_first = static_cast<int32_t>(programs->atoms.size());
  program.atom_count = static_cast<int32_t>(found.atoms.size());
  programs->atoms.insert(programs->atoms.end(), found.atoms.begin(), found.atoms.end());
  TileStats& s = (*stats)[static_cast<size_t>(index)];
  const int32_t cols = programs->geometry.tile_cols();
  const Rect r = programs->geometry.tile_rect(index % cols, index / cols);
  s.mode = static_cast<uint8_t>(tile.mode);
  s.distortion = std::fmax(0.0, s.distortion - found.gain / (static_cast<double>(r.width) * r.height));
  if (!whole) s.bits = static_cast<uint32_t>(std::lround(entropy::program_cost_bits(*programs, tile, index)));
}

}  // namespace

void add_atoms(const SearchInput& in, DeviceEngines& devices, ThreadPool& pool, const Monitor& monitor,
               Memory& memory, ProgramImage* programs, Vector<TileStats>* stats) {
  const size_t tiles = programs->tiles.size();
  const Vector<int32_t> users = count_users(*programs, memory);
  Vector<TileAtoms> found(memory);
  found.reserve(tiles);
  for (size_t i = 0; i < tiles; ++i) found.emplace_back(memory);
  const auto eligible = [&](size_t i) {
    const int32_t slot = programs->tiles[i].slot;
    if (slot == normative::kImageSlot) return tiles == 1 && programs->has_image_program;
    return slot == static_cast<int32_t>(i) && users[i] == 1;
  };
  pool.run(static_cast<int64_t>(tiles), [&](int64_t i, int32_t worker) {
    const size_t n = static_cast<size_t>(i);
    if (monitor.cancelled() || !eligible(n)) return;
    search_tile(in, *programs, static_cast<int32_t>(i), devices.engine(worker), monitor, memory, &found[n]);
  });
  for (size_t i = 0; i < tiles && !monitor.cancelled(); ++i) {
    if (!found[i].atoms.empty()) keep(static_cast<int32_t>(i), found[i], programs, stats);
  }
}

}  // namespace pc15::enc
