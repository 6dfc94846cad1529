// What the benchmark of the kernels measures.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "enc/kernels.h"

namespace kernels {

// The tables of one instruction set.
struct Tables {
  const pc15::backend::Operations* operations;
  const pc15::enc::Kernels* kernels;
};

struct Case {
  std::string name;
  int32_t samples;  // that one call works on
  std::function<void(const Tables&)> run;
};

std::vector<Case> block_cases();      // prediction, residual, the encoder's kernels
std::vector<Case> picture_cases();    // filters and rows of pixels
std::vector<Case> generator_cases();  // rows of every generator

}  // namespace kernels
