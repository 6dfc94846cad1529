// Time and memory of one operation of the library on a picture of any size.
//
//   scaling encode --megapixels 24 --effort 1 --threads 1,2 --rounds 3 --file OUT.pc15
//   scaling source --megapixels 24 --effort 1   encode row by row from rows that can be read again
//   scaling decode --file OUT.pc15        into one picture in memory
//   scaling rows --file OUT.pc15          row by row, the picture never whole
//
// The picture is a PNG laid side by side, every other copy mirrored, so that its content does not change with
// its size. The numbers of threads take turns, `rounds` times, and the least time of each counts: what other
// programs add only ever adds. Prints a line of CSV per number of threads: heap_peak is the most that the
// library held through its allocator, rss the most memory of the whole process, the picture included.
#include <png.h>
#include <sys/resource.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pc15.h"

namespace {

struct Options {
  std::string image, file;
  double megapixels = 1;
  int64_t effort = 5, quality = 60;
  std::vector<int64_t> threads{1};
  int32_t rounds = 1;
};

struct Picture {
  uint32_t width = 0, height = 0;
  std::vector<uint8_t> rgb;
};

double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "scaling: %s\n", what.c_str());
  std::exit(1);
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

// Mirrors at every border: 0 1 2 2 1 0 0 1 ...
uint32_t reflected(uint32_t i, uint32_t size) {
  const uint32_t at = i % (2 * size);
  return at < size ? at : 2 * size - 1 - at;
}

// Of so many pixels, without samples.
Picture size_for(double megapixels) {
  Picture out;
  out.width = static_cast<uint32_t>(std::lround(std::sqrt(megapixels * 1e6 * 1.5)));
  out.height = static_cast<uint32_t>(std::lround(megapixels * 1e6 / out.width));
  return out;
}

void lay_row(const Picture& tile, uint32_t width, uint32_t y, uint8_t* at) {
  const uint8_t* const row = tile.rgb.data() + size_t{3} * tile.width * reflected(y, tile.height);
  for (uint32_t x = 0; x < width; ++x, at += 3) std::copy_n(row + 3 * reflected(x, tile.width), 3, at);
}

Picture lay_out(const Picture& tile, double megapixels) {
  Picture out = size_for(megapixels);
  out.rgb.resize(size_t{3} * out.width * out.height);
  for (uint32_t y = 0; y < out.height; ++y)
    lay_row(tile, out.width, y, out.rgb.data() + size_t{3} * out.width * y);
  return out;
}

// The same picture, as it is asked for.
struct Rows {
  Picture tile;
  uint32_t width = 0;
};
int32_t give(uint32_t y, uint32_t count, uint8_t* rows, size_t, void* opaque) {
  const Rows& from = *static_cast<const Rows*>(opaque);
  for (uint32_t i = 0; i < count; ++i)
    lay_row(from.tile, from.width, y + i, rows + size_t{3} * from.width * i);
  return static_cast<int32_t>(count);
}
int32_t again(void*) { return 0; }

// Counts what the library holds: every block begins with its size.
struct Heap {
  std::atomic<uint64_t> live{0}, peak{0};
};
constexpr size_t kHead = 16;

void* allocate(void* opaque, size_t size) {
  Heap* const heap = static_cast<Heap*>(opaque);
  void* const block = std::malloc(size + kHead);
  if (block == nullptr) return nullptr;
  *static_cast<size_t*>(block) = size;
  const uint64_t now = heap->live.fetch_add(size) + size;
  uint64_t peak = heap->peak.load();
  while (now > peak && !heap->peak.compare_exchange_weak(peak, now)) {
  }
  return static_cast<uint8_t*>(block) + kHead;
}

void release(void* opaque, void* pointer) {
  if (pointer == nullptr) return;
  void* const block = static_cast<uint8_t*>(pointer) - kHead;
  static_cast<Heap*>(opaque)->live.fetch_sub(*static_cast<size_t*>(block));
  std::free(block);
}

// Something that reads every row, as a writer would.
int32_t look_at(uint32_t, uint32_t, const uint8_t* rows, size_t size, void* opaque) {
  uint32_t* const sum = static_cast<uint32_t*>(opaque);
  for (size_t i = 0; i < size; i += 64) *sum += rows[i];
  return 0;
}

