#include "entropy/grain_coder.h"

#include <algorithm>

#include "entropy/coder.h"

namespace pc15::entropy {
namespace {

using normative::kGrainBands;
using normative::kGrainLevels;

struct GrainModels {
  AdaptiveCdf level[kGrainBands][kGrainLevels];  // by the level of the block before
};

void init_models(GrainModels* m) {
  for (int32_t context = 0; context < kGrainLevels; ++context) {
    uint16_t weights[kMaxSymbols] = {};
    for (int32_t s = 0; s < kGrainLevels; ++s) {
      const int32_t distance = s < context ? context - s : s - context;
      weights[s] = distance == 0 ? 24 : distance == 1 ? 6 : 1;
    }
    for (auto& band : m->level) cdf_init_weights(&band[context], kGrainLevels, weights, 0);
  }
}

template <typename Coder>
void code_map(Coder& coder, GrainMap& map) {
  GrainModels models;
  init_models(&models);
  const size_t pitch = static_cast<size_t>(map.columns) * kGrainBands;
  for (size_t i = 0; i < map.levels.size(); ++i) {
    const size_t band = i % kGrainBands;
    const bool first = i % pitch < kGrainBands;
    const int32_t context = !first ? map.levels[i - kGrainBands] : i >= pitch ? map.levels[i - pitch] : 0;
    int32_t level = map.levels[i];
    coder.symbol(models.level[band][context], level);
    map.levels[i] = static_cast<uint8_t>(level);
  }
}

}  // namespace

void GrainMap::reset(int32_t luma_width, int32_t luma_height) {
  columns = normative::grain_blocks(luma_width);
  rows = normative::grain_blocks(luma_height);
  levels.assign(static_cast<size_t>(columns) * static_cast<size_t>(rows) * kGrainBands, 0);
}

void encode_grain(const GrainMap& map, Vector<uint8_t>* out) {
  SymbolEncoder encoder(out->memory());
  GrainMap copy(map);
  code_map(encoder, copy);
  encoder.finish(out);
}

Status decode_grain(ByteSpan payload, GrainMap* map) {
  SymbolDecoder decoder(payload);
  code_map(decoder, *map);
  if (payload.size > 0 && decoder.finished()) return ok_status();
  std::fill(map->levels.begin(), map->levels.end(), uint8_t{0});
  return Status(Code::kCorrupt, "the grain map does not decode: end of data or data left over");
}

}  // namespace pc15::entropy
