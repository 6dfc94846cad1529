// Levels of a block, as entropy::code_levels() decodes them.
//
// A distribution is one register, and what it moves to comes from tables, by its symbol and its age. Contexts
// add up as the levels come: a level other than 0 adds its magnitude to the five positions that look at it,
// so that each of the many zeros reads one byte instead of five. Whether a token is 0 is what the processor
// guesses wrong most often; so the search for another one runs before that is known.
#include "backend/cpu/avx2.h"

#if defined(PC15_HAS_AVX2)

#include <array>

#include "backend/cpu/simd_avx2.h"
#include "entropy/cell_header.h"
#include "entropy/cell_syntax.h"

namespace pc15::backend::avx2 {
namespace {

using entropy::AdaptiveCdf;
using entropy::SymbolDecoder;

constexpr int32_t kSymbols = entropy::kMaxSymbols;  // of a token
constexpr int32_t kEscape = kSymbols - 1;

// What the lanes move to by symbol; entropy::cdf_update() says why.
struct alignas(32) Targets {
  int16_t of[kSymbols][kSymbols];
};
constexpr Targets make_targets() {
  Targets t{};
  for (int32_t s = 0; s < kSymbols; ++s) {
    for (int32_t j = 0; j < kSymbols; ++j) {
      const int32_t high = 32768 - kSymbols + j + 1;
      t.of[s][j] = static_cast<int16_t>(j < s ? j + 1 : high < 32767 ? high : 32767);
    }
  }
  return t;
}
constexpr Targets kTargets = make_targets();

// Shifts of the update by the age of a distribution, as operands of a vector shift.
struct alignas(16) Shifts {
  uint64_t by_count[entropy::kCountMax + 1][2];
};
constexpr Shifts make_shifts() {
  Shifts s{};
  for (int32_t n = 0; n <= entropy::kCountMax; ++n) {
    s.by_count[n][0] = static_cast<uint64_t>(entropy::kCellRate - entropy::cdf_youth(n));
  }
  return s;
}
constexpr Shifts kShifts = make_shifts();
static_assert(entropy::kCellRate > entropy::cdf_youth(0),
              "the youngest distribution moves by a part of the way");
static_assert(sizeof(AdaptiveCdf::lane) == sizeof(__m256i), "a distribution is one register");

// Where the context of a sum lies among those of its zone.
constexpr int32_t kGrades = entropy::kMagnitudeGrades[entropy::kMagnitudeSums - 1] + 1;
static_assert(kGrades == 12, "the grades of docs/bitstream.md");
constexpr int64_t kZoneBytes = kGrades * sizeof(AdaptiveCdf);
static_assert(entropy::kMagnitudeSums == 5 * kEscape + 1, "a sum is of five tokens");
static_assert(entropy::CellModels::kLevelContexts % (7 * kGrades) == 0,
              "seven zones of all grades for each size");
struct Offsets {
  uint16_t of[entropy::kMagnitudeSums];
};
constexpr Offsets make_offsets() {
  Offsets o{};
  for (int32_t i = 0; i < entropy::kMagnitudeSums; ++i) {
    o.of[i] = static_cast<uint16_t>(entropy::kMagnitudeGrades[i] * sizeof(AdaptiveCdf));
  }
  return o;
}
constexpr Offsets kOffsets = make_offsets();

PC15_AVX2 inline void adapt(AdaptiveCdf* cdf, __m256i lanes, __m256i targets) {
  const int32_t n = cdf->count;
  const __m128i shift = load128(kShifts.by_count[n]);
  store256(cdf->lane, _mm256_add_epi16(lanes, _mm256_sra_epi16(_mm256_sub_epi16(targets, lanes), shift)));
  cdf->count = static_cast<uint8_t>(n < entropy::kCountMax ? n + 1 : n);
}

// The magnitude of a level from 15 on.
PC15_NOINLINE int32_t escaped(SymbolDecoder* coder) {
  int32_t excess = 0;
  entropy::code_escape(*coder, excess);
  const int32_t magnitude = kEscape + excess;
  coder->require(magnitude <= entropy::kLevelMax);
  return magnitude < entropy::kLevelMax ? magnitude : entropy::kLevelMax;
}

// The highest symbol's lane counts as above every slot.
PC15_AVX2 inline int32_t twice_the_symbol(__m256i lanes, uint32_t slot) {
  const __m256i above = _mm256_cmpgt_epi16(lanes, _mm256_set1_epi16(static_cast<int16_t>(slot)));
  int32_t twice = __builtin_ctz(static_cast<uint32_t>(_mm256_movemask_epi8(above)) | 1u << (2 * kEscape));
  asm("" : "+r"(twice));  // or the compiler would put it behind the test for 0
  return twice;
}

// What a search found: takes the symbol from the stream and returns it.
PC15_INLINE int32_t pop_symbol(SymbolDecoder* coder, const AdaptiveCdf& cdf, int32_t twice) {
  uint32_t borders;  // where the symbol begins and ends
  std::memcpy(&borders, reinterpret_cast<const uint8_t*>(cdf.lane) + twice - 2, sizeof(borders));
  const int32_t symbol = twice >> 1;
  const uint32_t start = borders & 0xffffu, end = symbol == kEscape ? entropy::kProbOne : borders >> 16;
  coder->pop_evenly(start, end - start);
  return symbol;
}

// The level of a token other than 0.
PC15_INLINE int32_t take_level(SymbolDecoder* coder, int32_t token) {
  int32_t magnitude = token;
  if (PC15_UNLIKELY(token == kEscape)) {
    SymbolDecoder copy = *coder;
    magnitude = escaped(&copy);
    *coder = copy;
  }
  constexpr uint32_t kHalf = entropy::kProbOne / 2;
  const uint32_t bit = coder->slot() / kHalf;
  coder->pop_evenly(bit * kHalf, kHalf);
  return bit != 0 ? -magnitude : magnitude;
}

// `at` is the sum of the level itself. The order keeps the compiler from making one access of two neighbours,
// for which later ones of single bytes would wait.
PC15_INLINE void add_to_sums(uint8_t* at, int64_t pitch, int32_t magnitude) {
  const auto add = [magnitude](uint8_t* sum) { *sum = static_cast<uint8_t>(*sum + magnitude); };
  add(at - 1);
  add(at - pitch);
  add(at - 2);
  add(at - pitch - 1);
  add(at - 2 * pitch);
}

}  // namespace

PC15_AVX2 int32_t decode_levels(SymbolDecoder& coder, entropy::CellModels& m, int32_t log2w, int32_t log2h,
                                int32_t eob, int16_t* levels, uint8_t* map) {
  SymbolDecoder local = coder;  // nothing else points to it: its state stays in registers
  const entropy::ScanEntry* const scan = entropy::scan_table(log2w, log2h);
  const entropy::ScanEntry last = scan[eob - 1];
  const int64_t pitch = (1 << log2w) + 2;
  uint8_t* const sums = map + 2 * pitch + 2;
  std::memset(sums, 0, static_cast<size_t>(pitch * last.rows));
  std::memset(levels, 0, sizeof(int16_t) * static_cast<size_t>(entropy::filled_rows(last) << log2w));
  const int32_t size = entropy::size_class(log2w + log2h);
  uint8_t* const contexts = reinterpret_cast<uint8_t*>(m.level + size * 7 * kGrades);
  const __m256i towards_zero = load256(kTargets.of[0]);
  int32_t sum = 0, token = local.symbol(m.last[size * 7 + last.zone]) + 1;
  for (int32_t i = eob - 1;;) {
    const int32_t level = take_level(&local, token);
    levels[scan[i].raster] = static_cast<int16_t>(level);
    sum += level < 0 ? -level : level;
    add_to_sums(sums + scan[i].padded, pitch, token);
    // Zeros up to the next level.
    for (;;) {
      if (--i < 0) {
        coder = local;
        return sum;
      }
      const entropy::ScanEntry& next = scan[i];
      AdaptiveCdf* const cdf =
          reinterpret_cast<AdaptiveCdf*>(contexts + kZoneBytes * next.zone + kOffsets.of[sums[next.padded]]);
      const __m256i lanes = load256(cdf->lane);
      const uint32_t slot = local.slot(), zero_end = static_cast<uint32_t>(cdf->lane[0]);
      const int32_t twice = twice_the_symbol(lanes, slot);
      if (slot < zero_end) {
        local.pop(0, zero_end);
        adapt(cdf, lanes, towards_zero);
        continue;
      }
      token = pop_symbol(&local, *cdf, twice);
      adapt(cdf, lanes, load256(kTargets.of[token]));
      break;
    }
  }
}

}  // namespace pc15::backend::avx2

#endif
