// What a region costs beside the whole picture: decoded from bytes, decoded from a file kept open, and all.
//
//   region --side 256 --count 40 --threads 1 --rounds 6 FILE.pc15...
//
// The regions lie where a fixed generator draws them. The three ways take turns, `rounds` times after one
// that does not count; the least processor time of each region and of the whole counts, and of regions the
// mean and the dearest. Pixels of every region are compared with the whole picture. Prints CSV, a line a
// file.
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include "pc15.h"

namespace {

struct Options {
  std::vector<std::string> files;
  uint32_t side = 256, count = 40;
  int64_t threads = 1;
  int32_t rounds = 6;
};

struct Corner {
  uint32_t x, y;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "region: %s\n", what.c_str());
  std::exit(1);
}

void check(pc15_status status) {
  if (status != PC15_OK) fail(pc15_status_name(status));
}

template <typename Body>
double seconds_of(Body&& body) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  };
  const double start = now();
  body();
  return now() - start;
}

pc15_image image_of(uint32_t width, uint32_t height, std::vector<uint8_t>* pixels) {
  pixels->resize(size_t{3} * width * height);
  pc15_image image{};
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = width;
  image.height = height;
  image.data = pixels->data();
  image.data_size = pixels->size();
  return image;
}

class Contest {
 public:
  Contest(const Options& options, const std::string& path) : side_(options.side) {
    std::ifstream in(path, std::ios::binary);
    file_.assign(std::istreambuf_iterator<char>(in), {});
    info_.struct_size = sizeof(info_);
    if (pc15_probe(file_.data(), file_.size(), nullptr, &info_) != PC15_OK) fail("no picture in " + path);
    if (info_.width < side_ || info_.height < side_) fail(path + " is smaller than --side");
    check(pc15_decoder_create(nullptr, &decoder_));
    check(pc15_decoder_set_param(decoder_, PC15_PARAM_THREADS, options.threads));
    check(pc15_decoder_create(nullptr, &open_));
    check(pc15_decoder_set_param(open_, PC15_PARAM_THREADS, options.threads));
    check(pc15_decoder_open(open_, file_.data(), file_.size()));
    region_image_ = image_of(side_, side_, &region_);
    whole_image_ = image_of(info_.width, info_.height, &whole_);
    draw_corners(options.count);
  }
  ~Contest() {
    pc15_decoder_destroy(open_);
    pc15_decoder_destroy(decoder_);
  }
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  const std::vector<Corner>& corners() const { return corners_; }
  const pc15_image_info& info() const { return info_; }
  void decode_whole() { check(pc15_decode_image(decoder_, file_.data(), file_.size(), &whole_image_)); }
  void decode_region(const Corner& at) {
    check(pc15_decode_region(decoder_, file_.data(), file_.size(), at.x, at.y, &region_image_));
  }
  void read_region(const Corner& at) { check(pc15_decoder_read(open_, at.x, at.y, &region_image_)); }
  // The last region against the last whole picture.
  void compare(const Corner& at) const {
    for (uint32_t y = 0; y < side_; ++y) {
      const size_t from = (size_t{at.y + y} * info_.width + at.x) * 3, row = size_t{3} * side_;
      if (std::memcmp(region_.data() + row * y, whole_.data() + from, row) != 0) fail("the pixels differ");
    }
  }

 private:
  void draw_corners(uint32_t count) {
    uint64_t state = 1;
    const auto below = [&state](uint32_t limit) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return static_cast<uint32_t>((state >> 33) % limit);
    };
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t x = below(info_.width - side_ + 1), y = below(info_.height - side_ + 1);
      corners_.push_back({x, y});
    }
  }

  const uint32_t side_;
  std::vector<uint8_t> file_, region_, whole_;
  pc15_image_info info_{};
  pc15_decoder *decoder_ = nullptr, *open_ = nullptr;
  pc15_image region_image_{}, whole_image_{};
  std::vector<Corner> corners_;
};

double mean(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

void run(const Options& options, const std::string& path) {
  Contest contest(options, path);
  const size_t count = contest.corners().size();
  double whole = 1e99;
  std::vector<double> bytes(count, 1e99), open(count, 1e99);
  for (int32_t round = 0; round <= options.rounds; ++round) {
    const double now = seconds_of([&] { contest.decode_whole(); });
    if (round > 0) whole = std::min(whole, now);
    for (size_t i = 0; i < count; ++i) {
      const Corner& at = contest.corners()[i];
      const double one = seconds_of([&] { contest.decode_region(at); });
      contest.compare(at);
      const double two = seconds_of([&] { contest.read_region(at); });
      contest.compare(at);
      if (round == 0) continue;
      bytes[i] = std::min(bytes[i], one);
      open[i] = std::min(open[i], two);
    }
  }
  const double most = *std::max_element(bytes.begin(), bytes.end()),
               most_open = *std::max_element(open.begin(), open.end());
  std::printf("%u,%u,%.6f,%.6f,%.6f,%.6f,%.6f,%.1f,%.1f\n", contest.info().width, contest.info().height,
              whole, mean(bytes), most, mean(open), most_open, whole / mean(bytes), whole / mean(open));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("a region beside the whole picture");
  Options options;
  app.add_option("files", options.files, "files to decode")->required();
  app.add_option("--side", options.side, "pixels a side")->capture_default_str();
  app.add_option("--count", options.count, "regions")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--threads", options.threads)->capture_default_str();
  app.add_option("--rounds", options.rounds)->check(CLI::PositiveNumber)->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::printf(
      "width,height,whole_s,region_s,dearest_region_s,open_region_s,dearest_open_region_s,whole_per_region,"
      "whole_per_open_region\n");
  for (const std::string& path : options.files) run(options, path);
  return 0;
}
