// Decoding row by row, and what needs no more than that.
#include "api/decoder_handle.h"
#include "api/image_view.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

Status hand_rows(pc15_decoder* d, dec::RowSink sink, Monitor& monitor) {
  const normative::Geometry& g = d->reader().header().geometry;
  const Rect whole{0, 0, g.width, g.height};
  d->choose_device();
  const Status status = d->decoder.decode_rows(whole, sink, d->core.threads(), monitor);
  d->has_damage_map = status.ok() || status.code() == Code::kDamaged;
  return status;
}

struct Receiver {
  pc15_rows_fn rows;
  void* opaque;
};

bool pass_on(void* opaque, int32_t first, int32_t count, const uint8_t* rows, size_t bytes) {
  const Receiver& to = *static_cast<const Receiver*>(opaque);
  return to.rows(static_cast<uint32_t>(first), static_cast<uint32_t>(count), rows, bytes, to.opaque) == 0;
}

Status check_row_format(int32_t format) {
  PC15_FAIL_IF(format != 0 && !valid_format(format), Code::kInvalidArgument,
               "the format is %" PRId64 "; allowed are 0 (natural), 1 (Y), 3 (RGB) and 4 (RGBA)", format);
  return ok_status();
}

// Of the open file.
Status read_rows(pc15_decoder* d, int32_t format, pc15_rows_fn rows, void* opaque, Monitor& monitor) {
  Receiver receiver{rows, opaque};
  const int32_t use = format != 0 ? format : natural_format(d->reader().header());
  return hand_rows(d, dec::RowSink{output_format(use), pass_on, &receiver}, monitor);
}

bool drop_rows(void*, int32_t, int32_t, const uint8_t*, size_t) { return true; }

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_decode_rows(pc15_decoder* decoder, const uint8_t* data, size_t size, int32_t format,
                             pc15_rows_fn rows, void* opaque) {
  if (decoder == nullptr || data == nullptr || rows == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    PC15_TRY(check_row_format(format));
    OpenFile file(decoder);
    PC15_TRY(file.open(data, size, false));
    return read_rows(decoder, format, rows, opaque, monitor);
  });
}

pc15_status pc15_decoder_read_rows(pc15_decoder* decoder, int32_t format, pc15_rows_fn rows, void* opaque) {
  if (decoder == nullptr || rows == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    PC15_TRY(decoder->check_open());
    PC15_TRY(check_row_format(format));
    return read_rows(decoder, format, rows, opaque, monitor);
  });
}

pc15_status pc15_verify(pc15_decoder* decoder, const uint8_t* data, size_t size) {
  if (decoder == nullptr || data == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    OpenFile file(decoder);
    PC15_TRY(file.open(data, size, true));
    const dec::RowSink nowhere{output_format(natural_format(decoder->reader().header())), drop_rows, nullptr};
    return hand_rows(decoder, nowhere, monitor);
  });
}

}  // extern "C"
