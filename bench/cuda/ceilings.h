// The CUDA side of the benchmark.
#pragma once

#include <cstddef>

struct Ceilings {
  double copy_gb_s = 0;     // bytes read and written
  double integer_gops = 0;  // 32-bit multiplications and additions
  double upload_gb_s = 0;   // from pinned memory of the host
};
// All 0 when a call fails.
Ceilings measure_ceilings();

void* device_memory(size_t bytes);  // null when refused
void free_device_memory(void* memory);
bool to_host(void* to, const void* from, size_t bytes);
