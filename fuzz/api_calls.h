// What the files share that call the interface with arguments which are often wrong.
#pragma once

#include <cstring>
#include <vector>

#include "pc15.h"
#include "random.h"
#include "targets.h"

namespace pc15::fuzz {

using Bytes = std::vector<uint8_t>;

inline void known(pc15_status s, const char* what) {
  promise(std::strcmp(pc15_status_name(s), "PC15_UNKNOWN_STATUS") != 0 && s != PC15_ERROR_INTERNAL, what, s);
  promise(pc15_status_doc(s)[0] != '\0', "a status has a sentence", s);
}

struct Pixels {
  Bytes data;
  pc15_image image = {};
  explicit Pixels(Random& random) {
    constexpr int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA, 2};
    image.struct_size = random.chance(97) ? sizeof(image) : random.below(sizeof(image));
    image.format = kFormats[random.chance(95) ? random.below(3) : 3];
    image.width = random.below(40);
    image.height = random.below(40);
    image.stride = random.chance(70) ? 0 : random.in(-200, 200);
    data.resize(48000);
    for (size_t i = 0; i < data.size(); i += 1 + random.below(9))
      data[i] = static_cast<uint8_t>(random.bits());
    image.data_size = random.chance(95) ? data.size() : random.below(3000);
    image.data = data.data();
  }
  Pixels(const Pixels&) = delete;
  Pixels& operator=(const Pixels&) = delete;
};

// Sometimes a size that must be refused: too small, or too large to be that of a later version.
template <typename T>
T sized(Random& random) {
  T value = {};
  const uint32_t wrong = random.chance(50) ? random.below(sizeof(T)) : 100000;
  value.struct_size = random.chance(97) ? static_cast<uint32_t>(sizeof(T)) : wrong;
  return value;
}

// target_many.cpp
void decode_many(pc15_decoder* d, const uint8_t* data, size_t size, Random& random);
void encode_many(pc15_encoder* e, Random& random);       // a batch
void encode_from_rows(pc15_encoder* e, Random& random);  // once or again, and the plan of it

}  // namespace pc15::fuzz
