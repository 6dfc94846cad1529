// Many agents of one kind in one launch: the blocks of the first, then those of the second. So the planes of
// many pictures take one launch a step.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/target.h"

namespace pc15::backend::cuda {

template <class Agent>
struct Group {
  static_assert(std::is_trivially_copyable<Agent>::value, "agents are sent as bytes");

  const Agent* agents;
  const int32_t* first;  // number of each agent's first block, rising
  int32_t count;

  using Shared = typename Agent::Shared;

  template <class Block>
  PC15_HD_MEMBER void run(Block& block, Shared& shared) const {
    int32_t low = 0, high = count;
    while (high - low > 1) {
      const int32_t middle = low + (high - low) / 2;
      if (first[middle] <= block.index()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    const Agent agent =
        agents[low];  // by itself: samples are bytes, and bytes may lie anywhere for the compiler
    block.count_from(first[low]);
    agent.run(block, shared);
  }
};

}  // namespace pc15::backend::cuda
