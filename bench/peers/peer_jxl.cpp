// libjxl at effort 7, no parallel runner.
#include <jxl/decode.h>
#include <jxl/encode.h>

#include "bench/peers/codec.h"

namespace peers {
namespace {

constexpr JxlPixelFormat kRgb{3, JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};

Bytes output(JxlEncoder* encoder) {
  Bytes out(1 << 16);
  size_t used = 0;
  for (;;) {
    uint8_t* next = out.data() + used;
    size_t left = out.size() - used;
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &left);
    used = out.size() - left;
    if (status == JXL_ENC_SUCCESS) break;
    if (status != JXL_ENC_NEED_MORE_OUTPUT) return {};
    out.resize(2 * out.size());
  }
  out.resize(used);
  return out;
}

class Jxl : public Codec {
 public:
  const char* name() const override { return "libjxl"; }

  Bytes encode(const Picture& picture, double quality) override {
    JxlEncoder* const encoder = JxlEncoderCreate(nullptr);
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = picture.width;
    info.ysize = picture.height;
    info.bits_per_sample = 8;
    info.num_color_channels = 3;
    JxlColorEncoding color;
    JxlColorEncodingSetToSRGB(&color, JXL_FALSE);
    JxlEncoderFrameSettings* const settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
    JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, 7);
    JxlEncoderSetFrameDistance(settings, static_cast<float>(0.1 + 0.1 * (100 - quality)));
    Bytes out;
    if (JxlEncoderSetBasicInfo(encoder, &info) == JXL_ENC_SUCCESS &&
        JxlEncoderSetColorEncoding(encoder, &color) == JXL_ENC_SUCCESS &&
        JxlEncoderAddImageFrame(settings, &kRgb, picture.rgb.data(), picture.rgb.size()) == JXL_ENC_SUCCESS) {
      JxlEncoderCloseInput(encoder);
      out = output(encoder);
    }
    JxlEncoderDestroy(encoder);
    return out;
  }

  bool decode(const Bytes& file, Picture* out) override {
    JxlDecoder* const decoder = JxlDecoderCreate(nullptr);
    bool good = JxlDecoderSubscribeEvents(decoder, JXL_DEC_FULL_IMAGE) == JXL_DEC_SUCCESS &&
                JxlDecoderSetInput(decoder, file.data(), file.size()) == JXL_DEC_SUCCESS;
    JxlDecoderCloseInput(decoder);
    while (good) {
      const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
      if (status == JXL_DEC_FULL_IMAGE) break;
      good = status == JXL_DEC_NEED_IMAGE_OUT_BUFFER &&
             JxlDecoderSetImageOutBuffer(decoder, &kRgb, out->rgb.data(), out->rgb.size()) == JXL_DEC_SUCCESS;
    }
    JxlDecoderDestroy(decoder);
    return good;
  }
};

}  // namespace

std::unique_ptr<Codec> make_jxl() { return std::make_unique<Jxl>(); }

}  // namespace peers
