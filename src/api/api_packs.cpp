// Semantic packs: which parameters of a generator belong together. One table by meaning (ParamId), so that a
// new generator has its packs without a line here.
#include <cstring>

#include "api/layer_values.h"
#include "normative/catalogue.h"
#include "pc15.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

using normative::ParamId;
constexpr int32_t kMaxMembers = 5;

struct Pack {
  const char* name;
  const char* doc;
  ParamId members[kMaxMembers];  // kNone at the end
};

constexpr Pack kPacks[] = {
    {"wave",
     "A plane or circular wave: length, direction, shift.",
     {ParamId::kPeriod, ParamId::kAngle, ParamId::kPhase}},
    {"wave2",
     "The second wave: length, direction, shift, displacement.",
     {ParamId::kPeriod2, ParamId::kAngle2, ParamId::kPhase2, ParamId::kAmplitude}},
    {"cell",
     "A lattice: sides, direction and lean of its cells.",
     {ParamId::kCell, ParamId::kCell2, ParamId::kAngle, ParamId::kSkew}},
    {"origin", "Shift along both axes.", {ParamId::kPhase, ParamId::kPhase2}},
    {"center", "The centre of a radial generator.", {ParamId::kCenterX, ParamId::kCenterY}},
    {"rays", "Sectors or arms: number, shift.", {ParamId::kArms, ParamId::kPhase}},
    {"edge",
     "The profile of a period: shape, duty, width of a transition.",
     {ParamId::kProfile, ParamId::kDuty, ParamId::kSoftness}},
    {"mark", "Width of a line and its transition.", {ParamId::kThickness, ParamId::kSoftness}},
    {"disc", "Radius of a disc and its transition.", {ParamId::kRadius, ParamId::kSoftness}},
    {"gradient",
     "A linear gradient: direction, place, length.",
     {ParamId::kAngle, ParamId::kOffset, ParamId::kLength}},
    {"noise", "Octaves of noise: size, number, gain.", {ParamId::kScale, ParamId::kOctaves, ParamId::kGain}},
    {"points",
     "Scattered points: size of their cells, disorder, share, brightness.",
     {ParamId::kScale, ParamId::kJitter, ParamId::kDensity, ParamId::kVariation}},
};

// Position of a parameter among those of a generator, -1 when it has none.
int32_t position_of(const normative::PresetSpec& spec, ParamId id) {
  for (int32_t i = 0; id != ParamId::kNone && i < spec.param_count; ++i) {
    if (spec.params[i].id == id) return i;
  }
  return -1;
}

int32_t member_count(const normative::PresetSpec& spec, const Pack& pack) {
  int32_t n = 0;
  for (const ParamId id : pack.members) n += position_of(spec, id) >= 0 ? 1 : 0;
  return n;
}

bool has_pack(const normative::PresetSpec& spec, const Pack& pack) {
  return position_of(spec, pack.members[0]) >= 0 && member_count(spec, pack) >= 2;
}

// Null when the generator has no pack of this number.
const Pack* find_pack(const normative::PresetSpec& spec, uint32_t index) {
  for (const Pack& pack : kPacks) {
    if (has_pack(spec, pack) && index-- == 0) return &pack;
  }
  return nullptr;
}

const Pack* find_pack(int32_t generator, uint32_t index) {
  const normative::PresetSpec* spec = nullptr;
  return find_generator(generator, &spec).ok() ? find_pack(*spec, index) : nullptr;
}

}  // namespace
}  // namespace pc15::api

extern "C" {

uint32_t pc15_generator_pack_count(int32_t generator) {
  uint32_t count = 0;
  while (find_pack(generator, count) != nullptr) ++count;
  return count;
}

const char* pc15_generator_pack_name(int32_t generator, uint32_t index) {
  const Pack* pack = find_pack(generator, index);
  return pack != nullptr ? pack->name : nullptr;
}

const char* pc15_generator_pack_doc(int32_t generator, uint32_t index) {
  const Pack* pack = find_pack(generator, index);
  return pack != nullptr ? pack->doc : nullptr;
}

pc15_status pc15_generator_pack_from_name(int32_t generator, const char* name, uint32_t* index) {
  if (name == nullptr || index == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  for (uint32_t i = 0;; ++i) {
    const Pack* pack = find_pack(generator, i);
    if (pack == nullptr) return PC15_ERROR_NOT_FOUND;
    if (std::strcmp(pack->name, name) != 0) continue;
    *index = i;
    return PC15_OK;
  }
}

pc15_status pc15_generator_pack_params(int32_t generator, uint32_t index, uint32_t* positions,
                                       size_t capacity, size_t* count) {
  if (count == nullptr || (positions == nullptr && capacity != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  const normative::PresetSpec* spec = nullptr;
  if (!find_generator(generator, &spec).ok()) return PC15_ERROR_NOT_FOUND;
  const Pack* pack = find_pack(*spec, index);
  if (pack == nullptr) return PC15_ERROR_OUT_OF_RANGE;
  *count = static_cast<size_t>(member_count(*spec, *pack));
  if (capacity < *count) return PC15_NOTE_DST_TOO_SMALL;
  for (const ParamId id : pack->members) {
    const int32_t position = position_of(*spec, id);
    if (position >= 0) *positions++ = static_cast<uint32_t>(position);
  }
  return PC15_OK;
}

}  // extern "C"
