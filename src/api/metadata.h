// Metadata types of the public header and section types of the file.
#pragma once

#include "base/span.h"
#include "base/status.h"
#include "format/container.h"
#include "pc15.h"

namespace pc15::api {

constexpr int32_t kMetadataTypes = 4;  // PC15_METADATA_ICC ... PC15_METADATA_TEXT, numbered from 1

uint32_t section_of_metadata(int32_t type);     // a valid type
int32_t metadata_of_section(uint32_t section);  // 0 when it is none
// Type, UTF-8 of text, and a size that default limits let pass.
Status check_metadata(int32_t type, ByteSpan item);
format::Section metadata_section(int32_t type, ByteSpan item);

}  // namespace pc15::api
