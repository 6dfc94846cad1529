// What a damaged copy of a file must answer.
#pragma once

#include <vector>

#include "files.h"
#include "pc15.h"

namespace pc15_damage {

struct Totals {
  unsigned long long damages = 0, detected = 0, one_lost = 0, decodes = 0, restored = 0, wrong = 0;
  unsigned reach = 0;  // farthest changed sample from a lost cell, pixels
  void add(const Totals& t) {
    damages += t.damages;
    detected += t.detected;
    one_lost += t.one_lost;
    decodes += t.decodes;
    restored += t.restored;
    wrong += t.wrong;
    reach = t.reach > reach ? t.reach : reach;
  }
};

class Oracle {
 public:
  Oracle(const File& file, Totals* totals);
  ~Oracle();
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  const Bytes& intact() const { return file_.bytes; }
  const std::vector<pc15_part_info>& parts() const { return parts_; }

  // A copy of the same length with bytes changed; the intact bytes count for nothing. `pixels`: decode too.
  void same_length(const Bytes& damaged, bool pixels, const char* what, size_t at);
  // The same for bytes that were moved or come from another file: preamble, index and footer carry checksums
  // of their own, so they may look whole where they do not belong. Then only the answers are checked.
  void foreign(const Bytes& damaged, bool pixels, const char* what, size_t at);
  // The first `size` bytes.
  void truncated(size_t size);
  // No copy of the index is whole; a cell may be damaged too. Only a repair can read it.
  void without_index(const Bytes& damaged);
  // The whole file with bytes behind it.
  void longer(const Bytes& bytes);

 private:
  struct Loss {
    std::vector<bool> changed;  // per part
    bool head = false, head_copy = false, index = false, index_copy = false, footer = false;
    bool programs = false;  // both copies of a program record, or of the tables
    bool grain = false;
    std::vector<uint8_t> cells;
    uint32_t lost_cells = 0;
  };

  void fail(const char* what, size_t at, const char* why);
  Loss loss_of(const Bytes& damaged) const;
  bool must_open(const Loss& loss) const;
  void strictly(const Bytes& bytes, const char* what, size_t at);
  bool parts_as_expected(const Loss& loss);
  void decode(const Bytes& bytes, const Loss& loss, const char* what, size_t at);
  void compare(const Loss& loss, const char* what, size_t at);
  void repair(const Bytes& bytes, const Loss& loss, const char* what, size_t at);
  uint32_t distance(const Loss& loss, uint32_t x, uint32_t y) const;

  const File& file_;
  Totals* totals_;
  std::vector<pc15_part_info> parts_;
  pc15_image_info info_ = {};
  pc15_decoder *strict_ = nullptr, *tolerant_ = nullptr;
  Bytes pixels_, got_;
};

}  // namespace pc15_damage
