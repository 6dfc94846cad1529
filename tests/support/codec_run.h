// One encode and one decode, for tests of the whole residual layer.
#pragma once

#include <vector>

#include "dec/decoder.h"
#include "enc/encoder.h"
#include "support/cmocka_cpp.h"

namespace pc15::testing {

struct Coded {
  explicit Coded(Memory& memory) : bytes(memory) {}
  Vector<uint8_t> bytes;
  enc::Stats stats;
};

inline void encode(const std::vector<uint8_t>& p, int32_t w, int32_t h, int32_t channels,
                   const enc::Config& config, int32_t threads, Memory& memory, Coded* out) {
  ThreadPool pool(threads);
  Monitor monitor;
  enc::Encoder encoder(memory);
  const Status s = encoder.encode(config, {p.data(), w, h, channels, static_cast<int64_t>(w) * channels}, {},
                                  pool, monitor, &out->bytes);
  assert_true(s.ok());
  out->stats = encoder.stats();
}

inline std::vector<uint8_t> decode(ByteSpan bytes, const Rect& r, dec::OutputFormat format, int32_t threads,
                                   Memory& memory) {
  const int32_t channels = format == dec::OutputFormat::kY ? 1 : format == dec::OutputFormat::kRgb ? 3 : 4;
  std::vector<uint8_t> out(static_cast<size_t>(r.width) * static_cast<size_t>(r.height) *
                           static_cast<size_t>(channels));
  ThreadPool pool(threads);
  Monitor monitor;
  dec::Decoder decoder(memory);
  assert_true(decoder.open(bytes, format::Limits(), false).ok());
  assert_true(
      decoder.decode(r, {out.data(), static_cast<int64_t>(r.width) * channels, format}, pool, monitor).ok());
  return out;
}

}  // namespace pc15::testing
