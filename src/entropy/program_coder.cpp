// The three instances of the program syntax, and the check that a program can be coded.
#include "entropy/program_coder.h"

#include "entropy/program_syntax.h"

namespace pc15::entropy {
namespace {

using namespace normative;  // programs and catalogue are what this file writes

// Initial weights (any scale); an absent list means uniform.
struct Weights {
  uint16_t w[kMaxSymbols];
};
void init(AdaptiveCdf* cdf, int32_t size, const Weights& weights) {
  cdf_init_weights(cdf, size, weights.w, 0);
}

constexpr Weights kModeFirst = {{10, 4, 12, 1, 1}};
constexpr Weights kModeAfter[5] = {
    {{48, 2, 4, 1, 2}}, {{4, 12, 6, 8, 4}}, {{4, 3, 14, 10, 6}}, {{3, 2, 5, 24, 8}}, {{3, 2, 5, 8, 20}}};
constexpr Weights kLevelClass = {{3, 2}};
constexpr Weights kFieldOrder = {{10, 4, 1}};
constexpr Weights kLayerCount = {{3, 16, 3, 1}};
constexpr Weights kSource = {{8, 3, 2, 1}};
constexpr Weights kSourceLayer = {{6, 1, 1}};
constexpr Weights kKernel = {{2, 6, 3, 6, 2, 1}};
constexpr Weights kPrecision = {{10, 4, 6, 6, 8, 4, 2, 1}};
constexpr Weights kBlend = {{24, 2, 1, 1, 1}};
constexpr Weights kSeedMode = {{30, 1, 1}};
constexpr Weights kContrast = {{1, 1, 1, 2, 4, 6, 8, 10, 10, 1, 1, 1, 1, 1, 1, 1}};
constexpr Weights kSlope = {{8, 2, 3, 4, 5, 6, 5, 4, 3, 1, 1, 1, 1, 1, 1, 1}};
constexpr Weights kFrequency = {{1, 4, 10, 14, 14, 12, 9, 6, 4, 2, 1, 1, 1, 1, 1, 1}};
constexpr Weights kSmall = {{6, 3, 4, 6, 9, 8, 7, 5, 4, 3, 2, 1, 1, 1, 1, 1}};
constexpr Weights kPosition = {{12, 1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 6, 5, 4, 2, 1}};
constexpr Weights kSecond = {{1, 1}};
constexpr Weights kAngleWeights = {{10, 2, 8, 2, 1, 1, 1, 1, 14}};
constexpr Weights kPhaseWeights = {{8, 3, 3, 3, 16}};

Weights length_weights(ParamId id) {
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return kFrequency;
    case ParamId::kSkew:
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
      return kPosition;
    default:
      return kSmall;
  }
}

int32_t group_first_tile(const Geometry& g, int32_t group) { return group * g.group_rows * g.tile_cols(); }
int32_t group_end_tile(const Geometry& g, int32_t group) {
  const int32_t row = (group + 1) * g.group_rows;
  return (row < g.tile_rows() ? row : g.tile_rows()) * g.tile_cols();
}

bool field_ok(const Program& p, int32_t planes) {
  Program snapped = p;
  snap_levels(&snapped);
  if (p.level_class > 1 || p.field.order > 2 || (p.field.has_chroma && planes != 3)) return false;
  const int32_t terms = p.field.order == 0 ? 1 : p.field.order == 1 ? 3 : int32_t{kFieldTerms};
  for (int32_t c = 0; c < (p.field.has_chroma ? 3 : 1); ++c) {
    for (int32_t t = 0; t < terms; ++t) {
      if (p.field.coef[c][t] != snapped.field.coef[c][t]) return false;
    }
  }
  return true;
}

bool contrast_ok(const Layer& l, int32_t level_class, int32_t planes) {
  if (static_cast<int32_t>(l.blend) >= kBlendCount || (l.has_chroma && planes != 3)) return false;
  for (int32_t c = 0; c < (l.has_chroma ? 3 : 1); ++c) {
    if (l.contrast[c] != snap_contrast(l.contrast[c], level_class)) return false;
  }
  return true;
}

bool same_geometry(const Layer& a, const Layer& b) {
  bool same = a.preset == b.preset && a.precision == b.precision && a.seed_mode == b.seed_mode &&
              a.seed_layer == b.seed_layer && a.slot == b.slot;
  if (a.seed_mode == SeedMode::kNudge) same = same && a.nudge == b.nudge;
  if (a.seed_mode == SeedMode::kExplicit) same = same && a.explicit_seed == b.explicit_seed;
  for (int32_t i = 0; i < kMaxParams; ++i) same = same && a.params[i] == b.params[i];
  return same;
}

// Any instance knows where neighbours are.
using Walker = ProgramSyntax<CostCounter>;

Status check_layer(const Walker& walker, const ProgramImage& programs, const Program& program, int32_t k,
                   int32_t slot) {
  const Layer& l = program.layers[k];
  PC15_FAIL_IF(!contrast_ok(l, program.level_class, programs.color_planes), Code::kOutOfRange,
               "slot %" PRId64 ", layer %" PRId64 ": blend or contrast out of range", slot, k);
  if (l.source != LayerSource::kOwn) {
    const Layer* from = slot == kImageSlot ? nullptr : walker.source_layer(l.source, l.source_layer, slot);
    PC15_FAIL_IF(from == nullptr || !same_geometry(*from, l), Code::kOutOfRange,
                 "slot %" PRId64 ", layer %" PRId64 ": differs from the layer it copies", slot, k);
    return ok_status();
  }
  PC15_FAIL_IF(l.slot != slot || l.seed_layer != k, Code::kOutOfRange,
               "slot %" PRId64 ", layer %" PRId64 ": an own layer with the frame of slot %" PRId64, slot, k,
               l.slot);
  PC15_FAIL_IF(!layer_valid(l, slot_frame(programs.geometry, slot).extent), Code::kOutOfRange,
               "slot %" PRId64 ", layer %" PRId64 ": a parameter is outside its range or off its grid", slot,
               k);
  PC15_FAIL_IF(static_cast<int32_t>(l.seed_mode) > 2 || l.nudge > 15, Code::kOutOfRange,
               "slot %" PRId64 ", layer %" PRId64 ": seed mode or nudge out of range", slot, k);
  return ok_status();
}

Status check_tile(const ProgramImage& programs, const TileProgram& tile, int32_t slot) {
  TileProgram expected = tile;
  PC15_FAIL_IF(!set_tile_mode(programs, slot, tile.mode, &expected) || expected.slot != tile.slot,
               Code::kInvalidArgument, "tile %" PRId64 ": mode %" PRId64 " with slot %" PRId64, slot,
               static_cast<int64_t>(tile.mode), tile.slot);
  if (tile.mode != TileMode::kFlat && tile.mode != TileMode::kProgram) return ok_status();
  PC15_FAIL_IF(
      tile.mode == TileMode::kFlat && (tile.program.field.order != 0 || tile.program.layer_count != 0),
      Code::kInvalidArgument, "tile %" PRId64 " is flat and has slopes or layers", slot);
  return check_program(programs, tile.program, slot);
}

template <typename Coder>
void code_program(Coder& coder, const ProgramImage& programs, Program program, int32_t slot) {
  ProgramModels models;
  init_program_models(&models);
  ProgramSyntax<Coder>(coder, models, programs).program(program, slot, false);
}

uint64_t tile_cost(ProgramModels* models, const ProgramImage& programs, const TileProgram& tile, int32_t slot,
                   int32_t previous_mode) {
  CostCounter counter;
  TileProgram copy = tile;
  ProgramSyntax<CostCounter>(counter, *models, programs).tile(copy, slot, previous_mode);
  return counter.cost();
}

}  // namespace

