#include "damage_oracle.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pc15_damage {
namespace {

// Colour at half size: 7 samples of the seam filter, 6 of the loop filter and 1 of the upsampling, twice.
constexpr uint32_t kReach = 28;

// LIMIT: where a footer comes to lie on the index, its own checksum holds there, and it says too much.
bool refused(pc15_status s) {
  return (s <= PC15_ERROR_NOT_PC15 && s >= PC15_ERROR_TRAILING) || s == PC15_ERROR_LIMIT;
}
void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "damage: %s\n", what);
  std::exit(2);
}

pc15_image canvas(const pc15_image_info& info, Bytes* pixels) {
  pixels->assign(static_cast<size_t>(info.width) * info.height * static_cast<size_t>(info.natural_format), 0);
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = info.natural_format;
  image.width = info.width;
  image.height = info.height;
  image.data = pixels->data();
  image.data_size = pixels->size();
  return image;
}

}  // namespace

Oracle::Oracle(const File& file, Totals* totals) : file_(file), totals_(totals) {
  require(pc15_decoder_create(nullptr, &strict_) == PC15_OK, "no decoder");
  require(pc15_decoder_create(nullptr, &tolerant_) == PC15_OK, "no decoder");
  require(pc15_decoder_set_param(tolerant_, PC15_PARAM_TOLERANT, 1) == PC15_OK, "not tolerant");
  require(pc15_decoder_open(strict_, file.bytes.data(), file.bytes.size()) == PC15_OK,
          "a file does not open");
  info_.struct_size = sizeof(info_);
  require(pc15_decoder_info(strict_, &info_) == PC15_OK, "no info");
  uint32_t count = 0;
  require(pc15_decoder_part_count(strict_, &count) == PC15_OK && count > 0, "no parts");
  for (uint32_t i = 0; i < count; ++i) {
    pc15_part_info part = {};
    part.struct_size = sizeof(part);
    require(pc15_decoder_part_info(strict_, i, &part) == PC15_OK && part.intact == 1, "a part is not intact");
    parts_.push_back(part);
  }
  const pc15_image image = canvas(info_, &pixels_);
  require(pc15_decoder_read(strict_, 0, 0, &image) == PC15_OK, "a file does not decode");
}

Oracle::~Oracle() {
  pc15_decoder_destroy(strict_);
  pc15_decoder_destroy(tolerant_);
}

void Oracle::fail(const char* what, size_t at, const char* why) {
  if (totals_->wrong++ < 20) std::printf("%s: %s at %zu: %s\n", file_.name.c_str(), what, at, why);
}

Oracle::Loss Oracle::loss_of(const Bytes& damaged) const {
  Loss loss;
  if (info_.has_residual != 0) loss.cells.assign(size_t{info_.cell_cols} * info_.cell_rows, 0);
  std::vector<int> program_hits;  // by number, image-wide first
  int sections = 0;
  for (const pc15_part_info& part : parts_) {
    const size_t at = static_cast<size_t>(part.offset), n = static_cast<size_t>(part.size);
    const size_t there = damaged.size() < at ? 0 : std::min(n, damaged.size() - at);
    const bool hit = there < n || std::memcmp(damaged.data() + at, file_.bytes.data() + at, n) != 0;
    loss.changed.push_back(hit);
    const bool image = part.kind == PC15_PART_IMAGE_PROGRAM || part.kind == PC15_PART_BACKUP_IMAGE_PROGRAM;
    const bool group = part.kind == PC15_PART_GROUP || part.kind == PC15_PART_BACKUP_GROUP;
    if (image || group) {
      const size_t r = image ? 0 : 1 + part.number;
      if (program_hits.size() <= r) program_hits.resize(r + 1, 0);
      // Without a backup block one copy is all there is.
      program_hits[r] += hit ? (info_.has_residual == 0 && file_.bytes.size() <= 1024 ? 2 : 1) : 0;
    }
    if (!hit) continue;
    loss.head |= part.kind == PC15_PART_PREAMBLE;
    loss.head_copy |= part.kind == PC15_PART_BACKUP_PREAMBLE;
    loss.index |= part.kind == PC15_PART_INDEX;
    loss.index_copy |= part.kind == PC15_PART_BACKUP_INDEX;
    loss.footer |= part.kind == PC15_PART_FOOTER;
    loss.grain |= part.kind == PC15_PART_SECTION && file_.has_grain;
    sections += part.kind == PC15_PART_SECTION;
    if (part.kind == PC15_PART_CELL) {
      loss.cells[part.number] = 1;
      ++loss.lost_cells;
    }
  }
  for (const int hits : program_hits) loss.programs |= hits > 1;
  loss.programs |= file_.has_model && sections > 1;
  return loss;
}

