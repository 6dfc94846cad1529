// Scalar rendering of programs. Everything goes row by row, so that memory is a few rows: a row of samples
// crosses one or two tile rows, each tile row is blended along the row first, then the two against each
// other. Neighbouring tiles that render the same function (merged or skipped ones) are one span without
// blending, which gives the same numbers: a lerp of equal values is exact.
#include "backend/render.h"

#include "backend/backend.h"
#include "backend/prepared_program.h"
#include "normative/atoms.h"
#include "normative/blend.h"
#include "normative/modifier.h"
#include "normative/synth.h"
#include "normative/warp.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the arithmetic this file drives

constexpr int32_t kChunk = 256;
constexpr int16_t kNeutralLevel = 128 * 64;

// A stretch of one row of one layer through a warp.
struct WarpedRowTask {
  const LayerSetup& setup;
  const WarpSetup& warp;
  int32_t x, y, step, count;
  int16_t* out;

  template <int32_t kPreset>
  void run() {
    LayerCursor cursor;
    reset_cursor(&cursor);
    NoiseCursor drift[2];
    reset_cursor(&drift[0]);
    reset_cursor(&drift[1]);
    for (int32_t i = 0; i < count; ++i) {
      const WarpPoint p = warp_at(warp, drift, x + i * step, y);
      out[i] = static_cast<int16_t>(layer_value<kPreset, kFineBits>(setup, &cursor, p.x, p.y));
    }
  }
};

PC15_NOINLINE void warped_row(const LayerSetup& setup, const WarpSetup& warp, int32_t x, int32_t y,
                              int32_t step, int32_t count, int16_t* out) {
  WarpedRowTask task{setup, warp, x, y, step, count, out};
  visit_preset(setup.preset, task);
}

