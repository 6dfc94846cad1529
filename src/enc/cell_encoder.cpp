#include "enc/cell_encoder.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "enc/filter_choice.h"
#include "entropy/cell_header.h"
#include "normative/transform.h"

namespace pc15::enc {
namespace {

using entropy::Leaf;

// The ladder of efforts: every step takes longer and needs fewer bits; measured by bench/ladder.py
// (docs/performance.md, "Effort ladder").
SearchEffort ladder(int32_t effort) {
  SearchEffort e;
  e.full_modes = effort <= 4 ? 1 : effort <= 6 ? 2 : effort - 4;
  e.typed_modes = effort <= 5 ? 0 : effort - 5;
  e.refinements = effort <= 3 ? 0 : effort <= 6 ? 1 : effort <= 8 ? 2 : 3;
  e.mode_margin = effort <= 5 ? 10 : 100;
  e.plan = effort <= 2;
  e.sampled_filters = effort <= 1;
  e.directions = effort >= 2;
  e.transform_types = effort >= 2;
  e.settle_levels = effort >= 6;
  e.type_margin = effort <= 4 ? 30 : effort <= 5 ? 100 : 10000;
  e.hopeless_margin = effort <= 5 ? 15 : effort <= 6 ? 30 : 100;
  e.bound_margin = effort <= 4 ? 20 : effort <= 5 ? 5 : 100;
  e.rectangles = effort >= 4;
  e.hint_modes = effort == 4 ? 3 : effort == 5 ? 5 : 0;
  e.flat_hints = 1;
  e.quarters = effort >= 5;
  e.quarters_alone = effort >= 6;
  e.prune_percent = effort <= 4 ? 92 : effort <= 5 ? 88 : effort <= 6 ? 85 : effort <= 8 ? 80 : 100;
  return e;
}

struct PassSetup {
  int32_t first_plane, components;
  bool chroma, step_offsets;
  int32_t step16;
};

class CellEncoder {
 public:
  CellEncoder(const CellSource& cell, const format::StreamHeader& header, const ResidualTuning& tuning,
              CellEncoderScratch& scratch)
      : cell_(cell), header_(header), tuning_(tuning), s_(scratch) {}

  CellOutcome run(int32_t step_raise) {
    head_.step_raise = step_raise;
    for (int32_t i = 0; i < header_.color_planes(); ++i)
      head_.uses_programs |= cell_.plane[i].program.data != nullptr;
    const int32_t step16 = normative::scaled_step(header_.step16, 2 * step_raise);
    s_.body.clear();
    std::memset(offsets_, 0, sizeof(offsets_));
    encode_pass({0, 1, false, true, step16});
    std::copy(offsets_, offsets_ + 64, luma_offsets_);
    if (header_.color_planes() == 3) {
      const PlaneView<Pixel>& v = cell_.plane[1].recon;
      s_.chroma_edges.assign(static_cast<size_t>(v.width / 4) * static_cast<size_t>(v.height / 4), 0);
    }
    if (header_.color_planes() == 3) {
      encode_pass({1, 2, true, false, entropy::chroma_step(step16, header_.chroma_step32)});
    }
    if (header_.alpha) {
      std::memset(offsets_, 0, sizeof(offsets_));
      encode_pass({header_.plane_count() - 1, 1, false, false, step16});
    }
    CellOutcome outcome;
    outcome.step16 = step16;
    std::copy(luma_offsets_, luma_offsets_ + 64, outcome.offsets);
    if ((header_.tools & format::kToolDeblock) != 0) head_.strength = filters_.choose_strength(step16);
    outcome.strength = head_.strength;
    s_.head.clear();
    entropy::code_cell_header(s_.head, head_);
    if ((header_.tools & format::kToolLoopFilter) != 0) code_loop(&outcome);
    s_.head.append(s_.body);
    s_.payload.clear();
    s_.head.finish(&s_.payload);
    return outcome;
  }

 private:
  // A pass whose list turns out too long is coded again with a shorter one.
  void encode_pass(const PassSetup& p) {
    const size_t mark = s_.body.mark();
    const bool palette = (header_.tools & format::kToolPalette) != 0;
    if (palette) s_.palette.choose(cell_.source + p.first_plane, p.components, p.step16);
    search_pass(p);
    if (!palette || !s_.palette.drop_unused()) return;
    s_.body.rewind(mark);
    search_pass(p);
  }

