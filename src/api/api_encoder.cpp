// Encoding: lifecycle, parameters, metadata, and the calls that make a file.
#include <algorithm>
#include <cmath>

#include "api/buffer.h"
#include "api/copy_out.h"
#include "api/encode_call.h"
#include "api/encoder_handle.h"
#include "api/image_view.h"
#include "api/structs.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

int64_t clamped_steps(int32_t id, double real) {
  const ParamSpec& spec = *find_param(id);
  const double steps = std::nearbyint(real * static_cast<double>(spec.scale));
  if (!(steps > static_cast<double>(spec.lo))) return spec.lo;
  return steps < static_cast<double>(spec.hi) ? static_cast<int64_t>(steps) : spec.hi;
}

// QUALITY and LAMBDA are two faces of one number; the one that was set keeps its exact value.
void link_quality(pc15_encoder* e, int32_t id) {
  if (id == PC15_PARAM_QUALITY) {
    e->quality = static_cast<double>(e->core.params.get(id)) / 1000.0;
    e->core.params.set(PC15_PARAM_LAMBDA,
                       clamped_steps(PC15_PARAM_LAMBDA, enc::lambda_from_quality(e->quality)));
  } else if (id == PC15_PARAM_LAMBDA) {
    const double exact = enc::quality_from_lambda(static_cast<double>(e->core.params.get(id)) / 1e9);
    e->quality = std::min(100.0, std::max(0.0, exact));  // the ends of lambda are rounded
    e->core.params.set(PC15_PARAM_QUALITY, clamped_steps(PC15_PARAM_QUALITY, e->quality));
  }
}

uint64_t metadata_bytes(const pc15_encoder& e) {
  uint64_t total = 0;
  for (const Vector<uint8_t>& item : e.metadata) total += item.size();
  return total;
}

// Encodes into e->result, which is empty unless the answer is ok.
Status encode(pc15_encoder* e, const enc::Raster& raster, Monitor& monitor) {
  Vector<uint8_t> file(e->core.memory);
  PC15_TRY(encode_raster(*e, e->encoder, raster, true, e->core.threads(), monitor, &file));
  return keep_result(e, static_cast<uint32_t>(raster.width), static_cast<uint32_t>(raster.height), &file);
}

Status encode_checked_image(pc15_encoder* e, const pc15_image* image, Monitor& monitor) {
  enc::Raster raster;
  PC15_TRY(read_raster(image, &raster));
  return encode(e, raster, monitor);
}

}  // namespace
}  // namespace pc15::api

pc15_encoder::pc15_encoder(const AllocatorFunctions& functions)
    : core(functions, PC15_SCOPE_ENCODER, kKeptBytes, kKeptBytes), encoder(core.memory), quality(0.0),
      result(core.memory), metadata{Vector<uint8_t>(core.memory), Vector<uint8_t>(core.memory),
                                    Vector<uint8_t>(core.memory), Vector<uint8_t>(core.memory)},
      model(core.memory) {
  link_quality(this, PC15_PARAM_QUALITY);
}

extern "C" {

pc15_status pc15_encoder_create(const pc15_allocator* allocator, pc15_encoder** encoder) {
  return create_handle(allocator, encoder);
}

void pc15_encoder_destroy(pc15_encoder* encoder) { destroy_handle(encoder); }

pc15_status pc15_encoder_reset(pc15_encoder* encoder) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  encoder->forget_result();
  for (Vector<uint8_t>& item : encoder->metadata) Vector<uint8_t>(encoder->core.memory).swap(item);
  encoder->core.reset();
  return PC15_OK;
}

pc15_status pc15_encoder_default_params(pc15_encoder* encoder) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  encoder->core.params.reset();
  link_quality(encoder, PC15_PARAM_QUALITY);
  return PC15_OK;
}

pc15_status pc15_encoder_set_param(pc15_encoder* encoder, int32_t id, int64_t value) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  const pc15_status status = encoder->core.set_param(id, value);
  if (status == PC15_OK) link_quality(encoder, id);
  return status;
}

