#include "dec/model_store.h"

#include <utility>

namespace pc15::dec {

using format::Section;

void ModelStore::clear() {
  codebooks_.clear();
  grain_.levels.clear();
  has_shapes_ = false;
  loaded_ = has_tables_ = tables_lost_ = codebook_lost_ = damaged_ = false;
}

Status ModelStore::load(const format::ContainerReader& reader, bool tolerant) {
  if (loaded_) return ok_status();
  clear();
  PC15_TRY(load_tables(reader, tolerant));
  for (uint32_t i = 0; i < reader.section_count(); ++i) {
    Section section;
    PC15_TRY(reader.section_entry(i, &section));
    if (section.type == format::kSectionGrain) {
      const Status status = load_grain(reader, i);
      if (!status.ok() && !tolerant) return status;
      damaged_ |= !status.ok();
    }
    if (section.type != format::kSectionCodebook) continue;
    entropy::IntCodebook codebook(memory_);
    const Status status = read_codebook(reader, i, &codebook);
    if (!status.ok() && !tolerant) return status;
    if (status.ok()) PC15_TRY(keep_codebook(i, &codebook));
    codebook_lost_ |= !status.ok();
    damaged_ |= !status.ok();
  }
  PC15_TRY(take_atom_shapes());
  loaded_ = true;
  return ok_status();
}

// Codebook 0 holds the shapes of atoms (docs/bitstream-programs.md, section 8.16).
Status ModelStore::take_atom_shapes() {
  const entropy::IntCodebook* book = nullptr;
  if (!codebook(normative::kAtomCodebook, &book).ok()) return ok_status();
  PC15_TRY(entropy::read_atom_shapes(*book, Code::kCorrupt, shapes_));
  has_shapes_ = true;
  return ok_status();
}

// A map that does not decode is none.
Status ModelStore::load_grain(const format::ContainerReader& reader, uint32_t number) {
  Section section;
  PC15_TRY(reader.section(number, &section));
  const normative::Geometry& g = reader.header().geometry;
  grain_.reset(g.width, g.height);
  const Status status = entropy::decode_grain(section.payload, &grain_);
  if (!status.ok()) grain_.levels.clear();
  return status;
}

// The first intact copy.
Status ModelStore::load_tables(const format::ContainerReader& reader, bool tolerant) {
  const format::StreamHeader& header = reader.header();
  if (header.step16 == 0 || header.table_set != entropy::kFileTables) return ok_status();
  Status status(Code::kCorrupt, "the residual uses tables of the file, and the file has none");
  bool found = false;
  for (uint32_t i = 0; i < reader.section_count() && !has_tables_; ++i) {
    Section section;
    PC15_TRY(reader.section_entry(i, &section));
    if (section.type != format::kSectionTables) continue;
    Status copy = reader.section(i, &section);
    if (copy.ok()) copy = entropy::parse_tables(section.payload, reader.section_offset(i), &tables_);
    has_tables_ = copy.ok();
    if (!found) status = copy;
    found = true;
  }
  if (has_tables_) return ok_status();
  if (!tolerant || !found) return status;
  tables_lost_ = damaged_ = true;
  return ok_status();
}

Status ModelStore::read_codebook(const format::ContainerReader& reader, uint32_t number,
                                 entropy::IntCodebook* out) {
  Section section;
  PC15_TRY(reader.section(number, &section));
  return entropy::parse_codebook(section.payload, reader.section_offset(number), out);
}

Status ModelStore::keep_codebook(uint32_t number, entropy::IntCodebook* codebook) {
  for (const entropy::IntCodebook& other : codebooks_) {
    if (other.id != codebook->id) continue;
    const bool same = other.dims == codebook->dims && other.values == codebook->values;
    PC15_FAIL_IF(!same, Code::kCorrupt,
                 "section %" PRId64 " holds another codebook %" PRId64 " than a section before it", number,
                 codebook->id);
    return ok_status();
  }
  codebooks_.push_back(std::move(*codebook));
  return ok_status();
}

Status ModelStore::codebook(int32_t id, const entropy::IntCodebook** out) const {
  for (const entropy::IntCodebook& book : codebooks_) {
    if (book.id != id) continue;
    *out = &book;
    return ok_status();
  }
  PC15_FAIL_IF(codebook_lost_, Code::kCrc, "codebook %" PRId64 " is not among the intact sections", id);
  return Status(Code::kNotFound, "the file has no codebook %" PRId64, id);
}

}  // namespace pc15::dec
