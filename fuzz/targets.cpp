#include "targets.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "exercise.h"
#include "format/crc.h"

namespace pc15::fuzz {
namespace {

// Everything that can be done with a file; what varies follows from the bytes.
void fuzz_file(const uint8_t* data, size_t size) { exercise(data, size, choice_of(data, size)); }

constexpr Target kTargets[] = {
    {"file", fuzz_file, true},        {"parse", fuzz_parse, true},
    {"index", fuzz_index, false},     {"tables", fuzz_tables, false},
    {"rans", fuzz_rans, false},       {"cell", fuzz_cell, false},
    {"program", fuzz_program, false}, {"repair", fuzz_repair, true},
    {"text", fuzz_text, false},       {"metadata", fuzz_metadata, false},
    {"model", fuzz_model, false},     {"roundtrip", fuzz_roundtrip, false},
    {"api", fuzz_api, true},
};

}  // namespace

const Target* target_at(size_t index) {
  return index < sizeof(kTargets) / sizeof(kTargets[0]) ? &kTargets[index] : nullptr;
}

const Target* find_target(const char* name) {
  for (const Target& t : kTargets) {
    if (std::strcmp(t.name, name) == 0) return &t;
  }
  return nullptr;
}

uint64_t choice_of(const uint8_t* data, size_t size) {
  return uint64_t{format::crc32_of(ByteSpan(data, size))} << 32 ^ size;
}

void broken(const char* what, int64_t a, int64_t b) {
  std::fprintf(stderr, "broken promise: %s (%lld, %lld)\n", what, static_cast<long long>(a),
               static_cast<long long>(b));
  std::abort();
}

}  // namespace pc15::fuzz
