// Vector quantisation: argument checks around src/vq, and the checksum of a stored codebook.
#include <cstring>

#include "api/codebook_handle.h"
#include "api/copy_out.h"
#include "api/structs.h"
#include "format/byte_io.h"
#include "format/crc.h"
#include "vq/codebook_train.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

constexpr size_t kCrcBytes = 4;

Status use_threads(pc15_codebook* codebook, int32_t threads) {
  PC15_FAIL_IF(threads < 0 || threads > 256, Code::kOutOfRange, "%" PRId64 " threads; allowed are 0...256",
               threads);
  codebook->core.params.set(PC15_PARAM_THREADS, threads);
  return ok_status();
}

Status read_options(const pc15_vq_options* options, pc15_vq_options* o, vq::TrainOptions* out) {
  PC15_TRY(read_struct(options, o));
  PC15_TRY(check_reserved(o->reserved, 2));
  PC15_FAIL_IF(o->reserved0 != 0, Code::kInvalidArgument, "a reserved word of the options is not 0");
  out->entries = o->entries;
  if (o->levels != 0) out->levels = o->levels;
  if (o->iterations != 0) out->iterations = o->iterations;
  out->seed = o->seed;
  return ok_status();
}

template <typename T>
pc15_status train(pc15_codebook* codebook, const T* values, size_t value_count, uint32_t dims,
                  const pc15_vq_options* options) {
  if (codebook == nullptr || options == nullptr || (values == nullptr && value_count != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.work([&](Monitor& monitor) -> Status {
    pc15_vq_options o;
    vq::TrainOptions wanted;
    vq::SampleView samples;
    PC15_TRY(read_options(options, &o, &wanted));
    PC15_TRY(use_threads(codebook, o.threads));
    PC15_TRY(vq::view_samples(values, value_count, dims, &samples));
    return vq::train(samples, wanted, codebook->core.threads(), monitor, &codebook->book);
  });
}

template <typename T>
pc15_status quantise(pc15_codebook* codebook, const T* values, size_t value_count, int32_t threads,
                     int32_t* indices, size_t index_count, double* offsets, size_t offset_count) {
  if (codebook == nullptr || (values == nullptr && value_count != 0) ||
      (indices == nullptr && index_count != 0) || (offsets == nullptr && offset_count != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer([&]() -> Status {
    vq::SampleView samples;
    PC15_FAIL_IF(codebook->book.empty(), Code::kWrongState, "the codebook is empty");
    PC15_TRY(use_threads(codebook, threads));
    PC15_TRY(vq::view_samples(values, value_count, codebook->book.dims(), &samples));
    return vq::quantise(codebook->book, samples, codebook->core.threads(),
                        Span<int32_t>(indices, index_count), Span<double>(offsets, offset_count));
  });
}

// Says why the CRC at the end failed; the fields are not verified and only choose the status.
Status diagnose(ByteSpan data) {
  size_t size = 0;
  const Status head = vq::blob_size(data, &size);
  const bool foreign = data.size < 4 || std::memcmp(data.data, "PCVQ", 4) != 0;
  if (head.code() == Code::kTruncated || (foreign && !head.ok())) return head;
  if (head.ok()) {
    PC15_FAIL_IF(data.size < size + kCrcBytes, Code::kTruncated,
                 "the codebook has %" PRId64 " bytes, its shape needs %" PRId64,
                 static_cast<int64_t>(data.size), static_cast<int64_t>(size + kCrcBytes));
    const bool whole = format::crc32_of(data.sub(0, size)) == format::load_le<uint32_t>(data.data + size);
    PC15_FAIL_IF(data.size > size + kCrcBytes && whole, Code::kTrailing,
                 "%" PRId64 " bytes follow the end of the codebook at byte %" PRId64,
                 static_cast<int64_t>(data.size - size - kCrcBytes), static_cast<int64_t>(size + kCrcBytes));
  }
  return Status(Code::kCrc, "the codebook is damaged: the CRC at byte %" PRId64 " does not match",
                static_cast<int64_t>(data.size - kCrcBytes));
}

Status deserialise(ByteSpan data, vq::Codebook* out) {
  if (data.size < vq::kBlobHeadBytes + kCrcBytes) return diagnose(data);
  const ByteSpan body = data.sub(0, data.size - kCrcBytes);
  if (format::crc32_of(body) != format::load_le<uint32_t>(body.end())) return diagnose(data);
  return vq::parse_blob(body, out);
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_codebook_create(const pc15_allocator* allocator, pc15_codebook** codebook) {
  return create_handle(allocator, codebook);
}

void pc15_codebook_destroy(pc15_codebook* codebook) { destroy_handle(codebook); }

pc15_status pc15_codebook_cancel(pc15_codebook* codebook) {
  if (codebook == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  codebook->core.cancel();
  return PC15_OK;
}

size_t pc15_codebook_last_error(const pc15_codebook* codebook, char* text, size_t capacity) {
  if (text != nullptr && capacity > 0) text[0] = '\0';
  return codebook != nullptr ? codebook->core.last_error(text, capacity) : 0;
}

pc15_status pc15_vq_train(pc15_codebook* codebook, const double* values, size_t value_count, uint32_t dims,
                          const pc15_vq_options* options) {
  return train(codebook, values, value_count, dims, options);
}

pc15_status pc15_vq_train_f32(pc15_codebook* codebook, const float* values, size_t value_count, uint32_t dims,
                              const pc15_vq_options* options) {
  return train(codebook, values, value_count, dims, options);
}

pc15_status pc15_vq_quantise(pc15_codebook* codebook, const double* values, size_t value_count,
                             int32_t threads, int32_t* indices, size_t index_count, double* offsets,
                             size_t offset_count) {
  return quantise(codebook, values, value_count, threads, indices, index_count, offsets, offset_count);
}

pc15_status pc15_vq_quantise_f32(pc15_codebook* codebook, const float* values, size_t value_count,
                                 int32_t threads, int32_t* indices, size_t index_count, double* offsets,
                                 size_t offset_count) {
  return quantise(codebook, values, value_count, threads, indices, index_count, offsets, offset_count);
}

pc15_status pc15_vq_dequantise(pc15_codebook* codebook, const int32_t* indices, size_t index_count,
                               const double* offsets, size_t offset_count, uint32_t use_levels,
                               double* values, size_t value_count) {
  if (codebook == nullptr || (indices == nullptr && index_count != 0) ||
      (offsets == nullptr && offset_count != 0) || (values == nullptr && value_count != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer([&]() -> Status {
    return vq::dequantise(codebook->book, Span<const int32_t>(indices, index_count),
                          Span<const double>(offsets, offset_count), use_levels,
                          Span<double>(values, value_count));
  });
}

pc15_status pc15_codebook_info(const pc15_codebook* codebook, pc15_codebook_shape* shape) {
  if (codebook == nullptr || shape == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer([&]() -> Status {
    PC15_TRY(check_struct(shape));
    pc15_codebook_shape out = {};
    out.dims = static_cast<uint32_t>(codebook->book.dims());
    out.entries = static_cast<uint32_t>(codebook->book.entries());
    out.levels = static_cast<uint32_t>(codebook->book.levels());
    out.distortion = codebook->book.distortion();
    write_struct(out, shape);
    return ok_status();
  });
}

pc15_status pc15_codebook_entry(const pc15_codebook* codebook, uint32_t level, uint32_t entry, double* values,
                                size_t value_count) {
  if (codebook == nullptr || values == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer([&]() -> Status {
    const vq::Codebook& book = codebook->book;
    PC15_FAIL_IF(book.empty(), Code::kWrongState, "the codebook is empty");
    PC15_FAIL_IF(level >= static_cast<uint32_t>(book.levels()), Code::kOutOfRange,
                 "level %" PRId64 "; the codebook has %" PRId64, level, book.levels());
    PC15_FAIL_IF(entry >= static_cast<uint32_t>(book.entries()), Code::kOutOfRange,
                 "entry %" PRId64 "; the codebook has %" PRId64, entry, book.entries());
    PC15_FAIL_IF(value_count != static_cast<size_t>(book.dims()), Code::kInvalidArgument,
                 "room for %" PRId64 " values; an entry has %" PRId64, static_cast<int64_t>(value_count),
                 book.dims());
    std::memcpy(values, book.entry(static_cast<int32_t>(level), static_cast<int32_t>(entry)),
                value_count * sizeof(double));
    return ok_status();
  });
}

pc15_status pc15_codebook_serialise(const pc15_codebook* codebook, uint8_t* dst, size_t capacity,
                                    size_t* dst_size) {
  if (codebook == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer([&]() -> Status {
    PC15_FAIL_IF(codebook->book.empty(), Code::kWrongState, "the codebook is empty");
    Vector<uint8_t> bytes(codebook->core.memory);
    vq::append_blob(codebook->book, &bytes);
    format::append_le(&bytes, format::crc32_of(ByteSpan(bytes.data(), bytes.size())));
    return copy_out(ByteSpan(bytes.data(), bytes.size()), dst, capacity, dst_size);
  });
}

pc15_status pc15_codebook_deserialise(pc15_codebook* codebook, const uint8_t* data, size_t size) {
  if (codebook == nullptr || data == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return codebook->core.answer(
      [&]() -> Status { return deserialise(ByteSpan(data, size), &codebook->book); });
}

}  // extern "C"
