#include <memory>
#include <string>
#include <vector>

#include "backend/param_codec.h"
#include "bench/kernels/cases.h"
#include "normative/catalogue.h"

namespace kernels {
namespace {

using namespace pc15;

constexpr int32_t kRow = 512, kRows = 64;

// Every generator with its default parameters, rows across the centre of the frame.
struct Generator {
  normative::LayerSetup setup;
  int16_t row[kRow];
};

}  // namespace

std::vector<Case> generator_cases() {
  std::vector<Case> cases;
  for (int32_t i = 0; i < normative::catalogue_size(); ++i) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(i);
    normative::Layer layer;
    layer.preset = spec.preset;
    for (int32_t k = 0; k < spec.param_count; ++k) layer.params[k] = spec.params[k].def;
    if (spec.preset == normative::kRidge) normative::set_default_profile(&layer);
    const auto g = std::make_shared<Generator>();
    normative::setup_layer(layer, 7, 0, &g->setup);
    cases.push_back(
        {std::string("generator ") + backend::preset_name(spec.preset), kRow * kRows, [g](const Tables& t) {
           for (int32_t y = 0; y < kRows; ++y) {
             const backend::RowPlace place{-8 * kRow, 16 * y - 8 * kRows, 16, kRow};
             t.operations->generator_row(g->setup, place, g->row);
           }
         }});
  }
  return cases;
}

}  // namespace kernels
