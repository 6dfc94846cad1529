// Public numbers of a generator's parameters -> a layer of the catalogue.
#pragma once

#include "base/status.h"
#include "normative/catalogue.h"
#include "normative/program.h"

namespace pc15::api {

// kNotFound for a number that is no generator.
Status find_generator(int32_t generator, const normative::PresetSpec** spec);
// A layer with quantised parameters; `count` must be the generator's.
Status layer_from_values(int32_t generator, const double* values, size_t count, int32_t precision,
                         int32_t frame, normative::Layer* layer);

}  // namespace pc15::api
