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
// What the parameters, metadata and model of a handle ask for; it borrows from the handle.
struct EncodeSettings {
  explicit EncodeSettings(Memory& memory) : sections(memory) {}
  enc::Config config;
  Vector<format::Section> sections;
};
// What the parameters say, as they stand; it borrows from the handle.
enc::Config read_config(const pc15_encoder& e);
// Checks size and parameters against each other.
Status read_settings(const pc15_encoder& e, uint32_t width, uint32_t height, EncodeSettings* out);
// Appends the file of a picture, as the parameters, metadata and model of the handle have it. The handle
// stays as it is; several threads may do this at once, each with its own encoder and pool.
// `measure`: somebody may ask for PSNR and SSIM.
Status encode_raster(const pc15_encoder& e, enc::Encoder& encoder, const enc::Raster& raster, bool measure,
                     ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* file);

// The end of a call that leaves its file with the handle.
Status keep_result(pc15_encoder* e, uint32_t width, uint32_t height, Vector<uint8_t>* file);

}  // namespace pc15::api
