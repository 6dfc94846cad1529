// The encoder's search on a device beside the processor, in one run: candidates per second of every
// generator, as first scores and as difference quotients, programs per second, spectra per second, and whole
// encodes, searched and without any search. All must give the same sums, the same powers and the same bytes.
// Of the spectra of the pictures' tiles it also says how many powers two transforms would round differently,
// and how many are uncertain.
//
//   bench_search FILE.pc15... [--rounds N] [--threads N] [--effort N] [--no-residual] [--spectra] [--encodes]
//                [--csv OUT.csv]
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "crossover.h"
#include "enc/device_engine.h"
#include "enc/refine.h"
#include "figures.h"
#include "normative/catalogue.h"
#include "pc15.h"

namespace {

using namespace pc15;
using Bytes = std::vector<uint8_t>;

constexpr int32_t kSide = 256, kScoreStep = 5, kFitStep = 2;  // 52 x 52 and 128 x 128 samples
constexpr int32_t kBatch = 512, kSlopes = 8, kPrograms = 64;

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "bench_search: %s\n", message.c_str());
  std::exit(1);
}

double seconds(int rounds, const std::function<void()>& body) {
  double best = 1e30;
  body();  // warms caches, and opens the device
  for (int i = 0; i < rounds; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

// A picture, its first scores and its difference quotients, for one generator.
class Work {
 public:
  Work(Memory& memory, const PlaneView<const Pixel>& plane) : memory_(memory) {
    geometry_.width = geometry_.height = kSide;
    for (const int32_t step : {kScoreStep, kFitStep}) {
      enc::FitView& v = step == kScoreStep ? score_ : fit_;
      v.geometry = geometry_;
      v.rect = Rect{0, 0, kSide, kSide};
      v.step = step;
      v.width = v.height = (kSide + step - 1) / step;
      v.base_count = 3;
      v.version = enc::new_version();
      std::vector<float>& c = step == kScoreStep ? score_columns_ : fit_columns_;
      c.resize(static_cast<size_t>(v.samples()) * 4);
      for (size_t i = 0; i < c.size(); ++i)
        c[i] = static_cast<float>(plane.data[i % (kSide * kSide)]) - 128.0f;
      v.columns = c.data();
    }
    error_.planes[0] = plane;
    error_.geometry = geometry_;
    whole_ = Rect{0, 0, kSide, kSide};
    error_.windows = &whole_;
    error_.window_count = 1;
  }

  void choose(const normative::PresetSpec& spec) {
    normative::Layer layer;
    layer.preset = spec.preset;
    for (int32_t p = 0; p < spec.param_count; ++p) layer.params[p] = spec.params[p].def;
    if (spec.preset == normative::kRidge) normative::set_default_profile(&layer);
    layers_.assign(kBatch, layer);
    int32_t moved = 0;
    while (moved < spec.param_count && !enc::is_continuous(spec.params[moved])) ++moved;
    for (int32_t k = 0; k < kBatch && moved < spec.param_count; ++k)
      layers_[static_cast<size_t>(k)].params[moved] =
          enc::move_index(spec.params[moved], spec.params[moved].def, k);
    programs_.assign(kPrograms, normative::Program());
    for (int32_t k = 0; k < kPrograms; ++k) {
      normative::Program& p = programs_[static_cast<size_t>(k)];
      p.layer_count = 1;
      p.layers[0] = layers_[static_cast<size_t>(k)];
      p.layers[0].contrast[0] = 90;
    }
  }

  Bytes scores(enc::SearchEngine* engine) { return fits(engine, score_, kBatch, 0); }
  Bytes slopes(enc::SearchEngine* engine) { return fits(engine, fit_, kSlopes, 4); }
  Bytes programs(enc::SearchEngine* engine) const {
    std::vector<int64_t> out(programs_.size());
    engine->errors(error_, programs_.data(), kPrograms, 1e300, Monitor(), out.data());
    return bytes_of(out.data(), out.size() * sizeof(int64_t));
  }

 private:
  static Bytes bytes_of(const void* data, size_t size) {
    const uint8_t* const from = static_cast<const uint8_t*>(data);
    return Bytes(from, from + size);
  }
  Bytes fits(enc::SearchEngine* engine, const enc::FitView& view, int32_t count, int32_t differences) {
    const size_t size = static_cast<size_t>(enc::FitSums::count(view.base_count, differences));
    std::vector<double> sums(size * static_cast<size_t>(count));
    std::vector<double*> to;
    std::vector<enc::FitTask> tasks;
    for (int32_t i = 0; i < count; ++i) {
      to.push_back(sums.data() + static_cast<size_t>(i) * size);
      tasks.push_back({&view, &layers_[static_cast<size_t>(i)], layers_.data() + 16 * i, differences});
    }
    engine->fit_sums(tasks.data(), count, Monitor(), to.data());
    return bytes_of(sums.data(), sums.size() * sizeof(double));
  }

  Memory& memory_;
  normative::Geometry geometry_;
  enc::FitView score_, fit_;
  enc::ErrorView error_;
  Rect whole_;
  std::vector<float> score_columns_, fit_columns_;
  std::vector<normative::Layer> layers_;
  std::vector<normative::Program> programs_;
};

struct Generators {
  double scores[2] = {}, slopes[2] = {}, programs[2] = {};  // a second; processor, device
};

// One generator; the sums of the device must be those of the processor.
Generators measure(Work* work, enc::SearchEngine* cpu, enc::DeviceEngine* device, int rounds) {
  Generators g;
  Bytes wanted[3], got[3];
  for (int32_t d = 0; d < 2; ++d) {
    enc::SearchEngine* const engine = d == 0 ? cpu : device;
    Bytes* const to = d == 0 ? wanted : got;
    g.scores[d] = kBatch / seconds(rounds, [&] { to[0] = work->scores(engine); });
    g.slopes[d] = kSlopes * 9 / seconds(rounds, [&] { to[1] = work->slopes(engine); });
    g.programs[d] = kPrograms / seconds(rounds, [&] { to[2] = work->programs(engine); });
  }
  if (device->failed()) stop("the device failed");
  // Rows of the layers themselves are not part of difference quotients.
  if (wanted[0] != got[0] || wanted[2] != got[2]) stop("the device gives other sums");
  return g;
}

class Encoding {
 public:
  explicit Encoding(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    const Bytes file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    info_.struct_size = sizeof(info_);
    if (pc15_probe(file.data(), file.size(), nullptr, &info_) != PC15_OK) stop("cannot read " + path);
    pixels_.resize(size_t{3} * info_.width * info_.height);
    pc15_decoder* decoder = nullptr;
    const pc15_image image = view();
    if (pc15_decoder_create(nullptr, &decoder) != PC15_OK ||
        pc15_decode_image(decoder, file.data(), file.size(), &image) != PC15_OK)
      stop("cannot decode " + path);
    pc15_decoder_destroy(decoder);
  }
  PlaneView<const Pixel> green() {  // in the place of luma
    const int32_t w = static_cast<int32_t>(info_.width), h = static_cast<int32_t>(info_.height);
    green_.resize(size_t{1} * info_.width * info_.height);
    for (size_t i = 0; i < green_.size(); ++i) green_[i] = pixels_[3 * i + 1];
    return {green_.data(), w, h, w};
  }
  double megapixels() const { return 1e-6 * info_.width * info_.height; }
  int32_t side() const { return static_cast<int32_t>(std::min(info_.width, info_.height)); }
  // Its left upper square from now on.
  void crop(int32_t side) {
    const size_t row = size_t{3} * info_.width, kept = size_t{3} * static_cast<size_t>(side);
    for (size_t y = 1; y < static_cast<size_t>(side); ++y)
      std::copy_n(pixels_.begin() + static_cast<int64_t>(y * row), kept,
                  pixels_.begin() + static_cast<int64_t>(y * kept));
    info_.width = info_.height = static_cast<uint32_t>(side);
    pixels_.resize(kept * static_cast<size_t>(side));
  }
  // Effort 0: no search, transforms alone, at effort 1.
  Bytes run(int64_t device, int64_t threads, int64_t effort, bool residual) {
    pc15_encoder* encoder = nullptr;
    pc15_buffer* buffer = nullptr;
    const pc15_image image = view();
    bool ok = pc15_encoder_create(nullptr, &encoder) == PC15_OK;
    ok = ok && pc15_encoder_set_param(encoder, PC15_PARAM_DEVICE, device) == PC15_OK;
    ok = ok && pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, threads) == PC15_OK;
    ok = ok && pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, std::max<int64_t>(effort, 1)) == PC15_OK;
    ok = ok && pc15_encoder_set_param(encoder, PC15_PARAM_PROCEDURAL, effort > 0 ? 1 : 0) == PC15_OK;
    ok = ok && pc15_encoder_set_param(encoder, PC15_PARAM_RESIDUAL, residual ? 1 : 0) == PC15_OK;
    if (!ok || pc15_encode_image_buffer(encoder, &image, &buffer) != PC15_OK) stop("cannot encode");
    const uint8_t* const data = pc15_buffer_data(buffer);
    const Bytes file(data, data + pc15_buffer_size(buffer));
    pc15_buffer_free(buffer);
    pc15_encoder_destroy(encoder);
    return file;
  }

 private:
  pc15_image view() {
    pc15_image image = pc15_image();
    image.struct_size = sizeof(image);
    image.format = PC15_FORMAT_RGB;
    image.width = info_.width;
    image.height = info_.height;
    image.data = pixels_.data();
    image.data_size = pixels_.size();
    return image;
  }
  pc15_image_info info_ = {};
  Bytes pixels_;
  std::vector<Pixel> green_;
};

