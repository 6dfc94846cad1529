// The catalogue of generators: names, parameters, rendering.
#include <algorithm>

#include "api/guard.h"
#include "api/image_view.h"
#include "api/layer_values.h"
#include "api/structs.h"
#include "backend/param_codec.h"
#include "backend/render.h"
#include "normative/catalogue.h"
#include "pc15.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

int32_t public_type(backend::ParamType type) {
  switch (type) {
    case backend::ParamType::kFloat:
      return PC15_TYPE_FIXED;
    case backend::ParamType::kEnum:
      return PC15_TYPE_ENUM;
    case backend::ParamType::kBool:
      return PC15_TYPE_BOOL;
    case backend::ParamType::kInt:
      break;
  }
  return PC15_TYPE_INT;
}

}  // namespace

Status find_generator(int32_t generator, const normative::PresetSpec** spec) {
  *spec = generator >= 0 && generator <= 255 ? normative::find_preset(generator) : nullptr;
  PC15_FAIL_IF(*spec == nullptr, Code::kNotFound, "no generator %" PRId64, generator);
  return ok_status();
}

Status layer_from_values(int32_t generator, const double* values, size_t count, int32_t precision,
                         int32_t frame, normative::Layer* layer) {
  const normative::PresetSpec* spec = nullptr;
  PC15_TRY(find_generator(generator, &spec));
  PC15_FAIL_IF(count != spec->param_count, Code::kInvalidArgument,
               "%" PRId64 " values; the generator has %" PRId64, static_cast<int64_t>(count),
               spec->param_count);
  PC15_TRY(backend::make_layer(generator, layer));
  layer->precision = static_cast<uint8_t>(precision);
  return backend::set_layer_values(Span<const double>(values, count), frame, layer);
}

}  // namespace pc15::api

extern "C" {

uint32_t pc15_generator_count(void) { return static_cast<uint32_t>(normative::catalogue_size()); }

pc15_status pc15_generator_id(uint32_t index, int32_t* generator) {
  if (generator == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  if (index >= pc15_generator_count()) return PC15_ERROR_OUT_OF_RANGE;
  *generator = normative::catalogue_entry(static_cast<int32_t>(index))->preset;
  return PC15_OK;
}

const char* pc15_generator_name(int32_t generator) { return backend::preset_name(generator); }

pc15_status pc15_generator_from_name(const char* name, int32_t* generator) {
  if (name == nullptr || generator == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  const int32_t preset = backend::preset_from_name(name);
  if (preset < 0) return PC15_ERROR_NOT_FOUND;
  *generator = preset;
  return PC15_OK;
}

const char* pc15_generator_doc(int32_t generator) { return backend::preset_doc(generator); }

int32_t pc15_generator_is_seeded(int32_t generator) {
  const normative::PresetSpec* spec = nullptr;
  return find_generator(generator, &spec).ok() && spec->seeded ? 1 : 0;
}

uint32_t pc15_generator_param_count(int32_t generator) {
  const normative::PresetSpec* spec = nullptr;
  return find_generator(generator, &spec).ok() ? spec->param_count : 0;
}

pc15_status pc15_generator_param_info(int32_t generator, uint32_t index, pc15_generator_param* param) {
  const normative::PresetSpec* spec = nullptr;
  Status status = check_struct(param);
  if (status.ok()) status = find_generator(generator, &spec);
  if (!status.ok()) return status.value();
  if (index >= spec->param_count) return PC15_ERROR_OUT_OF_RANGE;
  backend::ParamInfo info;
  status = backend::param_info(generator, static_cast<int32_t>(index), &info);
  if (!status.ok()) return status.value();
  pc15_generator_param out = {};
  out.type = public_type(info.type);
  out.min = info.lo;
  out.max = info.hi;
  out.def = info.def;
  out.step = info.step;
  out.name = info.name;
  out.unit = info.unit;
  out.doc = info.doc;
  write_struct(out, param);
  return PC15_OK;
}

const char* pc15_generator_param_choice(int32_t generator, uint32_t index, int32_t value) {
  const normative::PresetSpec* spec = nullptr;
  if (!find_generator(generator, &spec).ok() || index >= spec->param_count) return nullptr;
  const normative::ParamSpec& param = spec->params[index];
  if (value < param.lo || value > param.hi) return nullptr;
  return backend::enum_value_name(param.id, value);
}

pc15_status pc15_generator_render(int32_t generator, const double* values, size_t value_count, int64_t seed,
                                  uint32_t width, uint32_t height, uint8_t* dst, size_t capacity,
                                  int64_t stride) {
  if ((values == nullptr && value_count != 0) || dst == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  Memory memory;
  return guarded(memory,
                 [&]() -> Status {
                   PlaneView<Pixel> view;
                   const normative::PresetSpec* spec = nullptr;
                   PC15_TRY(find_generator(generator, &spec));
                   PC15_TRY(view_output(dst, capacity, width, height, stride, &view));
                   const int32_t frame = std::max(view.width, view.height);
                   normative::Layer layer;
                   if (values == nullptr) {
                     PC15_TRY(backend::make_layer(generator, &layer));
                     normative::snap_layer(&layer, frame);
                   } else {
                     PC15_TRY(layer_from_values(generator, values, value_count, 0, frame, &layer));
                   }
                   return backend::render_generator(generator,
                                                    Span<const int32_t>(layer.params, spec->param_count),
                                                    seed, view.width, view.height, view, memory);
                 })
      .value();
}

}  // extern "C"
