#include "dec/program_store.h"

#include <algorithm>

#include "entropy/program_coder.h"

namespace pc15::dec {

void ProgramStore::clear() {
  programs_.has_image_program = false;
  programs_.tiles = Vector<normative::TileProgram>(programs_.tiles.memory());
  programs_.atoms = Vector<normative::Atom>(programs_.atoms.memory());
  groups_.clear();
  image_ = State::kUnread;
  started_ = damaged_ = false;
}

void ProgramStore::start(const format::StreamHeader& header) {
  programs_.geometry = header.geometry;
  programs_.seed = header.seed;
  programs_.color_planes = header.color_planes();
  if (header.has_tile_programs) {
    groups_.assign(static_cast<size_t>(header.geometry.group_count()), State::kUnread);
    programs_.set_geometry(header.geometry);
  }
  started_ = true;
}

Rect ProgramStore::group_rect(int32_t group) const {
  const normative::Geometry& g = programs_.geometry;
  const int32_t first = group * g.group_rows, last = std::min(first + g.group_rows, g.tile_rows()) - 1;
  const int32_t top = g.tile_rect(0, first).y;
  return Rect{0, top, g.width, g.tile_rect(0, last).bottom() - top};
}

Status ProgramStore::check_atoms(size_t before) const {
  PC15_FAIL_IF(shapes_lost_ && programs_.atoms.size() > before, Code::kCrc,
               "a program uses shapes of atoms of which no intact copy is left");
  return ok_status();
}

Status ProgramStore::read_image_program(const format::ContainerReader& reader, bool tolerant) {
  ByteSpan bytes;
  const size_t atoms = programs_.atoms.size();
  Status s = reader.image_program(&bytes);
  if (s.ok()) s = entropy::decode_image_program(bytes, &programs_);
  if (s.ok()) s = check_atoms(atoms);
  image_ = State::kRead;
  if (s.ok()) return s;
  programs_.has_image_program = false;
  image_ = tolerant ? State::kLost : State::kUnread;
  return tolerant ? ok_status() : s;
}

Status ProgramStore::read_group(const format::ContainerReader& reader, bool tolerant, int32_t group) {
  ByteSpan bytes;
  const size_t atoms = programs_.atoms.size();
  Status s = reader.group(static_cast<uint32_t>(group), &bytes);
  if (s.ok()) s = entropy::decode_group(bytes, group, &programs_);
  if (s.ok()) s = check_atoms(atoms);
  State& state = groups_[static_cast<size_t>(group)];
  state = State::kRead;
  if (s.ok()) return s;
  const normative::Geometry& g = programs_.geometry;
  const int32_t first = group * g.group_rows, rows = std::min(g.group_rows, g.tile_rows() - first);
  const auto begin = programs_.tiles.begin() + static_cast<int64_t>(first) * g.tile_cols();
  std::fill(begin, begin + static_cast<int64_t>(rows) * g.tile_cols(), normative::TileProgram());
  state = tolerant ? State::kLost : State::kUnread;
  return tolerant ? ok_status() : s;
}

Status ProgramStore::load(const format::ContainerReader& reader, bool tolerant, const Rect& area,
                          const Monitor& monitor) {
  const format::StreamHeader& header = reader.header();
  if (!started_) start(header);
  damaged_ = false;
  if (header.has_image_program) {
    if (image_ == State::kUnread) PC15_TRY(read_image_program(reader, tolerant));
    damaged_ |= image_ == State::kLost;
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    const Rect r = group_rect(static_cast<int32_t>(i));
    if (r.bottom() <= area.y || r.y >= area.bottom()) continue;
    if (monitor.cancelled()) return Status(Code::kCancelled, "decoding was cancelled");
    if (groups_[i] == State::kUnread) PC15_TRY(read_group(reader, tolerant, static_cast<int32_t>(i)));
    damaged_ |= groups_[i] == State::kLost;
  }
  return ok_status();
}

bool ProgramStore::lost(const Rect& rect) const {
  if (image_ == State::kLost) return true;
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (groups_[i] != State::kLost) continue;
    const Rect r = group_rect(static_cast<int32_t>(i));
    if (rect.y < r.bottom() && r.y < rect.bottom()) return true;
  }
  return false;
}

}  // namespace pc15::dec
