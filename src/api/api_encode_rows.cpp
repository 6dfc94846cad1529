// Encoding of a picture that comes row by row, and what an encode will hold.
#include <iterator>

#include "api/copy_out.h"
#include "api/encode_call.h"
#include "api/structs.h"
#include "enc/encode_plan.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

int32_t ask(void* opaque, int32_t first, int32_t count, uint8_t* rows, size_t bytes) {
  const pc15_row_source& from = *static_cast<const pc15_row_source*>(opaque);
  return from.rows(static_cast<uint32_t>(first), static_cast<uint32_t>(count), rows, bytes, from.opaque);
}

bool go_back(void* opaque) {
  const pc15_row_source& from = *static_cast<const pc15_row_source*>(opaque);
  return from.restart(from.opaque) == 0;
}

Status check_format(int32_t format) {
  PC15_FAIL_IF(!valid_format(format), Code::kInvalidArgument,
               "the format is %" PRId64 "; allowed are 1 (Y), 3 (RGB) and 4 (RGBA)", format);
  return ok_status();
}

Status encode_rows(pc15_encoder* e, pc15_row_source rows, Monitor& monitor) {
  PC15_TRY(check_format(rows.format));
  EncodeSettings settings(e->core.memory);
  PC15_TRY(read_settings(*e, rows.width, rows.height, &settings));
  enc::RowSource source;
  source.width = static_cast<int32_t>(rows.width);
  source.height = static_cast<int32_t>(rows.height);
  source.channels = rows.format;
  source.read = ask;
  if (rows.restart != nullptr) source.restart = go_back;
  source.opaque = &rows;
  Vector<uint8_t> file(e->core.memory);
  PC15_TRY(
      e->encoder.encode_rows(settings.config, source, settings.sections, e->core.threads(), monitor, &file));
  return keep_result(e, rows.width, rows.height, &file);
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
    pc15_row_source source = {};
    source.format = format;
    source.width = width;
    source.height = height;
    source.rows = rows;
    source.opaque = opaque;
    PC15_TRY(encode_rows(encoder, source, monitor));
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

pc15_status pc15_encode_source(pc15_encoder* encoder, const pc15_row_source* source, uint8_t* dst,
                               size_t capacity, size_t* dst_size) {
  if (encoder == nullptr || source == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return encoder->core.work([&](Monitor& monitor) -> Status {
    encoder->forget_result();
    pc15_row_source known;
    PC15_TRY(read_struct(source, &known));
    PC15_TRY(check_reserved(known.reserved, std::size(known.reserved)));
    PC15_FAIL_IF(known.rows == nullptr, Code::kInvalidArgument, "source->rows is NULL");
    PC15_TRY(encode_rows(encoder, known, monitor));
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

pc15_status pc15_encode_plan(const pc15_encoder* encoder, int32_t format, uint32_t width, uint32_t height,
                             pc15_encode_memory* memory) {
  if (encoder == nullptr || memory == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(check_struct(memory));
    PC15_TRY(check_format(format));
    PC15_TRY(check_extent(width, height));
    const enc::EncodePlan plan =
        enc::plan_encode(read_config(*encoder), static_cast<int32_t>(width), static_cast<int32_t>(height),
                         format, encoder->core.thread_count());
    pc15_encode_memory out = {};
    out.readings = static_cast<uint32_t>(plan.readings);
    out.image = plan.image;
    out.rows = plan.rows;
    out.source = plan.source;
    write_struct(out, memory);
    return ok_status();
  });
}

}  // extern "C"
