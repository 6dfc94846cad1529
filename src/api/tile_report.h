// Tile information that encoder and decoder give alike.
#pragma once

#include "normative/program.h"
#include "pc15.h"

namespace pc15::api {

// Number, rectangle and empty generators of tile `index`, which exists.
void place_tile(const normative::Geometry& geometry, uint32_t index, pc15_tile_info* info);

}  // namespace pc15::api
