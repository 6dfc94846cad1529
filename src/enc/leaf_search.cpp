// Modes are ranked by SATD plus the price of the mode; the best few are transformed, quantised and priced
// exactly. Distortion is measured on the coefficients (the transforms are orthonormal), so only the winner is
// reconstructed.
#include "enc/leaf_search.h"

#include <algorithm>
#include <cstring>

#include "backend/backend.h"
#include "backend/intra.h"
#include "enc/kernels.h"
#include "enc/palette_pass.h"
#include "enc/quantise_rd.h"
#include "normative/transform.h"

namespace pc15::enc {
namespace {

using entropy::Leaf;
using entropy::symbol_cost;

constexpr int32_t kMaxCandidates = 8;  // that get the full treatment

struct Candidate {
  Leaf leaf;
  int64_t bits_q10;  // of the prediction's symbols
  Cost rough;        // SATD with the price of the mode
};

class LeafSearch {
 public:
  LeafSearch(const SearchState& state, const Leaf& geometry, Cost bound, const ModeHints* hints,
             LeafResult* out)
      : s_(state), base_(geometry), bound_(bound), hints_(hints), out_(out), w_(1 << geometry.log2w),
        h_(1 << geometry.log2h) {
    for (int32_t i = 0; i < s_.components; ++i) {
      if (!s_.programs || s_.plane[i].recon.width > 0) {
        backend::gather_references(s_.plane[i].recon, *s_.map, base_.x, base_.y, w_, h_, &refs_[i]);
      }
    }
    above_ = s_.context->above + (base_.x >> 2);
    left_ = s_.context->left + (base_.y >> 2);
  }

  void run() {
    if (s_.estimate) {
      consider(normative::kModeDc, 0);
      consider(normative::kModePaeth, 0);
    } else if (hints_ != nullptr) {
      consider_hints();
    } else {
      for (int32_t mode = 0; mode < normative::kModeFirstGroup; ++mode) consider(mode, 0);
      if (s_.effort.directions) search_directions();
    }
    if (s_.chroma) consider_cfl();
    note_modes();
    for (int32_t i = 0; i < std::min(count_, s_.effort.full_modes); ++i) {
      const Cost margin = candidates_[0].rough / 100 * s_.effort.mode_margin;
      if (candidates_[i].rough > candidates_[0].rough + margin) break;
      evaluate(candidates_[i], nullptr);
      if (i < s_.effort.typed_modes && may_have_type()) evaluate_types(candidates_[i]);
    }
    if (s_.programs) {
      Candidate c{base_, procedural_cost(1), 0};
      c.leaf.procedural = 1;
      evaluate(c, nullptr);
    }
    if (!s_.estimate && may_have_type() && out_->cost < bound_ + bound_ / 100 * s_.effort.bound_margin)
      search_transforms();
    if (s_.palette != nullptr) consider_palette();
    if (out_->cost < bound_ && !s_.estimate) reconstruct();
  }

 private:
  int64_t procedural_cost(int32_t value) const {
    int64_t bits = s_.palette != nullptr ? s_.palette->coded().use_cost(*s_.context, base_, 0) : 0;
    if (s_.programs)
      bits += symbol_cost(s_.models->procedural[above_->procedural + left_->procedural], value);
    return bits;
  }

  // The leaf as indices into the palette of the pass.
  void consider_palette() {
    PalettePass& p = *s_.palette;
    const int64_t error = p.error(base_);
    if (error * 1024 >= out_->cost) return;
    const Cost cost =
        error * 1024 + s_.lagrangian.rate(p.price(base_) + p.coded().use_cost(*s_.context, base_, 1));
    if (cost >= out_->cost) return;
    out_->cost = cost;
    out_->leaf = base_;
    out_->leaf.palette = 1;
    for (int32_t i = 0; i < s_.components; ++i) p.coded().paint(base_, i, prediction_[i], w_);
  }

  int64_t mode_bits(const Leaf& leaf) const {
    int64_t bits = procedural_cost(0);
    bits += s_.tokens->mode[above_->mode_class * 6 + left_->mode_class][leaf.mode];
    if (leaf.mode >= normative::kModeFirstGroup && leaf.mode <= normative::kModeLastGroup) {
      bits += s_.tokens->delta[leaf.mode - normative::kModeFirstGroup][leaf.delta];
    }
    if (leaf.mode == normative::kModeCfl) {
      for (int32_t i = 0; i < s_.components; ++i) {
        bits += symbol_cost(s_.models->cfl[i], leaf.alpha[i] < 0 ? leaf.alpha[i] + 8 : leaf.alpha[i] + 7);
      }
    }
    return bits;
  }