  void search_pass(const PassSetup& p) {
    const int32_t shift = p.chroma ? header_.plane_shift(1) : 0;
    const PlaneView<Pixel>& plane = cell_.plane[p.first_plane].recon;
    const int32_t family = p.chroma ? entropy::kFamilyChroma : entropy::kFamilyLuma;
    if (s_.initial != nullptr) {
      s_.models = s_.initial[family];
    } else {
      entropy::init_models(family, header_.table_set, &s_.models);
    }
    if (s_.counts != nullptr) s_.body.set_tally({entropy::model_array(&s_.models), s_.counts[family]});
    s_.context.reset();
    s_.map.mark(0, 0, plane.width, plane.height, 0);
    SearchState state = make_state(p, shift);
    if ((header_.tools & format::kToolPalette) != 0) {
      s_.palette.start();
      if (p.chroma) s_.palette.coded().state.follow_luma(state.luma, shift);
      s_.palette.coded().code_list(s_.body, p.components);
      if (s_.palette.coded().active()) state.palette = &s_.palette;
    }
    const int32_t side = entropy::kSuperblock >> shift;
    for (int32_t y = 0; y < plane.height; y += side) {
      for (int32_t x = 0; x < plane.width; x += side) {
        if (s_.monitor != nullptr && s_.monitor->cancelled()) return;
        int32_t offset = offsets_[(y / side) * 8 + x / side];
        if (p.step_offsets && (header_.tools & format::kToolAdaptiveQuant) != 0) {
          offset = choose_offset(x, y);
          entropy::code_step_offset(s_.body, s_.models, s_.context, offset);
          offsets_[(y / side) * 8 + x / side] = static_cast<int8_t>(offset);
        }
        state.step16 = normative::scaled_step(p.step16, offset);
        state.lagrangian = make_lagrangian(state.step16, tuning_.lambda_milli);
        s_.tokens.refresh(s_.models, x + y > 0 ? &frozen_ : nullptr);
        frozen_ = s_.models;
        for (int32_t j = 0; j < side; j += 32) {
          for (int32_t i = 0; i < side; i += 32) encode_root(state, p, x + i, y + j);
        }
      }
    }
  }

  SearchState make_state(const PassSetup& p, int32_t shift) {
    SearchState state;
    for (int32_t i = 0; i < p.components; ++i) {
      state.source[i] = cell_.source[p.first_plane + i];
      state.plane[i] = cell_.plane[p.first_plane + i];
    }
    state.luma = cell_.plane[0].recon;
    state.chroma_shift = shift;
    state.components = p.components;
    state.chroma = p.chroma;
    state.programs = head_.uses_programs && state.plane[0].program.data != nullptr;
    state.models = &frozen_;
    state.tokens = &s_.tokens;
    state.context = &s_.context;
    state.map = &s_.map;
    state.effort = p.chroma ? tuning_.chroma : tuning_.luma;
    return state;
  }

  void encode_root(const SearchState& state, const PassSetup& p, int32_t x, int32_t y) {
    const PlaneView<Pixel>& plane = state.plane[0].recon;
    if (x >= plane.width || y >= plane.height) return;
    const int32_t units_x = std::min(32, plane.width - x) >> 2, units_y = std::min(32, plane.height - y) >> 2;
    entropy::UnitState above[8], left[8];
    std::copy(s_.context.above + (x >> 2), s_.context.above + (x >> 2) + units_x, above);
    std::copy(s_.context.left + (y >> 2), s_.context.left + (y >> 2) + units_y, left);
    if (state.palette != nullptr) state.palette->forget(x, y);
    if (state.effort.plan && state.palette == nullptr) {
      plan_partition(state, x, y, &s_.plan);
      code_plan(state, s_.plan, s_.partition, x, y, &s_.tree);
    } else {
      search_partition(state, s_.partition, x, y, entropy::kRootLog2, kCostInfinite, &s_.tree);
    }
    if (state.palette != nullptr) state.palette->forget(x, y);
    std::copy(above, above + units_x, s_.context.above + (x >> 2));
    std::copy(left, left + units_y, s_.context.left + (y >> 2));
    Cursor cursor;
    emit_node(p, state, x, y, entropy::kRootLog2, &cursor);
  }

  struct Cursor {
    int32_t partition = 0, leaf = 0, level = 0;
  };

