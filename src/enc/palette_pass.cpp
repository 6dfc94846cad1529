// Colours are counted in the drawn 8x8 blocks of the cell. The most frequent one comes first; a colour within
// half a quantiser step of a chosen one is taken for that one, for a transform would not keep them apart
// either. Flat colours are frequent and so exact; the shades of smoothed edges merge as the step grows. A
// colour that stands for others moves to their mean unless it is itself the half of them.
#include "enc/palette_pass.h"

#include <algorithm>
#include <cstdlib>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pc15::enc {
namespace {

constexpr int32_t kBlock = 8;

struct BlockLook {
  bool drawn;  // mostly repeats of a neighbour
  bool edges;  // and has a sharp step
};

BlockLook judge(int32_t repeats, int32_t low, int32_t high) {
  const bool drawn = 2 * repeats >= kBlock * kBlock;
  return {drawn, drawn && high - low >= 24};
}

#if defined(__SSE2__)

__m128i load8(const Pixel* p) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)); }
// The smallest of eight bytes; of their complements it is the largest.
int32_t smallest(__m128i v) {
  v = _mm_min_epu8(v, _mm_srli_epi64(v, 32));
  v = _mm_min_epu8(v, _mm_srli_epi64(v, 16));
  return _mm_cvtsi128_si32(_mm_min_epu8(v, _mm_srli_epi64(v, 8))) & 255;
}

// Eight samples at a time; those of the first column have no neighbour on the left, those of the first row
// none above.
BlockLook look_at(const PlaneView<const Pixel>& plane, int32_t x0, int32_t y0) {
  const __m128i inside = _mm_cvtsi64_si128(x0 > 0 ? -1 : static_cast<int64_t>(~uint64_t{255}));
  __m128i repeats = _mm_setzero_si128(), low = load8(plane.row(y0) + x0), high = low;
  for (int32_t y = y0; y < y0 + kBlock; ++y) {
    const Pixel* const row = plane.row(y) + x0;
    const __m128i v = load8(row), left = x0 > 0 ? load8(row - 1) : _mm_slli_epi64(v, 8);
    __m128i same = _mm_and_si128(_mm_cmpeq_epi8(v, left), inside);
    if (y > 0) same = _mm_or_si128(same, _mm_cmpeq_epi8(v, load8(row - plane.stride)));
    repeats = _mm_sub_epi8(repeats, same);
    low = _mm_min_epu8(low, v);
    high = _mm_max_epu8(high, v);
  }
  // The upper halves hold equal zeros.
  const int32_t count = _mm_cvtsi128_si32(_mm_sad_epu8(repeats, _mm_setzero_si128()));
  return judge(count, smallest(low), 255 - smallest(_mm_xor_si128(high, _mm_set1_epi8(-1))));
}

#else

