// Levels are chosen from the last coefficient that does not round to zero down, each among the rounded value,
// one less and zero, with the context template filled by the levels already chosen. Every position that keeps
// a level is also priced as the end of the block; when the best end lies before the start, the choice runs
// once more from there, because the contexts behind it changed.
//
// A position's context depends on the levels above it alone, so three loops do what one would, without its
// unpredictable branches: levels of the coefficients that do not round to zero; prices of zeros everywhere;
// the best end.
#include "enc/quantise_rd.h"

#include <cstring>
#include <initializer_list>

#include "entropy/cell_syntax.h"

namespace pc15::enc {
namespace {

using entropy::ScanEntry;

// 1024 * squared error in grey levels, from 1/8 grey levels: times 16.
Cost squared(int64_t e) { return e * e * 16; }

// Where in the scan each coefficient of a shape lies.
struct ScanPositions {
  ScanPositions() {
    uint16_t* free = storage;
    for (int32_t log2w = 2; log2w <= 5; ++log2w) {
      for (int32_t log2h = 2; log2h <= 5; ++log2h) {
        if (log2w - log2h > 2 || log2h - log2w > 2) continue;
        const ScanEntry* const scan = entropy::scan_table(log2w, log2h);
        const int32_t area = 1 << (log2w + log2h);
        for (int32_t i = 0; i < area; ++i) free[scan[i].raster] = static_cast<uint16_t>(i);
        of[log2w - 2][log2h - 2] = free;
        free += area;
      }
    }
  }
  const uint16_t* of[4][4] = {};
  uint16_t storage[60 * 60];  // of all shapes: at most (4 + 8 + 16 + 32)^2
};
const uint16_t* scan_positions(int32_t log2w, int32_t log2h) {
  static const ScanPositions all;
  return all.of[log2w - 2][log2h - 2];
}

constexpr Cost kNoEnd = 2 * kCostInfinite;  // a level of 0 is not the last

// A coefficient that does not round to zero, and what was chosen for it.
struct Coded {
  uint16_t position;  // in the scan
  int16_t level;
  Cost saved;  // J of zero less that of the level
};

class Pass {
 public:
  explicit Pass(const QuantiseInput& input)
      : in_(input), scan_(entropy::scan_table(in_.log2w, in_.log2h)),
        size_(entropy::size_class(in_.log2w + in_.log2h)), pitch_((1 << in_.log2w) + 2) {}

  // Finds the coefficients that do not round to zero, last first. Returns their number.
  int32_t find() {
    uint32_t marks[32];
    const int32_t area = 1 << (in_.log2w + in_.log2h);
    energy_ = kernels().mark_coded(in_.coefs, area, in_.step16, marks) * 16;
    const uint16_t* const positions = scan_positions(in_.log2w, in_.log2h);
    if (area <= 64) {  // most blocks: their order stays in a register
      uint64_t order = 0;
      for (int32_t k = 0; k < (area + 31) / 32; ++k) {
        for (uint32_t bits = marks[k]; bits != 0; bits &= bits - 1)
          order |= uint64_t{1} << positions[32 * k + __builtin_ctz(bits)];
      }
      list(order, 0);
      return count_;
    }
    uint64_t order[16] = {};
    for (int32_t k = 0; k < area / 32; ++k) {
      for (uint32_t bits = marks[k]; bits != 0; bits &= bits - 1) {
        const int32_t at = positions[32 * k + __builtin_ctz(bits)];
        order[at >> 6] |= uint64_t{1} << (at & 63);
      }
    }
    for (int32_t k = area / 64 - 1; k >= 0; --k) list(order[k], 64 * k);
    return count_;
  }

  // Chooses the levels from the coded coefficient `first` on; the result holds the best end.
  QuantiseResult choose(int32_t first) {
    std::memset(sums_, 0, static_cast<size_t>(pitch_ * ((1 << in_.log2h) + 4) + 2));
    choose_levels(first);
    price_zeros(coded_[first].position);
    return best_end(first);
  }

  // The levels in front of the end, into a block of zeros; returns the sum of their magnitudes.
  int32_t store(int32_t eob, int16_t* levels) const {
    int32_t sum = 0;
    for (int32_t k = 0; k < count_; ++k) {
      if (coded_[k].position >= eob) continue;
      levels[scan_[coded_[k].position].raster] = coded_[k].level;
      sum += coded_[k].level < 0 ? -coded_[k].level : coded_[k].level;
    }
    return sum;
  }

  Cost empty() const { return energy_ + in_.lagrangian.rate(in_.eob_cost[0]); }
  int32_t position(int32_t k) const { return coded_[k].position; }

