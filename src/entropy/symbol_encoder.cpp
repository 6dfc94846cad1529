#include "entropy/coder.h"

namespace pc15::entropy {

void SymbolEncoder::finish(Vector<uint8_t>* out) {
  if (records_.empty()) return;
  // Last symbol first. Words come out in reverse reading order, so they are collected and turned around.
  Vector<uint16_t> words(out->memory());
  uint32_t x = kRansLow;
  for (size_t i = records_.size(); i-- > 0;) {
    const uint32_t start = records_[i] & 0xFFFFu;
    const uint32_t freq = (records_[i] >> 16) + 1;
    if (rans_must_emit(x, freq)) {
      words.push_back(static_cast<uint16_t>(x));
      x >>= 16;
    }
    x = rans_push(x, start, freq);
  }
  for (int32_t i = 0; i < 4; ++i) out->push_back(static_cast<uint8_t>(x >> (8 * i)));
  for (size_t i = words.size(); i-- > 0;) {
    out->push_back(static_cast<uint8_t>(words[i]));
    out->push_back(static_cast<uint8_t>(words[i] >> 8));
  }
  records_.clear();
}

}  // namespace pc15::entropy
