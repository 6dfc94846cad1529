// The programs of an open file, read once: a group is decoded when the first region needs it and kept until
// the file is closed, however many regions follow.
#pragma once

#include "base/monitor.h"
#include "format/container.h"
#include "normative/program.h"

namespace pc15::dec {

class ProgramStore {
 public:
  explicit ProgramStore(Memory& memory) : programs_(memory), groups_(memory) {}

  // Forgets everything.
  void clear();
  // Reads what `area` (luma samples) needs. With `tolerant` a program of which no intact copy is left leaves
  // its tiles without programs; else its status is the answer.
  Status load(const format::ContainerReader& reader, bool tolerant, const Rect& area, const Monitor& monitor);

  const normative::ProgramImage& programs() const { return programs_; }
  // Shapes of atoms, 64 or null for the frozen ones; borrowed.
  // `lost`: records that hold atoms are lost with their shapes.
  void set_atom_shapes(const normative::AtomShape* shapes, bool lost) {
    programs_.atom_shapes = shapes;
    shapes_lost_ = lost;
  }
  // True when something that load() was asked for is lost.
  bool damaged() const { return damaged_; }
  // Of what load() was asked for.
  bool image_program_lost() const { return image_ == State::kLost; }
  bool group_lost(size_t group) const { return groups_[group] == State::kLost; }
  // True when the rectangle leans on a lost program.
  bool lost(const Rect& rect) const;

 private:
  enum class State : uint8_t { kUnread, kRead, kLost };

  void start(const format::StreamHeader& header);
  Status read_image_program(const format::ContainerReader& reader, bool tolerant);
  Status read_group(const format::ContainerReader& reader, bool tolerant, int32_t group);
  Rect group_rect(int32_t group) const;
  // kCrc when the shapes of atoms are lost and there are more than `before`.
  Status check_atoms(size_t before) const;

  normative::ProgramImage programs_;
  Vector<State> groups_;
  State image_ = State::kUnread;
  bool started_ = false, damaged_ = false, shapes_lost_ = false;
};

}  // namespace pc15::dec
