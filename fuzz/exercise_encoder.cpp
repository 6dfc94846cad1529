#include "exercise_encoder.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "pc15.h"
#include "random.h"

namespace pc15::fuzz {
namespace {

using Pixels = std::vector<uint8_t>;

void check(bool condition, uint64_t choice, const char* what, int64_t value = 0) {
  if (condition) return;
  std::fprintf(stderr, "broken promise of the encoder: %s (%lld), choice %llu\n", what,
               static_cast<long long>(value), static_cast<unsigned long long>(choice));
  std::abort();
}

struct Picture {
  uint32_t width, height;
  int32_t format;
  int64_t padding;  // bytes after each row
  Pixels data;
};

uint8_t sample(Random& random, int32_t kind, uint32_t x, uint32_t y, uint32_t c) {
  switch (kind) {
    case 0:
      return static_cast<uint8_t>(random.bits());
    case 1:
      return random.chance(50) ? 0 : 255;
    case 2:
      return static_cast<uint8_t>((x / 3 + y / 5) % 2 * 255);
    case 3:
      return static_cast<uint8_t>(x * 7 + y * 3 + c * 50);
    case 4:
      return c == 3 ? static_cast<uint8_t>(x % 2 * 255) : uint8_t{128};
    default:
      return static_cast<uint8_t>(c == 3 ? 255 : 77);
  }
}

Picture invent_picture(Random& random) {
  Picture p;
  const uint32_t most = random.chance(85) ? 70 : 300;
  p.width = 1 + random.below(most);
  p.height = 1 + random.below(most);
  constexpr int32_t kFormats[] = {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA};
  p.format = kFormats[random.below(3)];
  p.padding = 0;
  const int32_t kind = random.in(0, 5);
  for (uint32_t y = 0; y < p.height; ++y) {
    for (uint32_t x = 0; x < p.width; ++x) {
      for (uint32_t c = 0; c < static_cast<uint32_t>(p.format); ++c) {
        p.data.push_back(sample(random, kind, x, y, c));
      }
    }
  }
  return p;
}

// The same picture bottom-up with rows apart.
Picture turned(const Picture& p, int64_t padding) {
  Picture out = p;
  out.padding = -padding;
  const size_t row = size_t{p.width} * static_cast<size_t>(p.format),
               pitch = row + static_cast<size_t>(padding);
  out.data.assign(pitch * (p.height - 1) + row, 0xEE);
  for (uint32_t y = 0; y < p.height; ++y) {
    std::memcpy(out.data.data() + pitch * (p.height - 1 - y), p.data.data() + row * y, row);
  }
  return out;
}

struct Params {
  std::vector<std::pair<int32_t, int64_t>> values;
};

// The search of a picture that is not small is kept short.
Params invent_params(Random& random, bool small) {
  Params p;
  const auto set = [&p](int32_t id, int64_t value) { p.values.emplace_back(id, value); };
  const int32_t tile = random.chance(40) ? 32 : random.in(32, 200);
  set(PC15_PARAM_TILE, tile);
  set(PC15_PARAM_OVERLAP, random.chance(40) ? tile / 2 : random.in(0, tile / 2));
  set(PC15_PARAM_CELL, 128 << random.below(3));
  const bool lossless = random.chance(20);
  set(PC15_PARAM_LOSSLESS, lossless ? 1 : 0);
  set(PC15_PARAM_QUALITY, random.chance(40) ? (random.chance(50) ? 0 : 100000) : random.in(0, 100000));
  set(PC15_PARAM_ALPHA, random.in(0, 1000));
  set(PC15_PARAM_TUNE, random.in(0, 2));
  if (!lossless) {
    set(PC15_PARAM_RESIDUAL, random.chance(80) ? 1 : 0);
    set(PC15_PARAM_RESIDUAL_CAP, random.chance(50) ? 0 : random.chance(50) ? 1 : random.in(1, 64000));
    set(PC15_PARAM_GRAIN, random.chance(60) ? 0 : random.in(1, 100));
    if (small && random.chance(10)) {
      constexpr int32_t kTargets[] = {PC15_PARAM_TARGET_BYTES, PC15_PARAM_TARGET_PSNR,
                                      PC15_PARAM_TARGET_SSIM};
      set(kTargets[random.below(3)], random.in(1, 900));
    }
  }
  set(PC15_PARAM_CHROMA, random.in(0, 1));
  set(PC15_PARAM_COMPACT, random.in(0, 1));
  set(PC15_PARAM_PROCEDURAL, random.chance(70) ? 1 : 0);
  set(PC15_PARAM_EFFORT, !small ? 1 : random.chance(90) ? random.in(1, 3) : random.in(4, 9));
  set(PC15_PARAM_BEAM, random.in(1, 8));
  set(PC15_PARAM_EARLY_EXIT, random.chance(50) ? 0 : random.in(0, 100000));
  set(PC15_PARAM_SEED, random.chance(30) ? INT64_MIN : static_cast<int64_t>(random.bits()));
  return p;
}

Pixels encode(const Picture& picture, const Params& params, int32_t threads, uint64_t choice) {
  pc15_encoder* encoder = nullptr;
  check(pc15_encoder_create(nullptr, &encoder) == PC15_OK, choice, "an encoder is made");
  for (const auto& p : params.values) {
    const pc15_status s = pc15_encoder_set_param(encoder, p.first, p.second);
    check(s == PC15_OK, choice, "a parameter is set", p.first);
  }
  check(pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, threads) == PC15_OK, choice, "threads are set");
  Pixels data = picture.data;
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = picture.format;
  image.width = picture.width;
  image.height = picture.height;
  const int64_t row = int64_t{picture.width} * picture.format;
  image.stride = picture.padding < 0 ? -row + picture.padding : row;
  image.data = data.data();
  image.data_size = data.size();
  size_t bound = 0;
  check(pc15_encode_bound(encoder, picture.format, picture.width, picture.height, &bound) == PC15_OK, choice,
        "the bound is told");
  pc15_buffer* buffer = nullptr;
  const pc15_status status = pc15_encode_image_buffer(encoder, &image, &buffer);
  check(status == PC15_OK, choice, "a picture is encoded", status);
  check(pc15_buffer_size(buffer) <= bound, choice, "the bound holds",
        static_cast<int64_t>(pc15_buffer_size(buffer)));
  check(data == picture.data, choice, "the picture is only read");
  Pixels file(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  pc15_encoder_destroy(encoder);
  return file;
}

}  // namespace

void exercise_encoder(uint64_t choice) {
  Random random(choice);
  const Picture picture = invent_picture(random);
  const Params params = invent_params(random, picture.width * picture.height <= 2500);
  const Pixels file = encode(picture, params, 1, choice);
  check(file == encode(turned(picture, random.in(1, 9)), params, random.in(2, 4), choice), choice,
        "threads and strides change nothing");
  pc15_decoder* decoder = nullptr;
  check(pc15_decoder_create(nullptr, &decoder) == PC15_OK, choice, "a decoder is made");
  pc15_image_info info = {};
  info.struct_size = sizeof(info);
  pc15_buffer* buffer = nullptr;
  const pc15_status status =
      pc15_decode_image_buffer(decoder, file.data(), file.size(), PC15_FORMAT_RGBA, &info, &buffer);
  check(status == PC15_OK, choice, "the file decodes", status);
  check(info.width == picture.width && info.height == picture.height, choice, "the size is kept");
  const uint8_t* pixels = pc15_buffer_data(buffer);
  bool opaque = true;
  for (size_t i = 3; picture.format == PC15_FORMAT_RGBA && i < picture.data.size(); i += 4) {
    opaque = opaque && picture.data[i] == 255;
  }
  check(!opaque || info.has_alpha == 0, choice, "an opaque picture needs no alpha");
  for (size_t i = 3; opaque && i < pc15_buffer_size(buffer); i += 4) {
    check(pixels[i] == 255, choice, "an opaque picture stays so");
  }
  pc15_buffer_free(buffer);
  const pc15_status verified = pc15_verify(decoder, file.data(), file.size());
  check(verified == PC15_OK, choice, "the file is verified", verified);
  pc15_decoder_destroy(decoder);
}

}  // namespace pc15::fuzz
