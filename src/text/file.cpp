#include "text/file.h"

#include "entropy/int_codebook.h"
#include "entropy/program_coder.h"

namespace pc15::text {

namespace {

// Counts the sections that the text leaves out, and takes the shapes of atoms from the others.
Status read_sections(const format::ContainerReader& reader, Document* document, LeftOut* left_out) {
  Memory& memory = document->programs.tiles.memory();
  for (uint32_t i = 0; i < reader.section_count(); ++i) {
    format::Section section;
    PC15_TRY(reader.section(i, &section));
    entropy::IntCodebook codebook(memory);
    if (section.type == format::kSectionCodebook) {
      PC15_TRY(entropy::parse_codebook(section.payload, reader.section_offset(i), &codebook));
    }
    if (codebook.entries > 0 && codebook.id == normative::kAtomCodebook) {
      PC15_TRY(entropy::read_atom_shapes(codebook, Code::kCorrupt, document->shapes));
      document->programs.atom_shapes = document->shapes;
    } else if (section.type != format::kSectionTables) {
      ++left_out->sections;
    }
  }
  return ok_status();
}

// The shapes as the encoder stores them: twice.
Status append_shapes(const normative::AtomShape* shapes, Vector<uint8_t>* payload,
                     Vector<format::Section>* sections) {
  if (shapes == nullptr) return ok_status();
  entropy::IntCodebook codebook(payload->memory());
  codebook.id = normative::kAtomCodebook;
  codebook.entries = normative::kAtomShapes;
  codebook.dims = 4;
  for (int32_t i = 0; i < normative::kAtomShapes; ++i) {
    const normative::AtomShape& s = shapes[i];
    for (const uint8_t v : {s.type, s.sigma_u, s.sigma_v, s.wavelength}) codebook.values.push_back(v);
  }
  PC15_TRY(entropy::append_codebook(codebook, payload));
  const format::Section section{format::kSectionCodebook, format::kSectionCritical,
                                ByteSpan(payload->data(), payload->size())};
  sections->push_back(section);
  sections->push_back(section);
  return ok_status();
}

}  // namespace

Status read_document(const format::ContainerReader& reader, Document* document, LeftOut* left_out) {
  format::StreamHeader& h = document->header;
  h = reader.header();
  document->allow_compact = reader.form() == format::Form::kCompact;
  *left_out = LeftOut();
  left_out->residual_step16 = h.step16;
  left_out->alpha = h.alpha && h.step16 != 0;
  PC15_TRY(read_sections(reader, document, left_out));
  if (h.step16 != 0) h.content_id = 0;  // it names a picture that the programs alone are not
  const format::StreamHeader none;
  h.alpha = h.alpha && h.step16 == 0;
  const bool exact = h.lossless() && h.step16 == 0;
  if (h.color == format::Color::kRgb && !exact) h.color = format::Color::kYcc444;  // what programs render
  h.step16 = none.step16;
  h.chroma_step32 = none.chroma_step32;
  h.table_set = none.table_set;
  h.tools = exact ? format::kToolLossless : none.tools;

  normative::ProgramImage& p = document->programs;
  p.geometry = h.geometry;
  p.seed = h.seed;
  p.color_planes = h.color_planes();
  ByteSpan stream;
  if (h.has_image_program) {
    PC15_TRY(reader.image_program(&stream));
    PC15_TRY(entropy::decode_image_program(stream, &p));
  }
  if (!h.has_tile_programs) return ok_status();
  p.set_geometry(h.geometry);
  for (int32_t group = 0; group < h.geometry.group_count(); ++group) {
    PC15_TRY(reader.group(static_cast<uint32_t>(group), &stream));
    PC15_TRY(entropy::decode_group(stream, group, &p));
  }
  return ok_status();
}

Status write_document(const Document& document, Vector<uint8_t>* out) {
  Memory& memory = out->memory();
  const normative::ProgramImage& p = document.programs;
  Vector<uint8_t> image(memory), stream(memory);
  if (p.has_image_program) PC15_TRY(entropy::encode_image_program(p, &image));
  Vector<size_t> ends(memory);
  const int32_t count = document.header.has_tile_programs ? p.geometry.group_count() : 0;
  for (int32_t group = 0; group < count; ++group) {
    PC15_TRY(entropy::encode_group(p, group, &stream, Span<uint32_t>()));
    ends.push_back(stream.size());
  }
  Vector<ByteSpan> groups(memory);
  for (size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++]) {
    groups.push_back(ByteSpan(stream.data() + begin, ends[i] - begin));
  }
  Vector<uint8_t> codebook(memory);
  Vector<format::Section> sections(memory);
  PC15_TRY(append_shapes(p.atom_shapes, &codebook, &sections));
  format::Parts parts;
  parts.header = document.header;
  parts.sections = Span<const format::Section>(sections);
  parts.image_program = ByteSpan(image.data(), image.size());
  parts.groups = Span<const ByteSpan>(groups.data(), groups.size());
  parts.allow_compact = document.allow_compact;
  return format::write_container(parts, out);
}

}  // namespace pc15::text
