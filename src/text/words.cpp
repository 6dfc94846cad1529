#include "text/words.h"

#include <algorithm>

#include "backend/param_codec.h"

namespace pc15::text {

int32_t word_distance(Span<const char> a, const char* b) {
  constexpr size_t kLongest = 40;
  const size_t length = std::strlen(b);
  if (a.size > kLongest || length > kLongest) return 1000;
  int32_t row[kLongest + 1];
  for (size_t j = 0; j <= length; ++j) row[j] = static_cast<int32_t>(j);
  for (size_t i = 1; i <= a.size; ++i) {
    int32_t diagonal = row[0];
    row[0] = static_cast<int32_t>(i);
    for (size_t j = 1; j <= length; ++j) {
      const int32_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min(changed, 1 + std::min(row[j], row[j - 1]));
    }
  }
  return row[length];
}

bool is_reserved(Span<const char> word) {
  constexpr const char* kOthers[] = {"picture", "overlap", "group", "of",   "copy",
                                     "own",     "skip",    "flat",  "left", "up"};
  const bool keyword = find_word(kTopWords, word) >= 0 || find_word(kProgramWords, word) >= 0 ||
                       find_word(kAttributeWords, word) >= 0 || find_word(kBlendWords, word) >= 0 ||
                       find_word(kModifierWords, word) >= 0 || find_word(kOthers, word) >= 0;
  for (int32_t i = 0; !keyword && i < normative::catalogue_size(); ++i) {
    if (same_word(word, backend::preset_name(normative::catalogue_entry(i)->preset))) return true;
  }
  return keyword;
}

}  // namespace pc15::text