// Output of a layer behind its warp and palette; x, y in Q4 from the centre of its frame.
void layer_row(const PreparedLayer& layer, int32_t x, int32_t y, int32_t step, int32_t count, int16_t* out) {
  if (layer.warp.preset == kNoModifier) {
    operations().generator_row(layer.setup, RowPlace{x, y, step, count}, out);
  } else {
    warped_row(layer.setup, layer.warp, x, y, step, count, out);
  }
  if (layer.palette.preset == kNoModifier) return;
  for (int32_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(palette_value(layer.palette, out[i]));
}

void field_row(const FieldSetup& field, int32_t x, int32_t y, int32_t step, int32_t count, int32_t* level) {
  if (field.order == 0) {
    const int32_t dc = field_value(field, 0, 0);
    for (int32_t i = 0; i < count; ++i) level[i] = dc;
    return;
  }
  for (int32_t i = 0; i < count; ++i) level[i] = field_value(field, x + i * step, y);
}

void blend_row(const PreparedLayer& layer, const int16_t* v, int32_t count, int32_t* level) {
  if (layer.blend == Blend::kAdd) {
    for (int32_t i = 0; i < count; ++i) level[i] = blend_layer(level[i], Blend::kAdd, layer.contrast, v[i]);
    return;
  }
  for (int32_t i = 0; i < count; ++i) level[i] = blend_layer(level[i], layer.blend, layer.contrast, v[i]);
}

// The layer through its mask; `below` is the output of the layer below, null for the first.
void blend_masked_row(const PreparedLayer& layer, int32_t x, int32_t y, int32_t step, const int16_t* v,
                      const int16_t* below, int32_t count, int32_t* level) {
  for (int32_t i = 0; i < count; ++i) {
    const int32_t share = mask_value(layer.mask, x + i * step, y, below != nullptr ? below[i] : 0);
    const int64_t change = int64_t{blend_layer(level[i], layer.blend, layer.contrast, v[i])} - level[i];
    level[i] += static_cast<int32_t>(round_shift64(change * share, 15));
  }
}

// Adds the atoms that reach row y; x, y in Q4 from the centre of the program's frame.
void atom_row(const PreparedProgram& program, int32_t x, int32_t y, int32_t step, int32_t count,
              int32_t* level) {
  for (int32_t k = 0; k < program.atom_count; ++k) {
    const Atom& atom = program.atoms[k];
    const AtomShape shape =
        program.shapes != nullptr ? program.shapes[atom.shape] : default_atom_shape(atom.shape);
    // 6 sigma, rounded up, before anything dear: the exact reach is below.
    const int32_t bound = (6 << ((max_i32(shape.sigma_u, shape.sigma_v) + 3) >> 2)) * 16 + 32;
    if (abs_i32(y - atom.y * 16) > bound) continue;
    const AtomSetup s = atom_setup(atom, shape);
    if (abs_i32(y - s.y) > s.reach || x - s.x > s.reach || s.x - (x + count * step) > s.reach) continue;
    for (int32_t i = 0; i < count; ++i) level[i] += atom_value(s, x + i * step, y);
  }
}

// Levels in Q6, 0...16320, of samples first...first + count - 1 of row y.
void program_row(const PreparedProgram* program, int32_t scale_log2, int32_t first, int32_t y, int32_t count,
                 int16_t* out) {
  if (program == nullptr) {
    for (int32_t i = 0; i < count; ++i) out[i] = kNeutralLevel;
    return;
  }
  const int32_t step = sample_q4(1, scale_log2) - sample_q4(0, scale_log2), y_q4 = sample_q4(y, scale_log2);
  int32_t level[kChunk];
  int16_t v[2][kChunk];
  for (int32_t done = 0; done < count; done += kChunk) {
    const int32_t n = count - done < kChunk ? count - done : kChunk;
    const int32_t x_q4 = sample_q4(first + done, scale_log2);
    field_row(program->field, x_q4 - program->center_x, y_q4 - program->center_y, step, n, level);
    for (int32_t k = 0; k < program->layer_count; ++k) {
      const PreparedLayer& layer = program->layers[k];
      const int32_t x_layer = x_q4 - layer.center_x, y_layer = y_q4 - layer.center_y;
      layer_row(layer, x_layer, y_layer, step, n, v[k & 1]);
      if (layer.silent) continue;
      if (layer.mask.preset == kNoModifier) {
        blend_row(layer, v[k & 1], n, level);
      } else {
        blend_masked_row(layer, x_layer, y_layer, step, v[k & 1], k > 0 ? v[(k & 1) ^ 1] : nullptr, n, level);
      }
    }
    if (program->atom_count > 0) {
      atom_row(*program, x_q4 - program->center_x, y_q4 - program->center_y, step, n, level);
    }
    for (int32_t i = 0; i < n; ++i) out[done + i] = static_cast<int16_t>(clamp_i32(level[i], 0, kLevelMax));
  }
}

void store_row(const int16_t* level, int32_t count, Pixel* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = static_cast<Pixel>((level[i] + 32) >> 6);
}

void render_in(const ProgramContext& image, const Program& program, int32_t slot, int32_t plane,
               int32_t scale_log2, Rect rect, PlaneView<Pixel> out, Memory& memory) {
  Vector<PreparedProgram> prepared(memory, 1);
  prepare_program(program, image, slot, plane, scale_log2, &prepared[0]);
  Vector<int16_t> level(memory, static_cast<size_t>(rect.width > 0 ? rect.width : 0));
  for (int32_t y = 0; y < rect.height; ++y) {
    program_row(&prepared[0], scale_log2, rect.x, rect.y + y, rect.width, level.data());
    store_row(level.data(), rect.width, out.row(y));
  }
}

struct TileRange {
  int32_t first, last;
};
// Tiles along one axis that samples first...first + count - 1 touch.
TileRange tiles_touched(int32_t first, int32_t count, int32_t scale_log2, int32_t tile, int32_t overlap,
                        int32_t tiles) {
  const AxisPosition a = axis_position(sample_q4(first, scale_log2), tile, overlap, tiles);
  const AxisPosition b = axis_position(sample_q4(first + count - 1, scale_log2), tile, overlap, tiles);
  return {a.weight < 32768 ? a.tile - 1 : a.tile, b.tile};
}

struct ColumnSpan {
  int32_t begin, end;  // samples of the rectangle that the tile covers
};

// The tiles of one tile row inside the rectangle, ready to render. `program` has one index into `pool` per
// column, -1 for nothing; equal neighbours share an entry.
struct PreparedRow {
  explicit PreparedRow(Memory& memory) : pool(memory), program(memory) {}
  int32_t row = -1;
  Vector<PreparedProgram> pool;
  Vector<int32_t> program;
};

class BlendedRenderer {
 public:
  BlendedRenderer(const ProgramImage& programs, int32_t plane, int32_t scale_log2, const Rect& rect,
                  Memory& memory)
      : programs_(programs), g_(programs.geometry), plane_(plane), scale_(scale_log2), rect_(rect),
        memory_(memory),
        columns_(tiles_touched(rect.x, rect.width, scale_log2, g_.tile, g_.overlap, g_.tile_cols())),
        rows_(tiles_touched(rect.y, rect.height, scale_log2, g_.tile, g_.overlap, g_.tile_rows())),
        spans_(memory), weights_(memory), even_(memory), odd_(memory), upper_(memory), lower_(memory),
        scratch_(memory) {}

  void run(PlaneView<Pixel> out) {
    if (uniform()) {
      run_uniform(out);
      return;
    }
    make_spans();
    const size_t n = static_cast<size_t>(rect_.width);
    upper_.assign(n, 0);
    lower_.assign(n, 0);
    scratch_.assign(n, 0);
    for (int32_t y = 0; y < rect_.height; ++y) render_row(y, out.row(y));
  }

 private:
  int64_t tile_index(int32_t col, int32_t row) const { return int64_t{row} * g_.tile_cols() + col; }

  // One program, or none, covers the whole rectangle.
  bool uniform() const {
    const Program* first = programs_.resolve(tile_index(columns_.first, rows_.first));
    for (int32_t r = rows_.first; r <= rows_.last; ++r) {
      for (int32_t c = columns_.first; c <= columns_.last; ++c) {
        if (programs_.resolve(tile_index(c, r)) != first) return false;
      }
    }
    return true;
  }

  void run_uniform(PlaneView<Pixel> out) {
    const int64_t index = tile_index(columns_.first, rows_.first);
    const Program* program = programs_.resolve(index);
    if (program == nullptr) {
      for (int32_t y = 0; y < rect_.height; ++y) {
        Pixel* row = out.row(y);
        for (int32_t x = 0; x < rect_.width; ++x) row[x] = 128;
      }
      return;
    }
    render_in(context_of(programs_), *program, programs_.resolve_slot(index), plane_, scale_, rect_, out,
              memory_);
  }

  void make_spans() {
    weights_.assign(static_cast<size_t>(rect_.width), 32768);
    spans_.assign(static_cast<size_t>(columns_.last - columns_.first + 1), ColumnSpan{rect_.width, 0});
    for (int32_t x = 0; x < rect_.width; ++x) {
      const AxisPosition p =
          axis_position(sample_q4(rect_.x + x, scale_), g_.tile, g_.overlap, g_.tile_cols());
      weights_[static_cast<size_t>(x)] = p.weight;
      extend(p.tile, x);
      if (p.weight < 32768) extend(p.tile - 1, x);
    }
  }
  void extend(int32_t col, int32_t x) {
    ColumnSpan& span = spans_[static_cast<size_t>(col - columns_.first)];
    if (x < span.begin) span.begin = x;
    if (x >= span.end) span.end = x + 1;
  }

  const PreparedRow& prepared(int32_t row) {
    PreparedRow& p = (row & 1) != 0 ? odd_ : even_;
    if (p.row == row) return p;
    p.row = row;
    p.pool.clear();
    p.program.clear();
    const Program* previous = nullptr;
    for (int32_t c = columns_.first; c <= columns_.last; ++c) {
      const int64_t index = tile_index(c, row);
      const Program* program = programs_.resolve(index);
      if (program != nullptr && program != previous) {
        p.pool.emplace_back();
        prepare_program(*program, context_of(programs_), programs_.resolve_slot(index), plane_, scale_,
                        &p.pool.back());
      }
      p.program.push_back(program == nullptr ? -1 : static_cast<int32_t>(p.pool.size()) - 1);
      previous = program;
    }
    return p;
  }

  // The tile row `row` blended along sample row y (of the plane).
  void tile_row(int32_t row, int32_t y, int16_t* out) {
    const PreparedRow& p = prepared(row);
    int32_t covered = 0;  // samples of the row that are final or wait for the next tile
    int32_t before = -2;
    for (size_t c = 0; c < spans_.size(); ++c) {
      const int32_t id = p.program[c];
      const PreparedProgram* program = id < 0 ? nullptr : &p.pool[static_cast<size_t>(id)];
      const ColumnSpan span = spans_[c];
      const int32_t shared = id == before || covered < span.begin ? 0 : covered - span.begin;
      if (shared > 0) {
        program_row(program, scale_, rect_.x + span.begin, y, shared, scratch_.data());
        for (int32_t i = 0; i < shared; ++i) {
          int16_t& level = out[span.begin + i];
          const int32_t w = weights_[static_cast<size_t>(span.begin + i)];
          level = static_cast<int16_t>(blend_lerp(level, scratch_[static_cast<size_t>(i)], w));
        }
      }
      program_row(program, scale_, rect_.x + covered, y, span.end - covered, out + covered);
      covered = span.end;
      before = id;
    }
  }

  void render_row(int32_t y, Pixel* out) {
    const int32_t sample = rect_.y + y;
    const AxisPosition p = axis_position(sample_q4(sample, scale_), g_.tile, g_.overlap, g_.tile_rows());
    tile_row(p.tile, sample, lower_.data());
    if (p.weight < 32768) {
      tile_row(p.tile - 1, sample, upper_.data());
      for (size_t x = 0; x < lower_.size(); ++x) {
        lower_[x] = static_cast<int16_t>(blend_lerp(upper_[x], lower_[x], p.weight));
      }
    }
    store_row(lower_.data(), rect_.width, out);
  }

  const ProgramImage& programs_;
  const Geometry& g_;
  int32_t plane_, scale_;
  Rect rect_;
  Memory& memory_;
  TileRange columns_, rows_;
  Vector<ColumnSpan> spans_;
  Vector<int32_t> weights_;  // per sample: of the tile on the right
  PreparedRow even_, odd_;
  Vector<int16_t> upper_, lower_, scratch_;
};

}  // namespace