void init_program_models(ProgramModels* m) {
  init(&m->tile_mode[5], kTileModeCount, kModeFirst);
  for (int32_t i = 0; i < kTileModeCount; ++i) init(&m->tile_mode[i], kTileModeCount, kModeAfter[i]);
  init(&m->level_class, 2, kLevelClass);
  init(&m->field_order, 3, kFieldOrder);
  init(&m->layer_count, kMaxLayers + 1, kLayerCount);
  cdf_init_uniform(&m->chroma_field, 2);
  cdf_init_uniform(&m->chroma_layer, 2);
  init(&m->source, 4, kSource);
  init(&m->source_layer, kMaxLayers, kSourceLayer);
  init(&m->kernel, kKernelCount, kKernel);
  for (int32_t k = 0; k < kKernelCount; ++k) cdf_init_uniform(&m->preset[k], presets_of_kernel(k));
  init(&m->precision, kMaxPrecision + 1, kPrecision);
  init(&m->blend, kBlendCount, kBlend);
  init(&m->seed_mode, 3, kSeedMode);
  for (int32_t c = 0; c < 2; ++c) {
    init(&m->slope[c], 16, kSlope);
    init(&m->contrast[c], 16, kContrast);
    init(&m->angle[c], 9, kAngleWeights);
    init(&m->phase[c], 5, kPhaseWeights);
  }
  for (int32_t i = 0; i < kParamIdCount; ++i)
    init(&m->length[i], 16, length_weights(static_cast<ParamId>(i)));
  init(&m->second_cell, 2, kSecond);
}

