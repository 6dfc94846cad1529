#include "enc/lossless_cell_encoder.h"

#include <algorithm>
#include <cstring>

#include "enc/lossless_fit.h"
#include "entropy/lossless_cell.h"

namespace pc15::enc {
namespace {

using entropy::kLosslessFirstCoded;
using entropy::LosslessHeader;
using entropy::LosslessKind;
using entropy::LosslessMode;
using entropy::LosslessState;

constexpr int32_t kTryBothBelow = 8192;  // samples: where coefficients may cost more than they save

bool planes_equal(LosslessState& state, int32_t a, int32_t b) {
  for (int32_t y = 0; y < state.height(); ++y) {
    if (std::memcmp(state.row(a, y), state.row(b, y), static_cast<size_t>(state.width())) != 0) return false;
  }
  return true;
}

bool plane_is(LosslessState& state, int32_t plane, Pixel value) {
  for (int32_t y = 0; y < state.height(); ++y) {
    const Pixel* const row = state.row(plane, y);
    for (int32_t x = 0; x < state.width(); ++x) {
      if (row[x] != value) return false;
    }
  }
  return true;
}

// Sum of the steps that are left when a reference's are taken away; `reference` -1: none.
int64_t remaining_steps(LosslessState& state, int32_t plane, int32_t reference) {
  int64_t sum = 0;
  for (int32_t y = 1; y < state.height(); y += 2) {
    const Pixel *const s = state.row(plane, y), *const above = state.row(plane, y - 1);
    const Pixel* const r = reference < 0 ? nullptr : state.row(reference, y);
    const Pixel* const r_above = reference < 0 ? nullptr : state.row(reference, y - 1);
    for (int32_t x = 1; x < state.width(); ++x) {
      int32_t left = s[x] - s[x - 1], up = s[x] - above[x];
      if (r != nullptr) {
        left -= r[x] - r[x - 1];
        up -= r[x] - r_above[x];
      }
      sum += (left < 0 ? -left : left) + (up < 0 ? -up : up);
    }
  }
  return sum;
}

LosslessHeader choose_header(LosslessState& state, const entropy::LosslessPass& pass) {
  LosslessHeader h;
  if (plane_is(state, pass.plane, *state.row(pass.plane, 0))) {
    h.mode = LosslessMode::kConstant;
    h.constant = *state.row(pass.plane, 0);
    return h;
  }
  for (int32_t i = 0; i < pass.reference_count; ++i) {
    if (!planes_equal(state, pass.plane, pass.references[i])) continue;
    h.mode = LosslessMode::kCopy;
    h.main_reference = i + 1;
    return h;
  }
  int64_t least = remaining_steps(state, pass.plane, -1);
  for (int32_t i = 0; i < pass.reference_count; ++i) {
    const int64_t steps = remaining_steps(state, pass.plane, pass.references[i]);
    if (steps >= least) continue;
    least = steps;
    h.main_reference = i + 1;
  }
  return h;
}

uint64_t price(LosslessState& state, const entropy::LosslessPass& pass, LosslessHeader h) {
  entropy::CostCounter counter(entropy::kLosslessRate);
  pass.start(state);
  entropy::code_lossless_plane(counter, state, h, pass.reference_count);
  return counter.cost();
}

void encode_plane(LosslessScratch& s, const entropy::LosslessPass& pass) {
  LosslessHeader h = choose_header(s.state, pass);
  if (h.mode == LosslessMode::kPredicted) {
    pass.start(s.state);
    h.fitted = fit_lossless(s.state, pass.reference_count, &h);
    if (h.fitted && s.state.width() * s.state.height() < kTryBothBelow) {
      LosslessHeader plain = h;
      plain.fitted = false;
      if (price(s.state, pass, plain) <= price(s.state, pass, h)) h = plain;
    }
  }
  pass.start(s.state);
  entropy::code_lossless_plane(s.coder, s.state, h, pass.reference_count);
}

void encode_with(LosslessScratch& s, int32_t colours, bool alpha, bool programs, Vector<uint8_t>* out) {
  s.coder.clear();
  s.coder.set_rate(entropy::kLosslessRate);
  LosslessKind kind = programs ? LosslessKind::kPlanesOnPrograms : LosslessKind::kPlanes;
  entropy::code_lossless_kind(s.coder, kind);
  for (int32_t i = 0; i < colours + (alpha ? 1 : 0); ++i) {
    encode_plane(s, entropy::LosslessPass(i, i == colours, programs));
  }
  out->clear();
  s.coder.finish(out);
}

uint32_t colour_at(LosslessState& state, int32_t planes, int32_t x, int32_t y) {
  uint32_t colour = 0;
  for (int32_t i = 0; i < planes; ++i)
    colour |= uint32_t{state.row(kLosslessFirstCoded + i, y)[x]} << (8 * i);
  return colour;
}

// The colours of the cell, rising; false when there are more than `most`.
bool list_colours(LosslessScratch& s, int32_t planes, size_t most) {
  s.colours.clear();
  uint32_t last = 0;
  for (int32_t y = 0; y < s.state.height(); ++y) {
    for (int32_t x = 0; x < s.state.width(); ++x) {
      const uint32_t colour = colour_at(s.state, planes, x, y);
      if (colour == last && !s.colours.empty()) continue;
      last = colour;
      const auto at = std::lower_bound(s.colours.begin(), s.colours.end(), colour);
      if (at != s.colours.end() && *at == colour) continue;
      if (s.colours.size() == most) return false;
      s.colours.insert(at, colour);
    }
  }
  return true;
}

// The cell as a palette, in s.other; false when it has too many colours.
bool encode_palette(LosslessScratch& s, int32_t planes) {
  if (!list_colours(s, planes, entropy::kPaletteMost)) return false;
  entropy::PaletteState& p = s.palette;
  p.start(s.state.width(), s.state.height());
  p.count = static_cast<int32_t>(s.colours.size());
  std::copy(s.colours.begin(), s.colours.end(), p.colour);
  for (int32_t y = 0; y < s.state.height(); ++y) {
    entropy::PaletteState::Index* const row = p.row(y);
    for (int32_t x = 0; x < s.state.width(); ++x) {
      const auto at = std::lower_bound(s.colours.begin(), s.colours.end(), colour_at(s.state, planes, x, y));
      row[x] = static_cast<entropy::PaletteState::Index>(at - s.colours.begin());
    }
  }
  s.coder.clear();
  LosslessKind kind = LosslessKind::kPalette;
  entropy::code_lossless_kind(s.coder, kind);
  entropy::code_palette(s.coder, p, planes);
  s.other.clear();
  s.coder.finish(&s.other);
  return true;
}

}  // namespace

void encode_lossless_cell(LosslessScratch& s, int32_t colours, bool alpha, bool has_program) {
  s.payload.clear();
  if (has_program) {
    bool bare = !alpha || plane_is(s.state, kLosslessFirstCoded + colours, 255);
    for (int32_t i = 0; i < colours && bare; ++i) bare = planes_equal(s.state, i, kLosslessFirstCoded + i);
    if (bare) return;
    for (int32_t i = 0; i < colours; ++i) s.state.extend(i);
    encode_with(s, colours, alpha, true, &s.other);
  }
  encode_with(s, colours, alpha, false, &s.payload);
  if (has_program && s.other.size() < s.payload.size()) s.payload.swap(s.other);
  if (encode_palette(s, colours + (alpha ? 1 : 0)) && s.other.size() < s.payload.size())
    s.payload.swap(s.other);
}

}  // namespace pc15::enc
