#include "base/kept_blocks.h"

#include "base/memory_checker.h"

namespace pc15 {
namespace {

constexpr size_t kLarge = 65536;

int32_t octave(size_t size) { return 63 - __builtin_clzll(static_cast<unsigned long long>(size)); }

}  // namespace

size_t KeptBlocks::rounded(size_t size) {
  if (size <= 64) return 64;
  const size_t grain = size_t{1} << (octave(size - 1) - (size > kLarge ? 5 : 2));
  const size_t up = (size + grain - 1) & ~(grain - 1);
  return up < size ? size : up;
}

size_t KeptBlocks::list_of(size_t size) {
  const int32_t top = octave(size);
  return (static_cast<size_t>(top) * 4 + ((size >> (top - 2)) & 3)) % kLists;
}

void* KeptBlocks::take(size_t size) {
  for (Node* node = lists_[list_of(size)]; node != nullptr; node = node->next_alike) {
    if (node->size != size) continue;
    unlink(node);
    return node;
  }
  return nullptr;
}

void KeptBlocks::put(void* block, size_t size) {
  Node* const node = static_cast<Node*>(block);
  Node*& head = lists_[list_of(size)];
  *node = Node{head, nullptr, nullptr, newest_, size};
  if (head != nullptr) head->previous_alike = node;
  head = node;
  if (newest_ != nullptr) newest_->newer = node;
  newest_ = node;
  if (oldest_ == nullptr) oldest_ = node;
  bytes_ += size;
  hide_bytes(node + 1, size - sizeof(Node));
}

void* KeptBlocks::oldest(size_t* size) {
  Node* const node = oldest_;
  if (node == nullptr) return nullptr;
  *size = node->size;
  unlink(node);
  return node;
}

void KeptBlocks::unlink(Node* node) {
  if (node->previous_alike != nullptr) {
    node->previous_alike->next_alike = node->next_alike;
  } else {
    lists_[list_of(node->size)] = node->next_alike;
  }
  if (node->next_alike != nullptr) node->next_alike->previous_alike = node->previous_alike;
  if (node->newer != nullptr) {
    node->newer->older = node->older;
  } else {
    newest_ = node->older;
  }
  if (node->older != nullptr) {
    node->older->newer = node->newer;
  } else {
    oldest_ = node->newer;
  }
  bytes_ -= node->size;
  const size_t size = node->size;
  show_bytes(node + 1, size - sizeof(Node));
  forget_bytes(node, size);
}

}  // namespace pc15
