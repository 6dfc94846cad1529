// The parameter codec: real values <-> steps on a generator's grid <-> bytes.
//
// Packing: every parameter is a field of fixed length, in order, least significant bit first in the byte
// stream; the field holds (step - first) / 2^shift, where the valid steps are the multiples of 2^shift in
// [lo, hi] (normative/catalogue.h) and `first` is the smallest of them. The last byte is filled with zeros.
#include "api/layer_values.h"
#include "backend/param_codec.h"
#include "normative/catalogue.h"
#include "pc15.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

// The valid steps of one parameter.
struct Grid {
  int64_t first = 0, count = 1;
  int32_t shift = 0, bits = 0;
};

Grid grid_of(const normative::ParamSpec& spec, int32_t precision, int32_t frame) {
  Grid g;
  g.shift = normative::param_shift(spec.id, precision, frame);
  const int64_t step = int64_t{1} << g.shift, lo = spec.lo, hi = spec.hi;
  const int64_t below = ((lo % step) + step) % step;  // distance to the multiple at or below lo
  g.first = below == 0 ? lo : lo - below + step;
  g.count = hi >= g.first ? (hi - g.first) / step + 1 : 1;
  while ((int64_t{1} << g.bits) < g.count) ++g.bits;
  return g;
}

Status check_grid_arguments(int32_t precision, uint32_t frame) {
  PC15_FAIL_IF(precision < 0 || precision > normative::kMaxPrecision, Code::kOutOfRange,
               "precision %" PRId64 "; allowed are 0...7", precision);
  PC15_FAIL_IF(frame < 1 || frame > 65535, Code::kOutOfRange, "frame %" PRId64 "; allowed are 1...65535",
               frame);
  return ok_status();
}

Status check_count(const normative::PresetSpec& spec, size_t count) {
  PC15_FAIL_IF(count != spec.param_count, Code::kInvalidArgument,
               "%" PRId64 " numbers; the generator has %" PRId64, static_cast<int64_t>(count),
               spec.param_count);
  return ok_status();
}

Status quantise(int32_t generator, int32_t precision, uint32_t frame, const double* values,
                size_t value_count, int32_t* steps, size_t step_count) {
  const normative::PresetSpec* spec = nullptr;
  normative::Layer layer;
  PC15_TRY(find_generator(generator, &spec));
  PC15_TRY(check_count(*spec, step_count));
  PC15_TRY(check_grid_arguments(precision, frame));
  PC15_TRY(layer_from_values(generator, values, value_count, precision, static_cast<int32_t>(frame), &layer));
  for (size_t i = 0; i < step_count; ++i) steps[i] = layer.params[i];
  return ok_status();
}

Status dequantise(int32_t generator, const int32_t* steps, size_t step_count, double* values,
                  size_t value_count) {
  const normative::PresetSpec* spec = nullptr;
  double out[normative::kMaxParams] = {};
  PC15_TRY(find_generator(generator, &spec));
  PC15_TRY(check_count(*spec, step_count));
  PC15_TRY(check_count(*spec, value_count));
  for (int32_t i = 0; i < spec->param_count; ++i) {
    PC15_FAIL_IF(steps[i] < spec->params[i].lo || steps[i] > spec->params[i].hi, Code::kOutOfRange,
                 "step %" PRId64 " is outside its range", steps[i]);
    PC15_TRY(backend::dequantize_param(generator, i, steps[i], &out[i]));
  }
  for (int32_t i = 0; i < spec->param_count; ++i) values[i] = out[i];
  return ok_status();
}

int32_t packed_bits(const normative::PresetSpec& spec, int32_t precision, int32_t frame) {
  int32_t bits = 0;
  for (int32_t i = 0; i < spec.param_count; ++i) bits += grid_of(spec.params[i], precision, frame).bits;
  return bits;
}