// The squares of a picture, their planes removed.
class Squares {
 public:
  Squares(const PlaneView<const Pixel>& plane, int32_t side, Memory& memory) {
    for (int32_t y = 0; y + side <= plane.height; y += side) {
      for (int32_t x = 0; x + side <= plane.width; x += side) {
        grids_.push_back(std::make_unique<enc::SampleGrid>(memory));
        enc::box_grid(plane, Rect{x, y, side, side}, 1, grids_.back().get());
        enc::subtract_plane(enc::fit_plane(*grids_.back()), grids_.back().get());
        inputs_.push_back(std::make_unique<enc::SpectrumInput>(*grids_.back(), side));
        for (Spectra* s : {&cpu_, &device_}) s->push_back(std::make_unique<enc::Spectrum>(memory));
        works_.push_back(enc::work_of(*inputs_.back(), device_.back().get()));
      }
    }
  }
  size_t count() const { return inputs_.size(); }
  void on_processor() {
    for (size_t i = 0; i < count(); ++i) enc::transform_spectrum(*inputs_[i], cpu_[i].get());
  }
  bool on_device(enc::SearchDevice* device) {
    bool made = false;
    return device->spectra(works_.data(), static_cast<int32_t>(count()), &made).ok() && made;
  }
  // Powers before anything is settled: uncertain ones, and those that the two transforms round differently.
  struct Differences {
    int64_t all = 0, uncertain = 0, unlike = 0;
  };
  Differences differences() const {
    Differences d;
    for (size_t i = 0; i < count(); ++i) {
      for (size_t k = 0; k < cpu_[i]->power.size(); ++k) {
        const float a = cpu_[i]->power[k], b = device_[i]->power[k];
        ++d.all;
        d.uncertain += a < 0 || b < 0;
        d.unlike += std::fabs(a) != std::fabs(b);
      }
    }
    return d;
  }
  bool same() {
    for (size_t i = 0; i < count(); ++i) {
      for (enc::Spectrum* s : {cpu_[i].get(), device_[i].get()}) enc::find_peaks(*inputs_[i], s);
      if (cpu_[i]->power != device_[i]->power) return false;
    }
    return true;
  }

