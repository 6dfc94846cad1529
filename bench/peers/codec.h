// One codec behind its C library, for timing: encode to memory, decode from memory, one thread, RGB, 4:2:0.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace peers {

struct Picture {
  uint32_t width = 0, height = 0;
  std::vector<uint8_t> rgb;  // rows without padding
};

using Bytes = std::vector<uint8_t>;

class Codec {
 public:
  virtual ~Codec() = default;
  virtual const char* name() const = 0;
  // Sizes need not be exact; quality 0 (worst) to 100. An empty result is an error.
  virtual Bytes encode(const Picture& picture, double quality) = 0;
  // Decodes to `out`, whose size is that of the picture. False on an error.
  virtual bool decode(const Bytes& file, Picture* out) = 0;
};

// pc15 first, then what the build found. `effort` is pc15's; with
// `no_residual` it codes programs alone.
std::vector<std::unique_ptr<Codec>> all_codecs(int32_t effort, bool no_residual);

std::unique_ptr<Codec> make_jpeg();
std::unique_ptr<Codec> make_webp();
std::unique_ptr<Codec> make_avif();
std::unique_ptr<Codec> make_jxl();
std::unique_ptr<Codec> make_pc15(int32_t effort, bool no_residual);

}  // namespace peers
