// The words of the text form, and the search for the one that was meant.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/span.h"

namespace pc15::text {

constexpr const char* kColorWords[] = {"gray", "ycc420", "ycc444", "rgb"};    // by format::Color
constexpr const char* kBlendWords[] = {"add", "over", "mul", "min", "max"};   // by normative::Blend
constexpr const char* kSourceWords[] = {"own", "left", "up", "image"};        // by normative::LayerSource
constexpr const char* kModifierWords[] = {"warp", "palette", "mask"};         // in the order they act
constexpr const char* kFieldWords[] = {"level", "x", "y", "xx", "yy", "xy"};  // by term
constexpr const char* kModeWords[] = {"skip", "flat", "{", "left", "up"};     // by normative::TileMode
constexpr const char* kShapeWords[] = {"gabor", "gauss", "edge"};             // by type
constexpr const char* kAtomWords[] = {"x", "y", "shape", "angle", "phase", "level"};
constexpr const char* kProgramWords[] = {"coarse", "fine", "field", "layer", "atom"};
constexpr const char* kTopWords[] = {"gray", "ycc420",  "ycc444", "seed",  "grid",
                                     "cell", "form",    "shapes", "alpha", "id",
                                     "let",  "program", "image",  "tile",  "tiles"};
constexpr const char* kAttributeWords[] = {"precision", "seed", "nudge", "profile"};

template <size_t n>
constexpr int32_t word_count(const char* const (&)[n]) {
  return static_cast<int32_t>(n);
}

inline bool same_word(Span<const char> a, const char* b) {
  return std::strlen(b) == a.size && std::memcmp(a.data, b, a.size) == 0;
}

// Number of the word in a list, -1 when it is not there.
template <size_t n>
int32_t find_word(const char* const (&words)[n], Span<const char> word) {
  for (size_t i = 0; i < n; ++i) {
    if (same_word(word, words[i])) return static_cast<int32_t>(i);
  }
  return -1;
}

// Single-character changes between two words (V. Levenshtein, 1965); words longer than 40 are far away.
int32_t word_distance(Span<const char> a, const char* b);

// The nearest of the words name(0), name(1), ... (null ends them) that is not too far to be meant, or null.
template <typename Name>
const char* nearest_word(Span<const char> word, Name&& name) {
  const char* best = nullptr;
  int32_t least = word.size < 3 ? 2 : word.size < 6 ? 3 : 4;
  for (int32_t i = 0; name(i) != nullptr; ++i) {
    const int32_t distance = word_distance(word, name(i));
    if (distance >= least) continue;
    least = distance;
    best = name(i);
  }
  return best;
}
template <size_t n>
const char* nearest_of(const char* const (&words)[n], Span<const char> word) {
  return nearest_word(word, [&](int32_t i) { return i < static_cast<int32_t>(n) ? words[i] : nullptr; });
}

// True for a word that a definition or a layer cannot be called: a keyword or a generator.
bool is_reserved(Span<const char> word);

}  // namespace pc15::text