  // The mirror image of the decoder's walk.
  void emit_node(const PassSetup& p, const SearchState& state, int32_t x, int32_t y, int32_t log2,
                 Cursor* c) {
    const PlaneView<Pixel>& plane = cell_.plane[p.first_plane].recon;
    if (x >= plane.width || y >= plane.height) return;
    const int32_t size = 1 << log2;
    int32_t partition = entropy::kSplit;
    if (x + size <= plane.width && y + size <= plane.height) {
      partition = s_.tree.partitions[c->partition++];
      entropy::code_partition(s_.body, s_.models, s_.context, x, y, log2, partition);
    }
    if (partition == entropy::kSplit && log2 > 3) {
      for (int32_t i = 0; i < 4; ++i) {
        emit_node(p, state, x + (i & 1) * size / 2, y + (i >> 1) * size / 2, log2 - 1, c);
      }
      return;
    }
    const entropy::LeafLayout layout = entropy::leaf_layout(partition, log2);
    for (int32_t i = 0; i < layout.count; ++i) {
      if (x + layout.x(i) < plane.width && y + layout.y(i) < plane.height) emit_leaf(p, state, c);
    }
  }

  void emit_leaf(const PassSetup& p, const SearchState& state, Cursor* c) {
    Leaf leaf = s_.tree.leaves[c->leaf++];
    if (state.palette != nullptr) state.palette->coded().code_use(s_.body, s_.context, leaf);
    if (leaf.palette != 0) {
      state.palette->code_leaf(s_.body, leaf);
    } else {
      emit_predicted_leaf(p, state, leaf, *c);
    }
    c->level += 1 << (leaf.log2w + leaf.log2h);
    entropy::remember_leaf(&s_.context, leaf);
    if (p.first_plane == 0) backend::mark_edges(leaf, cell_.edges);
    if (p.chroma) backend::mark_edges(leaf, chroma_edges(cell_, s_));
  }

  void emit_predicted_leaf(const PassSetup& p, const SearchState& state, Leaf& leaf, const Cursor& c) {
    uint8_t map[entropy::kMagnitudeMapBytes];
    entropy::code_prediction(s_.body, s_.models, s_.context, state.programs, p.components, leaf);
    for (int32_t i = 0; i < p.components; ++i) {
      entropy::code_component(s_.body, s_.models, s_.context, i, leaf, s_.tree.levels[i] + c.level, map);
    }
    if (state.palette == nullptr) return;
    const PlaneView<Pixel> planes[2] = {state.plane[0].recon, state.plane[1].recon};
    state.palette->coded().note_leaf(leaf, planes, p.components);
  }

  // Busy superblocks take a coarser step, calm ones a finer one: errors show less where there is texture.
  // Mean over 8x8 blocks of log2(variance + 10), against 8.
  int32_t choose_offset(int32_t x0, int32_t y0) const {
    const PlaneView<const Pixel>& src = cell_.source[0];
    int64_t sum_q8 = 0;
    int32_t blocks = 0;
    for (int32_t y = y0; y + 8 <= std::min(y0 + 64, src.height); y += 8) {
      for (int32_t x = x0; x + 8 <= std::min(x0 + 64, src.width); x += 8) {
        int32_t sum = 0, squares = 0;
        for (int32_t j = 0; j < 8; ++j) {
          for (int32_t i = 0; i < 8; ++i) {
            const int32_t v = src.at(x + i, y + j);
            sum += v;
            squares += v * v;
          }
        }
        const uint32_t variance64 = static_cast<uint32_t>(squares - sum * sum / 64);  // 64 * variance
        // log2 in 1/256 from the cost table: cost(f) = 15 - log2 f in 1/1024.
        const uint32_t v = std::min<uint32_t>(variance64 / 64 + 10, 32768);
        sum_q8 += (15 * 1024 - static_cast<int64_t>(entropy::frequency_cost(v))) / 4;
        ++blocks;
      }
    }
    if (blocks == 0) return 0;
    const int64_t activity_q8 = sum_q8 / blocks - 8 * 256;
    const int64_t offset_q16 = activity_q8 * tuning_.activity_slope_q8;
    const int64_t rounded = offset_q16 >= 0 ? (offset_q16 + 32768) >> 16 : -((-offset_q16 + 32768) >> 16);
    return static_cast<int32_t>(
        std::max<int64_t>(-entropy::kMaxStepOffset, std::min<int64_t>(entropy::kMaxStepOffset, rounded)));
  }