void render_prediction(const ProgramImage& programs, int32_t plane, int32_t chroma_shift, Rect plane_rect,
                       PlaneView<Pixel> out, Memory& memory) {
  render_scaled(programs, plane, -chroma_shift, plane_rect, out, memory);
}

void render_scaled(const ProgramImage& programs, int32_t plane, int32_t scale_log2, Rect rect,
                   PlaneView<Pixel> out, Memory& memory) {
  if (rect.width <= 0 || rect.height <= 0) return;
  if (plane >= programs.color_planes) {
    for (int32_t y = 0; y < rect.height; ++y) {
      Pixel* row = out.row(y);
      for (int32_t x = 0; x < rect.width; ++x) row[x] = 128;
    }
    return;
  }
  BlendedRenderer(programs, plane, scale_log2, rect, memory).run(out);
}

uint64_t render_memory_bound(const Geometry& geometry, int32_t rect_width) {
  const uint64_t columns =
      static_cast<uint64_t>(rect_width) * 2 / static_cast<uint64_t>(geometry.stride()) + 3;
  const uint64_t per_column = 4 * sizeof(PreparedProgram) + 4 * sizeof(int32_t) + sizeof(ColumnSpan);
  const uint64_t per_sample = sizeof(int32_t) + 3 * sizeof(int16_t);
  return columns * per_column * 3 / 2 + static_cast<uint64_t>(rect_width) * per_sample + 4096;
}