// One operation on one picture, with everything that its repetition needs.
class Operation {
 public:
  Operation(const std::string& name, const Options& options) : name_(name), options_(options) {
    pc15_allocator functions{};
    functions.struct_size = sizeof(functions);
    functions.allocate = allocate;
    functions.release = release;
    functions.opaque = &heap_;
    if (name == "encode" || name == "source") {
      if (name == "encode") {
        picture_ = lay_out(read_png(options.image), options.megapixels);
      } else {
        rows_.tile = read_png(options.image);
        picture_ = size_for(options.megapixels);
        rows_.width = picture_.width;
      }
      check(pc15_encoder_create(&functions, &encoder_));
      check(pc15_encoder_set_param(encoder_, PC15_PARAM_EFFORT, options.effort));
      check(pc15_encoder_set_param_f64(encoder_, PC15_PARAM_QUALITY, static_cast<double>(options.quality)));
      return;
    }
    std::ifstream in(options.file, std::ios::binary);
    file_.assign(std::istreambuf_iterator<char>(in), {});
    pc15_image_info info{};
    info.struct_size = sizeof(info);
    check(pc15_probe(file_.data(), file_.size(), nullptr, &info));
    picture_.width = info.width;
    picture_.height = info.height;
    check(pc15_decoder_create(&functions, &decoder_));
    if (name == "decode") picture_.rgb.resize(size_t{3} * info.width * info.height);
  }
  ~Operation() {
    pc15_encoder_destroy(encoder_);
    pc15_decoder_destroy(decoder_);
  }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  void run(int64_t threads) {
    heap_.peak = heap_.live.load();
    if (encoder_ != nullptr) check(pc15_encoder_set_param(encoder_, PC15_PARAM_THREADS, threads));
    if (decoder_ != nullptr) check(pc15_decoder_set_param(decoder_, PC15_PARAM_THREADS, threads));
    if (name_ == "encode") {
      size_t size = 0;
      file_.resize(picture_.rgb.size());
      const pc15_image image = view();
      check(pc15_encode_image(encoder_, &image, file_.data(), file_.size(), &size));
      file_.resize(size);
    } else if (name_ == "source") {
      encode_source();
    } else if (name_ == "decode") {
      const pc15_image image = view();
      check(pc15_decode_image(decoder_, file_.data(), file_.size(), &image));
    } else {
      check(pc15_decode_rows(decoder_, file_.data(), file_.size(), PC15_FORMAT_RGB, look_at, &sum_));
    }
  }
  void save() const {
    if (encoder_ == nullptr || options_.file.empty()) return;
    std::ofstream out(options_.file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(file_.data()), static_cast<std::streamsize>(file_.size()));
    if (!out) fail("cannot write " + options_.file);
  }
  void print(int64_t threads, double wall, double cpu, uint64_t peak) const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("%s,%d,%d,%u,%u,%zu,%.4f,%.4f,%llu,%llu\n", name_.c_str(), static_cast<int>(options_.effort),
                static_cast<int>(threads), picture_.width, picture_.height, file_.size(), wall, cpu,
                static_cast<unsigned long long>(peak),
                static_cast<unsigned long long>(usage.ru_maxrss) * 1024);
  }
  uint64_t peak() const { return heap_.peak; }

 private:
  // The finished file stays with the handle, and the plan is checked.
  void encode_source() {
    pc15_row_source source{};
    source.struct_size = sizeof(source);
    source.format = PC15_FORMAT_RGB;
    source.width = picture_.width;
    source.height = picture_.height;
    source.rows = give;
    source.restart = again;
    source.opaque = &rows_;
    pc15_encode_memory plan{};
    plan.struct_size = sizeof(plan);
    check(pc15_encode_plan(encoder_, PC15_FORMAT_RGB, picture_.width, picture_.height, &plan));
    size_t size = 0;
    const pc15_status status = pc15_encode_source(encoder_, &source, nullptr, 0, &size);
    if (status != PC15_NOTE_DST_TOO_SMALL) check(status);
    if (heap_.peak > plan.source + 2 * size)
      fail("the library held " + std::to_string(heap_.peak.load()) + " bytes, more than " +
           std::to_string(plan.source) + " and twice the file");
    const uint64_t most = heap_.peak;
    file_.resize(size);
    check(pc15_encoder_result(encoder_, file_.data(), size, &size));
    heap_.peak = most;
  }
  pc15_image view() {
    pc15_image image{};
    image.struct_size = sizeof(image);
    image.format = PC15_FORMAT_RGB;
    image.width = picture_.width;
    image.height = picture_.height;
    image.data = picture_.rgb.data();
    image.data_size = picture_.rgb.size();
    return image;
  }
  void check(pc15_status status) const {
    if (status == PC15_OK) return;
    char text[256] = "";
    if (encoder_ != nullptr) pc15_encoder_last_error(encoder_, text, sizeof(text));
    if (decoder_ != nullptr) pc15_decoder_last_error(decoder_, text, sizeof(text));
    fail(std::string(pc15_status_name(status)) + " " + text);
  }

  std::string name_;
  const Options& options_;
  Heap heap_;
  Picture picture_;
  Rows rows_;
  std::vector<uint8_t> file_;
  uint32_t sum_ = 0;
  pc15_encoder* encoder_ = nullptr;
  pc15_decoder* decoder_ = nullptr;
};

void measure(const std::string& name, const Options& options) {
  struct Best {
    double wall = 1e30, cpu = 1e30;
    uint64_t peak = 0;
  };
  Operation operation(name, options);
  std::vector<Best> best(options.threads.size());
  for (int32_t round = 0; round < options.rounds; ++round) {
    for (size_t i = 0; i < best.size(); ++i) {
      const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
      operation.run(options.threads[i]);
      best[i].wall = std::min(best[i].wall, seconds(CLOCK_MONOTONIC) - wall);
      best[i].cpu = std::min(best[i].cpu, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
      best[i].peak = std::max(best[i].peak, operation.peak());
    }
  }
  operation.save();
  for (size_t i = 0; i < best.size(); ++i)
    operation.print(options.threads[i], best[i].wall, best[i].cpu, best[i].peak);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  std::string name;
  CLI::App app{"Time and memory of one operation"};
  app.add_option("operation", name)->required()->check(CLI::IsMember({"encode", "source", "decode", "rows"}));
  app.add_option("--image", options.image, "PNG to lay out");
  app.add_option("--file", options.file, "pc15 file: written by encode and source, read by the others");
  app.add_option("--megapixels", options.megapixels);
  app.add_option("--effort", options.effort);
  app.add_option("--quality", options.quality);
  app.add_option("--threads", options.threads)->delimiter(',');
  app.add_option("--rounds", options.rounds);
  CLI11_PARSE(app, argc, argv);
  measure(name, options);
  return 0;
}
