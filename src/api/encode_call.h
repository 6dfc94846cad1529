// What every call that encodes does with parameters and pictures.
#pragma once

#include "api/encoder_handle.h"
#include "api/image_view.h"
#include "pc15.h"

namespace pc15::api {

enc::Raster raster_of(const uint8_t* data, const Rows& rows, uint32_t width, uint32_t height,
                      int32_t channels);
// A picture to encode, checked completely.
Status read_raster(const pc15_image* image, enc::Raster* raster);
// Appends the file of a picture, as the parameters, metadata and model of the handle have it. The handle
// stays as it is; several threads may do this at once, each with its own encoder and pool.
Status encode_raster(const pc15_encoder& e, enc::Encoder& encoder, const enc::Raster& raster,
                     ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* file);

}  // namespace pc15::api
