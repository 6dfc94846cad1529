// Order of the search: the whole image first, then every tile by itself (in parallel, nothing shared), then
// one pass in scan order in which tiles may take over what their neighbours found. The last pass is serial
// so that the result never depends on the number of threads. Of an input by rows the image is a sketch
// (search_sketch.h), and the two steps for tiles are done for some rows of tiles after the other.
//
// Without a residual a tile takes what costs least, J = SSD + lambda bits. With a residual a program is
// judged by what it leaves for the residual to code (search_proxy.h) and must win by kClearWin.
#include "enc/search.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "backend/render.h"
#include "enc/device_engine.h"
#include "enc/search_atoms.h"
#include "enc/search_plan.h"
#include "enc/search_proxy.h"
#include "enc/search_sketch.h"
#include "enc/search_tile.h"
#include "entropy/program_coder.h"

namespace pc15::enc {
namespace {

using normative::Program;
using normative::ProgramImage;
using normative::TileMode;
using normative::TileProgram;

constexpr double kClearWin = 0.97;      // of the estimated residual rate
constexpr double kCloseError = 2;       // mean square of a program that may stand alone
constexpr double kFarFromClose = 4;     // times that: a sampled error which tells that a field is not close
constexpr double kSkipBits = 0.5;       // a tile that follows the image-wide program
constexpr double kCheapestBits = 12;    // no other record costs less than about this
constexpr int32_t kLeastWindow = 48;    // px: smaller parts of a tile show too few periods
constexpr int32_t kMostParts = 2;       // of a tile that show a program before the search of parts ends
constexpr int64_t kCopySamples = 4096;  // on which a neighbour's geometry is refined
// Spectra that are made ahead: bytes that a sample takes, as such, as powers of the bins and of zeros around
// it; and in all.
constexpr int64_t kAheadBytes = 12, kMostAhead = 64 << 20;
constexpr int64_t kStatsSamples = 4096;  // on which the distortion of a tile is measured

// What a tile may become, and what that costs.
struct Choice {
  TileProgram tile;
  double cost = 0;
  bool valid = false;
};

class ProgramSearch {
 public:
  ProgramSearch(const SearchInput& input, ThreadPool& pool, Monitor& monitor, Memory& memory,
                ProgramImage* programs, Vector<TileStats>* stats, SearchReport* report)
      : in_(input), pool_(pool), monitor_(monitor), memory_(memory), programs_(programs), stats_(stats),
        report_(report), devices_(memory), found_(memory), searched_(memory) {
    std::copy(input.planes, input.planes + normative::kMaxPlanes, planes_);
    if (input.rows != nullptr) return;
    constexpr int64_t kWorthTheWay = int64_t{1} << 14;  // pixels; a guess, no device was there to measure
    const bool large = int64_t{input.geometry.width} * input.geometry.height >= kWorthTheWay;
    if (input.device == backend::DeviceUse::kCpu || (input.device == backend::DeviceUse::kAuto && !large))
      return;
    devices_.start(input.device_index, pool.size(), input.planes, input.plane_count);
  }

  Status run();

 private:
  bool bare() const { return in_.residual_step <= 0; }
  Region region(int32_t slot, const Rect& rect, int32_t worker = 0);
  bool stopped(int32_t worker);
  Rect tile_rect(int64_t index) const;
  ProxyRate proxy(const Region& region, const Program& program) const;
  double cost_of(const Region& region, const Program& program, double bits) const;
  double cost_of_nothing(const Region& region) const;
  bool pays_under_residual(const Region& region, Finding* finding) const;
  Status search_image();
  void judge_image(const Region& region, Finding* finding);
  Status search_rows();
  void search_tiles(int64_t begin, int64_t end);
  int64_t tiles_ahead(const SearchPlan& plan) const;
  void prepare_spectra(int64_t first, int64_t count);
  void search_tile(int64_t index, int32_t worker);
  void search_windows(const Region& tile, Finding* found);
  void run_region(const Region& region, const SearchPlan& plan, Finding* found);
  void decide_tile(int64_t index);
  void offer(const Region& region, TileProgram tile, Choice* best) const;
  void offer_copies(const Region& region, Choice* best) const;
  void offer_levels(const Region& region, Program program, Choice* best) const;
  bool refine_copies(const Region& region, Program* program) const;
  void keep_useful_image_program();
  void fill_stats(int64_t index, int32_t worker);
  void fill_stats_of(int64_t begin, int64_t end);
  void fill_report();

