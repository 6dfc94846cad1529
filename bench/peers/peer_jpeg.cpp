// libjpeg-turbo: progressive, optimised tables, 4:2:0, accurate inverse transform and smooth chroma.
#include <turbojpeg.h>

#include "bench/peers/codec.h"

namespace peers {
namespace {

class Jpeg : public Codec {
 public:
  ~Jpeg() override {
    tjDestroy(compress_);
    tjDestroy(decompress_);
  }
  const char* name() const override { return "libjpeg-turbo"; }

  Bytes encode(const Picture& picture, double quality) override {
    unsigned char* data = nullptr;
    unsigned long size = 0;
    const int q = quality < 1 ? 1 : static_cast<int>(quality);
    if (tjCompress2(compress_, picture.rgb.data(), static_cast<int>(picture.width), 0,
                    static_cast<int>(picture.height), TJPF_RGB, &data, &size, TJSAMP_420, q,
                    TJFLAG_ACCURATEDCT | TJFLAG_PROGRESSIVE) != 0) {
      return {};
    }
    Bytes out(data, data + size);
    tjFree(data);
    return out;
  }

  bool decode(const Bytes& file, Picture* out) override {
    return tjDecompress2(decompress_, file.data(), static_cast<unsigned long>(file.size()), out->rgb.data(),
                         static_cast<int>(out->width), 0, static_cast<int>(out->height), TJPF_RGB,
                         TJFLAG_ACCURATEDCT) == 0;
  }

 private:
  tjhandle compress_ = tjInitCompress(), decompress_ = tjInitDecompress();
};

}  // namespace

std::unique_ptr<Codec> make_jpeg() { return std::make_unique<Jpeg>(); }

}  // namespace peers
