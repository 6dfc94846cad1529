// rate_distortion: the C interface from C++, with handles that free themselves. Encodes one picture at
// several qualities and prints size, PSNR and SSIM.
#include <pc15.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Free {
  void operator()(pc15_encoder* e) const { pc15_encoder_destroy(e); }
  void operator()(pc15_decoder* d) const { pc15_decoder_destroy(d); }
};
using Encoder = std::unique_ptr<pc15_encoder, Free>;
using Decoder = std::unique_ptr<pc15_decoder, Free>;

void check(pc15_status status, const char* what) {
  if (status < 0) throw std::runtime_error(std::string(what) + ": " + pc15_status_name(status));
}

Encoder make_encoder() {
  pc15_encoder* e = nullptr;
  check(pc15_encoder_create(nullptr, &e), "encoder");
  return Encoder(e);
}

Decoder make_decoder() {
  pc15_decoder* d = nullptr;
  check(pc15_decoder_create(nullptr, &d), "decoder");
  return Decoder(d);
}

constexpr uint32_t kWidth = 256, kHeight = 192;

std::vector<uint8_t> make_picture() {
  std::vector<uint8_t> pixels;
  for (uint32_t y = 0; y < kHeight; ++y) {
    for (uint32_t x = 0; x < kWidth; ++x) {
      const double wave = std::sin(x * 0.11 + y * 0.03) + 0.5 * std::sin(x * y * 0.002);
      pixels.push_back(static_cast<uint8_t>(128.0 + 60.0 * wave + ((x * 7919 + y * 104729) >> 3) % 13));
    }
  }
  return pixels;
}

}  // namespace

int main() try {
  const std::vector<uint8_t> picture = make_picture();
  const Encoder encoder = make_encoder();
  const Decoder decoder = make_decoder();
  std::vector<uint8_t> decoded(picture.size());
  size_t before = 0;
  std::printf("quality   bytes   PSNR-Y     SSIM\n");
  for (int quality = 20; quality <= 80; quality += 20) {
    check(pc15_encoder_set_param_f64(encoder.get(), PC15_PARAM_QUALITY, quality), "quality");
    size_t bound = 0, size = 0, need = 0;
    check(pc15_encode_bound(encoder.get(), PC15_FORMAT_Y, kWidth, kHeight, &bound), "bound");
    std::vector<uint8_t> file(bound);
    check(pc15_encode_y(encoder.get(), picture.data(), picture.size(), kWidth, kHeight, 0, file.data(),
                        file.size(), &size),
          "encode");
    check(pc15_decode_y(decoder.get(), file.data(), size, decoded.data(), decoded.size(), 0, &need),
          "decode");
    double psnr = 0.0, ssim = 0.0;
    check(pc15_metric_psnr(picture.data(), picture.size(), 0, decoded.data(), decoded.size(), 0, kWidth,
                           kHeight, &psnr),
          "psnr");
    check(pc15_metric_ssim(picture.data(), picture.size(), 0, decoded.data(), decoded.size(), 0, kWidth,
                           kHeight, &ssim),
          "ssim");
    std::printf("%7d %7zu %8.2f %8.4f\n", quality, size, psnr, ssim);
    if (size <= before) return 1;  // more quality costs more bytes
    before = size;
  }
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