bool Oracle::must_open(const Loss& loss) const {
  if (info_.form == PC15_FORM_COMPACT) return false;
  bool backup = false;
  for (const pc15_part_info& part : parts_) backup |= part.kind == PC15_PART_BACKUP_INDEX;
  const bool head = !loss.head || (backup && !loss.head_copy && !loss.footer);
  const bool index = !loss.index || (backup && !loss.index_copy && !loss.footer);
  return head && index;
}

void Oracle::strictly(const Bytes& bytes, const char* what, size_t at) {
  ++totals_->damages;
  const pc15_status status = pc15_decoder_open(strict_, bytes.data(), bytes.size());
  pc15_decoder_reset(strict_);
  if (refused(status)) {
    ++totals_->detected;
  } else {
    fail(what, at, pc15_status_name(status));
  }
}

bool Oracle::parts_as_expected(const Loss& loss) {
  uint32_t count = 0;
  if (pc15_decoder_part_count(tolerant_, &count) != PC15_OK || count < parts_.size()) return false;
  for (uint32_t i = 0; i < parts_.size(); ++i) {
    pc15_part_info part = {};
    part.struct_size = sizeof(part);
    if (pc15_decoder_part_info(tolerant_, i, &part) != PC15_OK) return false;
    if (part.kind != parts_[i].kind || part.number != parts_[i].number || part.offset != parts_[i].offset ||
        (part.intact != 0) == loss.changed[i]) {
      return false;
    }
  }
  return true;
}

void Oracle::foreign(const Bytes& damaged, bool pixels, const char* what, size_t at) {
  const Loss loss = loss_of(damaged);
  if (!loss.head && !loss.head_copy && !loss.index && !loss.index_copy && !loss.footer) {
    same_length(damaged, pixels, what, at);
    return;
  }
  strictly(damaged, what, at);
  const pc15_status status = pc15_decoder_open(tolerant_, damaged.data(), damaged.size());
  if (status != PC15_NOTE_DAMAGED && !refused(status)) fail(what, at, pc15_status_name(status));
  pc15_decoder_reset(tolerant_);
}

void Oracle::same_length(const Bytes& damaged, bool pixels, const char* what, size_t at) {
  if (damaged == file_.bytes) return;
  strictly(damaged, what, at);
  const Loss loss = loss_of(damaged);
  const pc15_status status = pc15_decoder_open(tolerant_, damaged.data(), damaged.size());
  if (status != PC15_NOTE_DAMAGED) {
    if (must_open(loss) || !refused(status)) fail(what, at, pc15_status_name(status));
    pc15_decoder_reset(tolerant_);
    return;
  }
  if (!parts_as_expected(loss)) fail(what, at, "the wrong parts are reported as damaged");
  if (loss.lost_cells == 1 && !loss.programs) ++totals_->one_lost;
  if (pixels) decode(damaged, loss, what, at);
  pc15_decoder_reset(tolerant_);
}

void Oracle::decode(const Bytes& bytes, const Loss& loss, const char* what, size_t at) {
  const pc15_image image = canvas(info_, &got_);
  const pc15_status status = pc15_decode_image(tolerant_, bytes.data(), bytes.size(), &image);
  if (status != PC15_NOTE_DAMAGED) {
    fail(what, at, pc15_status_name(status));
    return;
  }
  std::vector<uint8_t> map(loss.cells.size() + 1);
  size_t count = 0;
  ++totals_->decodes;
  if (pc15_decoder_damage(tolerant_, map.data(), map.size(), &count) != PC15_OK ||
      count != loss.cells.size()) {
    fail(what, at, "no map of damage");
    return;
  }
  for (size_t i = 0; i < count && !loss.programs; ++i) {
    if ((map[i] == PC15_CELL_LOST) != (loss.cells[i] != 0)) fail(what, at, "other cells are lost");
  }
  if (!loss.programs && !loss.grain) compare(loss, what, at);
  repair(bytes, loss, what, at);
}

