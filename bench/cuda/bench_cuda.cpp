// Decoding on a device beside the processor, through the public interface and in one run: one thread and all
// threads of the processor, the device into host memory, the device into its own memory, several handles,
// each with its stream, at once, and copies of the picture in one call of pc15_decode_batch, on the processor
// and on the device. Every way must give the same pixels. Beside them nvJPEG, where the build found it, with
// a file of the same size, and what the card could do at most.
//
//   bench_cuda FILE.pc15... [--rounds N] [--handles N] [--copies N] [--csv OUT.csv]
#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "ceilings.h"
#include "crossover.h"
#include "figures.h"
#if defined(BENCH_HAS_NVJPEG)
#include "nvjpeg_peer.h"
#endif
#include "pc15.h"
#include "roofline.h"

namespace {

using Bytes = std::vector<uint8_t>;

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "bench_cuda: %s\n", message.c_str());
  std::exit(1);
}

void require(pc15_status status, const pc15_decoder* decoder, const std::string& what) {
  if (status == PC15_OK) return;
  char text[256] = "";
  pc15_decoder_last_error(decoder, text, sizeof(text));
  stop(what + ": " + pc15_status_name(status) + ": " + text);
}

// A decoder that reads RGB.
class Reader {
 public:
  Reader(const Bytes& file, int64_t device, int64_t threads) {
    require(pc15_decoder_create(nullptr, &decoder_), nullptr, "create");
    require(pc15_decoder_set_param(decoder_, PC15_PARAM_DEVICE, device), decoder_, "device");
    require(pc15_decoder_set_param(decoder_, PC15_PARAM_THREADS, threads), decoder_, "threads");
    open(file);
  }
  ~Reader() { pc15_decoder_destroy(decoder_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void open(const Bytes& file) {
    require(pc15_decoder_open(decoder_, file.data(), file.size()), decoder_, "open");
    info_ = pc15_image_info();
    info_.struct_size = sizeof(info_);
    require(pc15_decoder_info(decoder_, &info_), decoder_, "info");
  }
  size_t bytes() const { return size_t{3} * info_.width * info_.height; }
  uint32_t width() const { return info_.width; }
  uint32_t height() const { return info_.height; }
  double megapixels() const { return 1e-6 * info_.width * info_.height; }
  void read(void* to, bool on_device) { read_part(to, on_device, info_.width, info_.height); }
  // The left upper corner.
  void read_part(void* to, bool on_device, uint32_t width, uint32_t height) {
    pc15_image image = pc15_image();
    image.struct_size = sizeof(image);
    image.format = PC15_FORMAT_RGB;
    image.width = width;
    image.height = height;
    image.data = static_cast<uint8_t*>(to);
    image.data_size = size_t{3} * width * height;
    require(on_device ? pc15_decoder_read_device(decoder_, 0, 0, &image, nullptr)
                      : pc15_decoder_read(decoder_, 0, 0, &image),
            decoder_, "read");
  }

 private:
  pc15_decoder* decoder_ = nullptr;
  pc15_image_info info_ = {};
};

// Megapixels a second, the best round.
double speed(double megapixels, int rounds, const std::function<void()>& body) {
  double best = 1e30;
  body();  // warms caches, and opens the device
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return megapixels / best;
}

struct Row {
  std::string name;
  double megapixels, bpp, one, all, host, device, batch;
  double many_cpu, many_cuda;         // copies in one call
  double jpeg_bpp, jpeg, jpeg_batch;  // 0: not there
};

double batch_speed(const Bytes& file, int handles, int rounds) {
  std::vector<std::thread> threads;
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  double megapixels = 0;
  for (int i = 0; i < handles; ++i) {
    threads.emplace_back([&] {
      Reader reader(file, PC15_DEVICE_CUDA, 1);
      void* const memory = device_memory(reader.bytes());
      if (memory == nullptr) stop("no memory on the device for a batch");
      reader.read(memory, true);
      ++ready;
      while (!go) std::this_thread::yield();
      for (int k = 0; k < rounds; ++k) reader.read(memory, true);
      free_device_memory(memory);
    });
  }
  while (ready < handles) std::this_thread::yield();
  megapixels = Reader(file, PC15_DEVICE_CPU, 1).megapixels();
  const auto begin = std::chrono::steady_clock::now();
  go = true;
  for (std::thread& t : threads) t.join();
  return megapixels * handles * rounds /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Copies of a picture in one call, into host memory.
double copies_speed(const Bytes& file, int64_t device, const Bytes& wanted, uint32_t width, uint32_t height,
                    int copies, int rounds) {
  const size_t count = static_cast<size_t>(copies);
  pc15_decoder* decoder = nullptr;
  require(pc15_decoder_create(nullptr, &decoder), nullptr, "create");
  require(pc15_decoder_set_param(decoder, PC15_PARAM_DEVICE, device), decoder, "device");
  std::vector<Bytes> got(count, Bytes(wanted.size()));
  std::vector<pc15_image> images(count, pc15_image());
  std::vector<pc15_decode_item> items(count, pc15_decode_item());
  for (size_t i = 0; i < count; ++i) {
    images[i].struct_size = sizeof(pc15_image);
    images[i].format = PC15_FORMAT_RGB;
    images[i].width = width;
    images[i].height = height;
    images[i].data = got[i].data();
    images[i].data_size = got[i].size();
    items[i].struct_size = sizeof(pc15_decode_item);
    items[i].data = file.data();
    items[i].size = file.size();
    items[i].image = &images[i];
  }
  const double s = speed(1e-6 * width * height * copies, rounds,
                         [&] { require(pc15_decode_batch(decoder, items.data(), count), decoder, "batch"); });
  for (const Bytes& g : got) {
    if (g != wanted) stop("a batch gives other pixels");
  }
  pc15_decoder_destroy(decoder);
  return s;
}

// Parts of a picture into host memory.
void show_crossover(const std::string& path, int rounds) {
  std::ifstream in(path, std::ios::binary);
  const Bytes file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  Reader cpu(file, PC15_DEVICE_CPU, 0), cuda(file, PC15_DEVICE_CUDA, 0);
  Bytes to(cpu.bytes());
  const auto spent = [&](Reader* reader, int32_t side) {
    const uint32_t s = static_cast<uint32_t>(side);
    return 1 / speed(1, rounds, [&] { reader->read_part(to.data(), false, s, s); });
  };
  print_crossover(
      "dec/decoder.h, kWorthTheWay", static_cast<int32_t>(std::min(cpu.width(), cpu.height())),
      [&](int32_t side) { return spent(&cpu, side); }, [&](int32_t side) { return spent(&cuda, side); });
}

Row measure(const std::string& path, int rounds, int handles, int copies) {
  std::ifstream in(path, std::ios::binary);
  const Bytes file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (file.empty()) stop("cannot read " + path);
  Reader one(file, PC15_DEVICE_CPU, 1), all(file, PC15_DEVICE_CPU, 0), cuda(file, PC15_DEVICE_CUDA, 0);
  Bytes wanted(one.bytes()), got(one.bytes());
  void* const memory = device_memory(one.bytes());
  if (memory == nullptr) stop("no memory on the device");
  const double mp = one.megapixels();
  Row row{path.substr(path.rfind('/') + 1),
          mp,
          8e-6 * static_cast<double>(file.size()) / mp,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0};
  row.one = speed(mp, rounds, [&] { one.read(wanted.data(), false); });
  row.all = speed(mp, rounds, [&] { all.read(got.data(), false); });
  if (got != wanted) stop(path + ": threads change pixels");
  row.host = speed(mp, rounds, [&] { cuda.read(got.data(), false); });
  if (got != wanted) stop(path + ": the device gives other pixels");
  row.device = speed(mp, rounds, [&] { cuda.read(memory, true); });
  if (!to_host(got.data(), memory, got.size()) || got != wanted)
    stop(path + ": device memory holds other pixels");
  free_device_memory(memory);
  row.batch = batch_speed(file, handles, rounds);
  row.many_cpu = copies_speed(file, PC15_DEVICE_CPU, wanted, one.width(), one.height(), copies, rounds);
  row.many_cuda = copies_speed(file, PC15_DEVICE_CUDA, wanted, one.width(), one.height(), copies, rounds);
#if defined(BENCH_HAS_NVJPEG)
  const PeerSpeed jpeg = measure_nvjpeg(wanted.data(), static_cast<int>(one.width()),
                                        static_cast<int>(one.height()), file.size(), rounds, copies);
  row.jpeg_bpp = jpeg.bpp;
  row.jpeg = jpeg.single;
  row.jpeg_batch = jpeg.batch;
#endif
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  std::string csv;
  int rounds = 10, handles = 8, copies = 64;
  CLI::App app("Decoding on a CUDA device beside the processor, MP/s");
  app.add_option("files", files, ".pc15 files")->required()->check(CLI::ExistingFile);
  app.add_option("--rounds", rounds, "decodes of each kind; the best counts")->check(CLI::Range(1, 100000));
  app.add_option("--handles", handles, "decoders of a batch")->check(CLI::Range(1, 256));
  app.add_option("--copies", copies, "pictures of a call")->check(CLI::Range(1, 100000));
  app.add_option("--csv", csv, "also write the table there");
  CLI11_PARSE(app, argc, argv);
  uint32_t count = 0;
  if (pc15_device_count(&count) != PC15_OK || count == 0) {
    std::printf("no device: nothing to measure\n");
    return 77;
  }
  char name[128] = "";
  size_t length = 0;
  static_cast<void>(pc15_device_name(0, name, sizeof(name), &length));
  const Ceilings c = measure_ceilings();
  std::printf("%s: copies %.0f GB/s, integers %.0f Gop/s, sent %.1f GB/s; %u threads of the processor\n",
              name, c.copy_gb_s, c.integer_gops, c.upload_gb_s, std::thread::hardware_concurrency());
  std::printf(
      "file | MP | bpp | CPU, 1 thread | CPU, all | CUDA to host | CUDA resident | %d handles resident | "
      "%d in a call, CPU | CUDA | nvJPEG bpp | nvJPEG resident | %d in a call\n",
      handles, copies, copies);
  std::ofstream out;
  if (!csv.empty()) out.open(csv);
  if (out.is_open())
    out << "file,megapixels,bpp,cpu1,cpu,cuda_host,cuda_device,cuda_handles,cpu_copies,cuda_copies,"
           "nvjpeg_bpp,nvjpeg_device,nvjpeg_copies\n";
  double resident = 0;
  for (const std::string& path : files) {
    const Row r = measure(path, rounds, handles, copies);
    std::printf("%s | %.1f | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %.2f | %.1f | %.1f\n",
                r.name.c_str(), r.megapixels, r.bpp, r.one, r.all, r.host, r.device, r.batch, r.many_cpu,
                r.many_cuda, r.jpeg_bpp, r.jpeg, r.jpeg_batch);
    resident = std::max(resident, std::max(r.device, r.batch));
    if (c.copy_gb_s > 0) print_roofline(c, r.bpp, r.device, r.batch);
    if (out.is_open())
      out << r.name << ',' << r.megapixels << ',' << r.bpp << ',' << r.one << ',' << r.all << ',' << r.host
          << ',' << r.device << ',' << r.batch << ',' << r.many_cpu << ',' << r.many_cuda << ',' << r.jpeg_bpp
          << ',' << r.jpeg << ',' << r.jpeg_batch << '\n';
  }
  show_crossover(files[0], rounds);
  print_figure("decode, resident, the fastest file", resident / 1000, "Gpixel/s", Asked::kAtLeast, 3);
  const int count_of_files = static_cast<int>(files.size());  // measure() stops at the first that differs
  print_share("pictures decoded in five ways, all pixels equal", count_of_files, count_of_files);
  return 0;
}
