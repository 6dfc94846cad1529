// Blocks that were released and wait for the next request of their size, so that a handle which codes picture
// after picture allocates nothing anew. Sizes are rounded to classes, so that a vector that grows a little
// further than the last time still finds its block.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pc15 {

// Not thread-safe; Memory locks it.
class KeptBlocks {
 public:
  // The size that a block for `size` bytes really has, at least 64: four classes an octave, above 64 KiB 32.
  static size_t rounded(size_t size);

  uint64_t bytes() const { return bytes_; }
  // A block of exactly `size`, a rounded size, or null.
  void* take(size_t size);
  // `size` is a rounded one.
  void put(void* block, size_t size);
  // The block that has waited longest, or null; *size is what it has.
  void* oldest(size_t* size);

 private:
  // Stands at the start of a waiting block.
  struct Node {
    Node *next_alike, *previous_alike;  // in its list; the most recent one first
    Node *newer, *older;
    size_t size;
  };
  static constexpr size_t kLists = 256;

  static size_t list_of(size_t size);
  void unlink(Node* node);

  Node* lists_[kLists] = {};
  Node *newest_ = nullptr, *oldest_ = nullptr;
  uint64_t bytes_ = 0;
};

}  // namespace pc15
