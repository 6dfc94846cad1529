// Encoding of a picture that comes row by row.
#include "api/copy_out.h"
#include "api/encode_call.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

struct Giver {
  pc15_read_rows_fn rows;
  void* opaque;
};

int32_t ask(void* opaque, int32_t first, int32_t count, uint8_t* rows, size_t bytes) {
  const Giver& from = *static_cast<const Giver*>(opaque);
  return from.rows(static_cast<uint32_t>(first), static_cast<uint32_t>(count), rows, bytes, from.opaque);
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_encode_rows(pc15_encoder* encoder, int32_t format, uint32_t width, uint32_t height,
                             pc15_read_rows_fn rows, void* opaque, uint8_t* dst, size_t capacity,
                             size_t* dst_size) {
  if (encoder == nullptr || rows == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return encoder->core.work([&](Monitor& monitor) -> Status {
    encoder->forget_result();
    PC15_FAIL_IF(!valid_format(format), Code::kInvalidArgument,
                 "the format is %" PRId64 "; allowed are 1 (Y), 3 (RGB) and 4 (RGBA)", format);
    EncodeSettings settings(encoder->core.memory);
    PC15_TRY(read_settings(*encoder, width, height, &settings));
    Giver giver{rows, opaque};
    const enc::RowSource source{static_cast<int32_t>(width), static_cast<int32_t>(height), format, ask,
                                &giver};
    Vector<uint8_t> file(encoder->core.memory);
    PC15_TRY(encoder->encoder.encode_rows(settings.config, source, settings.sections, encoder->core.threads(),
                                          monitor, &file));
    PC15_TRY(keep_result(encoder, width, height, &file));
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

}  // extern "C"
