#include "backend/param_codec.h"

#include <cmath>
#include <cstring>

#include "backend/catalogue_text.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the catalogue

enum class Scale : uint8_t { kLinear, kReciprocal, kLogarithmic };
struct Grid {
  Scale scale;
  double unit;  // linear: value of index 1
  ParamType type;
};

Grid value_grid(ParamId id) {
  switch (id) {
    case ParamId::kPeriod:
    case ParamId::kPeriod2:
    case ParamId::kCell:
    case ParamId::kCell2:
      return {Scale::kReciprocal, 1048576.0, ParamType::kFloat};
    case ParamId::kScale:
      return {Scale::kLogarithmic, 1.0 / 16, ParamType::kFloat};
    case ParamId::kAngle:
    case ParamId::kAngle2:
    case ParamId::kSkew:
      return {Scale::kLinear, 360.0 / 262144, ParamType::kFloat};
    case ParamId::kPhase:
    case ParamId::kPhase2:
      return {Scale::kLinear, 1.0 / 4096, ParamType::kFloat};
    case ParamId::kDuty:
      return {Scale::kLinear, 1.0 / 4096, ParamType::kFloat};
    case ParamId::kSoftness:
    case ParamId::kRadius:
    case ParamId::kRadius2:
    case ParamId::kThickness:
      return {Scale::kLinear, 1.0 / 32, ParamType::kFloat};
    case ParamId::kLength:
    case ParamId::kLength2:
    case ParamId::kDecay:
    case ParamId::kAmplitude:
      return {Scale::kLinear, 1.0 / 4, ParamType::kFloat};
    case ParamId::kCenterX:
    case ParamId::kCenterY:
    case ParamId::kOffset:
    case ParamId::kShift:
    case ParamId::kGain:
    case ParamId::kJitter:
    case ParamId::kVariation:
    case ParamId::kDensity:
    case ParamId::kKnot0:
    case ParamId::kKnot1:
    case ParamId::kKnot2:
    case ParamId::kKnot3:
      return {Scale::kLinear, 1.0 / 16, ParamType::kFloat};
    case ParamId::kTwist:
    case ParamId::kThreshold:
    case ParamId::kThreshold2:
    case ParamId::kWidth:
      return {Scale::kLinear, 1.0 / 64, ParamType::kFloat};
    case ParamId::kTiltX:
    case ParamId::kTiltY:
      return {Scale::kLinear, 1.0 / 256, ParamType::kFloat};
    case ParamId::kInvert:
      return {Scale::kLinear, 1.0, ParamType::kBool};
    case ParamId::kProfile:
    case ParamId::kEasing:
      return {Scale::kLinear, 1.0, ParamType::kEnum};
    default:
      return {Scale::kLinear, 1.0, ParamType::kInt};
  }
}

// Of a generator or a modifier.
const PresetSpec* find_spec(int32_t preset) {
  const PresetSpec* spec = find_preset(preset);
  return spec != nullptr ? spec : find_modifier(preset);
}

const ParamSpec* find_param(int32_t preset, int32_t param) {
  const PresetSpec* spec = find_spec(preset);
  return spec != nullptr && param >= 0 && param < spec->param_count ? &spec->params[param] : nullptr;
}

constexpr const char* kProfileNames[kProfileCount] = {"sine", "triangle", "ramp", "pulse"};
constexpr const char* kEasingNames[kEasingCount] = {"linear", "smooth"};

}  // namespace

const char* preset_name(int32_t preset) {
  const PresetText* t = preset_text(preset);
  return t != nullptr ? t->name : nullptr;
}

const char* preset_doc(int32_t preset) {
  const PresetText* t = preset_text(preset);
  return t != nullptr ? t->doc : nullptr;
}

int32_t preset_from_name(const char* name) {
  for (int32_t i = 0; i < catalogue_size(); ++i) {
    const int32_t preset = catalogue_entry(i)->preset;
    if (std::strcmp(preset_name(preset), name) == 0) return preset;
  }
  return -1;
}

int32_t modifier_from_name(Family family, const char* name) {
  for (int32_t i = 0; i < modifier_count(); ++i) {
    const int32_t preset = modifier_entry(i)->preset;
    if (modifier_family(preset) == family && std::strcmp(preset_name(preset), name) == 0) return preset;
  }
  return -1;
}

double param_value(ParamId id, int32_t index) {
  const Grid grid = value_grid(id);
  if (grid.scale == Scale::kReciprocal) return grid.unit / index;
  if (grid.scale == Scale::kLogarithmic) return std::exp2(index * grid.unit);
  return index * grid.unit;
}

int32_t param_index(ParamId id, double value) {
  const Grid grid = value_grid(id);
  double index = value / grid.unit;
  if (grid.scale == Scale::kReciprocal) index = grid.unit / value;
  if (grid.scale == Scale::kLogarithmic) index = std::log2(value) / grid.unit;
  if (!(index > -1e9)) return -1000000000;
  return index < 1e9 ? static_cast<int32_t>(std::lround(index)) : 1000000000;
}