  const SearchInput& in_;
  PlaneView<const Pixel> planes_[normative::kMaxPlanes];
  ThreadPool& pool_;
  Monitor& monitor_;
  Memory& memory_;
  ProgramImage* programs_;
  Vector<TileStats>* stats_;
  SearchReport* report_;
  std::mutex report_mutex_;
  DeviceEngines devices_;
  Vector<Finding> found_;
  Vector<uint8_t> searched_;
  bool image_explains_ = false;  // 10 dB better than a smooth field
  double image_error_ = 0;       // squared error per sample of the image-wide program
};

// A device that must be used and does not work.
bool ProgramSearch::stopped(int32_t worker) {
  const DeviceEngine* const engine = devices_.engine(worker);
  return in_.device == backend::DeviceUse::kCuda && engine != nullptr && engine->failed();
}

Region ProgramSearch::region(int32_t slot, const Rect& rect, int32_t worker) {
  Region r;
  for (int32_t p = 0; p < in_.plane_count; ++p) r.planes[p] = planes_[p];
  r.plane_count = in_.plane_count;
  r.chroma_shift = in_.chroma_shift;
  r.geometry = in_.geometry;
  r.seed = in_.seed;
  r.slot = slot;
  r.rect = rect;
  r.engine = devices_.engine(worker);
  return r;
}

Rect ProgramSearch::tile_rect(int64_t index) const {
  const int32_t cols = in_.geometry.tile_cols();
  return in_.geometry.tile_rect(static_cast<int32_t>(index % cols), static_cast<int32_t>(index / cols));
}

ProxyRate ProgramSearch::proxy(const Region& r, const Program& program) const {
  constexpr int32_t kFew = 16;  // of so many blocks one: these alone are rendered
  ProxyRate rate;
  const int32_t every = proxy_distance(r.rect);
  Vector<Pixel> buffer(memory_);
  for (int32_t p = 0; p < r.plane_count; ++p) {
    const Rect rect = r.plane_rect(p, r.rect);
    const Rect part = every < kFew ? rect : Rect{0, 0, kProxySide, kProxySide};
    buffer.resize(static_cast<size_t>(part.width) * static_cast<size_t>(part.height));
    const PlaneView<Pixel> out{buffer.data(), part.width, part.height, part.width};
    const auto render = [&](const Rect& at) {
      backend::render_program(program, r.geometry, r.slot, r.seed, p, -r.shift_of(p), at, out, memory_);
    };
    if (every < kFew) render(rect);
    const auto prediction = [&](int32_t x, int32_t y) -> PlaneView<const Pixel> {
      if (every < kFew) return out.window(x, y, kProxySide, kProxySide);
      render(Rect{rect.x + x, rect.y + y, kProxySide, kProxySide});
      return out;
    };
    add_proxy_rate(r.planes[p], rect, prediction, in_.residual_step, every, &rate);
  }
  return rate;
}

// In bits when a residual follows, else J.
double ProgramSearch::cost_of(const Region& r, const Program& program, double bits) const {
  if (!bare()) return proxy(r, program).with + bits;
  return ExactError(r, kFullSamples, monitor_, memory_).ssd(program) + in_.lambda_ssd * bits;
}

double ProgramSearch::cost_of_nothing(const Region& r) const {
  const Program neutral;
  if (!bare()) return kClearWin * proxy(r, neutral).without;
  return ExactError(r, kFullSamples, monitor_, memory_).ssd(neutral) + in_.lambda_ssd * kSkipBits;
}

// A layer must save more than it costs. Whatever is so close to the image that a residual would hardly add to
// it is kept without that: it may do without a residual altogether. Smooth fields only pay in this way.
bool ProgramSearch::pays_under_residual(const Region& r, Finding* finding) const {
  const double area = static_cast<double>(r.rect.width) * r.rect.height;
  const double close = std::min(kCloseError, in_.residual_step * in_.residual_step / 48) * area;
  ExactError exact(r, kFullSamples, monitor_, memory_);
  if (finding->program.layer_count > 0) {
    if (exact.ssd(finding->program, close) <= close) return true;
    const ProxyRate rate = proxy(r, finding->program);
    if (rate.with + finding->bits < kClearWin * rate.without) return true;
  }
  const int32_t step = levels_step(r, kCloseSamples);
  finding->program = Program();
  // What order 2 leaves on the samples of its fit is near the least that any order leaves.
  if (fit_levels(r, 2, step, memory_, &finding->program) * area > kFarFromClose * close) return false;
  for (int32_t order = 0; order <= 2; ++order) {
    fit_levels(r, order, step, memory_, &finding->program);
    finding->ssd = exact.ssd(finding->program, close);
    finding->bits = entropy::program_cost_bits(*programs_, record_of(finding->program, r.slot), r.slot);
    if (finding->ssd <= close) return true;
  }
  return false;
}

Status ProgramSearch::search_image() {
  Region r = whole_picture(in_);
  if (in_.rows == nullptr) {
    r = region(normative::kImageSlot, r.rect);
  } else {
    PictureSketch& sketch = in_.rows->sketch();
    PC15_TRY(fill_sketch(in_, monitor_, memory_));
    for (int32_t p = 0; p < r.plane_count; ++p) r.planes[p] = SearchPlane(sketch.planes[p]);
  }
  const SearchPlan plan = image_plan(in_);
  Finding finding;
  RegionSearch search(r, plan, *programs_, monitor_, memory_);
  search.run(&finding);
  search.add_spent(report_->generators);
  report_->image_renders = finding.renders;
  report_->image_early_exit = finding.early_exit;
  judge_image(r, &finding);
  for (int32_t p = 0; p < r.plane_count; ++p) {
    PC15_FAIL_IF(r.planes[p].sketch != nullptr && r.planes[p].sketch->missed(), Code::kInternal,
                 "the search looked at a sample of plane %" PRId64 " that its sketch does not have", p);
  }
  return ok_status();
}

void ProgramSearch::judge_image(const Region& r, Finding* finding) {
  if (monitor_.cancelled()) return;
  if (!bare() && !pays_under_residual(r, finding)) return;
  programs_->has_image_program = true;
  programs_->image_program = finding->program;
  const double area = static_cast<double>(r.rect.width) * r.rect.height;
  image_error_ = finding->ssd / area;
  Program field;
  fit_levels(r, 2, levels_step(r, kSmoothSamples), memory_, &field);
  const double smooth_error = ExactError(r, kQuickSamples, monitor_, memory_).ssd(field) / area;
  image_explains_ = finding->program.layer_count > 0 && image_error_ < 0.1 * smooth_error;
}

// The tiles whose first spectra a device makes together; all, where there is none.
int64_t ProgramSearch::tiles_ahead(const SearchPlan& plan) const {
  const int64_t tiles = in_.geometry.tile_count();
  // Tiles that the image-wide program explains are not analysed.
  if (!devices_.transforms() || (image_explains_ && in_.effort <= 7)) return tiles;
  const int64_t side =
      plan.only_regular ? (in_.geometry.tile + 1) / 2 : std::min(in_.geometry.tile, plan.window);
  const int64_t bytes = (plan.only_regular ? 1 : kMostGrids) * side * side * kAheadBytes;
  return std::max<int64_t>(1, std::min(tiles, kMostAhead / bytes));
}

void ProgramSearch::prepare_spectra(int64_t first, int64_t count) {
  SpectraAhead& ahead = devices_.ahead();
  const SearchPlan plan = tile_plan(in_);
  ahead.start(static_cast<int32_t>(first), static_cast<int32_t>(count));
  pool_.run(count, [&](int64_t i, int32_t worker) {
    if (monitor_.cancelled()) return;
    const Region r = region(static_cast<int32_t>(first + i), tile_rect(first + i), worker);
    FitSource source;
    GridPlan grids[kMostGrids];
    const int32_t n = RegionSearch(r, plan, *programs_, monitor_, memory_).first_grids(&source, grids);
    ahead.add(source, grids, n);
  });
  if (!monitor_.cancelled()) devices_.transform_ahead();
  pool_.run(count, [&](int64_t i, int32_t) { ahead.finish(static_cast<int32_t>(first + i)); });
}

void ProgramSearch::search_tiles(int64_t begin, int64_t end) {
  const int64_t together = tiles_ahead(tile_plan(in_));
  for (int64_t first = begin; first < end; first += together) {
    const int64_t count = std::min(together, end - first);
    if (devices_.transforms() && !(image_explains_ && in_.effort <= 7)) prepare_spectra(first, count);
    pool_.run(count, [&](int64_t i, int32_t worker) {
      if (monitor_.cancelled()) return;
      search_tile(first + i, worker);
      monitor_.advance(1);
    });
  }
}

void ProgramSearch::search_tile(int64_t index, int32_t worker) {
  if (monitor_.cancelled() || stopped(worker)) return;
  const Region r = region(static_cast<int32_t>(index), tile_rect(index), worker);
  const double area = static_cast<double>(r.rect.width) * r.rect.height;
  if (programs_->has_image_program) {
    Region whole = r;
    whole.slot = normative::kImageSlot;
    const double ssd = ExactError(whole, kFullSamples, monitor_, memory_).ssd(programs_->image_program);
    if (ssd <= in_.lambda_ssd * kCheapestBits) return;
    const bool explains = image_explains_ && ssd < 1.5 * (image_error_ + 1) * area;
    if (explains && in_.effort <= 7) return;
  }
  searched_[static_cast<size_t>(index)] = 1;
  const SearchPlan plan = tile_plan(in_);
  Finding& found = found_[static_cast<size_t>(index)];
  run_region(r, plan, &found);
  if (!bare() && in_.effort >= 4 && found.program.layer_count == 0) search_windows(r, &found);
}

void ProgramSearch::run_region(const Region& r, const SearchPlan& plan, Finding* found) {
  RegionSearch search(r, plan, *programs_, monitor_, memory_);
  search.run(found);
  const std::lock_guard<std::mutex> lock(report_mutex_);  // sums of integers: the order does not matter
  search.add_spent(report_->generators);
}

// A pattern that covers a part of a tile: quarters and the middle are searched by themselves, and the program
// that saves most in the whole tile is kept. Blocks that it does not explain are predicted otherwise, so it
// needs no mask.
void ProgramSearch::search_windows(const Region& tile, Finding* found) {
  const int32_t w = tile.rect.width / 2, h = tile.rect.height / 2;
  if (std::min(w, h) < kLeastWindow) return;
  const SearchPlan plan = window_plan(in_);
  double least = -1;
  int32_t explained = 0;
  for (int32_t k = 0; k < 5 && explained < kMostParts && !monitor_.cancelled(); ++k) {
    Region window = tile;
    window.rect = k == 4 ? Rect{tile.rect.x + w / 2, tile.rect.y + h / 2, w, h}
                         : Rect{tile.rect.x + (k & 1) * w, tile.rect.y + (k >> 1) * h, w, h};
    Finding part;
    run_region(window, plan, &part);
    found->renders += part.renders;
    if (part.program.layer_count == 0) continue;
    ++explained;
    const double cost = proxy(tile, part.program).with + part.bits;
    if (least >= 0 && cost >= least) continue;
    least = cost;
    found->program = part.program;
    found->bits = part.bits;
    found->early_exit = false;
  }
}

void ProgramSearch::offer(const Region& r, TileProgram tile, Choice* best) const {
  const double bits =
      tile.mode == TileMode::kSkip ? kSkipBits : entropy::program_cost_bits(*programs_, tile, r.slot);
  const Program* program = &tile.program;
  Region rendered = r;
  if (tile.mode != TileMode::kFlat && tile.mode != TileMode::kProgram) {
    rendered.slot = tile.slot;
    program = tile.slot == normative::kImageSlot
                  ? (programs_->has_image_program ? &programs_->image_program : nullptr)
                  : &programs_->tiles[static_cast<size_t>(tile.slot)].program;
  }
  double cost;
  if (program == nullptr) {
    cost = cost_of_nothing(r);
  } else {
    cost = cost_of(rendered, *program, bits);
  }
  if (best->valid && cost >= best->cost) return;
  best->tile = tile;
  best->cost = cost;
  best->valid = true;
}

// The geometry of a neighbour's layers with contrasts and a field of one's own: as it is, and refined, which
// costs differences of the parameters.
void ProgramSearch::offer_copies(const Region& r, Choice* best) const {
  for (const normative::LayerSource source : {normative::LayerSource::kLeft, normative::LayerSource::kUp}) {
    Program program;
    for (int32_t l = 0; l < normative::kMaxLayers; ++l) {
      if (!entropy::copy_layer_geometry(*programs_, r.slot, source, l, &program.layers[l])) break;
      program.layer_count = static_cast<uint8_t>(l + 1);
    }
    if (program.layer_count == 0) continue;
    offer_levels(r, program, best);
    if (in_.effort >= 4 && refine_copies(r, &program)) offer_levels(r, program, best);
  }
}

void ProgramSearch::offer_levels(const Region& r, Program program, Choice* best) const {
  for (int32_t order = 0; order <= 1; ++order) {
    fit_levels(r, order, 4, memory_, &program);
    offer(r, record_of(program, r.slot), best);
  }
}

// True when a parameter moved.
bool ProgramSearch::refine_copies(const Region& r, Program* program) const {
  bool moved = false;
  LayerFit fit(memory_);
  LayerFit::Options options;
  options.iterations = 4;
  options.first_change = 0.1;
  for (int32_t l = 0; l < program->layer_count; ++l) {
    fit.start(r.source(0), prime_step(r.rect, kCopySamples), 1);
    for (int32_t k = 0; k < program->layer_count; ++k) {
      if (k != l) fit.add_layer(program->layers[k]);
    }
    normative::Layer& layer = program->layers[l];
    const normative::Layer before = layer;
    fit.refine(options, monitor_, &layer);
    normative::snap_layer(&layer, normative::slot_frame(r.geometry, layer.slot).extent);
    layer.has_delta = !std::equal(layer.params, layer.params + normative::kMaxParams, before.params);
    moved |= layer.has_delta;
  }
  return moved;
}

void ProgramSearch::decide_tile(int64_t index) {
  const Region r = region(static_cast<int32_t>(index), tile_rect(index));
  const size_t i = static_cast<size_t>(index);
  const Finding& found = found_[i];
  Choice best;
  const bool has_own = searched_[i] != 0 && (bare() || found.program.layer_count > 0);
  bool neighbours = false;
  for (const TileMode mode : {TileMode::kMergeLeft, TileMode::kMergeUp}) {
    TileProgram tile;
    if (!entropy::set_tile_mode(*programs_, r.slot, mode, &tile) || tile.slot == normative::kImageSlot)
      continue;
    if (!bare() && programs_->tiles[static_cast<size_t>(tile.slot)].program.layer_count == 0) continue;
    neighbours = true;
    if (searched_[i] != 0) offer(r, tile, &best);
  }
  if (searched_[i] != 0 && (has_own || neighbours)) {
    TileProgram skip;
    offer(r, skip, &best);
    if (has_own) offer(r, record_of(found.program, r.slot), &best);
    if (neighbours) offer_copies(r, &best);
    programs_->tiles[i] = best.tile;
  }
}

// An image-wide program that no tile renders is not worth its bytes.
void ProgramSearch::keep_useful_image_program() {
  if (!programs_->has_image_program) return;
  for (const TileProgram& tile : programs_->tiles) {
    if (tile.slot == normative::kImageSlot) return;
  }
  programs_->has_image_program = false;
  programs_->image_program = Program();
}

void ProgramSearch::fill_stats(int64_t index, int32_t worker) {
  TileStats& s = (*stats_)[static_cast<size_t>(index)];
  s = TileStats();
  const TileProgram& tile = programs_->tiles[static_cast<size_t>(index)];
  const Finding& found = found_[static_cast<size_t>(index)];
  Region r = region(programs_->resolve_slot(index), tile_rect(index), worker);
  r.plane_count = 1;
  const Program neutral, *program = programs_->resolve(index);
  s.mode = static_cast<uint8_t>(tile.mode);
  s.renders = static_cast<uint32_t>(std::min<uint64_t>(found.renders, 0xffffffffu));
  s.early_exit = found.early_exit;
  if (program != nullptr) {
    s.layer_count = program->layer_count;
    for (int32_t l = 0; l < program->layer_count; ++l) s.presets[l] = program->layers[l].preset;
  }
  const double bits = tile.mode == TileMode::kSkip
                          ? 0
                          : entropy::program_cost_bits(*programs_, tile, static_cast<int32_t>(index));
  s.bits = static_cast<uint32_t>(std::lround(bits));
  s.distortion =
      ExactError(r, kStatsSamples, monitor_, memory_).ssd(program != nullptr ? *program : neutral) /
      (static_cast<double>(r.rect.width) * r.rect.height);
}

void ProgramSearch::fill_stats_of(int64_t begin, int64_t end) {
  pool_.run(end - begin, [&](int64_t i, int32_t worker) {
    if (!monitor_.cancelled()) fill_stats(begin + i, worker);
  });
}

// All rows of tiles, or one window of them after the other. What a tile renders is known once it is decided.
Status ProgramSearch::search_rows() {
  const normative::Geometry& g = in_.geometry;
  const int32_t rows = g.tile_rows();
  const int32_t step = in_.rows == nullptr ? rows : searches(in_) ? search_window_rows(g, pool_.size()) : 1;
  if (in_.rows != nullptr) PC15_TRY(in_.rows->begin(step * g.tile, searches(in_)));
  for (int32_t row = 0; row < rows; row += step) {
    const int32_t last = std::min(row + step, rows);
    const int64_t begin = int64_t{row} * g.tile_cols(), end = int64_t{last} * g.tile_cols();
    if (in_.rows != nullptr) {
      PC15_TRY(in_.rows->window(g.tile_rect(0, row).y, g.tile_rect(0, last - 1).bottom(), planes_));
    }
    if (searches(in_)) {
      // One tile is the image: it has been searched.
      if (g.tile_count() > 1) search_tiles(begin, end);
      for (int64_t i = begin; i < end && !monitor_.cancelled(); ++i) decide_tile(i);
    }
    if (in_.device == backend::DeviceUse::kCuda) PC15_TRY(devices_.status());
    fill_stats_of(begin, end);
  }
  return in_.rows != nullptr ? in_.rows->end() : ok_status();
}

void ProgramSearch::fill_report() {
  for (const TileStats& s : *stats_) {
    for (int32_t l = 0; l < s.layer_count; ++l) {
      GeneratorStats& g = report_->generators[s.presets[l]];
      bool repeated = false;
      for (int32_t k = 0; k < l; ++k) repeated |= s.presets[k] == s.presets[l];
      if (repeated) continue;
      ++g.tiles;
      g.bits += s.bits;
      g.distortion += s.distortion;
    }
  }
}

Status ProgramSearch::run() {
  const int64_t tiles = in_.geometry.tile_count();
  programs_->has_image_program = false;
  programs_->image_program = Program();
  programs_->seed = in_.seed;
  programs_->color_planes = in_.plane_count;
  programs_->set_geometry(in_.geometry);
  found_.assign(static_cast<size_t>(tiles), Finding());
  searched_.assign(static_cast<size_t>(tiles), 0);
  stats_->assign(static_cast<size_t>(tiles), TileStats());
  if (searches(in_)) {
    PC15_TRY(search_image());
    monitor_.advance(1);
  }
  PC15_TRY(search_rows());
  keep_useful_image_program();
  const auto device_status = [&] {
    return in_.device == backend::DeviceUse::kCuda ? devices_.status() : ok_status();
  };
  PC15_TRY(device_status());
  if (bare() && in_.effort >= 8) add_atoms(in_, devices_, pool_, monitor_, memory_, programs_, stats_);
  PC15_TRY(device_status());
  fill_report();
  PC15_FAIL_IF(monitor_.cancelled(), Code::kCancelled, "cancelled during the search for programs");
  return ok_status();
}

}  // namespace

int32_t search_window_rows(const normative::Geometry& geometry, int32_t threads) {
  constexpr int32_t kTilesPerThread = 8, kMostThreads = 16, kMostRows = 2048;
  const int32_t tiles = kTilesPerThread * std::min(threads, kMostThreads), cols = geometry.tile_cols();
  const int32_t wanted = std::min((tiles + cols - 1) / cols, std::max(1, kMostRows / geometry.tile));
  return std::min(geometry.tile_rows(), wanted);
}

uint64_t search_units(const normative::Geometry& geometry) {
  const int64_t tiles = geometry.tile_count();
  return static_cast<uint64_t>(tiles > 1 ? tiles + 1 : 1);
}

Status search_programs(const SearchInput& input, ThreadPool& pool, Monitor& monitor, Memory& memory,
                       ProgramImage* programs, Vector<TileStats>* stats, SearchReport* report) {
  SearchReport spent;
  SearchReport* where = report != nullptr ? report : &spent;
  *where = SearchReport();
  return ProgramSearch(input, pool, monitor, memory, programs, stats, where).run();
}

}  // namespace pc15::enc