 private:
  using Spectra = std::vector<std::unique_ptr<enc::Spectrum>>;
  std::vector<std::unique_ptr<enc::SampleGrid>> grids_;
  std::vector<std::unique_ptr<enc::SpectrumInput>> inputs_;
  Spectra cpu_, device_;
  std::vector<backend::device::SpectrumWork> works_;
};

// Spectra of a picture's squares: how fast, and how alike the transforms are.
void show_spectra(const std::string& path, int32_t side, int rounds, std::ofstream* csv) {
  Encoding e(path);
  Memory memory;
  Squares squares(e.green(), side, memory);
  if (squares.count() == 0) return;
  enc::SearchDevice device(0, nullptr, 0);
  if (!squares.on_device(&device)) {
    std::printf("no cuFFT: no spectra to measure\n");
    return;
  }
  const double n = static_cast<double>(squares.count());
  const double cpu = n / seconds(rounds, [&] { squares.on_processor(); });
  const double cuda = n / seconds(rounds, [&] { squares.on_device(&device); });
  const Squares::Differences d = squares.differences();
  if (!squares.same()) stop(path + ": the device gives other powers");
  const std::string name = path.substr(path.rfind('/') + 1);
  std::printf("%s | %d | %zu | %.0f | %.0f | %lld | %lld | %lld\n", name.c_str(), side, squares.count(), cpu,
              cuda, static_cast<long long>(d.all), static_cast<long long>(d.uncertain),
              static_cast<long long>(d.unlike));
  if (csv->is_open())
    *csv << name << ',' << side << ',' << squares.count() << ',' << cpu << ',' << cuda << ',' << d.all << ','
         << d.uncertain << ',' << d.unlike << '\n';
}