bool prediction_present(const ProgramImage& programs, Rect luma_rect) {
  const Geometry& g = programs.geometry;
  if (luma_rect.width <= 0 || luma_rect.height <= 0) return false;
  const TileRange columns = tiles_touched(luma_rect.x, luma_rect.width, 0, g.tile, g.overlap, g.tile_cols());
  const TileRange rows = tiles_touched(luma_rect.y, luma_rect.height, 0, g.tile, g.overlap, g.tile_rows());
  for (int32_t r = rows.first; r <= rows.last; ++r) {
    for (int32_t c = columns.first; c <= columns.last; ++c) {
      if (programs.resolve(int64_t{r} * g.tile_cols() + c) != nullptr) return true;
    }
  }
  return false;
}

void render_program(const Program& program, const Geometry& geometry, int32_t slot, int64_t seed,
                    int32_t plane, int32_t scale_log2, Rect rect, PlaneView<Pixel> out, Memory& memory) {
  render_in(ProgramContext{geometry, seed, nullptr, nullptr}, program, slot, plane, scale_log2, rect, out,
            memory);
}

void render_program(const Program& program, const ProgramImage& image, int32_t slot, int32_t plane,
                    int32_t scale_log2, Rect rect, PlaneView<Pixel> out, Memory& memory) {
  render_in(context_of(image), program, slot, plane, scale_log2, rect, out, memory);
}

