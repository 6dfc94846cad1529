// libavif with libaom at speed 6, decoded by dav1d, one thread.
#include <avif/avif.h>

#include "bench/peers/codec.h"

namespace peers {
namespace {

void describe(avifImage* image, uint8_t* rgb, avifRGBImage* out) {
  avifRGBImageSetDefaults(out, image);
  out->format = AVIF_RGB_FORMAT_RGB;
  out->depth = 8;
  out->rowBytes = 3 * image->width;
  out->pixels = rgb;
}

class Avif : public Codec {
 public:
  const char* name() const override { return "libavif"; }

  Bytes encode(const Picture& picture, double quality) override {
    avifImage* const image = avifImageCreate(static_cast<int>(picture.width),
                                             static_cast<int>(picture.height), 8, AVIF_PIXEL_FORMAT_YUV420);
    avifEncoder* const encoder = avifEncoderCreate();
    avifRGBImage rgb;
    avifRWData file = AVIF_DATA_EMPTY;
    describe(image, const_cast<uint8_t*>(picture.rgb.data()), &rgb);
    encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
    encoder->maxThreads = 1;
    encoder->speed = 6;
    encoder->minQuantizer = encoder->maxQuantizer = static_cast<int>(63.5 - 0.63 * quality);
    Bytes out;
    if (avifImageRGBToYUV(image, &rgb) == AVIF_RESULT_OK &&
        avifEncoderWrite(encoder, image, &file) == AVIF_RESULT_OK) {
      out.assign(file.data, file.data + file.size);
    }
    avifRWDataFree(&file);
    avifEncoderDestroy(encoder);
    avifImageDestroy(image);
    return out;
  }

  bool decode(const Bytes& file, Picture* out) override {
    avifDecoder* const decoder = avifDecoderCreate();
    decoder->codecChoice = AVIF_CODEC_CHOICE_DAV1D;
    decoder->maxThreads = 1;
    avifRGBImage rgb;
    bool good = avifDecoderSetIOMemory(decoder, file.data(), file.size()) == AVIF_RESULT_OK &&
                avifDecoderParse(decoder) == AVIF_RESULT_OK &&
                avifDecoderNextImage(decoder) == AVIF_RESULT_OK && decoder->image->width == out->width &&
                decoder->image->height == out->height;
    if (good) {
      describe(decoder->image, out->rgb.data(), &rgb);
      good = avifImageYUVToRGB(decoder->image, &rgb) == AVIF_RESULT_OK;
    }
    avifDecoderDestroy(decoder);
    return good;
  }
};

}  // namespace

std::unique_ptr<Codec> make_avif() { return std::make_unique<Avif>(); }

}  // namespace peers