// The repaired file shows strictly what the damaged one shows tolerantly (got_); without a loss it is the
// file as it was.
void Oracle::repair(const Bytes& bytes, const Loss& loss, const char* what, size_t at) {
  pc15_buffer* buffer = nullptr;
  pc15_repair_report report = {};
  report.struct_size = sizeof(report);
  pc15_decoder_reset(tolerant_);
  const pc15_status status = pc15_repair(tolerant_, bytes.data(), bytes.size(), &report, &buffer);
  if ((status != PC15_OK && status != PC15_NOTE_DAMAGED) || buffer == nullptr) {
    char text[300];
    pc15_decoder_last_error(tolerant_, text, sizeof(text));
    fail(what, at, text);
    return;
  }
  const Bytes file(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  if (status == PC15_OK && file != file_.bytes) fail(what, at, "the repaired file is not the old one");
  if (!loss.programs && report.cells_lost != loss.lost_cells) fail(what, at, "the report counts other cells");
  if (status == PC15_OK) ++totals_->restored;
  Bytes shown;
  const pc15_image image = canvas(info_, &shown);
  if (pc15_decode_image(strict_, file.data(), file.size(), &image) != PC15_OK || shown != got_) {
    fail(what, at, "the repaired file shows something else");
  }
  pc15_decoder_reset(strict_);
}

uint32_t Oracle::distance(const Loss& loss, uint32_t x, uint32_t y) const {
  uint32_t least = UINT32_MAX;
  const auto outside = [this](uint32_t v, uint32_t at) {
    const uint32_t from = at * info_.cell, end = from + info_.cell;
    return v < from ? from - v : v >= end ? v - end + 1 : 0;
  };
  for (uint32_t i = 0; i < loss.cells.size(); ++i) {
    if (loss.cells[i] == 0) continue;
    least = std::min(least, std::max(outside(x, i % info_.cell_cols), outside(y, i / info_.cell_cols)));
  }
  return least;
}

void Oracle::compare(const Loss& loss, const char* what, size_t at) {
  if (got_ == pixels_) return;
  const size_t n = static_cast<size_t>(info_.natural_format);
  for (uint32_t y = 0; y < info_.height; ++y) {
    for (uint32_t x = 0; x < info_.width; ++x) {
      const size_t i = (size_t{y} * info_.width + x) * n;
      if (std::memcmp(&got_[i], &pixels_[i], n) == 0) continue;
      const uint32_t far = distance(loss, x, y);
      if (far > kReach) {
        fail(what, at, "a sample changed out of reach of the damage");
        return;
      }
      totals_->reach = std::max(totals_->reach, far);
    }
  }
}

void Oracle::truncated(size_t size) {
  Bytes cut = file_.bytes;  // resized, so that it is never NULL
  cut.resize(size);
  strictly(cut, "cut", size);
  const Loss loss = loss_of(cut);
  const pc15_status status = pc15_decoder_open(tolerant_, cut.data(), cut.size());
  const bool opens = info_.form == PC15_FORM_FULL && !loss.head && !loss.index;
  if ((status == PC15_NOTE_DAMAGED) != opens) fail("cut", size, pc15_status_name(status));
  if (status == PC15_NOTE_DAMAGED) {
    if (!parts_as_expected(loss)) fail("cut", size, "the wrong parts are reported as damaged");
    if (size % 4 == 0) decode(cut, loss, "cut", size);
  }
  pc15_decoder_reset(tolerant_);
}

void Oracle::without_index(const Bytes& damaged) {
  strictly(damaged, "no index", 0);
  const Loss loss = loss_of(damaged);
  pc15_repair_report report = {};
  report.struct_size = sizeof(report);
  pc15_buffer* buffer = nullptr;
  bool sections = false;
  for (const pc15_part_info& part : parts_) sections |= part.kind == PC15_PART_SECTION;
  pc15_decoder_reset(tolerant_);
  const pc15_status status = pc15_repair(tolerant_, damaged.data(), damaged.size(), &report, &buffer);
  bool programs = false;
  for (const pc15_part_info& part : parts_) {
    programs |= part.kind == PC15_PART_IMAGE_PROGRAM || part.kind == PC15_PART_GROUP;
  }
  const bool nothing_left = !programs && loss.lost_cells == loss.cells.size();
  if (status != (nothing_left ? PC15_ERROR_CRC : PC15_NOTE_DAMAGED)) {
    fail("no index", loss.lost_cells, pc15_status_name(status));
  }
  pc15_decoder_reset(tolerant_);
  if (buffer == nullptr) return;
  if (report.index_rebuilt != 1) fail("no index", loss.lost_cells, "the report does not say so");
  const Bytes file(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  if (!sections) {
    if (report.cells_lost != loss.lost_cells) fail("no index", loss.lost_cells, "other cells are lost");
    if (loss.lost_cells == 0 && file != file_.bytes) fail("no index", 0, "the new file is not the old one");
  }
  const pc15_image image = canvas(info_, &got_);
  if (pc15_decode_image(strict_, file.data(), file.size(), &image) != PC15_OK) {
    fail("no index", loss.lost_cells, "the new file does not decode");
  }
  pc15_decoder_reset(strict_);
  ++totals_->decodes;
  if (!sections) compare(loss, "no index", loss.lost_cells);
}

void Oracle::longer(const Bytes& bytes) {
  strictly(bytes, "tail", bytes.size());
  const pc15_status status = pc15_decoder_open(tolerant_, bytes.data(), bytes.size());
  if (info_.form == PC15_FORM_COMPACT) {
    if (!refused(status)) fail("tail", bytes.size(), pc15_status_name(status));
  } else if (status != PC15_NOTE_DAMAGED) {
    fail("tail", bytes.size(), pc15_status_name(status));
  } else {
    const Loss nothing = loss_of(file_.bytes);
    if (!parts_as_expected(nothing)) fail("tail", bytes.size(), "a whole part is reported as damaged");
  }
  pc15_decoder_reset(tolerant_);
}

}  // namespace pc15_damage
