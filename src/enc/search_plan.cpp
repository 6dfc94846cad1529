#include "enc/search_plan.h"

#include <algorithm>

namespace pc15::enc {
namespace {

// Tiles of photographs reach 1 to 2 dB with some wave, regular ones 2 and more.
constexpr double kRegularTileDb = 2, kRegularPartDb = 2.5;

// One of three for the efforts 1...3, 4...6 and 7...9.
template <typename T>
T by_effort(int32_t effort, T fast, T normal, T slow) {
  return effort <= 3 ? fast : effort <= 6 ? normal : slow;
}

SearchPlan common_plan(const SearchInput& in) {
  SearchPlan plan;
  const bool bare = in.residual_step <= 0;
  plan.layers = in.effort >= 2;
  plan.ridges = in.effort >= 4;
  plan.beam = std::max(1, in.beam);
  plan.guarded = !bare;
  plan.early_exit_db = bare ? in.early_exit_db : std::max(1.0, in.early_exit_db);
  plan.refined_db = bare ? in.early_exit_db : kUnderResidualDb;
  plan.lambda = in.lambda_ssd;
  plan.residual_step = in.residual_step;
  return plan;
}

}  // namespace

SearchPlan image_plan(const SearchInput& in) {
  SearchPlan plan = common_plan(in);
  plan.max_peaks = in.effort <= 3 ? 4 : 8;
  plan.pairs = in.effort >= 4;
  plan.seeded = in.effort >= 4;
  plan.defaults = in.effort >= 3;
  plan.dear_stages = in.effort >= 4 ? 4 : 0;
  plan.thorough = in.effort >= 3;
  plan.beam += in.effort >= 4 ? 1 : 0;
  plan.fit_samples = in.effort <= 3 ? 8192 : 16384;
  plan.iterations = in.effort <= 3 ? 8 : 12;
  plan.max_layers = plan.guarded ? 1 : in.effort >= 7 ? 3 : in.effort >= 5 ? 2 : 1;
  plan.polish_renders = 400;
  plan.max_scores = by_effort(in.effort, 4000, 20000, 60000);
  plan.window = 512;
  plan.min_periods = 8;
  return plan;
}

// Tiles under a residual are guarded by how regular they look, so what passes may cost more.
SearchPlan tile_plan(const SearchInput& in) {
  SearchPlan plan = common_plan(in);
  plan.max_peaks = by_effort(in.effort, 2, plan.guarded ? 8 : 4, 8);
  plan.lattices = in.effort >= 3;
  plan.radial = in.effort >= 4;
  plan.pairs = in.effort >= 7;
  plan.dear_stages = by_effort(in.effort, 0, plan.guarded ? 1 : 0, 4);
  plan.thorough = plan.guarded && in.effort >= 4;
  plan.only_regular = plan.guarded;
  plan.fit_samples = in.effort <= 3 ? 4096 : 8192;
  plan.iterations = in.effort <= 3 ? 5 : 8;
  plan.max_layers = in.effort >= 8 ? 3 : in.effort >= 6 ? 2 : 1;
  plan.polish_renders = 100;
  plan.max_scores = by_effort(in.effort, 1000, 5000, 20000);
  plan.window = by_effort(in.effort, 128, plan.guarded ? 256 : 128, 256);
  plan.min_share = 0.25;
  if (plan.guarded && in.effort >= 4) plan.early_exit_db = std::max(kRegularTileDb, plan.early_exit_db);
  return plan;
}

SearchPlan window_plan(const SearchInput& in) {
  SearchPlan plan = tile_plan(in);
  plan.early_exit_db = std::max(kRegularPartDb, plan.early_exit_db);
  plan.dear_stages = std::min(1, plan.dear_stages);
  plan.max_scores /= 2;
  return plan;
}

}  // namespace pc15::enc
