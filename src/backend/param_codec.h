// Between people and the catalogue: names, units, texts, and real values <-> grid indices. Nothing here
// decides pixels: the decoder never converts to a real number.
//
// Thread rule: pure functions over constant tables. Errors: kNotFound, kOutOfRange, kInvalidArgument.
#pragma once

#include <cstdint>

#include "base/span.h"
#include "base/status.h"
#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::backend {

enum class ParamType : uint8_t { kInt = 0, kFloat = 1, kEnum = 2, kBool = 3 };

// One parameter of a preset as users see it. Strings are static.
struct ParamInfo {
  normative::ParamId id;
  const char* name;  // "period", "angle", ...
  const char* unit;  // "px", "deg", "turn", "" ...
  const char* doc;   // one sentence
  ParamType type;
  bool reciprocal;     // grid uniform in 1/value
  bool logarithmic;    // grid uniform in log(value)
  double lo, hi, def;  // lo <= def <= hi
  double step;         // distance of neighbouring grid values (at the default where it varies)
  int32_t lo_index, hi_index, def_index;  // with reciprocal grids lo_index belongs to hi
};

// Of generators and of modifiers (warps, palettes, masks); so is everything below that takes a preset.
const char* preset_name(int32_t preset);     // null when there is none
const char* preset_doc(int32_t preset);      // one paragraph with the formula
int32_t preset_from_name(const char* name);  // -1 when unknown; "stripes_pulse" is no name: profile = pulse
// The preset of a family by its name ("sine" among warps), -1 when unknown.
int32_t modifier_from_name(normative::Family family, const char* name);
Status param_info(int32_t preset, int32_t param, ParamInfo* out);
int32_t param_from_name(int32_t preset, const char* name);              // -1 when unknown
const char* enum_value_name(normative::ParamId id, int32_t value);      // null when it has none
int32_t enum_value_from_name(normative::ParamId id, const char* name);  // -1

// Real value of an index of a grid, and the nearest index (no range check, no precision class). Angles and
// phases are in degrees and turns.
double param_value(normative::ParamId id, int32_t index);
int32_t param_index(normative::ParamId id, double value);

// Range-checked: kOutOfRange for a value outside [lo, hi] or not a number; angles and phases wrap.
Status quantize_param(int32_t preset, int32_t param, double value, int32_t* index);
Status dequantize_param(int32_t preset, int32_t param, int32_t index, double* value);

// A layer of a preset with default parameters.
Status make_layer(int32_t preset, normative::Layer* out);
// A warp, palette or mask with default parameters.
Status make_modifier(int32_t preset, normative::Modifier* out);
// Its parameters from real values, one per parameter of the preset, snapped to (precision, frame extent).
Status set_layer_values(Span<const double> values, int32_t frame_extent, normative::Layer* layer);

}  // namespace pc15::backend