BlockLook look_at(const PlaneView<const Pixel>& plane, int32_t x0, int32_t y0) {
  int32_t repeats = 0, low = 255, high = 0;
  for (int32_t y = y0; y < y0 + kBlock; ++y) {
    for (int32_t x = x0; x < x0 + kBlock; ++x) {
      const int32_t v = plane.at(x, y);
      repeats += (x > 0 && plane.at(x - 1, y) == v) || (y > 0 && plane.at(x, y - 1) == v) ? 1 : 0;
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  return judge(repeats, low, high);
}

#endif

int32_t component(uint32_t colour, int32_t i) { return static_cast<int32_t>(colour >> (8 * i) & 255u); }

int32_t squared_distance(uint32_t a, uint32_t b) {
  const int32_t d0 = component(a, 0) - component(b, 0), d1 = component(a, 1) - component(b, 1);
  return d0 * d0 + d1 * d1;
}

}  // namespace

DrawnCount count_drawn(const PlaneView<const Pixel>& luma, int32_t first, int32_t last) {
  DrawnCount count;
  for (int32_t y = first; y + kBlock <= last; y += kBlock) {
    for (int32_t x = 0; x + kBlock <= luma.width; x += kBlock) {
      const BlockLook look = look_at(luma, x, y);
      count.edges += look.edges ? 1 : 0;
      count.drawn += look.drawn ? 1 : 0;
      ++count.blocks;
    }
  }
  return count;
}

DrawnLook drawn_look(const DrawnCount& count) {
  const bool partly = count.edges * 32 > count.blocks;
  return {partly, partly && count.drawn * 4 > count.blocks * 3};
}

DrawnLook drawn_look(const PlaneView<const Pixel>& luma) {
  return drawn_look(count_drawn(luma, 0, luma.height));
}

void PalettePass::choose(const PlaneView<const Pixel>* source, int32_t components, int32_t step16) {
  components_ = components;
  for (int32_t i = 0; i < components; ++i) source_[i] = source[i];
  width_ = source[0].width;
  height_ = source[0].height;
  const bool wanted = components == 2 ? count_ > 1 : drawn_look(source[0]).partly;
  count_ = 1;
  if (!wanted || !count_colours()) return;
  pick(step16 / 32);
  merge();
  map_samples();
}

void PalettePass::map_samples() {
  for (Bin& bin : bins_) bin.index = 0;
  wanted_.resize(static_cast<size_t>(width_) * static_cast<size_t>(height_));
  uint16_t* out = wanted_.data();
  for (int32_t y = 0; y < height_; ++y) {
    for (int32_t x = 0; x < width_; ++x) {
      const uint32_t colour = colour_at(x, y);
      Bin& bin = bins_[colour];
      if (bin.index == 0) bin.index = nearest(colour);
      *out++ = bin.index;
    }
  }
}

void PalettePass::start() {
  coded_.start(count_ > 1 ? width_ : 0, height_);
  std::copy(list_ + 1, list_ + count_, coded_.state.colour + 1);
  coded_.state.count = count_;
  std::fill(used_, used_ + count_, false);
  area_ = 0;
}

bool PalettePass::drop_unused() {
  const int32_t before = count_ - 1;
  const bool rare = area_ * 64 < int64_t{width_} * height_;
  count_ = 1;
  for (int32_t i = 1; i <= before && !rare; ++i) {
    if (used_[i]) list_[count_++] = list_[i];
  }
  if (before - (count_ - 1) <= before / 8) return false;
  if (count_ > 1) map_samples();
  return true;
}

// False when the cell has no drawn part with more than one colour.
bool PalettePass::count_colours() {
  bins_.assign(size_t{1} << (8 * components_), Bin());
  seeds_.clear();
  bool any = false;
  for (int32_t y0 = 0; y0 + kBlock <= height_; y0 += kBlock) {
    for (int32_t x0 = 0; x0 + kBlock <= width_; x0 += kBlock) {
      BlockLook look = look_at(source_[0], x0, y0);
      if (components_ == 2) look.drawn = look.drawn && look_at(source_[1], x0, y0).drawn;
      if (!look.drawn) continue;
      any = true;
      for (int32_t y = y0; y < y0 + kBlock; ++y) {
        for (int32_t x = x0; x < x0 + kBlock; ++x) ++bins_[colour_at(x, y)].count;
      }
    }
  }
  for (size_t i = 0; any && i < bins_.size(); ++i) {
    if (bins_[i].count > 0) seeds_.push_back({static_cast<uint32_t>(i), bins_[i].count});
  }
  std::sort(seeds_.begin(), seeds_.end(), [](const Seed& a, const Seed& b) {
    return a.count != b.count ? a.count > b.count : a.colour < b.colour;
  });
  return seeds_.size() > 1;
}

void PalettePass::pick(int32_t radius) {
  count_ = 1;
  for (const Seed& s : seeds_) {
    if (count_ > entropy::kCellPaletteMost) break;
    bool near = false;
    for (int32_t i = 1; i < count_ && !near; ++i)
      near = squared_distance(list_[i], s.colour) <= radius * radius;
    if (!near) list_[count_++] = s.colour;
  }
}

void PalettePass::merge() {
  struct Sum {
    int64_t count = 0, value[2] = {0, 0};
    uint32_t own = 0;
  } sums[entropy::kCellPaletteMost + 1];
  for (const Seed& s : seeds_) {
    Sum& sum = sums[nearest(s.colour)];
    sum.count += s.count;
    for (int32_t i = 0; i < 2; ++i) sum.value[i] += int64_t{component(s.colour, i)} * s.count;
    if (s.colour == list_[nearest(s.colour)]) sum.own = s.count;
  }
  for (int32_t i = 1; i < count_; ++i) {
    const Sum& sum = sums[i];
    if (2 * int64_t{sum.own} >= sum.count) continue;
    uint32_t mean = 0;
    for (int32_t c = 0; c < components_; ++c)
      mean |= static_cast<uint32_t>((sum.value[c] + sum.count / 2) / sum.count) << (8 * c);
    list_[i] = mean;
  }
  std::sort(list_ + 1, list_ + count_);
  count_ = static_cast<int32_t>(std::unique(list_ + 1, list_ + count_) - list_);
}

uint16_t PalettePass::nearest(uint32_t colour) const {
  int32_t best = 1, least = INT32_MAX;
  for (int32_t i = 1; i < count_; ++i) {
    const int32_t distance = squared_distance(list_[i], colour);
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return static_cast<uint16_t>(best);
}

int64_t PalettePass::error(const entropy::Leaf& leaf) const {
  int64_t sum = 0;
  for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
    const uint16_t* const index = wanted_.data() + static_cast<int64_t>(y) * width_;
    for (int32_t x = leaf.x; x < leaf.x + (1 << leaf.log2w); ++x)
      sum += squared_distance(list_[index[x]], colour_at(x, y));
  }
  return sum;
}

void PalettePass::enter(const entropy::Leaf& leaf) {
  const int32_t w = 1 << leaf.log2w;
  for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
    const uint16_t* const from = wanted_.data() + static_cast<int64_t>(y) * width_ + leaf.x;
    std::copy(from, from + w, coded_.state.row(y) + leaf.x);
  }
}

int64_t PalettePass::price(const entropy::Leaf& leaf) {
  enter(leaf);
  int64_t bits = 0;
  for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
    for (int32_t x = leaf.x; x < leaf.x + (1 << leaf.log2w); ++x) bits += coded_.state.price(x, y);
  }
  return bits;
}

void PalettePass::code_leaf(entropy::SymbolEncoder& coder, const entropy::Leaf& leaf) {
  enter(leaf);
  for (int32_t y = leaf.y; y < leaf.y + (1 << leaf.log2h); ++y) {
    const entropy::PaletteState::Index* const r = coded_.state.row(y) + leaf.x;
    for (int32_t x = 0; x < 1 << leaf.log2w; ++x) used_[r[x]] = true;
  }
  area_ += 1 << (leaf.log2w + leaf.log2h);
  coded_.code_leaf(coder, leaf);
}

void PalettePass::forget(int32_t x, int32_t y) {
  const int32_t w = std::min(32, width_ - x), h = std::min(32, height_ - y);
  for (int32_t j = y; j < y + h; ++j) {
    entropy::PaletteState::Index* const r = coded_.state.row(j) + x;
    std::fill(r, r + w, entropy::PaletteState::Index{0});
  }
}

}  // namespace pc15::enc