 private:
  // What a level costs, apart from its context.
  struct Pricing {
    int32_t step16;
    uint64_t inverse;  // 2^40 / step16 rounded up
    Lagrangian lagrangian;

    Cost distortion(int32_t magnitude, int32_t level) const {
      return squared(magnitude - ((static_cast<int64_t>(level) * step16) >> 1));
    }
    // The nearest level; exact, because numerators and steps stay below 2^19 and 2^16, and their product
    // below 2^40.
    int32_t rounded(int32_t magnitude) const {
      const uint64_t n = static_cast<uint64_t>(2 * magnitude + step16 / 2);
      const int32_t l = static_cast<int32_t>((n * inverse) >> 40);
      return l > entropy::kLevelMax ? entropy::kLevelMax : l;
    }
    // J of `level` with the prices of a context.
    Cost price(int32_t magnitude, int32_t level, const uint16_t* table) const {
      return distortion(magnitude, level) + lagrangian.rate(token_cost(table, level, 15) + entropy::kCostOne);
    }
  };

  static int64_t token_cost(const uint16_t* table, int32_t level, int32_t top) {
    return PC15_LIKELY(level < top) ? table[level]
                                    : table[top] + static_cast<int64_t>(escape_cost(level - top));
  }

  void list(uint64_t order, int32_t first) {
    Coded* to = coded_ + count_;
    for (; order != 0; ++to) {
      const int32_t top = 63 - __builtin_clzll(order);
      order ^= uint64_t{1} << top;
      to->position = static_cast<uint16_t>(first + top);
    }
    count_ = static_cast<int32_t>(to - coded_);
  }

  // Sums of what contexts look at are a chain from level to level, so nothing here is a branch that could be
  // foretold badly: masks choose. Locals, because a store into the sums might alias any member.
  void choose_levels(int32_t first) {
    const Pricing pricing = pricing_;
    const int32_t *const coefs = in_.coefs, pitch = pitch_;
    const ScanEntry* const scan = scan_;
    const uint16_t(*const tables)[16] = in_.tokens->level + size_ * 7 * 12;
    uint8_t* const sums = sums_ + 2 * pitch + 2;
    int32_t greatest = 0;
    for (Coded *coded = coded_ + first, *const end = coded_ + count_; coded < end; ++coded) {
      const ScanEntry e = scan[coded->position];
      const int32_t c = coefs[e.raster], sign = c >> 31, magnitude = (c ^ sign) - sign;
      uint8_t* const at = sums + e.padded;
      const uint16_t* const table = tables[e.zone * 12 + entropy::magnitude_grade(*at)];
      const int32_t rounded = pricing.rounded(magnitude);
      const Cost zero = squared(c), as_zero = zero + pricing.lagrangian.rate(table[0]);
      const Cost more = pricing.price(magnitude, rounded, table);
      // One less than 1 is zero with the price of a sign, which never wins.
      const Cost less = pricing.price(magnitude, rounded - 1, table);
      const Cost kept = -static_cast<Cost>((more < as_zero) | (rounded > 2));
      Cost cost = as_zero ^ ((as_zero ^ more) & kept);
      const Cost lower = -static_cast<Cost>(less < cost);
      cost ^= (cost ^ less) & lower;
      const int32_t chosen = static_cast<int32_t>((rounded & kept & ~lower) | ((rounded - 1) & lower));
      const uint8_t m = static_cast<uint8_t>(chosen < 15 ? chosen : 15);
      const auto add = [m](uint8_t* to) { *to = static_cast<uint8_t>(*to + m); };
      add(at - 1);
      add(at - pitch);
      add(at - 2);
      add(at - pitch - 1);
      add(at - 2 * pitch);
      coded->level = static_cast<int16_t>((chosen ^ sign) - sign);
      coded->saved = zero - cost;
      greatest |= chosen;
    }
    greatest_ = greatest;
  }

  // zeros_[i]: price of zeros at the positions below i, for i up to `last`, which is coded itself, and behind
  // it.
  void price_zeros(int32_t last) {
    const uint16_t* const zero = in_.tokens->zero + size_ * 7 * 12;
    const uint8_t* const sums = sums_ + 2 * pitch_ + 2;
    const ScanEntry* const scan = scan_;
    int32_t sum = 0;
    for (int32_t i = 0; i < last; ++i) {
      zeros_[i] = sum;
      sum += zero[scan[i].zone * 12 + entropy::magnitude_grade(sums[scan[i].padded])];
    }
    zeros_[last] = zeros_[last + 1] = sum;
  }

