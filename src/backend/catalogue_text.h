// Names and texts of the catalogue for people. Constant tables.
#pragma once

#include <cstdint>

#include "normative/catalogue.h"

namespace pc15::backend {

struct PresetText {
  uint8_t preset;
  const char* name;
  const char* doc;  // one paragraph; v is the output in [-1, 1], (x, y) px from the centre of the image
};

struct ParamText {
  normative::ParamId id;
  const char* name;
  const char* unit;
  const char* doc;
};

// Null when there is no such preset or parameter.
const PresetText* preset_text(int32_t preset);
const ParamText* param_text(normative::ParamId id);

}  // namespace pc15::backend