  void predict(const Leaf& leaf, int32_t i, Pixel* out) {
    if (leaf.procedural != 0) {
      ops_.predict_leaf(leaf, i, s_.plane[i], *s_.map, luma_, out, w_);
    } else if (leaf.mode == normative::kModeCfl) {
      normative::predict_dc(refs_[i].view, w_, h_, out, w_);
      normative::add_chroma_from_luma(luma_, leaf.alpha[i], leaf.log2w, leaf.log2h, out, w_);
    } else {
      ops_.predict_intra(leaf.mode, leaf.delta, refs_[i], leaf.log2w, leaf.log2h, out, w_);
    }
  }

  Cost consider(int32_t mode, int32_t delta) {
    trial_.mode = mode;
    trial_.delta = delta;
    return consider(trial_);
  }
  Cost consider(const Leaf& leaf) {
    const int64_t bits_q10 = mode_bits(leaf);
    int64_t sum = 0;
    for (int32_t i = 0; i < s_.components; ++i) sum += rough_error(leaf, i);
    const Cost rough = sum * 1024 + s_.lagrangian.mode_rate(bits_q10);
    keep(leaf, bits_q10, rough);
    return rough;
  }
  // The best few in rising order.
  void keep(const Leaf& leaf, int64_t bits_q10, Cost rough) {
    const int32_t most = std::min(kMaxCandidates, std::max(s_.effort.full_modes, s_.effort.hint_modes));
    if (count_ == most && rough >= candidates_[most - 1].rough) return;
    int32_t at = count_ < most ? count_++ : most - 1;
    for (; at > 0 && rough < candidates_[at - 1].rough; --at) candidates_[at] = candidates_[at - 1];
    candidates_[at] = {leaf, bits_q10, rough};
  }

  bool may_have_type() const { return s_.effort.transform_types && std::max(base_.log2w, base_.log2h) <= 4; }

  // The modes of the hints and the first flat ones.
  void consider_hints() {
    bool seen[normative::kModeFirstGroup] = {};
    for (int32_t i = 0; i < hints_->count; ++i) {
      if (hints_->mode[i] < normative::kModeFirstGroup) seen[hints_->mode[i]] = true;
      consider(hints_->mode[i], hints_->delta[i]);
    }
    for (int32_t mode = 0; mode < s_.effort.flat_hints; ++mode) {
      if (!seen[mode]) consider(mode, 0);
    }
  }
  void note_modes() {
    out_->modes.count = 0;
    for (int32_t i = 0; i < std::min(count_, s_.effort.hint_modes); ++i) {
      const Leaf& l = candidates_[i].leaf;
      if (l.mode == normative::kModeCfl) continue;
      out_->modes.mode[out_->modes.count] = static_cast<uint8_t>(l.mode);
      out_->modes.delta[out_->modes.count++] = static_cast<uint8_t>(l.delta);
    }
  }

  // SATD of a prediction, transposed where that is how it is computed.
  int32_t rough_error(const Leaf& leaf, int32_t i) {
    alignas(16) Pixel prediction[1024];
    const PlaneView<const Pixel>& src = s_.source[i];
    const Pixel* const at = src.row(leaf.y) + leaf.x;
    if (!backend::predicts_turned(leaf.mode, leaf.delta)) {
      predict(leaf, i, prediction);
      return k_.satd(at, src.stride, prediction, w_, w_, h_);
    }
    if (!turned_ready_[i]) backend::transpose_block(at, src.stride, w_, h_, turned_[i]);
    turned_ready_[i] = true;
    ops_.predict_turned(leaf.mode, leaf.delta, refs_[i], leaf.log2w, leaf.log2h, prediction);
    return k_.satd(turned_[i], h_, prediction, h_, h_, w_);
  }

  // One direction per group first, then the neighbours of the best ones.
  void search_directions() {
    Cost rough[kDirections];
    std::fill(rough, rough + kDirections, kCostInfinite);
    for (int32_t d = 2; d < kDirections; d += 4) rough[d] = consider_direction(d);
    for (int32_t round = 0; round < s_.effort.refinements; ++round) {
      int32_t best = 0;
      Cost least = kCostInfinite;
      for (int32_t d = 2; d < kDirections; d += 4) {
        if (rough[d] < least && !refined_[d]) {
          least = rough[d];
          best = d;
        }
      }
      if (best == 0) return;
      refined_[best] = true;
      for (int32_t step = 2; step >= 1; --step) {
        int32_t centre = best;
        for (int32_t d = best - 3; d <= best + 3; ++d) {
          if (d >= 2 && d < kDirections && rough[d] < rough[centre]) centre = d;
        }
        for (int32_t d : {centre - step, centre + step}) {
          if (d >= 2 && d < kDirections && rough[d] == kCostInfinite) rough[d] = consider_direction(d);
        }
      }
    }
  }
  Cost consider_direction(int32_t d) {
    return d < 4 ? consider(normative::kModeFirstGroup, d - 2) : consider((d - 4) / 4 + 6, (d - 4) % 4);
  }

