// Drafts to layers of a program, with the layers that their masks name below them.
#include "text/parser.h"

namespace pc15::text {

using normative::Layer;

Status Parser::build_own(const LayerDraft& draft, int32_t k, Layer* out) {
  Layer& l = *out;
  l.slot = slot_;
  l.seed_layer = static_cast<uint8_t>(k);
  const int32_t extent = normative::slot_frame(document_.programs.geometry, slot_).extent;
  normative::Modifier* const to[normative::kModifierCount] = {&l.warp, &l.palette, &l.mask};
  for (int32_t i = 0; i < normative::kModifierCount; ++i) {
    if (draft.modifier[i].preset != normative::kNoModifier)
      PC15_TRY(backend::make_modifier(draft.modifier[i].preset, to[i]));
  }
  normative::snap_layer(&l, extent);
  PC15_TRY(resolve(draft.generator, l.precision, extent, l.params));
  for (int32_t i = 0; i < normative::kModifierCount; ++i) {
    if (draft.modifier[i].preset != normative::kNoModifier)
      PC15_TRY(resolve(draft.modifier[i], l.precision, extent, to[i]->params));
  }
  if (l.seed_mode != normative::SeedMode::kDerived && !normative::layer_seeded(l)) {
    return refuse(error_, draft.seed_place, Code::kInvalidArgument, "%s does not depend on a seed",
                  backend::preset_name(l.preset));
  }
  return ok_status();
}

Status Parser::build_layer(const LayerDraft& draft, int32_t k, Layer* out) {
  *out = draft.layer;
  if (!draft.has_blend) out->contrast[0] = 128;
  if (!draft.is_copy) {
    PC15_TRY(build_own(draft, k, out));
  } else {
    const int32_t extent = normative::slot_frame(document_.programs.geometry, out->slot).extent;
    PC15_TRY(resolve(draft.generator, out->precision, extent, out->params));
  }
  if (k > 0 || !normative::mask_reads_below(out->mask.preset)) return ok_status();
  return refuse(error_, draft.is_copy ? draft.generator.place : draft.modifier[2].place,
                Code::kInvalidArgument, "mask %s reads the layer below, and there is none",
                backend::preset_name(out->mask.preset));
}

// The layer that a mask names: the one just below, or a definition that is put there with contrast 0.
Status Parser::emit_below(const LayerDraft& draft, int32_t depth, normative::Program* program) {
  const Token& name = draft.below;
  const int length = static_cast<int>(name.length < 40 ? name.length : 40);
  for (int32_t k = 0; k < program->layer_count; ++k) {
    const Token& label = labels_[k];
    const bool same = same_name(label, name);
    if (same && k + 1 == program->layer_count) return ok_status();
    if (same && find_definition(name, DefinitionKind::kLayer) < 0) {
      return refuse(error_, name.place, Code::kInvalidArgument,
                    "a mask reads the layer just below, '%.*s' is deeper", length, text_.data + name.offset);
    }
  }
  int32_t found = -1;
  PC15_TRY(find_layer_definition(name, &found));
  Definition& d = definitions_[static_cast<size_t>(found)];
  if (d.active) {
    return refuse(error_, name.place, Code::kInvalidArgument, "'%.*s' is masked by itself: cyclic definition",
                  length, text_.data + name.offset);
  }
  if (depth + 1 >= normative::kMaxLayers) {
    return refuse(error_, name.place, Code::kLimit, "masks of masks, more than %d layers deep",
                  static_cast<int>(normative::kMaxLayers));
  }
  LayerDraft below;
  const size_t back = at_;
  d.active = in_definition_ = true;
  at_ = d.begin;
  Status status = layer_draft(&below, 0);
  at_ = back;
  in_definition_ = false;
  below.has_blend = true;  // without one its contrast stays 0: it only shapes the layer above
  if (status.ok()) status = emit_layer(below, name, depth + 1, program);
  d.active = false;
  return status;
}

Status Parser::emit_layer(const LayerDraft& draft, const Token& label, int32_t depth,
                          normative::Program* program) {
  if (draft.below.kind == TokenKind::kName) {
    bool* const active =
        draft.definition >= 0 ? &definitions_[static_cast<size_t>(draft.definition)].active : nullptr;
    const bool before = active != nullptr && *active;
    if (active != nullptr) *active = true;
    const Status status = emit_below(draft, depth, program);
    if (active != nullptr) *active = before;
    PC15_TRY(status);
  }
  const int32_t k = program->layer_count;
  if (k >= normative::kMaxLayers) {
    return refuse(error_, draft.generator.place, Code::kOutOfRange,
                  "too many layers: at most %d in a program", static_cast<int>(normative::kMaxLayers));
  }
  PC15_TRY(build_layer(draft, k, &program->layers[k]));
  labels_[k] = label;
  ++program->layer_count;
  return ok_status();
}

}  // namespace pc15::text
