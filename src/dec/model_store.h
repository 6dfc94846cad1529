// The models that an open file brings: initial tables of its residual, and codebooks. Read once.
#pragma once

#include "entropy/file_tables.h"
#include "entropy/grain_coder.h"
#include "entropy/int_codebook.h"
#include "format/container.h"
#include "normative/atoms.h"

namespace pc15::dec {

class ModelStore {
 public:
  explicit ModelStore(Memory& memory)
      : memory_(memory), tables_(memory), codebooks_(memory), grain_(memory) {}

  // Forgets everything.
  void clear();
  // Reads the sections of models. Strictly, the first error is the answer. Tolerantly a damaged section, or
  // one that does not decode, is lost when there is no copy; two codebooks of one id that differ are kCorrupt
  // both ways.
  Status load(const format::ContainerReader& reader, bool tolerant);

  // Initial models of both families for a stream that brings them; null when it uses a frozen set.
  const entropy::CellModels* tables() const { return has_tables_ ? tables_.models.data() : nullptr; }
  // The 64 shapes of atoms that the file brings; null: the frozen ones.
  const normative::AtomShape* atom_shapes() const { return has_shapes_ ? shapes_ : nullptr; }
  // True when a codebook is lost that may have held the shapes of atoms.
  bool atom_shapes_lost() const { return codebook_lost_ && !has_shapes_; }
  // The map of grain; null when the file has none, or when it is lost.
  const entropy::GrainMap* grain() const { return grain_.empty() ? nullptr : &grain_; }
  // True when the residual needs tables of which no intact copy is left.
  bool tables_lost() const { return tables_lost_; }
  // True when a section of a model is damaged and has no copy.
  bool damaged() const { return damaged_; }
  // The codebook of this id; kNotFound, or kCrc when a codebook section is lost.
  Status codebook(int32_t id, const entropy::IntCodebook** out) const;

 private:
  Status take_atom_shapes();
  Status load_grain(const format::ContainerReader& reader, uint32_t number);
  Status load_tables(const format::ContainerReader& reader, bool tolerant);
  Status read_codebook(const format::ContainerReader& reader, uint32_t number, entropy::IntCodebook* out);
  Status keep_codebook(uint32_t number, entropy::IntCodebook* codebook);

  Memory& memory_;
  entropy::FileTables tables_;
  Vector<entropy::IntCodebook> codebooks_;
  entropy::GrainMap grain_;
  normative::AtomShape shapes_[normative::kAtomShapes];
  bool has_shapes_ = false;
  bool loaded_ = false, has_tables_ = false, tables_lost_ = false, codebook_lost_ = false, damaged_ = false;
};

}  // namespace pc15::dec
