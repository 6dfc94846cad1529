// The last stage of a thorough search without a residual: atoms on the programs that stand.
#pragma once

#include "enc/search.h"

namespace pc15::enc {

class DeviceEngines;

// Adds atoms to the programs of tiles that nobody shares (to the image-wide program when there is one tile),
// and brings the statistics of these tiles up to date. Deterministic for any number of threads, and whatever
// correlates: a device of `devices`, one engine for each thread of the pool, or the processor.
void add_atoms(const SearchInput& input, DeviceEngines& devices, ThreadPool& pool, const Monitor& monitor,
               Memory& memory, normative::ProgramImage* programs, Vector<TileStats>* stats);

}  // namespace pc15::enc
