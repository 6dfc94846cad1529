// Forward transforms of the encoder: the transposes of normative/transform.h with enough precision to
// quantise. Their rounding is the encoder's own business.
#pragma once

#include <cstdint>

namespace pc15::enc {

// `residual`: h rows of w values in grey levels (-255...255). `coefs`: w * h values in 1/8 grey level.
void forward_transform(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type, int32_t* coefs);
// The same without vector instructions; tests compare the two.
void forward_transform_plain(const int16_t* residual, int32_t log2w, int32_t log2h, int32_t type,
                             int32_t* coefs);

}  // namespace pc15::enc
