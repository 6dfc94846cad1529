// The same target for libFuzzer: coverage finds the bytes, the mutator repairs the checksums.
#include <algorithm>
#include <cstring>

#include "exercise.h"
#include "mutate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed);

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint64_t choice = size;
  for (size_t i = 0; i < size; ++i) choice = choice * 31 + data[i];
  pc15::fuzz::exercise(data, size, choice);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  using pc15::fuzz::Bytes;
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