  // Least squares of the source against luma.
  void consider_cfl() {
    backend::gather_luma(s_.luma, base_.x, base_.y, w_, h_, s_.chroma_shift, luma_);
    int32_t mean = 0;
    for (int32_t i = 0; i < w_ * h_; ++i) mean += luma_[i];
    mean >>= base_.log2w + base_.log2h;
    alignas(16) int16_t deviation[1024];  // at most 2040: sums fit 32 bits
    uint32_t squares = 0;
    for (int32_t i = 0; i < w_ * h_; ++i) {
      deviation[i] = static_cast<int16_t>(luma_[i] - mean);
      squares += static_cast<uint32_t>(deviation[i] * deviation[i]);
    }
    const int64_t energy = squares;
    Leaf leaf = base_;
    leaf.mode = normative::kModeCfl;
    for (int32_t c = 0; c < s_.components; ++c) {
      int32_t sum = 0;
      for (int32_t y = 0; y < h_; ++y) {
        const Pixel* src = s_.source[c].row(base_.y + y) + base_.x;
        const int16_t* l = deviation + y * w_;
        for (int32_t x = 0; x < w_; ++x) sum += l[x] * static_cast<int16_t>(src[x]);
      }
      const int64_t cross = sum;
      // alpha / 8 per grey level, luma in 1/8: alpha = 64 * cross / energy.
      int64_t alpha = energy > 0 ? (128 * (cross < 0 ? -cross : cross) + energy) / (2 * energy) : 1;
      alpha = std::max<int64_t>(1, std::min<int64_t>(8, alpha));
      leaf.alpha[c] = static_cast<int32_t>(cross < 0 ? -alpha : alpha);
    }
    consider(leaf);
  }

  void price_eob(int32_t component, const Leaf& leaf, uint32_t* price) const {
    const int32_t area = leaf.log2w + leaf.log2h;
    const int32_t state = component == 0 ? 0 : leaf.eob[0] == 0 ? 1 : 2;
    const int32_t energy = entropy::energy_context(*s_.context, leaf, component);
    const entropy::AdaptiveCdf& cdf =
        s_.models->eob[state * entropy::CellModels::kEobContexts + (area - 4) * 8 + energy];
    for (int32_t k = 0; k < 12; ++k) {
      price[k] = symbol_cost(cdf, k) + static_cast<uint32_t>(k < 3 ? 0 : k - 2) * entropy::kCostOne;
    }
  }

  int64_t type_bits(const Leaf& leaf, int32_t type) const {
    const int32_t longer = std::max(leaf.log2w, leaf.log2h);
    if (longer > 4) return 0;
    const int32_t kind = leaf.procedural != 0 ? 1 : entropy::mode_class(leaf.mode);
    return symbol_cost(s_.models->transform[(longer - 2) * 6 + kind], type);
  }

  // Full price of a candidate with the transform types in leaf.transform; keeps it when it is the best.
  // `predictions`: w * h samples per component, or null to make them. Returns its J, or what was known of it
  // when it was given up: where the estimate is far above what could win, levels are not chosen.
  Cost evaluate(const Candidate& c, const Pixel* predictions) {
    Leaf leaf = c.leaf;
    Cost cost = s_.lagrangian.rate(c.bits_q10), rough = cost;
    alignas(16) Pixel made[2][1024];
    alignas(32) int32_t coefs[2][1024];
    int16_t levels[2][1024];
    for (int32_t i = 0; i < s_.components; ++i) {
      const Pixel* prediction = predictions != nullptr ? predictions + i * 1024 : made[i];
      if (predictions == nullptr) predict(leaf, i, made[i]);
      transform(leaf, i, prediction, coefs[i]);
      const CoefficientSums sums = k_.coefficient_sums(coefs[i], w_ * h_, s_.step16);
      rough += estimate_cost(sums, s_.step16, s_.lagrangian);
      leaf.eob[i] = sums.count;
    }
    if (s_.estimate) return keep_estimate(leaf, rough);
    if (rough > bound_ + bound_ / 100 * s_.effort.hopeless_margin) return rough;
    for (int32_t i = 0; i < s_.components; ++i) {
      cost += component_cost(&leaf, i, coefs[i], levels[i]);
      if (cost >= out_->cost) return cost;
    }
    out_->cost = cost;
    out_->leaf = leaf;
    best_bits_ = c.bits_q10;
    const size_t bytes = sizeof(int16_t) * static_cast<size_t>(w_ * h_);
    for (int32_t i = 0; i < s_.components; ++i) {
      std::memcpy(out_->levels[i], levels[i], bytes);
      if (predictions == nullptr) std::memcpy(prediction_[i], made[i], static_cast<size_t>(w_ * h_));
    }
    return cost;
  }