void show_generators(int rounds, std::ofstream* csv) {
  Memory memory;
  std::vector<Pixel> samples(size_t{kSide} * kSide);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<Pixel>((i * 2654435761u) >> 13);
  const PlaneView<const Pixel> plane{samples.data(), kSide, kSide, kSide};
  Work work(memory, plane);
  enc::CpuEngine cpu(memory);
  enc::SearchDevice shared(0, &plane, 1);
  enc::DeviceEngine device(shared, memory);
  std::printf(
      "generator | scores/s of %d samples, CPU, CUDA | moved layers/s of %d, CPU, CUDA | programs/s of %d, "
      "CPU, CUDA\n",
      52 * 52, 128 * 128, kSide * kSide);
  for (int32_t i = 0; i < normative::catalogue_size(); ++i) {
    const normative::PresetSpec& spec = *normative::catalogue_entry(i);
    work.choose(spec);
    const Generators g = measure(&work, &cpu, &device, rounds);
    std::printf("%d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f\n", spec.preset, g.scores[0], g.scores[1],
                g.slopes[0], g.slopes[1], g.programs[0], g.programs[1]);
    if (csv->is_open())
      *csv << int{spec.preset} << ',' << g.scores[0] << ',' << g.scores[1] << ',' << g.slopes[0] << ','
           << g.slopes[1] << ',' << g.programs[0] << ',' << g.programs[1] << '\n';
  }
}

// Over all pictures.
struct Encodes {
  double megapixels = 0, seconds = 0;  // with the device
  int files = 0, same = 0;             // as the processor's
  double transform_mp_s = 0;           // the fastest without a search
};

void show_encoding(const std::string& path, int rounds, int threads, int effort, bool residual,
                   std::ofstream* csv, Encodes* all_files) {
  Encoding e(path);
  Bytes wanted, got;
  const double one =
      e.megapixels() / seconds(rounds, [&] { wanted = e.run(PC15_DEVICE_CPU, 1, effort, residual); });
  const double all =
      e.megapixels() / seconds(rounds, [&] { got = e.run(PC15_DEVICE_CPU, threads, effort, residual); });
  if (got != wanted) stop(path + ": threads change bytes");
  const double spent = seconds(rounds, [&] { got = e.run(PC15_DEVICE_CUDA, threads, effort, residual); });
  const bool same = got == wanted;
  const double transforms =
      e.megapixels() / seconds(rounds, [&] { got = e.run(PC15_DEVICE_CUDA, threads, 0, true); });
  const double cuda = e.megapixels() / spent;
  all_files->megapixels += e.megapixels();
  all_files->seconds += spent;
  ++all_files->files;
  all_files->same += same ? 1 : 0;
  all_files->transform_mp_s = std::max(all_files->transform_mp_s, transforms);
  const std::string name = path.substr(path.rfind('/') + 1);
  std::printf("%s | %.2f | %zu | %.3f | %.3f | %.3f | %.1f | %s\n", name.c_str(), e.megapixels(),
              wanted.size(), one, all, cuda, transforms, same ? "same" : "DIFFERENT");
  if (csv->is_open())
    *csv << path << ',' << e.megapixels() << ',' << wanted.size() << ',' << one << ',' << all << ',' << cuda
         << ',' << transforms << ',' << same << '\n';
}

