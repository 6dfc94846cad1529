// Netpbm: reads P2, P3, P5, P6 and P7 (PAM), writes P5, P6 and P7. Samples of any maxval become 8 bits.
#pragma once

#include "cli/image.h"

namespace pc15::cli {

bool looks_like_pnm(const uint8_t* head, size_t size);
Outcome read_pnm(const Bytes& bytes, Image* image);
// P5 for grey, P6 for RGB; `pam` or alpha: P7.
void write_pnm(const Image& image, bool pam, Bytes* bytes);

}  // namespace pc15::cli