Status check_program(const ProgramImage& programs, const Program& program, int32_t slot) {
  PC15_FAIL_IF(!field_ok(program, programs.color_planes), Code::kOutOfRange,
               "slot %" PRId64 ": field or level class out of range", slot);
  PC15_FAIL_IF(program.layer_count > kMaxLayers, Code::kOutOfRange, "slot %" PRId64 ": %" PRId64 " layers",
               slot, program.layer_count);
  CostCounter unused;
  ProgramModels models;
  const Walker walker(unused, models, programs);
  for (int32_t k = 0; k < program.layer_count; ++k) PC15_TRY(check_layer(walker, programs, program, k, slot));
  return ok_status();
}

Status encode_image_program(const ProgramImage& programs, Vector<uint8_t>* out) {
  PC15_FAIL_IF(!programs.has_image_program, Code::kInvalidArgument, "there is no image-wide program");
  PC15_TRY(check_program(programs, programs.image_program, kImageSlot));
  SymbolEncoder encoder(out->memory());
  code_program(encoder, programs, programs.image_program, kImageSlot);
  encoder.finish(out);
  return ok_status();
}

Status decode_image_program(ByteSpan stream, ProgramImage* programs) {
  Program program;
  SymbolDecoder decoder(stream);
  ProgramModels models;
  init_program_models(&models);
  ProgramSyntax<SymbolDecoder> syntax(decoder, models, *programs);
  syntax.program(program, kImageSlot, false);
  PC15_FAIL_IF(!decoder.good(), Code::kCorrupt,
               "image program: bad value or end of data, layer %" PRId64 ", parameter %" PRId64,
               syntax.place().layer, syntax.place().param);
  PC15_FAIL_IF(!decoder.finished(), Code::kCorrupt, "image program: data left over");
  programs->image_program = program;
  programs->has_image_program = true;
  return ok_status();
}

Status encode_group(const ProgramImage& programs, int32_t group, Vector<uint8_t>* out,
                    Span<uint32_t> bits_per_tile) {
  const Geometry& g = programs.geometry;
  PC15_FAIL_IF(
      group < 0 || group >= g.group_count() || programs.tiles.size() != static_cast<size_t>(g.tile_count()),
      Code::kInvalidArgument, "no group %" PRId64 " of tiles", group);
  const int32_t first = group_first_tile(g, group), end = group_end_tile(g, group);
  for (size_t i = 0; i < bits_per_tile.size; ++i) bits_per_tile[i] = 0;
  bool all_skipped = true;
  for (int32_t slot = first; slot < end; ++slot) {
    const TileProgram& tile = programs.tiles[static_cast<size_t>(slot)];
    PC15_TRY(check_tile(programs, tile, slot));
    all_skipped = all_skipped && tile.mode == TileMode::kSkip;
  }
  if (all_skipped) return ok_status();
  SymbolEncoder encoder(out->memory());
  ProgramModels models, priced;
  init_program_models(&models);
  priced = models;
  int32_t previous = 5;
  for (int32_t slot = first; slot < end; ++slot) {
    TileProgram tile = programs.tiles[static_cast<size_t>(slot)];
    if (!bits_per_tile.empty()) {
      const uint64_t cost = tile_cost(&priced, programs, tile, slot, previous);
      bits_per_tile[static_cast<size_t>(slot - first)] =
          static_cast<uint32_t>((cost + kCostOne / 2) >> kCostBits);
    }
    ProgramSyntax<SymbolEncoder>(encoder, models, programs).tile(tile, slot, previous);
    previous = static_cast<int32_t>(tile.mode);
  }
  encoder.finish(out);
  return ok_status();
}