  Cost keep_estimate(const Leaf& leaf, Cost rough) {
    if (rough >= out_->cost) return rough;
    out_->cost = rough;
    out_->leaf = leaf;
    return rough;
  }

  void transform(const Leaf& leaf, int32_t i, const Pixel* prediction, int32_t* coefs) {
    alignas(32) int16_t residual[1024];
    const PlaneView<const Pixel>& src = s_.source[i];
    k_.subtract(src.row(leaf.y) + leaf.x, src.stride, prediction, w_, w_, h_, residual);
    k_.forward_transform(residual, leaf.log2w, leaf.log2h, leaf.transform[i], coefs);
  }

  Cost component_cost(Leaf* leaf, int32_t i, const int32_t* coefs, int16_t* levels) {
    uint32_t eob_price[12];
    price_eob(i, *leaf, eob_price);
    const QuantiseResult r = quantise_rd({coefs, leaf->log2w, leaf->log2h, s_.step16, eob_price,
                                          s_.lagrangian, s_.tokens, s_.effort.settle_levels},
                                         levels);
    leaf->eob[i] = r.eob;
    leaf->energy[i] = entropy::block_energy(r.sum, leaf->log2w + leaf->log2h);
    return r.cost + (r.eob > 0 ? s_.lagrangian.rate(type_bits(*leaf, leaf->transform[i])) : 0);
  }

  // Every other type, the same for all components.
  void evaluate_types(Candidate c) {
    for (int32_t type = 1; type < normative::kTransformTypes; ++type) {
      for (int32_t i = 0; i < s_.components; ++i) c.leaf.transform[i] = type;
      evaluate(c, nullptr);
    }
  }

  // Tries the other transform types on the best prediction.
  void search_transforms() {
    for (int32_t i = 0; i < s_.components; ++i) {
      if (out_->leaf.eob[i] == 0) continue;
      const int32_t first = out_->leaf.transform[i];
      for (int32_t type = 0; type < normative::kTransformTypes; ++type) {
        if (type == first) continue;
        Candidate c{out_->leaf, best_bits_, 0};
        c.leaf.transform[i] = type;
        const Cost cost = evaluate(c, prediction_[0]);
        if (first == normative::kDctDct && type == normative::kDstDst &&
            cost > out_->cost / 1000 * (1000 + s_.effort.type_margin)) {
          break;
        }
      }
    }
  }

  void reconstruct() {
    for (int32_t i = 0; i < s_.components; ++i) {
      const backend::CellPlane& plane = s_.plane[i];
      Pixel* const o = plane.recon.row(base_.y) + base_.x;
      for (int32_t y = 0; y < h_; ++y) {
        std::memcpy(o + y * plane.recon.stride, prediction_[i] + y * w_, static_cast<size_t>(w_));
      }
      if (out_->leaf.eob[i] > 0) {
        ops_.add_residual(out_->leaf, i, out_->levels[i], s_.step16, o, plane.recon.stride);
      } else {
        out_->leaf.transform[i] = 0;
      }
    }
  }

  static constexpr int32_t kDirections = 35;

  const SearchState& s_;
  const Kernels& k_ = kernels();
  const backend::Operations& ops_ = backend::operations();
  const Leaf base_;
  Leaf trial_ = base_;  // with the mode that is looked at
  const Cost bound_;
  const ModeHints* const hints_;
  LeafResult* const out_;
  const int32_t w_, h_;
  const entropy::UnitState* above_;
  const entropy::UnitState* left_;
  backend::ReferenceBuffer refs_[2];
  int16_t luma_[1024];
  Candidate candidates_[kMaxCandidates];
  int32_t count_ = 0;
  int64_t best_bits_ = 0;
  bool refined_[kDirections] = {};
  bool turned_ready_[2] = {};
  alignas(16) Pixel turned_[2][1024];  // the source, transposed
  alignas(16) Pixel prediction_[2][1024];
};

}  // namespace

void search_leaf(const SearchState& state, int32_t x, int32_t y, int32_t log2w, int32_t log2h, Cost bound,
                 const ModeHints* hints, LeafResult* out) {
  Leaf geometry;
  geometry.x = static_cast<int16_t>(x);
  geometry.y = static_cast<int16_t>(y);
  geometry.log2w = static_cast<uint8_t>(log2w);
  geometry.log2h = static_cast<uint8_t>(log2h);
  out->cost = kCostInfinite;
  LeafSearch search(state, geometry, bound, hints, out);
  search.run();
}

}  // namespace pc15::enc