void render_layer(const Layer& layer, const Geometry& geometry, int64_t seed, int32_t scale_log2, Rect rect,
                  int32_t step, PlaneView<int16_t> out) {
  PreparedLayer prepared;
  prepare_layer(layer, geometry, seed, scale_log2, &prepared);
  const int32_t unit = sample_q4(1, scale_log2) - sample_q4(0, scale_log2);
  const int32_t count = (rect.width + step - 1) / step;
  for (int32_t y = 0, row = 0; y < rect.height; y += step, ++row) {
    layer_row(prepared, sample_q4(rect.x, scale_log2) - prepared.center_x,
              sample_q4(rect.y + y, scale_log2) - prepared.center_y, unit * step, count, out.row(row));
  }
}

Status generator_program(int32_t preset, Span<const int32_t> params, Program* out) {
  const PresetSpec* spec = find_preset(preset);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "no generator has number %" PRId64, preset);
  PC15_FAIL_IF(params.size != spec->param_count, Code::kInvalidArgument,
               "the generator takes %" PRId64 " parameters, %" PRId64 " given", spec->param_count,
               static_cast<int64_t>(params.size));
  for (size_t i = 0; i < params.size; ++i) {
    PC15_FAIL_IF(params[i] < spec->params[i].lo || params[i] > spec->params[i].hi, Code::kOutOfRange,
                 "parameter %" PRId64 ": index %" PRId64 " is outside the generator's range",
                 static_cast<int64_t>(i), params[i]);
  }
  *out = Program();
  out->field.coef[0][0] = 255;
  out->layer_count = 1;
  Layer& layer = out->layers[0];
  layer.preset = static_cast<uint8_t>(preset);
  layer.contrast[0] = 255;
  for (size_t i = 0; i < params.size; ++i) layer.params[i] = params[i];
  if (preset == kRidge) set_default_profile(&layer);
  return ok_status();
}

Status render_generator(int32_t preset, Span<const int32_t> params, int64_t seed, int32_t width,
                        int32_t height, PlaneView<Pixel> out, Memory& memory) {
  PC15_FAIL_IF(width < 1 || height < 1 || width > 65535 || height > 65535, Code::kOutOfRange,
               "image size %" PRId64 " x %" PRId64 ": 1...65535 are allowed", width, height);
  Program program;
  PC15_TRY(generator_program(preset, params, &program));
  Geometry geometry;
  geometry.width = width;
  geometry.height = height;
  render_program(program, geometry, kImageSlot, seed, 0, 0, Rect{0, 0, width, height}, out, memory);
  return ok_status();
}

}  // namespace pc15::backend
