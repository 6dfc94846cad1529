// How an agent, the body of one block of threads, runs: on the device, and on the host for tests.
//
// An agent is a plain struct of arguments with
//
//     struct Shared { ... };                                  // the block's shared memory
//     template <class Block> PC15_HD_MEMBER void run(Block& block, Shared& shared) const;
//
// run() is a sequence of phases, block.for_each(count, f): f(i) for every i in [0, count), all threads of the
// block sharing the work, and a barrier at the end. Rules that make the order inside a phase irrelevant:
//   - f(i) writes only what no other f(j) of the phase reads or writes;
//   - code between phases reads the agent's arguments and what the kernel does not write, nothing else.
// HostBlock runs the items of each phase forwards, backwards or shuffled and spoils shared memory before each
// block, so that an agent that breaks a rule gives another result in a test.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/target.h"

namespace pc15::backend::cuda {

constexpr int32_t kBlockThreads = 128;

#if defined(__CUDACC__)

class DeviceBlock {
 public:
  __device__ int32_t index() const { return static_cast<int32_t>(blockIdx.x) - first_; }
  __device__ void count_from(int32_t first) { first_ = first; }
  __device__ void add(int64_t* to, int64_t value) {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(value));
  }
  template <class F>
  __device__ void for_each(int32_t count, F f) {
    for (int32_t i = static_cast<int32_t>(threadIdx.x); i < count; i += kBlockThreads) f(i);
    __syncthreads();
  }

 private:
  int32_t first_ = 0;
};

#endif

enum class HostOrder : int32_t { kForwards, kBackwards, kShuffled };

class HostBlock {
 public:
  HostBlock(int32_t index, HostOrder order) : index_(index), order_(order) {}

  int32_t index() const { return index_; }
  // Blocks are numbered from `first` on, so that one launch holds several agents.
  void count_from(int32_t first) { index_ -= first; }
  // To what other blocks add to as well; whole numbers, so the order does not matter.
  void add(int64_t* to, int64_t value) { *to += value; }
  template <class F>
  void for_each(int32_t count, F f) {
    for (int32_t i = 0; i < count; ++i) f(item(i, count, order_));
  }

  // The i-th of `count` items in that order. Shuffled: a walk whose stride has no factor in common with
  // count.
  static int32_t item(int32_t i, int32_t count, HostOrder order) {
    if (order == HostOrder::kForwards) return i;
    if (order == HostOrder::kBackwards) return count - 1 - i;
    int64_t stride = int64_t{count} * 5 / 8 + 1;
    while (common_factor(stride, count) != 1) ++stride;
    return static_cast<int32_t>((i * stride + count / 3) % count);
  }

 private:
  static int64_t common_factor(int64_t a, int64_t b) { return b == 0 ? a : common_factor(b, a % b); }

  int32_t index_;
  HostOrder order_;
};

// All blocks of an agent on the host.
template <class Agent>
void run_on_host(const Agent& agent, int32_t blocks, HostOrder order) {
  constexpr int kSpoil = 0xA5;
  for (int32_t b = 0; b < blocks; ++b) {
    typename Agent::Shared shared;
    std::memset(static_cast<void*>(&shared), kSpoil, sizeof(shared));
    HostBlock block(HostBlock::item(b, blocks, order), order);
    agent.run(block, shared);
  }
}

}  // namespace pc15::backend::cuda
