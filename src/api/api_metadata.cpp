#include "api/buffer.h"
#include "api/decoder_handle.h"
#include "api/metadata.h"
#include "api/utf8.h"

namespace pc15::api {
namespace {

struct TypeSpec {
  uint32_t section;
  const char* name;
};
constexpr TypeSpec kTypes[kMetadataTypes] = {{format::kSectionIcc, "ICC"},
                                             {format::kSectionExif, "EXIF"},
                                             {format::kSectionXmp, "XMP"},
                                             {format::kSectionText, "TEXT"}};

}  // namespace

uint32_t section_of_metadata(int32_t type) { return kTypes[type - 1].section; }

int32_t metadata_of_section(uint32_t section) {
  for (int32_t type = 1; type <= kMetadataTypes; ++type) {
    if (section_of_metadata(type) == section) return type;
  }
  return 0;
}

Status check_metadata(int32_t type, ByteSpan item) {
  PC15_FAIL_IF(type < 1 || type > kMetadataTypes, Code::kInvalidArgument,
               "metadata type %" PRId64 "; allowed are 1 (ICC), 2 (EXIF), 3 (XMP) and 4 (TEXT)", type);
  PC15_FAIL_IF(item.data == nullptr && item.size != 0, Code::kInvalidArgument, "the metadata is NULL");
  const uint64_t most = format::Limits().max_metadata_bytes;
  PC15_FAIL_IF(item.size > most, Code::kLimit, "metadata of %" PRId64 " bytes; decoders accept %" PRId64,
               static_cast<int64_t>(item.size), static_cast<int64_t>(most));
  PC15_FAIL_IF(type == PC15_METADATA_TEXT && !valid_utf8(item), Code::kInvalidArgument,
               "the text is not UTF-8");
  return ok_status();
}

format::Section metadata_section(int32_t type, ByteSpan item) {
  format::Section section;
  section.type = section_of_metadata(type);
  section.flags = format::kSectionSafeToCopy;
  section.payload = item;
  return section;
}

}  // namespace pc15::api

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

extern "C" {

const char* pc15_metadata_name(int32_t type) {
  return type >= 1 && type <= kMetadataTypes ? kTypes[type - 1].name : nullptr;
}

pc15_status pc15_decoder_metadata_count(const pc15_decoder* decoder, uint32_t* count) {
  if (decoder == nullptr || count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(decoder->check_open());
    uint32_t found = 0;
    for (uint32_t i = 0; i < decoder->reader().section_count(); ++i) {
      format::Section section;
      PC15_TRY(decoder->reader().section_entry(i, &section));  // a damaged item still counts
      if (metadata_of_section(section.type) != 0) ++found;
    }
    *count = found;
    return ok_status();
  });
}

pc15_status pc15_decoder_metadata_info(const pc15_decoder* decoder, uint32_t index, int32_t* type,
                                       size_t* size) {
  if (decoder == nullptr || type == nullptr || size == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(decoder->check_open());
    uint32_t found = 0;
    for (uint32_t i = 0; i < decoder->reader().section_count(); ++i) {
      format::Section section;
      PC15_TRY(decoder->reader().section_entry(i, &section));
      if (metadata_of_section(section.type) == 0 || found++ != index) continue;
      PC15_TRY(decoder->reader().section(i, &section));
      *type = metadata_of_section(section.type);
      *size = section.payload.size;
      return ok_status();
    }
    return Status(Code::kOutOfRange, "metadata item %" PRId64 "; the file has %" PRId64, index, found);
  });
}

pc15_status pc15_decoder_metadata_get(pc15_decoder* decoder, int32_t type, uint8_t* dst, size_t capacity,
                                      size_t* dst_size) {
  if (decoder == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return decoder->core.answer([&]() -> Status {
    PC15_TRY(decoder->check_open());
    PC15_TRY(check_metadata(type, ByteSpan()));
    for (uint32_t i = 0; i < decoder->reader().section_count(); ++i) {
      format::Section section;
      PC15_TRY(decoder->reader().section_entry(i, &section));
      if (section.type != section_of_metadata(type)) continue;
      PC15_TRY(decoder->reader().section(i, &section));
      return copy_out(section.payload, dst, capacity, dst_size);
    }
    return Status(Code::kNotFound, "the file has no metadata of type %" PRId64, type);
  });
}

pc15_status pc15_metadata_replace(pc15_decoder* decoder, const uint8_t* data, size_t size, int32_t type,
                                  const uint8_t* item, size_t item_size, pc15_buffer** buffer) {
  if (buffer != nullptr) *buffer = nullptr;
  if (decoder == nullptr || data == nullptr || buffer == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor&) -> Status {
    PC15_TRY(check_metadata(type, ByteSpan(item, item_size)));
    Memory& memory = decoder->core.memory;
    format::ContainerReader reader(memory);
    PC15_TRY(reader.open(ByteSpan(data, size), decoder->core.params.limits(), true));
    Vector<format::Section> sections(memory);
    for (int32_t t = 1; t <= kMetadataTypes; ++t) {
      if (t == type && item_size != 0) sections.push_back(metadata_section(t, ByteSpan(item, item_size)));
      for (uint32_t i = 0; t != type && i < reader.section_count(); ++i) {
        format::Section section;
        PC15_TRY(reader.section(i, &section));
        if (section.type == section_of_metadata(t)) sections.push_back(section);
      }
    }
    Vector<uint8_t> file(memory);
    PC15_TRY(format::rewrite_sections(reader, sections, &file));
    PC15_TRY(make_buffer(decoder->core.functions(), memory, file.size(), buffer));
    std::memcpy(pc15_buffer_data(*buffer), file.data(), file.size());
    return ok_status();
  });
}

}  // extern "C"
