// Devices: what there is, and decoding into their memory.
#include <cstdio>
#include <cstring>
#include "api/decoder_handle.h"

#include "api/structs.h"
#include "backend/device.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace {

pc15_status describe(uint32_t index, backend::DeviceInfo* info) {
  if (index > INT32_MAX) return PC15_ERROR_OUT_OF_RANGE;
  return backend::device_info(static_cast<int32_t>(index), info).value();
}

}  // namespace

extern "C" {

pc15_status pc15_device_count(uint32_t* count) {
  if (count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  int32_t n = 0;
  const Status status = backend::device_count(&n);
  if (status.ok()) *count = static_cast<uint32_t>(n);
  return status.value();
}

pc15_status pc15_device_name(uint32_t index, char* text, size_t capacity, size_t* size) {
  if (size == nullptr || (text == nullptr && capacity != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  backend::DeviceInfo info;
  const pc15_status status = describe(index, &info);
  if (status != PC15_OK) return status;
  *size = std::strlen(info.name);
  if (capacity != 0) std::snprintf(text, capacity, "%s", info.name);
  return PC15_OK;
}

pc15_status pc15_device_memory(uint32_t index, uint64_t* bytes) {
  if (bytes == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  backend::DeviceInfo info;
  const pc15_status status = describe(index, &info);
  if (status == PC15_OK) *bytes = info.memory_bytes;
  return status;
}

pc15_status pc15_decoder_read_device(pc15_decoder* decoder, uint32_t x, uint32_t y, const pc15_image* image,
                                     void* stream) {
  if (decoder == nullptr || image == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    PC15_TRY(decoder->check_open());
    pc15_image i;
    Rows rows;
    bool fits = false;
    PC15_TRY(read_image(image, &i, &rows, &fits));
    PC15_FAIL_IF(rows.stride < 0, Code::kInvalidArgument,
                 "the stride is %" PRId64 "; a device takes rows downwards", rows.stride);
    Rect rect;
    PC15_TRY(find_rect(decoder->reader(), 0, x, y, i, rows, fits, &rect));
    dec::Output output;
    output.data = i.data;
    output.stride = rows.stride;
    output.format = output_format(i.format);
    const int64_t index = decoder->core.params.get(PC15_PARAM_DEVICE_INDEX);
    decoder->decoder.use_device(dec::DeviceUse::kCuda, static_cast<int32_t>(index));
    const Status status =
        decoder->decoder.decode_to_device(rect, output, stream, decoder->core.threads(), monitor);
    decoder->has_damage_map = status.ok() || status.code() == Code::kDamaged;
    return status;
  });
}

}  // extern "C"
