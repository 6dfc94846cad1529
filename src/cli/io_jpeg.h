// JPEG through libjpeg-turbo: grey or RGB out, with ICC, EXIF and XMP. CMYK is refused, and so is any file
// whose coded data are cut off or damaged.
#pragma once

#include "cli/image.h"
#include "cli/row_reader.h"

namespace pc15::cli {

bool looks_like_jpeg(const uint8_t* head, size_t size);
Outcome read_jpeg(const Bytes& bytes, Image* image);
// A reader that was not started.
std::unique_ptr<RowReader> make_jpeg_rows(FileHandle file);

}  // namespace pc15::cli