Status param_info(int32_t preset, int32_t param, ParamInfo* out) {
  const ParamSpec* spec = find_param(preset, param);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "generator %" PRId64 " has no parameter %" PRId64, preset,
               param);
  const ParamText* text = param_text(spec->id);
  const Grid grid = value_grid(spec->id);
  *out = ParamInfo{};
  out->id = spec->id;
  out->name = text->name;
  out->unit = text->unit;
  out->doc = text->doc;
  out->type = grid.type;
  out->reciprocal = grid.scale == Scale::kReciprocal;
  out->logarithmic = grid.scale == Scale::kLogarithmic;
  out->lo = param_value(spec->id, out->reciprocal ? spec->hi : spec->lo);
  out->hi = param_value(spec->id, out->reciprocal ? spec->lo : spec->hi);
  out->def = param_value(spec->id, spec->def);
  const int32_t next = spec->def < spec->hi ? spec->def + 1 : spec->def - 1;
  out->step = std::fabs(param_value(spec->id, next) - out->def);
  out->lo_index = spec->lo;
  out->hi_index = spec->hi;
  out->def_index = spec->def;
  return ok_status();
}

int32_t param_from_name(int32_t preset, const char* name) {
  const PresetSpec* spec = find_spec(preset);
  if (spec == nullptr) return -1;
  for (int32_t i = 0; i < spec->param_count; ++i) {
    if (std::strcmp(param_text(spec->params[i].id)->name, name) == 0) return i;
  }
  return -1;
}

const char* enum_value_name(ParamId id, int32_t value) {
  if (id == ParamId::kProfile && value >= 0 && value < kProfileCount) return kProfileNames[value];
  if (id == ParamId::kEasing && value >= 0 && value < kEasingCount) return kEasingNames[value];
  return nullptr;
}

int32_t enum_value_from_name(ParamId id, const char* name) {
  for (int32_t v = 0; enum_value_name(id, v) != nullptr; ++v) {
    if (std::strcmp(enum_value_name(id, v), name) == 0) return v;
  }
  return -1;
}

Status quantize_param(int32_t preset, int32_t param, double value, int32_t* index) {
  const ParamSpec* spec = find_param(preset, param);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "generator %" PRId64 " has no parameter %" PRId64, preset,
               param);
  PC15_FAIL_IF(!std::isfinite(value), Code::kOutOfRange, "parameter %" PRId64 " is not a finite number",
               param);
  const int32_t wrap = param_grid(spec->id).wrap;
  if (wrap > 0) {
    const double turn = param_value(spec->id, 1 << wrap);
    *index = snap_param(*spec, param_index(spec->id, value - turn * std::floor(value / turn)), 0, 1024);
    return ok_status();
  }
  ParamInfo info;
  PC15_TRY(param_info(preset, param, &info));
  const double slack = 1e-9 * (std::fabs(info.lo) + std::fabs(info.hi));
  PC15_FAIL_IF(value < info.lo - slack || value > info.hi + slack, Code::kOutOfRange,
               "parameter %" PRId64 " of generator %" PRId64 " is out of range", param, preset);
  *index = snap_param(*spec, param_index(spec->id, value), 0, 1024);
  return ok_status();
}

Status dequantize_param(int32_t preset, int32_t param, int32_t index, double* value) {
  const ParamSpec* spec = find_param(preset, param);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "generator %" PRId64 " has no parameter %" PRId64, preset,
               param);
  PC15_FAIL_IF(index < spec->lo || index > spec->hi, Code::kOutOfRange,
               "parameter %" PRId64 ": index %" PRId64 " is out of range", param, index);
  *value = param_value(spec->id, index);
  return ok_status();
}

Status make_layer(int32_t preset, Layer* out) {
  const PresetSpec* spec = find_preset(preset);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "no generator has number %" PRId64, preset);
  *out = Layer();
  out->preset = static_cast<uint8_t>(preset);
  for (int32_t i = 0; i < spec->param_count; ++i) out->params[i] = spec->params[i].def;
  if (preset == kRidge) set_default_profile(out);
  return ok_status();
}

Status make_modifier(int32_t preset, Modifier* out) {
  const PresetSpec* spec = find_modifier(preset);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "no warp, palette or mask has number %" PRId64, preset);
  *out = Modifier();
  out->preset = static_cast<uint8_t>(preset);
  for (int32_t i = 0; i < spec->param_count; ++i) out->params[i] = spec->params[i].def;
  return ok_status();
}

Status set_layer_values(Span<const double> values, int32_t frame_extent, Layer* layer) {
  const PresetSpec* spec = find_preset(layer->preset);
  PC15_FAIL_IF(spec == nullptr, Code::kNotFound, "no generator has number %" PRId64, layer->preset);
  PC15_FAIL_IF(values.size != spec->param_count, Code::kInvalidArgument,
               "the generator takes %" PRId64 " parameters, %" PRId64 " given", spec->param_count,
               static_cast<int64_t>(values.size));
  Layer result = *layer;
  for (int32_t i = 0; i < spec->param_count; ++i) {
    PC15_TRY(quantize_param(layer->preset, i, values[static_cast<size_t>(i)], &result.params[i]));
  }
  snap_layer(&result, frame_extent);
  *layer = result;
  return ok_status();
}

}  // namespace pc15::backend