// Whether all files are the same.
bool show_encodes(const std::vector<std::string>& files, int rounds, int threads, int effort, bool residual,
                  std::ofstream* csv) {
  Encodes sums;
  std::printf(
      "file | MP | bytes | CPU MP/s, 1 thread | CPU, all | CUDA and all | without a search | bytes of "
      "both\n");
  for (const std::string& path : files) show_encoding(path, rounds, threads, effort, residual, csv, &sums);
  const auto spent = [&](int64_t device, int32_t side) {
    Encoding e(files[0]);
    e.crop(side);
    return seconds(rounds, [&] { e.run(device, threads, effort, residual); });
  };
  print_crossover(
      "enc/search.cpp, kWorthTheWay", std::min(512, Encoding(files[0]).side()),
      [&](int32_t side) { return spent(PC15_DEVICE_CPU, side); },
      [&](int32_t side) { return spent(PC15_DEVICE_CUDA, side); });
  const std::string what =
      "encode at effort " + std::to_string(effort) + (residual ? "" : " without a residual");
  print_figure((what + ", CUDA and all threads").c_str(), sums.seconds / sums.megapixels, "s/MP",
               Asked::kAtMost, 1);
  print_figure("encode without a search, all threads, none of it on the device", sums.transform_mp_s / 1000,
               "Gpixel/s", Asked::kAtLeast, 1);
  print_share((what + ": the same bytes with CUDA and without").c_str(), sums.same, sums.files);
  return sums.same == sums.files;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  std::string csv;
  int rounds = 5, threads = 0, effort = 5;
  bool no_residual = false, spectra_only = false, encodes_only = false;
  CLI::App app("The encoder's search on a CUDA device beside the processor");
  app.add_option("files", files, ".pc15 files, whose pictures are coded again")->check(CLI::ExistingFile);
  app.add_option("--rounds", rounds, "of everything; the best counts")->check(CLI::Range(1, 100000));
  app.add_option("--threads", threads, "of the processor and streams of the device; 0: one per processor")
      ->check(CLI::Range(0, 256));
  app.add_option("--effort", effort, "of the encodes")->check(CLI::Range(1, 9));
  app.add_flag("--no-residual", no_residual, "programs alone");
  app.add_flag("--spectra", spectra_only, "spectra alone");
  app.add_flag("--encodes", encodes_only, "encodes alone");
  app.add_option("--csv", csv, "also write the tables there");
  CLI11_PARSE(app, argc, argv);
  uint32_t count = 0;
  if (pc15_device_count(&count) != PC15_OK || count == 0) {
    std::printf("no device: nothing to measure\n");
    return 77;
  }
  std::ofstream out;
  if (!csv.empty()) out.open(csv);
  if (!spectra_only && !encodes_only) show_generators(rounds, &out);
  if (!encodes_only)
    std::printf("file | side | spectra | a second: CPU, 1 thread | CUDA | powers | uncertain | unlike\n");
  for (const std::string& path : files) {
    for (const int32_t side : {64, 128, 256}) {
      if (!encodes_only) show_spectra(path, side, rounds, &out);
    }
  }
  if (spectra_only || files.empty()) return 0;
  return show_encodes(files, rounds, threads, effort, !no_residual, &out) ? 0 : 1;
}
