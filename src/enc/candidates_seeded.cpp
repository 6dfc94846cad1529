// Seeded presets: their pattern is known up to a few numbers once the seed is (derived from the image's), so
// all scales are simply tried. A layer is scored on 16 x 16 samples over eight of its cells around the
// frame's centre, where a scale that is nearly right still correlates.
#include <algorithm>
#include <cmath>

#include "enc/candidates.h"
#include "enc/candidates_tools.h"
#include "enc/refine_ahead.h"

namespace pc15::enc {

using normative::Layer;
using normative::ParamId;

namespace {

constexpr int32_t kSide = 16;
constexpr size_t kKept = 3;
constexpr double kWorthwhile = 0.75;  // share of the variance a hypothesis may leave
constexpr double kConceivable = 0.9;  // the same on every fourth sample, before the others are rendered
constexpr double kNearby = 0.96;      // the same at the scale beside

// All octaves and gains, jitters, or sizes of a preset whose scale fits.
void expand(const LayerBuilder& builder, const Layer& found, CandidateList* out) {
  const normative::PresetSpec& spec = *normative::find_preset(found.preset);
  int32_t octaves = 0, gain = 0, jitter = 0, radius = 0;
  const bool bands = found.preset == normative::kIsobands;
  for (int32_t p = 0; p < spec.param_count; ++p) {
    octaves |= spec.params[p].id == ParamId::kOctaves;
    gain |= spec.params[p].id == ParamId::kGain;
    jitter |= spec.params[p].id == ParamId::kJitter;
    radius |= spec.params[p].id == ParamId::kRadius || spec.params[p].id == ParamId::kThickness;
  }
  out->push_back({found, 0});
  for (int32_t o = octaves ? 1 : 6; o <= 6; ++o) {
    for (int32_t g = gain ? 2 : 16; g <= 16; g += 2) {
      for (int32_t j = jitter ? 0 : 16; j <= 16; j += 2) {
        for (int32_t r = radius ? 0 : 4; r <= 4; ++r) {
          for (int32_t l = bands ? 1 : 16; l <= 16; ++l) {
            Layer layer = found;
            builder.set_raw(ParamId::kOctaves, o, &layer);
            builder.set_raw(ParamId::kGain, g, &layer);
            builder.set_raw(ParamId::kJitter, j, &layer);
            builder.set_raw(ParamId::kRadius, 32 << r, &layer);
            builder.set_raw(ParamId::kThickness, 16 << r, &layer);
            builder.set_raw(ParamId::kLevels, l, &layer);
            out->push_back({layer, 0});
          }
        }
      }
    }
  }
}

}  // namespace

Rect seeded_window(const Rect& region, int32_t scale, int32_t* step) {
  const int32_t wanted = std::max(kSide, static_cast<int32_t>(8 * std::exp2(scale / 16.0)));
  const int32_t w = std::min(region.width, wanted), h = std::min(region.height, wanted);
  *step = std::max(1, std::max(w, h) / kSide);
  return Rect{region.x + (region.width - w) / 2, region.y + (region.height - h) / 2, w, h};
}

// Spots are small and far apart: single samples miss them. Means over all samples meet them all, with spots
// drawn as large as the means are wide; density and jitter are told there too.
void propose_spots(const FitSource& source, Monitor& monitor, Memory& memory, CandidateList* out) {
  const LayerBuilder builder(source);
  LayerFit fit(memory);
  CandidateList trials(memory), scored(memory);
  const int32_t step = std::max(1, std::max(source.rect.width, source.rect.height) / 64);
  fit.start(source, step, 0, true);
  if (fit.base_ssd() <= 0) return;
  for (int32_t scale = 32; scale <= 144 && !monitor.cancelled(); ++scale) {
    const double cell = std::exp2(scale / 16.0);
    scored.clear();
    for (const int32_t preset : {int32_t{normative::kStarfield}, int32_t{normative::kGaussianSpots}}) {
      Layer layer = builder.make(preset);
      builder.set_raw(ParamId::kScale, scale, &layer);
      for (const double radius : {0.7 * step, cell / 8, cell / 4}) {
        if (radius < 0.5 * step) continue;
        builder.set(ParamId::kRadius, radius, &layer);
        for (int32_t density = 2; density <= 16; density *= 2) {
          if (monitor.cancelled()) return;
          builder.set_raw(ParamId::kDensity, density, &layer);
          for (int32_t jitter = preset == normative::kStarfield ? 16 : 2; jitter <= 16; jitter += 2) {
            builder.set_raw(ParamId::kJitter, jitter, &layer);
            scored.push_back({layer, 0});
          }
        }
      }
    }
    keep_below(kWorthwhile, &fit, monitor, &scored, &trials);
  }
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  for (size_t i = 0; i < std::min<size_t>(2, trials.size()); ++i) {
    Candidate best{trials[i].layer, 2};
    scored.clear();
    for (int32_t density = 1; density <= 16; ++density) {
      for (int32_t jitter = 0; jitter <= 16; ++jitter) {
        scored.push_back(best);
        builder.set_raw(ParamId::kDensity, density, &scored.back().layer);
        builder.set_raw(ParamId::kJitter, jitter, &scored.back().layer);
      }
    }
    score_list(&fit, monitor, &scored);
    if (monitor.cancelled()) return;
    for (const Candidate& c : scored) {
      if (best.score == 2 || c.score < best.score) best = c;
    }
    for (const int32_t radius : {16, 40, 90, 200, 450, 1000}) {
      builder.set_raw(ParamId::kRadius, radius, &best.layer);
      out->push_back(best);
    }
  }
}

namespace {

// What is tried at a scale; thickness and radius follow the cells.
void list_seeded(const LayerBuilder& builder, int32_t scale, CandidateList* out) {
  const double cell = std::exp2(scale / 16.0);
  for (int32_t i = 0; normative::catalogue_entry(i) != nullptr; ++i) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(i);
    const normative::Kernel kernel = normative::preset_kernel(spec.preset);
    if (kernel != normative::Kernel::kNoise && kernel != normative::Kernel::kCellular) continue;
    if (spec.preset == normative::kMarble || spec.preset == normative::kWood) continue;
    Layer layer = builder.make(spec.preset);
    builder.set_raw(ParamId::kScale, scale, &layer);
    const bool cellular = kernel == normative::Kernel::kCellular;
    const bool spots = spec.preset == normative::kStarfield || spec.preset == normative::kGaussianSpots;
    builder.set(ParamId::kThickness, cell / 8, &layer);
    for (int32_t jitter = 16; jitter >= (cellular ? 0 : 16); jitter -= 6) {
      builder.set_raw(ParamId::kJitter, jitter, &layer);
      for (int32_t size = spots ? 0 : 2; size <= 2; ++size) {
        builder.set(ParamId::kRadius, cell / (1 << (4 - size)), &layer);
        out->push_back({layer, 0});
      }
    }
  }
}

}  // namespace

