// PNG through libpng. Reading gives 8-bit grey, RGB or RGBA whatever the file holds (palettes expanded, 16
// bits scaled, grey with alpha as RGBA, gamma ignored), with ICC, EXIF and XMP. Damaged picture data are an
// error; a damaged chunk that the picture does not need is left out.
#pragma once

#include "cli/image.h"
#include "cli/row_reader.h"

namespace pc15::cli {

bool looks_like_png(const uint8_t* head, size_t size);
Outcome read_png(const Bytes& bytes, Image* image);
// A reader that was not started. Null for interlaced files and those whose metadata follow the picture.
std::unique_ptr<RowReader> make_png_rows(FileHandle file);
// Metadata that libpng finds malformed are left out; an ICC profile must suit the number of channels.
Outcome write_png(const Image& image, Bytes* bytes);

}  // namespace pc15::cli
