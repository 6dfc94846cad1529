// A target for libFuzzer: coverage finds the bytes, the mutator repairs the checksums of files.
// PC15_FUZZ_TARGET is the name of the target, a string.
#include <algorithm>
#include <cstring>

#include "mutate.h"
#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed);

namespace {

const pc15::fuzz::Target& target() {
  static const pc15::fuzz::Target* const found = pc15::fuzz::find_target(PC15_FUZZ_TARGET);
  return *found;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  target().run(data, size);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  using pc15::fuzz::Bytes;
  if (!target().takes_files) return LLVMFuzzerMutate(data, size, max_size);
  pc15::fuzz::Random random(seed);
  Bytes file;
  if (random.chance(50)) {
    file = pc15::fuzz::mutate_and_repair(Bytes(data, data + size), random);
  } else {
    size = LLVMFuzzerMutate(data, size, max_size);
    file = random.chance(80) ? pc15::fuzz::repair(data, size) : Bytes(data, data + size);
  }
  const size_t n = std::min(file.size(), max_size);
  if (n != 0) std::memcpy(data, file.data(), n);
  return n;
}