void propose_seeded(const FitSource& source, Monitor& monitor, Memory& memory, CandidateList* out) {
  const LayerBuilder builder(source);
  LayerFit fit(memory), thin(memory);
  CandidateList trials(memory), listed(memory), scored(memory);
  // Of three scales the middle one tells what is worth a look at the others.
  Vector<uint8_t> nearby(memory);
  for (int32_t first = kLeastSeeded; first <= kMostSeeded && !monitor.cancelled(); first += 3) {
    const int32_t middle = std::min(first + 1, kMostSeeded);
    nearby.clear();
    for (const int32_t scale : {middle, first, first + 2}) {
      if (scale > kMostSeeded || (scale == middle) != nearby.empty()) continue;
      int32_t step = 1;
      FitSource local = source;
      local.rect = seeded_window(source.rect, scale, &step);
      fit.start(local, step, 0);
      if (fit.base_ssd() <= 0) continue;
      thin.start(local, 2 * step, 0);
      listed.clear();
      list_seeded(builder, scale, &listed);
      scored.clear();
      for (size_t i = 0; i < listed.size(); ++i) {
        if (scale == middle || nearby[i] != 0) scored.push_back(listed[i]);
      }
      score_list(&thin, monitor, &scored);
      if (scale == middle) {
        for (const Candidate& c : scored) {
          // Lines meet at their own scale alone.
          const bool narrow =
              c.layer.preset == normative::kVoronoiEdges || c.layer.preset == normative::kPebbles;
          nearby.push_back(narrow || c.score <= kNearby * thin.base_ssd());
        }
      }
      const auto hopeless = [&](const Candidate& c) { return c.score > kConceivable * thin.base_ssd(); };
      scored.erase(std::remove_if(scored.begin(), scored.end(), hopeless), scored.end());
      keep_below(kWorthwhile, &fit, monitor, &scored, &trials);
    }
  }
  std::stable_sort(trials.begin(), trials.end(),
                   [](const Candidate& a, const Candidate& b) { return a.score < b.score; });
  for (size_t i = 0; i < std::min(kKept, trials.size()); ++i) expand(builder, trials[i].layer, out);
}

}  // namespace pc15::enc
