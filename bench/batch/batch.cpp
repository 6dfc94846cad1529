// Many small pictures: single calls on one handle against one batch call, encoding and decoding.
//
//   batch --side 64 --count 1000 --threads 1,2 --rounds 5 PHOTO.png...
//
// The pictures are squares cut from the PNGs at places that a fixed generator draws. Both ways use one handle
// with the same number of threads. They take turns, `rounds` times after one that does not count, and the
// least time of each counts: what other programs add only ever adds. Files and pixels of both are compared.
#include <png.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "pc15.h"

namespace {

struct Options {
  std::vector<std::string> images;
  std::vector<int64_t> threads{1, 2};
  uint32_t side = 64, count = 1000;
  int64_t effort = 5, quality = 60;
  int32_t rounds = 5;
};

struct Picture {
  uint32_t width = 0, height = 0;
  std::vector<uint8_t> rgb;
};

struct Cost {
  double wall = 1e99, cpu = 1e99;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "batch: %s\n", what.c_str());
  std::exit(1);
}

void check(pc15_status status) {
  if (status != PC15_OK) fail(pc15_status_name(status));
}

double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

template <typename Body>
void measure(Cost* least, Body&& body) {
  const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  body();
  least->wall = std::min(least->wall, seconds(CLOCK_MONOTONIC) - wall);
  least->cpu = std::min(least->cpu, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

Picture read_png(const std::string& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&image, path.c_str()) == 0) fail("cannot read " + path);
  image.format = PNG_FORMAT_RGB;
  Picture out{image.width, image.height, std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  if (png_image_finish_read(&image, nullptr, out.rgb.data(), 0, nullptr) == 0) fail("cannot read " + path);
  return out;
}

pc15_image image_of(uint32_t side, int64_t stride, uint8_t* data, size_t size) {
  pc15_image image{};
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = image.height = side;
  image.stride = stride;
  image.data = data;
  image.data_size = size;
  return image;
}

// Squares inside the pictures; they borrow their memory.
std::vector<pc15_image> cut(std::vector<Picture>& from, const Options& options) {
  std::vector<pc15_image> out;
  uint64_t state = 1;
  const auto below = [&state](uint32_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state >> 33) % limit);
  };
  for (uint32_t i = 0; i < options.count; ++i) {
    Picture& p = from[i % from.size()];
    if (p.width < options.side || p.height < options.side) fail("a picture is smaller than --side");
    const uint32_t x = below(p.width - options.side + 1), y = below(p.height - options.side + 1);
    const size_t at = (size_t{y} * p.width + x) * 3;
    out.push_back(image_of(options.side, int64_t{3} * p.width, p.rgb.data() + at, p.rgb.size() - at));
  }
  return out;
}