Status pack(int32_t generator, int32_t precision, uint32_t frame, const int32_t* steps, size_t step_count,
            uint8_t* dst, size_t capacity, size_t* dst_size) {
  const normative::PresetSpec* spec = nullptr;
  PC15_TRY(find_generator(generator, &spec));
  PC15_TRY(check_count(*spec, step_count));
  PC15_TRY(check_grid_arguments(precision, frame));
  const int32_t extent = static_cast<int32_t>(frame);
  const size_t size = static_cast<size_t>(packed_bits(*spec, precision, extent) + 7) / 8;
  uint8_t out[normative::kMaxParams * 4] = {};
  size_t bit = 0;
  for (int32_t i = 0; i < spec->param_count; ++i) {
    const Grid g = grid_of(spec->params[i], precision, extent);
    const int64_t distance = steps[i] - g.first, step = int64_t{1} << g.shift;
    PC15_FAIL_IF(distance < 0 || distance % step != 0 || distance / step >= g.count, Code::kOutOfRange,
                 "step %" PRId64 " of parameter %" PRId64 " is not on its grid", steps[i], i);
    const uint64_t field = static_cast<uint64_t>(distance / step);
    for (int32_t k = 0; k < g.bits; ++k, ++bit) {
      out[bit / 8] = static_cast<uint8_t>(out[bit / 8] | ((field >> k & 1) << (bit % 8)));
    }
  }
  *dst_size = size;
  PC15_FAIL_IF(capacity < size, Code::kDstTooSmall, "%" PRId64 " bytes are needed",
               static_cast<int64_t>(size));
  for (size_t i = 0; i < size; ++i) dst[i] = out[i];
  return ok_status();
}

Status unpack(int32_t generator, int32_t precision, uint32_t frame, const uint8_t* data, size_t size,
              int32_t* steps, size_t step_count) {
  const normative::PresetSpec* spec = nullptr;
  PC15_TRY(find_generator(generator, &spec));
  PC15_TRY(check_count(*spec, step_count));
  PC15_TRY(check_grid_arguments(precision, frame));
  const int32_t extent = static_cast<int32_t>(frame), bits = packed_bits(*spec, precision, extent);
  const size_t need = static_cast<size_t>(bits + 7) / 8;
  PC15_FAIL_IF(size < need, Code::kTruncated, "%" PRId64 " bytes are needed", static_cast<int64_t>(need));
  PC15_FAIL_IF(size > need, Code::kTrailing, "%" PRId64 " bytes are enough", static_cast<int64_t>(need));
  PC15_FAIL_IF(bits % 8 != 0 && data[need - 1] >> (bits % 8) != 0, Code::kCorrupt, "the padding is not 0");
  int32_t out[normative::kMaxParams] = {};
  size_t bit = 0;
  for (int32_t i = 0; i < spec->param_count; ++i) {
    const Grid g = grid_of(spec->params[i], precision, extent);
    int64_t field = 0;
    for (int32_t k = 0; k < g.bits; ++k, ++bit) field |= int64_t{data[bit / 8] >> (bit % 8) & 1} << k;
    PC15_FAIL_IF(field >= g.count, Code::kCorrupt, "parameter %" PRId64 " is outside its range", i);
    out[i] = static_cast<int32_t>(g.first + (field << g.shift));
  }
  for (size_t i = 0; i < step_count; ++i) steps[i] = out[i];
  return ok_status();
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_params_quantise(int32_t generator, int32_t precision, uint32_t frame, const double* values,
                                 size_t value_count, int32_t* steps, size_t step_count) {
  if (values == nullptr || steps == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return quantise(generator, precision, frame, values, value_count, steps, step_count).value();
}

pc15_status pc15_params_dequantise(int32_t generator, const int32_t* steps, size_t step_count, double* values,
                                   size_t value_count) {
  if (values == nullptr || steps == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return dequantise(generator, steps, step_count, values, value_count).value();
}

pc15_status pc15_params_pack(int32_t generator, int32_t precision, uint32_t frame, const int32_t* steps,
                             size_t step_count, uint8_t* dst, size_t capacity, size_t* dst_size) {
  if (steps == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return pack(generator, precision, frame, steps, step_count, dst, capacity, dst_size).value();
}

pc15_status pc15_params_unpack(int32_t generator, int32_t precision, uint32_t frame, const uint8_t* data,
                               size_t size, int32_t* steps, size_t step_count) {
  if (data == nullptr || steps == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return unpack(generator, precision, frame, data, size, steps, step_count).value();
}

}  // extern "C"
