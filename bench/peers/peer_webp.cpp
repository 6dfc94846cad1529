// libwebp: method 6 as in the rate-distortion benchmark, one thread.
#include <webp/decode.h>
#include <webp/encode.h>

#include "bench/peers/codec.h"

namespace peers {
namespace {

class WebP : public Codec {
 public:
  const char* name() const override { return "libwebp"; }

  Bytes encode(const Picture& picture, double quality) override {
    WebPConfig config;
    WebPPicture input;
    WebPMemoryWriter writer;
    if (WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, static_cast<float>(quality)) == 0 ||
        WebPPictureInit(&input) == 0) {
      return {};
    }
    config.method = 6;
    WebPMemoryWriterInit(&writer);
    input.width = static_cast<int>(picture.width);
    input.height = static_cast<int>(picture.height);
    input.writer = WebPMemoryWrite;
    input.custom_ptr = &writer;
    Bytes out;
    if (WebPPictureImportRGB(&input, picture.rgb.data(), 3 * input.width) != 0 &&
        WebPEncode(&config, &input) != 0) {
      out.assign(writer.mem, writer.mem + writer.size);
    }
    WebPPictureFree(&input);
    WebPMemoryWriterClear(&writer);
    return out;
  }

  bool decode(const Bytes& file, Picture* out) override {
    return WebPDecodeRGBInto(file.data(), file.size(), out->rgb.data(), out->rgb.size(),
                             static_cast<int>(3 * out->width)) != nullptr;
  }
};

}  // namespace

std::unique_ptr<Codec> make_webp() { return std::make_unique<WebP>(); }

}  // namespace peers
