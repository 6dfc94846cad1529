// Three coders with one interface, so that every syntax is written once as a template:
//
//   template <typename Coder> void code_thing(Coder& coder, Models& m, Thing& t) {
//     coder.symbol(m.kind, t.kind);      // adaptive, 2...16 values
//     coder.bits(t.raw, 7);              // uniform, 1...15 bits
//   }
//
// SymbolEncoder reads the values, SymbolDecoder writes them, CostCounter adds up their price. All three
// adapt the models alike. Values that the syntax restricts further are checked by the syntax with
// coder.require(condition): false marks a decoded stream corrupt and is a defect in an encoder.
//
// Thread rule: none is shared between threads.
#pragma once

#include "base/allocator.h"
#include "base/span.h"
#include "base/status.h"
#include "entropy/adaptive_cdf.h"
#include "entropy/bit_cost.h"

namespace pc15::entropy {

constexpr int32_t kDefaultRate = 5;

// Collects symbols, then writes them as one rANS stream: state (4 bytes) and 16-bit words, little-endian.
class SymbolEncoder {
 public:
  static constexpr bool kDecoding = false;

  explicit SymbolEncoder(Memory& memory, int32_t rate = kDefaultRate) : records_(memory), rate_(rate) {}

  // Counts symbols by model for the training of tables: models[i] adds to counts[i]. Null stops it.
  struct Tally {
    const AdaptiveCdf* models = nullptr;
    uint64_t (*counts)[kMaxSymbols] = nullptr;
  };
  void set_tally(const Tally& tally) { tally_ = tally; }

  void symbol(AdaptiveCdf& cdf, const int32_t& value) {
    if (PC15_UNLIKELY(tally_.models != nullptr)) ++tally_.counts[&cdf - tally_.models][value];
    const uint32_t start = cdf_start(cdf, value);
    push(start, cdf_end(cdf, value) - start);
    cdf_update(&cdf, value, rate_);
  }
  void bits(const uint32_t& value, int32_t count) { push(value << (kProbBits - count), kProbOne >> count); }
  void require(bool) {}
  bool good() const { return true; }

  // Appends the stream to *out and forgets the symbols. No symbols give no bytes.
  void finish(Vector<uint8_t>* out);
  void clear() { records_.clear(); }
  // The symbols so far, and forgetting those that came later.
  size_t mark() const { return records_.size(); }
  void rewind(size_t mark) { records_.resize(mark); }
  // Of the symbols from here on.
  void set_rate(int32_t rate) { rate_ = rate; }
  // Adds the symbols of another encoder behind the own ones.
  void append(const SymbolEncoder& other) {
    records_.insert(records_.end(), other.records_.begin(), other.records_.end());
  }

 private:
  void push(uint32_t start, uint32_t freq) { records_.push_back(start | (freq - 1) << 16); }

  Vector<uint32_t> records_;
  int32_t rate_;
  Tally tally_;
};

// Reads a stream. Past its end the words are zero and the stream is marked corrupt.
class SymbolDecoder {
 public:
  static constexpr bool kDecoding = true;

  explicit SymbolDecoder(ByteSpan stream, int32_t rate = kDefaultRate)
      : next_(stream.data), end_(stream.data + stream.size), rate_(rate) {
    if (stream.size == 0) return;  // the empty stream: valid while nothing is read
    const uint32_t low = word();
    state_ = low | word() << 16;
    if (state_ < kRansLow) corrupt_ = true;
  }

  void symbol(AdaptiveCdf& cdf, int32_t& value) { value = symbol(cdf); }
  int32_t symbol(AdaptiveCdf& cdf) {
    const int32_t value = cdf_find(cdf, rans_slot(state_));
    // cdf_start() and cdf_end() without branches, of which whether the symbol is 0 is guessed wrong too
    // often.
    const auto symbol = static_cast<uint32_t>(value);
    const auto before = static_cast<uint16_t>(cdf.lane[(symbol - 1) & (kMaxSymbols - 1)]);
    const uint32_t start = select_less(0u, symbol, before, 0u);
    const uint32_t end = static_cast<uint32_t>(cdf.lane[value]) + (value == cdf.size - 1 ? 1u : 0u);
    pop_evenly(start, end - start);
    cdf_update(&cdf, value, rate_);
    return value;
  }
  // The same for a symbol that is often 0. A predicted branch needs no search, and the next state follows
  // from the old one by one multiplication, where a search costs its whole latency.
  PC15_INLINE int32_t symbol_often_zero(AdaptiveCdf& cdf) {
    const uint32_t end = cdf_end(cdf, 0);
    if (rans_slot(state_) >= end) return symbol(cdf);
    pop(0, end);
    cdf_update(&cdf, 0, rate_);
    return 0;
  }
  void bits(uint32_t& value, int32_t count) { value = bits(count); }
  PC15_INLINE uint32_t bits(int32_t count) {
    const uint32_t value = rans_slot(state_) >> (kProbBits - count);
    pop(value << (kProbBits - count), kProbOne >> count);
    return value;
  }
  void require(bool condition) { corrupt_ |= !condition; }
  bool good() const { return !corrupt_; }
  void set_rate(int32_t rate) { rate_ = rate; }

  // The bits that select the next symbol, and taking it away: for code that searches and adapts by itself.
  PC15_INLINE uint32_t slot() const { return rans_slot(state_); }
  PC15_INLINE void pop(uint32_t start, uint32_t freq) {
    state_ = rans_pop(state_, start, freq);
    if (state_ < kRansLow) state_ = state_ << 16 | word();
  }

  // pop() of a symbol that a word follows too often for a guess: it is taken without a branch.
  PC15_INLINE void pop_evenly(uint32_t start, uint32_t freq) {
    if (PC15_UNLIKELY(end_ - next_ < 2)) return pop(start, freq);
    const uint32_t x = rans_pop(state_, start, freq);
    const uint32_t w = static_cast<uint32_t>(next_[0]) | static_cast<uint32_t>(next_[1]) << 8;
    state_ = select_less(x, kRansLow, x << 16 | w, x);
    next_ += x < kRansLow ? 2 : 0;
  }

  // True when nothing was corrupt, every byte was used and the state came back to its start.
  bool finished() const { return !corrupt_ && next_ == end_ && state_ == kRansLow; }

 private:
  PC15_INLINE uint32_t word() {
    if (PC15_UNLIKELY(end_ - next_ < 2)) {
      corrupt_ = true;
      return 0;
    }
    const uint32_t w = static_cast<uint32_t>(next_[0]) | static_cast<uint32_t>(next_[1]) << 8;
    next_ += 2;
    return w;
  }

  const uint8_t* next_;
  const uint8_t* end_;
  uint32_t state_ = kRansLow;
  int32_t rate_;
  bool corrupt_ = false;
};

// Adds up the price in 1/1024 bit.
class CostCounter {
 public:
  static constexpr bool kDecoding = false;

  explicit CostCounter(int32_t rate = kDefaultRate) : rate_(rate) {}

  void symbol(AdaptiveCdf& cdf, const int32_t& value) {
    cost_ += symbol_cost(cdf, value);
    cdf_update(&cdf, value, rate_);
  }
  void bits(const uint32_t&, int32_t count) { cost_ += static_cast<uint64_t>(count) << kCostBits; }
  void require(bool) {}
  bool good() const { return true; }
  uint64_t cost() const { return cost_; }
  void set_rate(int32_t rate) { rate_ = rate; }

 private:
  uint64_t cost_ = 0;
  int32_t rate_;
};

}  // namespace pc15::entropy