  // J of a level as the last one, less that of the level in between.
  Cost end_of(const Coded& coded) const {
    if (coded.level == 0) return kNoEnd;
    const ScanEntry e = scan_[coded.position];
    const int32_t c = in_.coefs[e.raster], level = coded.level < 0 ? -coded.level : coded.level;
    const int64_t bits = in_.eob_cost[entropy::eob_class(coded.position + 1)] + entropy::kCostOne +
                         token_cost(in_.tokens->last[size_ * 7 + e.zone], level - 1, 14);
    const Cost in_between = squared(c) - coded.saved;
    return pricing_.distortion(c < 0 ? -c : c, level) - in_between + in_.lagrangian.rate(bits);
  }

  // Ends are priced while one could win: what it saves is the price of its level in between, at most.
  QuantiseResult best_end(int32_t first) const {
    const Lagrangian lagrangian = in_.lagrangian;
    const Cost dearest = lagrangian.rate(greatest_ < 15 ? kDearestToken : kDearestLevel);
    Cost gain = 0;              // of zeros against the levels chosen, over the positions above
    Cost best = kCostInfinite;  // J of the positions from an end on, against zeros, less the gain below it
    int32_t eob = 0, above = coded_[first].position + 1;
    for (int32_t k = first; k < count_; ++k) {
      const int32_t at = coded_[k].position;
      gain -= lagrangian.rate(zeros_[above] - zeros_[at + 1]);
      above = at;
      if (gain < best + dearest) {
        const Cost now = gain + end_of(coded_[k]);
        eob = now < best ? at + 1 : eob;
        best = now < best ? now : best;
      }
      gain += coded_[k].saved;
    }
    gain -= lagrangian.rate(zeros_[above]);
    QuantiseResult result;
    result.cost = best + energy_ - gain;
    result.eob = eob;
    if (eob == 0 || result.cost >= empty()) {
      result.cost = empty();
      result.eob = 0;
    }
    return result;
  }

  // Prices of a level that the context model tells, and of any, with their signs.
  static constexpr int64_t kDearestToken = (entropy::kProbBits + 1) * entropy::kCostOne;
  static constexpr int64_t kDearestLevel = (entropy::kProbBits + 1 + 31) * entropy::kCostOne;

  const QuantiseInput& in_;
  const ScanEntry* const scan_;
  const int32_t size_, pitch_;
  const Pricing pricing_{
      in_.step16,
      ((uint64_t{1} << 40) + static_cast<uint32_t>(in_.step16) - 1) / static_cast<uint32_t>(in_.step16),
      in_.lagrangian};
  Cost energy_ = 0;       // distortion of the whole block as zeros
  int32_t greatest_ = 0;  // at least the greatest level chosen, and below 16 with it
  int32_t count_ = 0;
  Coded coded_[1024];
  int32_t zeros_[1024 + 1];
  // Per position the sum of the magnitudes, 15 at most each, that its context looks at. Every level is added
  // to the positions that see it: levels other than zero are few. Two rows and two columns lie before the
  // block.
  uint8_t sums_[entropy::kMagnitudeMapBytes + 2 * 34 + 2];
};

}  // namespace

QuantiseResult quantise_rd(const QuantiseInput& in, int16_t* levels) {
  std::memset(levels, 0, sizeof(int16_t) << (in.log2w + in.log2h));
  Pass p(in);
  const int32_t count = p.find();
  QuantiseResult result;
  if (count == 0) {
    result.cost = p.empty();
    return result;
  }
  result = p.choose(0);
  if (in.settle && result.eob != 0 && result.eob <= p.position(0)) {
    int32_t first = 1;
    while (p.position(first) >= result.eob) ++first;
    result = p.choose(first);
  }
  if (result.eob != 0) result.sum = p.store(result.eob, levels);
  return result;
}

// Bits fitted by least squares on relative errors to the J of 33 000 blocks of Kodak 05 and 19 at qualities
// 25, 45 and 65: 0.33 + 3.83 n + 0.74 sum min(|c| / step, 6) over the n coefficients of at least 0.625 steps,
// and 1.12 times the squares of the others. It errs by 10 %, mostly alike for one block.
Cost estimate_cost(const CoefficientSums& sums, int32_t step16, const Lagrangian& lagrangian) {
  const int64_t bits_q10 = 338 + 3922 * static_cast<int64_t>(sums.count) +
                           758 * 2 * static_cast<int64_t>(sums.magnitudes) / step16;
  return lagrangian.rate(bits_q10) + sums.squares * 1147 / 64;  // 16 * 1.12
}

}  // namespace pc15::enc
