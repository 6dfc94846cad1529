// Speed of the C libraries of several codecs on the same pictures at the same rate, in one process and one
// thread.
//
// For every picture and rate each codec's quality is searched by bisection, then all codecs decode in turn,
// `--rounds` times, and the least CPU time of each counts: what other programs add only ever adds. Encoding
// is timed the same way with `--encode`. Ratios are geometric means over the pictures of peer time / pc15
// time: above 1 pc15 is faster. With `--quality` every codec codes at that number of its own scale instead,
// for pictures whose rates have nothing in common.
#include <png.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "bench/peers/codec.h"

namespace {

using peers::Bytes;
using peers::Codec;
using peers::Picture;

struct Options {
  std::vector<std::string> images;
  std::vector<double> rates{0.5, 1.0};
  int32_t rounds = 15;
  int32_t effort = 5;
  double quality = -1;  // of every codec; -1: searched for the rates
  bool no_residual = false;
  bool encode = false;
  std::string csv;
};

// One codec's times over the pictures, seconds per pixel.
struct Column {
  std::vector<double> times;
  double pixels = 0, seconds = 0, bits = 0;
};

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

bool read_png(const std::string& path, Picture* out) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&image, path.c_str()) == 0) return false;
  image.format = PNG_FORMAT_RGB;
  out->width = image.width;
  out->height = image.height;
  out->rgb.resize(PNG_IMAGE_SIZE(image));
  return png_image_finish_read(&image, nullptr, out->rgb.data(), 0, nullptr) != 0;
}

// Bisection over the codec's quality; the file nearest to `rate` bits per pixel. Sets the quality.
Bytes code_at(Codec& codec, const Picture& picture, double rate, double* quality) {
  const double pixels = double{1} * picture.width * picture.height;
  double lo = 0, hi = 100, gap = 1e30;
  Bytes best;
  for (int32_t step = 0; step < 8; ++step) {
    const double q = (lo + hi) / 2;
    Bytes file = codec.encode(picture, q);
    if (file.empty()) return {};
    const double bpp = 8 * static_cast<double>(file.size()) / pixels;
    (bpp < rate ? lo : hi) = q;
    if (std::abs(bpp - rate) < gap) {
      gap = std::abs(bpp - rate);
      *quality = q;
      best = std::move(file);
    }
  }
  return best;
}

// The least CPU time of each codec, in turn; false when one failed.
bool measure(const Options& options, const Picture& picture, double rate,
             std::vector<std::unique_ptr<Codec>>* codecs, std::vector<Column>* columns) {
  const size_t n = codecs->size();
  const double pixels = double{1} * picture.width * picture.height;
  std::vector<Bytes> files(n);
  std::vector<double> quality(n), least(n, 1e30);
  for (size_t i = 0; i < n; ++i) {
    quality[i] = options.quality;
    files[i] = options.quality >= 0 ? (*codecs)[i]->encode(picture, options.quality)
                                    : code_at(*(*codecs)[i], picture, rate, &quality[i]);
    if (files[i].empty()) return false;
  }
  Picture scratch = picture;
  for (int32_t round = 0; round < options.rounds; ++round) {
    for (size_t i = 0; i < n; ++i) {
      Codec& codec = *(*codecs)[i];
      const double start = cpu_seconds();
      if (options.encode ? codec.encode(picture, quality[i]).empty() : !codec.decode(files[i], &scratch)) {
        return false;
      }
      least[i] = std::min(least[i], cpu_seconds() - start);
    }
  }
  for (size_t i = 0; i < n; ++i) {
    Column& column = (*columns)[i];
    column.times.push_back(least[i] / pixels);
    column.pixels += pixels;
    column.seconds += least[i];
    column.bits += 8 * static_cast<double>(files[i].size());
  }
  return true;
}

// Geometric mean, least and largest of the peer's time over pc15's.
void print(const Codec& codec, const Column& column, const Column& pc15, double rate, std::FILE* csv) {
  double sum = 0, least = 1e30, most = 0;
  for (size_t i = 0; i < column.times.size(); ++i) {
    const double ratio = column.times[i] / pc15.times[i];
    sum += std::log(ratio);
    least = std::min(least, ratio);
    most = std::max(most, ratio);
  }
  const double mean = std::exp(sum / static_cast<double>(column.times.size()));
  const double speed = 1e-6 * column.pixels / column.seconds, bpp = column.bits / column.pixels;
  std::printf("| %.2f | %s | %.3f | %.2f | %.2f (%.2f to %.2f) |\n", rate, codec.name(), bpp, speed, mean,
              least, most);
  if (csv != nullptr) {
    std::fprintf(csv, "%.2f,%s,%.4f,%.4f,%.4f,%.4f,%.4f\n", rate, codec.name(), bpp, speed, mean, least,
                 most);
  }
}

int32_t run(const Options& options) {
  std::vector<Picture> pictures(options.images.size());
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (read_png(options.images[i], &pictures[i])) continue;
    std::fprintf(stderr, "peers: cannot read %s as PNG\n", options.images[i].c_str());
    return 1;
  }
  std::FILE* const csv = options.csv.empty() ? nullptr : std::fopen(options.csv.c_str(), "w");
  if (!options.csv.empty() && csv == nullptr) {
    std::fprintf(stderr, "peers: cannot write %s\n", options.csv.c_str());
    return 1;
  }
  if (csv != nullptr) std::fprintf(csv, "rate,codec,bpp,mp_per_s,ratio,ratio_least,ratio_most\n");
  std::printf("| rate | %s | bpp | MP/s | its time / pc15's |\n|---|---|---|---|---|\n",
              options.encode ? "encoder" : "decoder");
  std::vector<std::unique_ptr<Codec>> codecs = peers::all_codecs(options.effort, options.no_residual);
  int32_t failed = 0;
  for (const double rate : options.rates) {
    std::vector<Column> columns(codecs.size());
    for (size_t i = 0; i < pictures.size() && failed == 0; ++i) {
      if (measure(options, pictures[i], rate, &codecs, &columns)) continue;
      std::fprintf(stderr, "peers: a codec failed on %s\n", options.images[i].c_str());
      failed = 1;
    }
    if (failed != 0) break;
    for (size_t i = 0; i < codecs.size(); ++i) print(*codecs[i], columns[i], columns[0], rate, csv);
  }
  if (csv != nullptr && std::fclose(csv) != 0) failed = 1;
  return failed;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Speed of pc15 beside libjpeg-turbo, libwebp, libavif and libjxl, one thread, one process"};
  app.add_option("images", options.images, "PNG files")->required()->check(CLI::ExistingFile);
  CLI::Option* const rates = app.add_option("--rates", options.rates, "bits per pixel (default 0.5,1.0)");
  rates->allow_extra_args(false)->delimiter(',');
  app.add_option("--quality", options.quality, "of every codec on its own scale, instead of rates")
      ->check(CLI::Range(0, 100))
      ->excludes(rates);
  app.add_flag("--no-residual", options.no_residual, "pc15 codes programs alone");
  app.add_option("--rounds", options.rounds, "runs of each codec (default 15)")->check(CLI::Range(1, 10000));
  app.add_option("--effort", options.effort, "pc15's effort (default 5)")->check(CLI::Range(1, 9));
  app.add_flag("--encode", options.encode, "time encoding instead of decoding");
  app.add_option("--csv", options.csv, "also write the table to this file");
  CLI11_PARSE(app, argc, argv);
  if (options.quality >= 0) options.rates = {0};
  return run(options);
}
