#include "cli/image.h"

#include <cstring>
#include <string>

#include "pc15.h"

namespace pc15::cli {

Outcome check_image_size(uint64_t width, uint64_t height) {
  pc15_limits limits{};
  limits.struct_size = sizeof(limits);
  if (pc15_limits_default(&limits) != PC15_OK) return failure("the library does not tell its limits");
  const std::string size = std::to_string(width) + "x" + std::to_string(height);
  if (width == 0 || height == 0) return failure("the image has no pixels (" + size + ")");
  if (width > limits.max_width || height > limits.max_height || width * height > limits.max_pixels) {
    return failure("the image is too large: " + size + " pixels, allowed are " +
                   std::to_string(limits.max_width) + "x" + std::to_string(limits.max_height) + " and " +
                   std::to_string(limits.max_pixels) + " in all");
  }
  return success();
}

Outcome allocate_image(uint64_t width, uint64_t height, int32_t channels, Image* image) {
  PC15_CLI_TRY(check_image_size(width, height));
  image->width = static_cast<uint32_t>(width);
  image->height = static_cast<uint32_t>(height);
  image->channels = channels;
  image->pixels.reset(new uint8_t[image->size_bytes()]);  // untouched pages cost nothing until rows arrive
  return success();
}

void luma_of(const uint8_t* in, int32_t channels, size_t count, uint8_t* out) {
  for (size_t i = 0; i < count; ++i, in += channels)
    out[i] = static_cast<uint8_t>((299 * in[0] + 587 * in[1] + 114 * in[2] + 500) / 1000);
}

Image to_gray(const Image& image) {
  Image gray;
  gray.width = image.width;
  gray.height = image.height;
  gray.channels = 1;
  gray.pixels.reset(new uint8_t[gray.size_bytes()]);
  gray.metadata = image.metadata;
  const size_t count = gray.size_bytes();
  const uint8_t* in = image.pixels.get();
  if (image.channels == 1) {
    std::memcpy(gray.pixels.get(), in, count);
    return gray;
  }
  luma_of(in, image.channels, count, gray.pixels.get());
  return gray;
}

Image to_rgb(const Image& image) {
  Image rgb;
  rgb.width = image.width;
  rgb.height = image.height;
  rgb.channels = 3;
  rgb.pixels.reset(new uint8_t[rgb.size_bytes()]);
  rgb.metadata = image.metadata;
  const size_t count = static_cast<size_t>(image.width) * image.height;
  const uint8_t* in = image.pixels.get();
  uint8_t* out = rgb.pixels.get();
  for (size_t i = 0; i < count; ++i, in += image.channels, out += 3) {
    out[0] = in[0];
    out[1] = image.channels == 1 ? in[0] : in[1];
    out[2] = image.channels == 1 ? in[0] : in[2];
  }
  return rgb;
}

bool icc_fits(const Bytes& icc, int32_t channels) {
  return icc.size() >= 20 && std::memcmp(icc.data() + 16, channels == 1 ? "GRAY" : "RGB ", 4) == 0;
}

}  // namespace pc15::cli
