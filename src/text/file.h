// Documents and files.
#pragma once

#include "format/container.h"
#include "text/document.h"

namespace pc15::text {

// Reads the programs of an open file. Errors: those of its records.
Status read_document(const format::ContainerReader& reader, Document* document, LeftOut* left_out);

// Appends a file that holds the programs and nothing else. kInternal: a program cannot be coded.
Status write_document(const Document& document, Vector<uint8_t>* out);

}  // namespace pc15::text
