// Netpbm: reads P2, P3, P5, P6 and P7 (PAM), writes P5, P6 and P7. Samples of any maxval become 8 bits.
#pragma once

#include "cli/image.h"
#include "cli/row_reader.h"

namespace pc15::cli {

bool looks_like_pnm(const uint8_t* head, size_t size);
Outcome read_pnm(const Bytes& bytes, Image* image);
// A reader that was not started. Null for text and for other samples than 8 bits of maxval 255.
std::unique_ptr<RowReader> make_pnm_rows(FileHandle file);
// P5 for grey, P6 for RGB; `pam` or alpha: P7.
void write_pnm(const Image& image, bool pam, Bytes* bytes);

}  // namespace pc15::cli
