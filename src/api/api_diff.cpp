// First difference of two files, named by the part that it lies in.
#include <algorithm>
#include <limits>

#include "api/handle.h"
#include "api/structs.h"
#include "format/container.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

// Limits that let every file pass that fits into memory: comparing decodes nothing.
format::Limits open_limits() {
  format::Limits limits;
  limits.max_pixels = std::numeric_limits<uint64_t>::max();
  limits.max_memory_bytes = std::numeric_limits<uint64_t>::max();
  limits.max_metadata_bytes = std::numeric_limits<uint64_t>::max();
  limits.max_sections = std::numeric_limits<uint32_t>::max();
  return limits;
}

// The part of `file` at `offset`; -1 past the end or when the file cannot be read.
Status locate(ByteSpan file, uint64_t offset, Memory& memory, int32_t* kind, uint32_t* number) {
  *kind = -1;
  *number = 0;
  if (offset >= file.size) return ok_status();
  format::ContainerReader reader(memory);
  if (!reader.open(file, open_limits(), false).ok()) return ok_status();
  Vector<format::PartInfo> parts(memory);
  PC15_TRY(reader.describe(&parts));
  for (const format::PartInfo& part : parts) {
    if (offset < part.offset || offset - part.offset >= part.size) continue;
    *kind = static_cast<int32_t>(part.kind);
    *number = part.number;
    break;
  }
  return ok_status();
}

}  // namespace
}  // namespace pc15::api

extern "C" pc15_status pc15_diff(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                                 const pc15_allocator* allocator, pc15_difference* difference) {
  if ((a == nullptr && a_size != 0) || (b == nullptr && b_size != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  AllocatorFunctions functions;
  Status status = check_struct(difference);
  if (status.ok()) status = read_allocator(allocator, &functions);
  if (!status.ok()) return status.value();
  Memory memory(functions, std::numeric_limits<uint64_t>::max());
  return guarded(memory,
                 [&]() -> Status {
                   pc15_difference out = {};
                   const size_t common = std::min(a_size, b_size);
                   const size_t at = static_cast<size_t>(std::mismatch(a, a + common, b).first - a);
                   out.identical = at == a_size && at == b_size ? 1 : 0;
                   if (out.identical == 0) {
                     out.offset = at;
                     PC15_TRY(locate(ByteSpan(a, a_size), at, memory, &out.kind_a, &out.number_a));
                     PC15_TRY(locate(ByteSpan(b, b_size), at, memory, &out.kind_b, &out.number_b));
                   }
                   write_struct(out, difference);
                   return ok_status();
                 })
      .value();
}