pc15_status pc15_encoder_get_param(const pc15_encoder* encoder, int32_t id, int64_t* value) {
  return encoder != nullptr ? encoder->core.get_param(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_encoder_set_param_f64(pc15_encoder* encoder, int32_t id, double value) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  const pc15_status status = encoder->core.set_param_real(id, value);
  if (status == PC15_OK) link_quality(encoder, id);
  return status;
}

pc15_status pc15_encoder_get_param_f64(const pc15_encoder* encoder, int32_t id, double* value) {
  return encoder != nullptr ? encoder->core.get_param_real(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_encoder_set_progress(pc15_encoder* encoder, pc15_progress_fn progress, void* opaque) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  encoder->core.set_progress(progress, opaque);
  return PC15_OK;
}

pc15_status pc15_encoder_cancel(pc15_encoder* encoder) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  encoder->core.cancel();
  return PC15_OK;
}

size_t pc15_encoder_last_error(const pc15_encoder* encoder, char* text, size_t capacity) {
  if (text != nullptr && capacity > 0) text[0] = '\0';
  return encoder != nullptr ? encoder->core.last_error(text, capacity) : 0;
}

pc15_status pc15_encoder_set_metadata(pc15_encoder* encoder, int32_t type, const uint8_t* data, size_t size) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(check_metadata(type, ByteSpan(data, size)));
    Vector<uint8_t>& item = encoder->metadata[type - 1];
    const uint64_t others = metadata_bytes(*encoder) - item.size(),
                   most = format::Limits().max_metadata_bytes;
    PC15_FAIL_IF(size > most - others, Code::kLimit,
                 "metadata of %" PRId64 " bytes in all; decoders accept %" PRId64,
                 static_cast<int64_t>(others + size), static_cast<int64_t>(most));
    Vector<uint8_t> copy(encoder->core.memory);
    if (size != 0) copy.assign(data, data + size);
    item.swap(copy);
    return ok_status();
  });
}

pc15_status pc15_encoder_set_model(pc15_encoder* encoder, const pc15_model* model) {
  if (encoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    ModelContent copy(encoder->core.memory);
    if (model != nullptr) PC15_TRY(copy_model(*model, &copy));
    encoder->model.swap(copy);
    return ok_status();
  });
}

pc15_status pc15_encode_y(pc15_encoder* encoder, const uint8_t* pixels, size_t pixels_size, uint32_t width,
                          uint32_t height, int64_t stride, uint8_t* dst, size_t capacity, size_t* dst_size) {
  if (encoder == nullptr || pixels == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return encoder->core.work([&](Monitor& monitor) -> Status {
    Rows rows;
    encoder->forget_result();
    PC15_TRY(lay_rows(1, width, height, stride, &rows));
    PC15_FAIL_IF(pixels_size < rows.bytes, Code::kInvalidArgument,
                 "pixels has %" PRId64 " bytes, size and stride need %" PRId64,
                 static_cast<int64_t>(pixels_size), static_cast<int64_t>(rows.bytes));
    PC15_TRY(encode(encoder, raster_of(pixels, rows, width, height, 1), monitor));
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

pc15_status pc15_encode_image(pc15_encoder* encoder, const pc15_image* image, uint8_t* dst, size_t capacity,
                              size_t* dst_size) {
  if (encoder == nullptr || image == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return encoder->core.work([&](Monitor& monitor) -> Status {
    encoder->forget_result();
    PC15_TRY(encode_checked_image(encoder, image, monitor));
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

pc15_status pc15_encode_image_buffer(pc15_encoder* encoder, const pc15_image* image, pc15_buffer** buffer) {
  if (buffer != nullptr) *buffer = nullptr;
  if (encoder == nullptr || image == nullptr || buffer == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  pc15_buffer* made = nullptr;
  const pc15_status status = encoder->core.work([&](Monitor& monitor) -> Status {
    encoder->forget_result();
    PC15_TRY(encode_checked_image(encoder, image, monitor));
    PC15_TRY(make_buffer(encoder->core.functions(), encoder->core.memory, encoder->result.size(), &made));
    std::memcpy(pc15_buffer_data(made), encoder->result.data(), encoder->result.size());
    return ok_status();
  });
  if (status == PC15_OK) {
    *buffer = made;
  } else {
    pc15_buffer_free(made);
  }
  return status;
}

pc15_status pc15_encoder_result(const pc15_encoder* encoder, uint8_t* dst, size_t capacity,
                                size_t* dst_size) {
  if (encoder == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return encoder->core.answer([&]() -> Status {
    PC15_TRY(encoder->check_result());
    return copy_out(ByteSpan(encoder->result), dst, capacity, dst_size);
  });
}

}  // extern "C"
