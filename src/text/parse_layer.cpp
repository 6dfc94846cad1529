// Layers: what is written becomes a draft, which a tile turns into indices on its grids.
#include "entropy/program_coder.h"
#include "text/parser.h"

namespace pc15::text {
namespace {

using normative::Layer;

constexpr normative::Family kFamilies[normative::kModifierCount] = {
    normative::Family::kWarp, normative::Family::kPalette, normative::Family::kMask};

// Names of a family in order, null after the last.
const char* modifier_name(normative::Family family, int32_t i) {
  return i < normative::modifiers_of_family(family)
             ? backend::preset_name(static_cast<int32_t>(family) * 16 + i)
             : nullptr;
}

int16_t negated_neutral(int16_t level) { return static_cast<int16_t>(level - normative::kNeutralDc); }

}  // namespace

// A generator, a copy or a definition, then attributes in any order until something else follows.
Status Parser::layer_draft(LayerDraft* draft, int32_t depth) {
  PC15_TRY(head(draft, depth));
  uint32_t seen = 0;
  for (bool known = true; known;) PC15_TRY(attribute(draft, &seen, &known));
  return ok_status();
}

Status Parser::head(LayerDraft* draft, int32_t depth) {
  const Token name = take();
  if (name.kind != TokenKind::kName) return unexpected(name, "a generator, a definition or 'copy'");
  if (steps_left_ == 0)
    return refuse(error_, name.place, Code::kLimit, "ranges and definitions repeat too much");
  if (same_word(word(name), "copy")) return copy_head(name, draft);
  int32_t preset = -1;
  for (int32_t i = 0; generators_[i] != nullptr && preset < 0; ++i) {
    if (same_word(word(name), generators_[i])) preset = normative::catalogue_entry(i)->preset;
  }
  if (preset < 0) return use_definition(name, draft, depth);
  draft->generator.preset = static_cast<uint8_t>(preset);
  draft->generator.place = name.place;
  PC15_TRY(backend::make_layer(preset, &draft->layer));
  return parameters(preset, draft->generator.given);
}

Status Parser::find_layer_definition(const Token& name, int32_t* definition) {
  *definition = find_definition(name, DefinitionKind::kLayer);
  if (*definition >= 0) return ok_status();
  const char* near = nearest_word(word(name), [&](int32_t i) { return generators_[i]; });
  return unknown_name(name, "generator or definition", near);
}

Status Parser::use_definition(const Token& name, LayerDraft* draft, int32_t depth) {
  int32_t found = -1;
  PC15_TRY(find_layer_definition(name, &found));
  Definition& d = definitions_[static_cast<size_t>(found)];
  if (d.active) {
    return refuse(error_, name.place, Code::kInvalidArgument, "'%.*s' is made of itself: cyclic definition",
                  static_cast<int>(name.length < 40 ? name.length : 40), text_.data + name.offset);
  }
  if (depth >= kMaxDepth) {
    return refuse(error_, name.place, Code::kLimit, "definitions of definitions, more than %d deep",
                  static_cast<int>(kMaxDepth));
  }
  const size_t back = at_;
  const bool outer = in_definition_;
  d.active = in_definition_ = true;
  at_ = d.begin;
  const Status status = layer_draft(draft, depth + 1);
  d.active = false;
  in_definition_ = outer;
  at_ = back;
  PC15_TRY(status);
  draft->definition = found;
  return parameters(draft->generator.preset, draft->generator.given);
}

// "copy left 0", then differences in brackets: empty ones are a difference of nothing.
Status Parser::copy_head(const Token& at, LayerDraft* draft) {
  if (in_definition_ || slot_ == normative::kImageSlot) {
    return refuse(error_, at.place, Code::kInvalidArgument, "only layers of tiles can be copies");
  }
  const Token from = take();
  const int32_t source = from.kind == TokenKind::kName ? find_word(kSourceWords, word(from)) : -1;
  if (source < 1) return unexpected(from, "'left', 'up' and 'image'");
  const Token which = peek();
  int64_t number = -1;
  if (source == static_cast<int32_t>(normative::LayerSource::kImage) && which.kind == TokenKind::kName) {
    take();
    for (int32_t k = 0; k < normative::kMaxLayers && number < 0; ++k) {
      if (same_name(image_labels_[k], which)) number = k;
    }
    if (number < 0) return unknown_name(which, "layer of the image-wide program", nullptr);
  } else {
    PC15_TRY(integer("the number of the layer", 0, normative::kMaxLayers - 1, &number));
  }
  draft->is_copy = true;
  const bool there =
      entropy::copy_layer_geometry(document_.programs, slot_, static_cast<normative::LayerSource>(source),
                                   static_cast<int32_t>(number), &draft->layer);
  if (!there) {
    return refuse(error_, which.place, Code::kOutOfRange, "tile %d: there is no layer %d to copy from '%s'",
                  slot_, static_cast<int>(number), kSourceWords[source]);
  }
  draft->generator.preset = draft->layer.preset;
  draft->generator.place = at.place;
  draft->layer.has_delta = is_sign(peek(), '(');
  return parameters(draft->layer.preset, draft->generator.given);
}

Status Parser::attribute(LayerDraft* draft, uint32_t* seen, bool* known) {
  const Token token = peek();
  *known = false;
  if (token.kind != TokenKind::kName) return ok_status();
  const int32_t blend_word = find_word(kBlendWords, word(token));
  const int32_t kind = find_word(kModifierWords, word(token));
  const int32_t other = find_word(kAttributeWords, word(token));
  *known = blend_word >= 0 || kind >= 0 || other >= 0;
  if (!*known) return ok_status();
  const bool seeds = other == 1 || other == 2;  // they exclude each other
  const uint32_t bit = blend_word >= 0 ? 1u : kind >= 0 ? 2u << kind : seeds ? 16u : 32u << other;
  take();
  if ((*seen & bit) != 0) {
    return refuse(error_, token.place, Code::kInvalidArgument, "a second '%.*s' of one layer",
                  static_cast<int>(token.length), text_.data + token.offset);
  }
  *seen |= bit;
  if (blend_word >= 0) return blend(static_cast<normative::Blend>(blend_word), draft);
  if (draft->is_copy) {
    return refuse(error_, token.place, Code::kInvalidArgument,
                  "a copy keeps its source's %.*s: allowed are differences in brackets and a blend",
                  static_cast<int>(token.length), text_.data + token.offset);
  }
  if (kind >= 0) return modifier(kind, draft);
  if (other == 3) return profile(draft);
  if (other != 0) return seed(token, draft);
  int64_t precision = 0;
  PC15_TRY(integer("the precision", 0, normative::kMaxPrecision, &precision));
  draft->layer.precision = static_cast<uint8_t>(precision);
  return ok_status();
}

Status Parser::modifier(int32_t kind, LayerDraft* draft) {
  const Token name = take();
  if (name.kind != TokenKind::kName) return unexpected(name, "the name of a warp, palette or mask");
  const normative::Family family = kFamilies[kind];
  int32_t found = -1;
  for (int32_t i = 0; modifier_name(family, i) != nullptr && found < 0; ++i) {
    if (same_word(word(name), modifier_name(family, i))) found = i;
  }
  if (found < 0) {
    return unknown_name(name, kModifierWords[kind],
                        nearest_word(word(name), [&](int32_t i) { return modifier_name(family, i); }));
  }
  PartDraft& part = draft->modifier[kind];
  part = PartDraft();
  part.preset = static_cast<uint8_t>(static_cast<int32_t>(family) * 16 + found);
  part.place = name.place;
  PC15_TRY(parameters(part.preset, part.given));
  if (family != normative::Family::kMask) return ok_status();
  draft->below = Token();
  if (!take_word("of")) return ok_status();
  if (!normative::mask_reads_below(part.preset)) {
    return refuse(error_, peek().place, Code::kInvalidArgument,
                  "mask %s reads no layer: 'of' belongs to %s and %s", modifier_name(family, found),
                  backend::preset_name(normative::kMaskThreshold),
                  backend::preset_name(normative::kMaskKernel));
  }
  draft->below = take();
  return draft->below.kind == TokenKind::kName ? ok_status()
                                               : unexpected(draft->below, "the name of a layer");
}

// Coefficients in units of 1/64.
Status Parser::profile(LayerDraft* draft) {
  draft->profile_place = peek().place;
  if (draft->generator.preset != normative::kRidge) {
    return refuse(error_, draft->profile_place, Code::kInvalidArgument, "only a ridge has a profile");
  }
  PC15_TRY(expect_sign('(', "before the coefficients of the profile"));
  Layer& l = draft->layer;
  l.profile_count = 0;
  for (int8_t& c : l.profile) c = 0;
  Place last;
  do {
    last = peek().place;
    if (l.profile_count == normative::kMaxProfile) {
      return refuse(error_, last, Code::kOutOfRange, "a profile has at most %d coefficients",
                    static_cast<int>(normative::kMaxProfile));
    }
    double value = 0;
    PC15_TRY(number("a coefficient", -127 / 64.0, 127 / 64.0, "", &value));
    l.profile[l.profile_count++] = static_cast<int8_t>(value < 0 ? value * 64 - 0.5 : value * 64 + 0.5);
  } while (take_sign(','));
  if (l.profile[l.profile_count - 1] == 0) {
    return refuse(error_, last, Code::kOutOfRange, "the last coefficient of a profile is not 0");
  }
  return expect_sign(')', "after the coefficients of the profile");
}

// A contrast in grey levels, or where the blend shows a level, a colour.
Status Parser::blend(normative::Blend blend, LayerDraft* draft) {
  Layer& l = draft->layer;
  l.blend = blend;
  draft->has_blend = true;
  l.contrast[0] = l.contrast[1] = l.contrast[2] = 0;
  const Token token = peek();
  const int32_t most = normative::kMaxContrast;
  if (token.kind != TokenKind::kHash) return levels("the contrast", -most, most, l.contrast, &l.has_chroma);
  if (blend == normative::Blend::kAdd || blend == normative::Blend::kMul) {
    return refuse(error_, token.place, Code::kInvalidArgument,
                  "'%s' takes a contrast: a colour belongs to over, min, max",
                  kBlendWords[static_cast<int32_t>(blend)]);
  }
  PC15_TRY(colour(true, l.contrast, &l.has_chroma));
  for (int16_t& c : l.contrast) c = negated_neutral(c);
  if (!l.has_chroma) l.contrast[1] = l.contrast[2] = 0;
  return ok_status();
}

Status Parser::seed(const Token& at, LayerDraft* draft) {
  Layer& l = draft->layer;
  draft->seed_place = at.place;
  l.nudge = 0;
  l.explicit_seed = 0;
  if (same_word(word(at), "seed")) {
    l.seed_mode = normative::SeedMode::kExplicit;
    return any_integer("the seed", &l.explicit_seed);
  }
  int64_t nudge = 0;
  PC15_TRY(integer("the nudge", 0, 15, &nudge));
  l.seed_mode = normative::SeedMode::kNudge;
  l.nudge = static_cast<uint8_t>(nudge);
  return ok_status();
}

}  // namespace pc15::text