// One handle of each kind, and both ways to use it.
class Contest {
 public:
  Contest(const Options& options, const std::vector<pc15_image>& pictures, int64_t threads)
      : pictures_(pictures), files_(pictures.size()), encode_(pictures.size()), decode_(pictures.size()) {
    check(pc15_encoder_create(nullptr, &encoder_));
    check(pc15_decoder_create(nullptr, &decoder_));
    check(pc15_encoder_set_param(encoder_, PC15_PARAM_EFFORT, options.effort));
    check(pc15_encoder_set_param(encoder_, PC15_PARAM_QUALITY, options.quality * 1000));
    check(pc15_encoder_set_param(encoder_, PC15_PARAM_THREADS, threads));
    check(pc15_decoder_set_param(decoder_, PC15_PARAM_THREADS, threads));
    const size_t bytes = size_t{3} * options.side * options.side;
    for (std::vector<uint8_t>& pixels : pixels_) pixels.resize(bytes * pictures.size());
    for (int32_t way = 0; way < 2; ++way) {
      for (size_t i = 0; i < pictures.size(); ++i)
        rooms_[way].push_back(image_of(options.side, 0, pixels_[way].data() + i * bytes, bytes));
    }
  }
  ~Contest() {
    free_files();
    pc15_encoder_destroy(encoder_);
    pc15_decoder_destroy(decoder_);
  }
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  void encode_singly() {
    for (size_t i = 0; i < pictures_.size(); ++i)
      check(pc15_encode_image_buffer(encoder_, &pictures_[i], &files_[i]));
  }
  void encode_batch() {
    for (size_t i = 0; i < pictures_.size(); ++i) {
      encode_[i] = pc15_encode_item{};
      encode_[i].struct_size = sizeof(pc15_encode_item);
      encode_[i].image = &pictures_[i];
    }
    check(pc15_encode_batch(encoder_, encode_.data(), encode_.size()));
  }
  void decode_singly() {
    for (size_t i = 0; i < pictures_.size(); ++i) {
      check(pc15_decode_image(decoder_, pc15_buffer_data(files_[i]), pc15_buffer_size(files_[i]),
                              &rooms_[0][i]));
    }
  }
  void decode_batch() {
    for (size_t i = 0; i < pictures_.size(); ++i) {
      decode_[i] = pc15_decode_item{};
      decode_[i].struct_size = sizeof(pc15_decode_item);
      decode_[i].data = pc15_buffer_data(files_[i]);
      decode_[i].size = pc15_buffer_size(files_[i]);
      decode_[i].image = &rooms_[1][i];
    }
    check(pc15_decode_batch(decoder_, decode_.data(), decode_.size()));
  }
  void compare() const {
    for (size_t i = 0; i < files_.size(); ++i) {
      const size_t size = pc15_buffer_size(files_[i]);
      if (size != pc15_buffer_size(encode_[i].buffer) ||
          std::memcmp(pc15_buffer_data(files_[i]), pc15_buffer_data(encode_[i].buffer), size) != 0)
        fail("the files differ");
    }
    if (pixels_[0] != pixels_[1]) fail("the pixels differ");
  }
  void free_files() {
    for (size_t i = 0; i < files_.size(); ++i) {
      pc15_buffer_free(files_[i]);
      pc15_buffer_free(encode_[i].buffer);
      files_[i] = encode_[i].buffer = nullptr;
    }
  }

 private:
  const std::vector<pc15_image>& pictures_;
  pc15_encoder* encoder_ = nullptr;
  pc15_decoder* decoder_ = nullptr;
  std::vector<pc15_buffer*> files_;
  std::vector<pc15_encode_item> encode_;
  std::vector<pc15_decode_item> decode_;
  std::vector<uint8_t> pixels_[2];
  std::vector<pc15_image> rooms_[2];
};

void print(const char* what, const Options& o, int64_t threads, const Cost& single, const Cost& batch) {
  std::printf("%s,%u,%u,%lld,%.0f,%.0f,%.3f,%.4f,%.4f,%.3f\n", what, o.side, o.count,
              static_cast<long long>(threads), o.count / single.wall, o.count / batch.wall,
              single.wall / batch.wall, single.cpu, batch.cpu, single.cpu / batch.cpu);
}

void run(const Options& options, const std::vector<pc15_image>& pictures, int64_t threads) {
  Contest contest(options, pictures, threads);
  Cost encode[2], decode[2], warm;
  for (int32_t round = 0; round <= options.rounds; ++round) {
    const bool counts = round > 0;
    contest.free_files();
    measure(counts ? &encode[0] : &warm, [&] { contest.encode_singly(); });
    measure(counts ? &encode[1] : &warm, [&] { contest.encode_batch(); });
    measure(counts ? &decode[0] : &warm, [&] { contest.decode_singly(); });
    measure(counts ? &decode[1] : &warm, [&] { contest.decode_batch(); });
    if (!counts) contest.compare();
  }
  print("encode", options, threads, encode[0], encode[1]);
  print("decode", options, threads, decode[0], decode[1]);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("single calls against one batch call");
  Options options;
  app.add_option("images", options.images, "PNG files to cut from")->required();
  app.add_option("--side", options.side, "pixels a side")->capture_default_str();
  app.add_option("--count", options.count, "pictures")->capture_default_str();
  app.add_option("--threads", options.threads, "numbers of threads")->delimiter(',')->capture_default_str();
  app.add_option("--effort", options.effort)->capture_default_str();
  app.add_option("--quality", options.quality)->capture_default_str();
  app.add_option("--rounds", options.rounds)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::vector<Picture> from;
  for (const std::string& path : options.images) from.push_back(read_png(path));
  const std::vector<pc15_image> pictures = cut(from, options);
  std::printf(
      "call,side,count,threads,single_per_s,batch_per_s,wall_ratio,single_cpu_s,batch_cpu_s,cpu_ratio\n");
  for (const int64_t threads : options.threads) run(options, pictures, threads);
  return 0;
}
