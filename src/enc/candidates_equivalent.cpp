// The same picture has several descriptions: a wave of the opposite direction, a lattice turned by its
// symmetry, the complement of a pulse with the opposite contrast. They differ in the last bit of a sample,
// which matters when a picture that this library rendered is to come back exactly.
#include <algorithm>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"

namespace pc15::enc {
namespace {

using normative::Layer;
using normative::ParamId;
using normative::PresetSpec;

constexpr int32_t kFullTurn = 262144, kPhaseTurn = 4096;

struct Slots {
  int32_t period = -1, period2 = -1, angle = -1, angle2 = -1, phase = -1, phase2 = -1, duty = -1;
};

Slots find_slots(const PresetSpec& spec) {
  Slots s;
  for (int32_t p = 0; p < spec.param_count; ++p) {
    switch (spec.params[p].id) {
      case ParamId::kPeriod:
      case ParamId::kCell:
        s.period = p;
        break;
      case ParamId::kPeriod2:
      case ParamId::kCell2:
        s.period2 = p;
        break;
      case ParamId::kAngle:
        s.angle = p;
        break;
      case ParamId::kAngle2:
        s.angle2 = p;
        break;
      case ParamId::kPhase:
        s.phase = p;
        break;
      case ParamId::kPhase2:
        s.phase2 = p;
        break;
      case ParamId::kDuty:
        s.duty = p;
        break;
      default:
        break;
    }
  }
  return s;
}

int32_t wrap(int32_t value, int32_t turn) { return ((value % turn) + turn) % turn; }

// Phases that a symmetry may turn (a, b) into.
int32_t phase_options(int32_t a, int32_t b, int32_t duty, bool lattice, bool quarters, int32_t* out) {
  int32_t n = 0;
  const int32_t forms[] = {a, -a, b, -b, a + b, -a - b, a - b, b - a};
  const int32_t used = lattice ? 8 : 2, parts = quarters ? 4 : 2;
  for (int32_t k = 0; k < used; ++k) {
    for (int32_t part = 0; part < parts; ++part) {
      out[n++] = wrap(forms[k] + part * kPhaseTurn / parts, kPhaseTurn);
    }
  }
  if (duty >= 0) {
    out[n++] = wrap(duty - a, kPhaseTurn);
    out[n++] = wrap(a - duty, kPhaseTurn);
    out[n++] = wrap(a + duty, kPhaseTurn);
  }
  return n;
}

// A quarter turn of the axes changes the phase of a square spiral by a quarter per arm; the two diagonals of
// a diamond meet again after quarters of both phases.
bool has_quarters(int32_t preset) {
  return preset == normative::kSpiralSquare || preset == normative::kDiamondGrid;
}

void push_phases(const Layer& layer, const Slots& s, bool lattice, CandidateList* out) {
  int32_t first[40], second[40], count = 0, count2 = 0;
  const int32_t a = layer.params[s.phase], b = s.phase2 >= 0 ? layer.params[s.phase2] : 0;
  count = phase_options(a, b, s.duty >= 0 ? layer.params[s.duty] : -1, lattice, has_quarters(layer.preset),
                        first);
  if (s.phase2 >= 0) count2 = phase_options(b, a, -1, lattice, has_quarters(layer.preset), second);
  for (int32_t i = 0; i < count; ++i) {
    Candidate c{layer, 0};
    c.layer.params[s.phase] = first[i];
    if (count2 == 0) out->push_back(c);
    for (int32_t k = 0; k < count2; ++k) {
      c.layer.params[s.phase2] = second[k];
      out->push_back(c);
    }
  }
}

}  // namespace

void propose_equivalents(const Layer& layer, CandidateList* out) {
  const PresetSpec& spec = *normative::find_preset(layer.preset);
  const Slots s = find_slots(spec);
  if (s.phase < 0) return;
  const bool lattice = normative::preset_kernel(layer.preset) == normative::Kernel::kLattice;
  const bool squares =
      layer.preset == normative::kConcentricSquares || layer.preset == normative::kSpiralSquare;
  const int32_t steps = s.angle < 0 ? 1 : squares ? 4 : s.angle2 >= 0 || !lattice ? 2 : 12;
  for (int32_t i = 0; i < steps; ++i) {
    for (int32_t swapped = 0; swapped < (s.period2 >= 0 && s.period >= 0 ? 2 : 1); ++swapped) {
      for (int32_t other = 0; other < (s.angle2 >= 0 ? 2 : 1); ++other) {
        for (int32_t inverse = 0; inverse < (s.duty >= 0 ? 2 : 1); ++inverse) {
          Layer turned = layer;
          if (swapped != 0) {
            std::swap(turned.params[s.period], turned.params[s.period2]);
            if (s.angle2 >= 0) {
              std::swap(turned.params[s.angle], turned.params[s.angle2]);
              std::swap(turned.params[s.phase], turned.params[s.phase2]);
            }
          }
          // Thirds of a quarter turn, rounded like the angles of the kernels.
          const int32_t turn = static_cast<int32_t>((int64_t{kFullTurn} * i + steps / 2) / steps);
          if (s.angle >= 0) turned.params[s.angle] = wrap(turned.params[s.angle] + turn, kFullTurn);
          if (s.angle2 >= 0) {
            turned.params[s.angle2] = wrap(turned.params[s.angle2] + other * kFullTurn / 2, kFullTurn);
          }
          if (inverse != 0) turned.params[s.duty] = 4096 - turned.params[s.duty];
          push_phases(turned, s, lattice, out);
        }
      }
    }
  }
}

}  // namespace pc15::enc
