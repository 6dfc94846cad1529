// Little-endian integers and canonical LEB128 varints, read and written with bounds.
//
// Varint: 7 bits per byte, least significant first, high bit set on all bytes but the last; at most 10
// bytes and 64 bits, and the shortest form only (docs/bitstream.md 1.3).
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/span.h"

namespace pc15::format {

template <typename T>
inline T load_le(const uint8_t* p) {
  uint64_t value = 0;
  for (unsigned i = 0; i < sizeof(T); ++i) value |= uint64_t{p[i]} << (8 * i);
  return static_cast<T>(value);
}
template <typename T>
inline void store_le(uint8_t* p, T value) {
  for (unsigned i = 0; i < sizeof(T); ++i)
    p[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i));
}
template <typename T>
inline void append_le(Vector<uint8_t>* out, T value) {
  uint8_t bytes[sizeof(T)];
  store_le(bytes, value);
  out->insert(out->end(), bytes, bytes + sizeof(T));
}
inline void append_bytes(Vector<uint8_t>* out, ByteSpan bytes) {
  out->insert(out->end(), bytes.begin(), bytes.end());
}

inline uint32_t varint_size(uint64_t value) {
  uint32_t n = 1;
  while (value >= 0x80) {
    value >>= 7;
    ++n;
  }
  return n;
}
inline void append_varint(Vector<uint8_t>* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<uint8_t>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<uint8_t>(value));
}

// A size or offset as the argument of a message.
inline int64_t shown(uint64_t value) { return static_cast<int64_t>(value & INT64_MAX); }

// Signed integers as varints: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...
inline uint64_t zigzag(int64_t v) { return (static_cast<uint64_t>(v) << 1) ^ (v < 0 ? ~uint64_t{0} : 0); }
inline int64_t unzigzag(uint64_t v) { return static_cast<int64_t>((v >> 1) ^ (~(v & 1) + 1)); }

enum class ReadState : uint8_t { kOk, kShort, kBad };

// Reads forward; the first failure sticks and every later value is 0. kShort: the bytes ran out; kBad: a
// varint was too long or not in its shortest form.
class ByteReader {
 public:
  ByteReader(ByteSpan bytes, uint64_t position) : bytes_(bytes), position_(position) {}

  ReadState state() const { return state_; }
  bool ok() const { return state_ == ReadState::kOk; }
  uint64_t position() const { return position_; }
  uint64_t remaining() const { return position_ <= bytes_.size ? bytes_.size - position_ : 0; }

  uint8_t u8() {
    if (!take(1)) return 0;
    return bytes_.data[position_ - 1];
  }
  uint32_t u32() {
    if (!take(4)) return 0;
    return load_le<uint32_t>(bytes_.data + (position_ - 4));
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      if (!take(1)) return 0;
      const uint64_t byte = bytes_.data[position_ - 1];
      if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0)) break;
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    state_ = ReadState::kBad;
    return 0;
  }
  // The position moves past the end when the bytes run out, so that it says how many are wanted.
  void advance(uint64_t count) {
    const uint64_t left = remaining();
    position_ += count;
    if (ok() && count > left) state_ = ReadState::kShort;
  }

 private:
  bool take(uint64_t count) {
    if (!ok()) return false;
    if (count > remaining()) {
      state_ = ReadState::kShort;
      position_ += count;
      return false;
    }
    position_ += count;
    return true;
  }

  ByteSpan bytes_;
  uint64_t position_;
  ReadState state_ = ReadState::kOk;
};

}  // namespace pc15::format