Status decode_group(ByteSpan stream, int32_t group, ProgramImage* programs) {
  const Geometry& g = programs->geometry;
  PC15_FAIL_IF(
      group < 0 || group >= g.group_count() || programs->tiles.size() != static_cast<size_t>(g.tile_count()),
      Code::kInvalidArgument, "no group %" PRId64 " of tiles", group);
  const int32_t first = group_first_tile(g, group), end = group_end_tile(g, group);
  for (int32_t slot = first; slot < end; ++slot) programs->tiles[static_cast<size_t>(slot)] = TileProgram();
  if (stream.size == 0) return ok_status();  // all skipped
  SymbolDecoder decoder(stream);
  ProgramModels models;
  init_program_models(&models);
  ProgramSyntax<SymbolDecoder> syntax(decoder, models, *programs);
  Status status;
  int32_t previous = 5;
  for (int32_t slot = first; slot < end && status.ok(); ++slot) {
    TileProgram& tile = programs->tiles[static_cast<size_t>(slot)];
    syntax.tile(tile, slot, previous);
    previous = static_cast<int32_t>(tile.mode);
    if (!decoder.good()) {
      status = Status(Code::kCorrupt,
                      "tile %" PRId64 ": bad value or end of data, layer %" PRId64 ", parameter %" PRId64,
                      slot, syntax.place().layer, syntax.place().param);
    }
  }
  if (status.ok() && !decoder.finished()) {
    status = Status(Code::kCorrupt, "group %" PRId64 " of tiles: data left over", group);
  }
  if (!status.ok()) {
    for (int32_t slot = first; slot < end; ++slot) programs->tiles[static_cast<size_t>(slot)] = TileProgram();
  }
  return status;
}

double program_cost_bits(const ProgramImage& programs, const TileProgram& tile, int32_t slot) {
  ProgramModels models;
  init_program_models(&models);
  uint64_t cost = 0;
  if (slot == kImageSlot) {
    CostCounter counter;
    Program copy = tile.program;
    ProgramSyntax<CostCounter>(counter, models, programs).program(copy, slot, false);
    cost = counter.cost();
  } else {
    cost = tile_cost(&models, programs, tile, slot, 5);
  }
  return static_cast<double>(cost) / kCostOne;
}

bool copy_layer_geometry(const ProgramImage& programs, int32_t slot, LayerSource source, int32_t source_layer,
                         Layer* layer) {
  if (slot == kImageSlot || source == LayerSource::kOwn) return false;
  CostCounter unused;
  ProgramModels models;
  const Layer* from = Walker(unused, models, programs).source_layer(source, source_layer, slot);
  if (from == nullptr) return false;
  Walker::copy_geometry(*from, layer);
  layer->source = source;
  layer->source_layer = static_cast<uint8_t>(source_layer);
  return true;
}

bool set_tile_mode(const ProgramImage& programs, int32_t slot, TileMode mode, TileProgram* tile) {
  CostCounter unused;
  ProgramModels models;
  const Walker walker(unused, models, programs);
  int32_t target = slot;
  if (mode == TileMode::kSkip) {
    target = kImageSlot;
  } else if (mode == TileMode::kMergeLeft || mode == TileMode::kMergeUp) {
    const int32_t neighbour = mode == TileMode::kMergeLeft ? walker.left_of(slot) : walker.above(slot);
    if (neighbour < 0) return false;
    target = programs.resolve_slot(neighbour);
  } else if (mode != TileMode::kFlat && mode != TileMode::kProgram) {
    return false;
  }
  tile->mode = mode;
  tile->slot = target;
  return true;
}

}  // namespace pc15::entropy
