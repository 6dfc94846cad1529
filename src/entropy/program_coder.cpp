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
constexpr Weights kKernel = {{4, 12, 6, 12, 4, 2, 4, 2, 1, 1}};
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
constexpr Weights kModifier = {{60, 1, 1, 1, 1, 1}};
constexpr Weights kProfileCount = {{1, 1, 2, 3, 4, 3, 1}};
constexpr Weights kProfileFirst = {{1, 1, 1, 2, 4, 6, 6, 4}};
constexpr Weights kProfileNext = {{2, 2, 3, 4, 5, 5, 3, 1}};
constexpr Weights kProfileRest = {{8, 5, 5, 4, 3, 2, 1, 1}};
constexpr Weights kHasDelta = {{4, 1}};
constexpr Weights kDelta = {{12, 6, 4, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1}};
constexpr Weights kHasAtoms = {{60, 1}};
constexpr Weights kAtomStep = {{4, 6, 8, 8, 6, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1}};
constexpr Weights kAtomAmplitude = {{1, 1, 2, 4, 6, 8, 8, 6, 5, 4, 3, 2, 1, 1, 1}};

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
    case ParamId::kTwist:
    case ParamId::kTiltX:
    case ParamId::kTiltY:
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

bool same_modifier(const Modifier& a, const Modifier& b) {
  bool same = a.preset == b.preset;
  for (int32_t i = 0; i < kMaxModifierParams; ++i) same = same && a.params[i] == b.params[i];
  return same;
}

// All but the parameters.
bool same_geometry(const Layer& a, const Layer& b) {
  bool same = a.preset == b.preset && a.precision == b.precision && a.seed_mode == b.seed_mode &&
              a.seed_layer == b.seed_layer && a.slot == b.slot;
  if (a.seed_mode == SeedMode::kNudge) same = same && a.nudge == b.nudge;
  if (a.seed_mode == SeedMode::kExplicit) same = same && a.explicit_seed == b.explicit_seed;
  same = same && a.profile_count == b.profile_count && same_modifier(a.warp, b.warp) &&
         same_modifier(a.palette, b.palette) && same_modifier(a.mask, b.mask);
  for (int32_t i = 0; i < kMaxProfile; ++i) same = same && a.profile[i] == b.profile[i];
  return same;
}

bool same_params(const Layer& a, const Layer& b) {
  bool same = true;
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
  PC15_FAIL_IF(k == 0 && mask_reads_below(l.mask.preset), Code::kOutOfRange,
               "slot %" PRId64 ", layer 0: its mask reads a layer below, and there is none", slot);
  if (l.source != LayerSource::kOwn) {
    const Layer* from = slot == kImageSlot ? nullptr : walker.source_layer(l.source, l.source_layer, slot);
    const bool exact = from != nullptr && same_geometry(*from, l) && (l.has_delta || same_params(*from, l));
    PC15_FAIL_IF(!exact || !layer_valid(l, slot_frame(programs.geometry, l.slot).extent), Code::kOutOfRange,
                 "slot %" PRId64 ", layer %" PRId64 ": differs from the layer it copies", slot, k);
    return ok_status();
  }
  PC15_FAIL_IF(l.has_delta, Code::kOutOfRange, "slot %" PRId64 ", layer %" PRId64 ": a difference to nothing",
               slot, k);
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
      tile.mode == TileMode::kFlat &&
          (tile.program.field.order != 0 || tile.program.layer_count != 0 || tile.program.atom_count != 0),
      Code::kInvalidArgument, "tile %" PRId64 " is flat and has slopes, layers or atoms", slot);
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
  const Family families[kModifierCount] = {Family::kWarp, Family::kPalette, Family::kMask};
  for (int32_t i = 0; i < kModifierCount; ++i) {
    init(&m->modifier[i], modifiers_of_family(families[i]) + 1, kModifier);
  }
  init(&m->profile_count, 7, kProfileCount);
  init(&m->profile[0], 16, kProfileFirst);
  init(&m->profile[1], 16, kProfileNext);
  init(&m->profile[2], 16, kProfileRest);
  init(&m->has_delta, 2, kHasDelta);
  init(&m->delta[0], 16, kDelta);
  init(&m->delta[1], 16, kDelta);
  init(&m->has_atoms, 2, kHasAtoms);
  cdf_init_uniform(&m->atom_shape[0], 8);
  cdf_init_uniform(&m->atom_shape[1], 8);
  init(&m->atom_step, 16, kAtomStep);
  init(&m->atom_amplitude, 15, kAtomAmplitude);
}

namespace {

Status check_atoms(const ProgramImage& programs, const Program& program, int32_t slot) {
  if (program.atom_count == 0) return ok_status();
  const int64_t end = int64_t{program.atom_first} + program.atom_count;
  PC15_FAIL_IF(program.atom_count < 0 || program.atom_count > kMaxAtoms || program.atom_first < 0 ||
                   end > static_cast<int64_t>(programs.atoms.size()),
               Code::kOutOfRange, "slot %" PRId64 ": %" PRId64 " atoms", slot, program.atom_count);
  const int32_t half = slot_frame(programs.geometry, slot).extent / 2;
  const Atom* before = nullptr;
  for (int64_t i = program.atom_first; i < end; ++i) {
    const Atom& a = programs.atoms[static_cast<size_t>(i)];
    const bool inside = a.x >= -half && a.x <= half && a.y >= -half && a.y <= half;
    const bool ordered = before == nullptr || a.y > before->y || (a.y == before->y && a.x >= before->x);
    const bool coded = a.shape < kAtomShapes && a.orientation < 16 && a.phase < 16 && a.amplitude != 0 &&
                       a.amplitude >= -15 && a.amplitude <= 15;
    PC15_FAIL_IF(!inside || !ordered || !coded, Code::kOutOfRange,
                 "slot %" PRId64 ": atom %" PRId64 " is out of range or out of order", slot,
                 i - program.atom_first);
    before = &a;
  }
  return ok_status();
}

}  // namespace

Status check_program(const ProgramImage& programs, const Program& program, int32_t slot) {
  PC15_FAIL_IF(!field_ok(program, programs.color_planes), Code::kOutOfRange,
               "slot %" PRId64 ": field or level class out of range", slot);
  PC15_FAIL_IF(program.layer_count > kMaxLayers, Code::kOutOfRange, "slot %" PRId64 ": %" PRId64 " layers",
               slot, program.layer_count);
  CostCounter unused;
  ProgramModels models;
  const Walker walker(unused, models, programs);
  for (int32_t k = 0; k < program.layer_count; ++k) PC15_TRY(check_layer(walker, programs, program, k, slot));
  return check_atoms(programs, program, slot);
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
  const size_t atoms = programs->atoms.size();
  ProgramSyntax<SymbolDecoder> syntax(decoder, models, *programs, &programs->atoms);
  syntax.program(program, kImageSlot, false);
  if (!decoder.finished()) programs->atoms.resize(atoms);
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
  const size_t atoms = programs->atoms.size();
  ProgramSyntax<SymbolDecoder> syntax(decoder, models, *programs, &programs->atoms);
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
    programs->atoms.resize(atoms);
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