  void code_loop(CellOutcome* outcome) {
    for (int32_t family = 0; family < (header_.color_planes() == 3 ? 2 : 1); ++family) {
      const int32_t blocks = filters_.choose_loop_sets(family, outcome);
      entropy::code_loop_choices(s_.head, blocks, outcome->loop.set[family]);
    }
  }

  const CellSource& cell_;
  const format::StreamHeader& header_;
  const ResidualTuning& tuning_;
  CellEncoderScratch& s_;
  FilterChoice filters_{cell_, header_, tuning_, s_};
  entropy::CellHeader head_;
  entropy::CellModels frozen_;
  int8_t offsets_[64] = {}, luma_offsets_[64] = {};
};

}  // namespace

ResidualTuning make_tuning(int32_t effort, double alpha, int32_t cap_millibpp, int32_t cell) {
  ResidualTuning t;
  t.luma = t.chroma = ladder(effort);
  t.chroma.full_modes = std::max(1, t.luma.full_modes - 1);
  // alpha 0 tunes for PSNR, larger alphas move bits from busy to calm places and spend a little more.
  t.activity_slope_q8 = static_cast<int32_t>(alpha * 1.5 / 0.7 * 256 + 0.5);
  if (t.activity_slope_q8 > 2 * 256) t.activity_slope_q8 = 2 * 256;
  t.lambda_milli = static_cast<int32_t>(90.0 - 15.0 * alpha + 0.5);
  t.cap_bytes = static_cast<int32_t>(static_cast<int64_t>(cap_millibpp) * cell * cell / 8000);
  return t;
}

namespace {

int64_t error_of(const CellSource& cell, const format::StreamHeader& header, bool program) {
  int64_t sum = 0;
  for (int32_t i = 0; i < header.color_planes(); ++i) {
    sum += squared_error(cell.source[i], program ? cell.plane[i].program : cell.plane[i].recon);
  }
  return sum;
}

// The procedural prediction as it is, when it costs less than what was coded.
bool try_bare(const CellSource& cell, const format::StreamHeader& header, const ResidualTuning& tuning,
              int64_t without, int64_t coded_bits) {
  const int64_t with = coded_bits < 0 ? 0 : error_of(cell, header, false);
  const Lagrangian lagrangian = make_lagrangian(header.step16, tuning.lambda_milli);
  if (without != 0 && (coded_bits < 0 || (without - with) * 1024 > lagrangian.lambda * coded_bits))
    return false;
  for (int32_t i = 0; i < header.color_planes(); ++i) {
    const PlaneView<const Pixel>& from = cell.plane[i].program;
    for (int32_t y = 0; y < from.height; ++y) {
      std::memcpy(cell.plane[i].recon.row(y), from.row(y), static_cast<size_t>(from.width));
    }
  }
  return true;
}

}  // namespace

CellOutcome encode_cell(const CellSource& cell, const format::StreamHeader& header,
                        const ResidualTuning& tuning, CellEncoderScratch& scratch) {
  const bool may_be_bare = cell.plane[0].program.data != nullptr && !header.alpha;
  const int64_t without = may_be_bare ? error_of(cell, header, true) : 0;
  scratch.payload.clear();
  if (may_be_bare && try_bare(cell, header, tuning, without, -1)) return CellOutcome();
  for (int32_t raise = 0;; raise = std::min(31, raise + 2)) {
    CellEncoder encoder(cell, header, tuning, scratch);
    const CellOutcome outcome = encoder.run(raise);
    if (may_be_bare &&
        try_bare(cell, header, tuning, without, static_cast<int64_t>(scratch.payload.size()) * 8)) {
      scratch.payload.clear();
      return CellOutcome();
    }
    if (tuning.cap_bytes == 0 || raise == 31 ||
        (scratch.monitor != nullptr && scratch.monitor->cancelled())) {
      return outcome;
    }
    const int64_t area = static_cast<int64_t>(cell.source[0].width) * cell.source[0].height;
    const int64_t whole = static_cast<int64_t>(header.geometry.cell) * header.geometry.cell;
    if (static_cast<int64_t>(scratch.payload.size()) * whole <= tuning.cap_bytes * area) return outcome;
  }
}

}  // namespace pc15::enc
