#include "bench/peers/codec.h"
#include "pc15.h"

namespace peers {
namespace {

pc15_image image_of(const uint8_t* data, const Picture& picture) {
  pc15_image image{};
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = picture.width;
  image.height = picture.height;
  image.data_size = picture.rgb.size();
  image.data = const_cast<uint8_t*>(data);  // the encoder only reads
  return image;
}

class Pc15 : public Codec {
 public:
  Pc15(int32_t effort, bool no_residual) {
    pc15_encoder_create(nullptr, &encoder_);
    pc15_decoder_create(nullptr, &decoder_);
    pc15_encoder_set_param(encoder_, PC15_PARAM_THREADS, 1);
    pc15_encoder_set_param(encoder_, PC15_PARAM_EFFORT, effort);
    pc15_encoder_set_param(encoder_, PC15_PARAM_MEASURE, 0);  // the others do not
    if (no_residual) pc15_encoder_set_param(encoder_, PC15_PARAM_RESIDUAL, 0);
    pc15_decoder_set_param(decoder_, PC15_PARAM_THREADS, 1);
  }
  ~Pc15() override {
    pc15_encoder_destroy(encoder_);
    pc15_decoder_destroy(decoder_);
  }
  const char* name() const override { return "pc15"; }

  Bytes encode(const Picture& picture, double quality) override {
    pc15_encoder_set_param(encoder_, PC15_PARAM_QUALITY, static_cast<int64_t>(1000 * quality));
    const pc15_image image = image_of(picture.rgb.data(), picture);
    pc15_buffer* file = nullptr;
    if (pc15_encode_image_buffer(encoder_, &image, &file) != PC15_OK) return {};
    const uint8_t* const data = pc15_buffer_data(file);
    Bytes out(data, data + pc15_buffer_size(file));
    pc15_buffer_free(file);
    return out;
  }

  bool decode(const Bytes& file, Picture* out) override {
    pc15_image image = image_of(out->rgb.data(), *out);
    return pc15_decode_image(decoder_, file.data(), file.size(), &image) == PC15_OK;
  }

 private:
  pc15_encoder* encoder_ = nullptr;
  pc15_decoder* decoder_ = nullptr;
};

}  // namespace

std::unique_ptr<Codec> make_pc15(int32_t effort, bool no_residual) {
  return std::make_unique<Pc15>(effort, no_residual);
}

}  // namespace peers
