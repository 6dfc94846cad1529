// What can be fuzzed by itself: each target takes any bytes and ends the process with SIGABRT when a promise
// of the library is broken.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pc15::fuzz {

struct Target {
  const char* name;
  void (*run)(const uint8_t* data, size_t size);
  bool takes_files;  // its bytes are a .pc15 file: a mutator may repair the checksums
};

// NULL for an unknown name.
const Target* find_target(const char* name);
// All of them, in a fixed order; NULL past the end.
const Target* target_at(size_t index);

// What a target leaves to chance: the same for the same bytes.
uint64_t choice_of(const uint8_t* data, size_t size);

// Which parameters the target "api" has set so far; false when one that exists was never taken by a handle.
bool all_params_reached(bool print);

[[noreturn]] void broken(const char* promise, int64_t a, int64_t b);
inline void promise(bool holds, const char* what, int64_t a = 0, int64_t b = 0) {
  if (!holds) broken(what, a, b);
}

// targets_syntax.cpp
void fuzz_parse(const uint8_t* data, size_t size);    // probe, and opening in both ways
void fuzz_index(const uint8_t* data, size_t size);    // an index behind a right checksum
void fuzz_tables(const uint8_t* data, size_t size);   // the payloads of TABL, CODE and GRAI
void fuzz_rans(const uint8_t* data, size_t size);     // symbols and bits of one stream
void fuzz_cell(const uint8_t* data, size_t size);     // the records of a file: cells
void fuzz_program(const uint8_t* data, size_t size);  // the same: programs
void fuzz_repair(const uint8_t* data, size_t size);   // a damaged file
// targets_values.cpp
void fuzz_text(const uint8_t* data, size_t size);       // programs as text
void fuzz_metadata(const uint8_t* data, size_t size);   // blobs
void fuzz_model(const uint8_t* data, size_t size);      // models, codebooks, packed parameters
void fuzz_roundtrip(const uint8_t* data, size_t size);  // a picture and parameters, encoded and decoded
// target_api.cpp
void fuzz_api(const uint8_t* data, size_t size);  // calls in any order, and every question without a handle

}  // namespace pc15::fuzz
