// Which peers there are is decided by the build: BENCH_HAS_* come from CMake.
#include "bench/peers/codec.h"

namespace peers {

std::vector<std::unique_ptr<Codec>> all_codecs(int32_t effort, bool no_residual) {
  std::vector<std::unique_ptr<Codec>> out;
  out.push_back(make_pc15(effort, no_residual));
#if defined(BENCH_HAS_JPEG)
  out.push_back(make_jpeg());
#endif
#if defined(BENCH_HAS_WEBP)
  out.push_back(make_webp());
#endif
#if defined(BENCH_HAS_AVIF)
  out.push_back(make_avif());
#endif
#if defined(BENCH_HAS_JXL)
  out.push_back(make_jxl());
#endif
  return out;
}

}  // namespace peers
