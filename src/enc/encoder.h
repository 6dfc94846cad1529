// Encoding of one image: search, residual, container. Orchestration only.
//
// Thread rule: one call at a time per Encoder. The bytes depend on the raster, the configuration and the
// library version; never on the number of threads, the time or the environment.
#pragma once

#include "backend/device.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "base/span.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "enc/target_search.h"
#include "entropy/file_tables.h"
#include "entropy/int_codebook.h"
#include "format/container.h"

namespace pc15::enc {

enum class ChromaMode : uint8_t { k420 = 0, k444 = 1 };

struct Config {
  int32_t tile = 256, overlap = 24, cell = 256;
  int64_t seed = 0;
  double quality = 60.0;  // 0...100; fixed relation to lambda, see lambda_from_quality()
  Target target;          // with one, `quality` is where the search for it begins
  double alpha = 0.5;     // weight of 1-SSIM against MSE, 0...1
  ChromaMode chroma = ChromaMode::k420;
  bool procedural = true;  // search for programs
  bool residual = true;
  bool lossless = false;  // every sample comes back; quality, alpha, chroma and residual have no effect
  int32_t residual_cap_millibpp = 0;  // upper bound of residual bits per 1000 pixels of a cell; 0: none
  int32_t grain_percent = 0;          // share of the lost fine texture that grain gives back; 0: no grain
  int32_t effort = 5;                 // 1...9
  int32_t beam = 2;                   // candidates kept by the search, 1...8
  int32_t early_exit_millidb = 300;   // stop searching a tile when the first candidates gain less; 0: never
  bool compact = true;                // allow the compact form
  bool measure = true;                // PSNR and SSIM for the statistics; without they may be NaN
  backend::DeviceUse device = backend::DeviceUse::kCpu;  // of the search; bytes do not depend on it
  int32_t device_index = 0;
  // Tables to use instead of the frozen ones and to store in the file: the set whose step is nearest.
  // Borrowed; empty: the frozen ones.
  Span<const entropy::FileTables> tables;
  // Shapes of atoms to use instead of the frozen ones and to store in a file that has atoms. Borrowed; null:
  // the frozen ones.
  const entropy::IntCodebook* atom_codebook = nullptr;
};

// lambda is in units of normalised distortion per bit per pixel; step in grey levels.
double step_from_quality(double quality);
double lambda_from_quality(double quality);
double quality_from_lambda(double lambda);

// Interleaved 8-bit samples; 1 (Y), 3 (RGB) or 4 (RGBA) channels.
struct Raster {
  static constexpr int32_t kBandRows = 64;

  const uint8_t* data = nullptr;
  int32_t width = 0, height = 0, channels = 1;
  int64_t stride = 0;                     // bytes; may be negative
  const uint8_t* const* bands = nullptr;  // instead of `data`: blocks of kBandRows rows each

  const uint8_t* row(int32_t y) const {
    if (bands == nullptr) return data + int64_t{y} * stride;
    return bands[y / kBandRows] + int64_t{y % kBandRows} * stride;
  }
};

// A picture that comes row by row, from top to bottom.
struct RowSource {
  int32_t width = 0, height = 0, channels = 1;
  // Writes rows from `first` on, without padding: as many as it has, 1...count, and answers how many. 0 or
  // less ends the encode.
  int32_t (*read)(void* opaque, int32_t first, int32_t count, uint8_t* rows, size_t bytes) = nullptr;
  // Goes back to row 0; false ends the encode. Null: the rows can be read once.
  bool (*restart)(void* opaque) = nullptr;
  void* opaque = nullptr;
};

// Whether an encode searches for programs.
inline bool searches(const Config& config) {
  return config.procedural && (config.effort >= 2 || (!config.residual && !config.lossless));
}
// Whether an encode needs more of the picture at a time than some rows, even if it may read it again: without
// a residual programs must fit to the last sample, and a device holds the planes.
inline bool looks_at_whole(const Config& config) {
  return (!config.residual && !config.lossless) ||
         (searches(config) && config.device == backend::DeviceUse::kCuda);
}

class RowIngest;

struct TileStats {
  uint8_t mode;  // normative::TileMode
  uint8_t layer_count;
  uint8_t presets[3];  // catalogue numbers
  uint32_t bits;       // of its record
  double distortion;   // MSE of the procedural prediction, luma
  uint32_t renders;
  bool early_exit;
};

// What the search spent on a generator and what came of it, tiles and image-wide program together.
struct GeneratorStats {
  uint32_t hypotheses = 0;   // scored
  uint32_t tiles = 0;        // whose program holds it, copies included
  uint32_t early_exits = 0;  // regions given up with it as the best hypothesis
  uint64_t renders = 0;
  uint64_t bits = 0;      // of the records of those tiles
  double distortion = 0;  // sum over those tiles of the mean squared error of the procedural picture, luma
};
enum : int32_t { kGeneratorNumbers = 160 };

struct SearchReport {
  uint64_t image_renders = 0;  // spent on the image-wide program
  bool image_early_exit = false;
  GeneratorStats generators[kGeneratorNumbers];  // by preset
};

struct Stats {
  SearchReport search;
  uint64_t bytes_total, bytes_programs, bytes_cells;
  uint64_t renders;  // candidate renderings
  uint32_t tiles, tiles_with_program, early_exits;
  double psnr_y, ssim_y;  // of the decoder's output; NaN when nobody measured
  uint64_t peak_memory_bytes;
};

class Encoder {
 public:
  explicit Encoder(Memory& memory);
  // Appends a file to *out. On any failure *out is unchanged. A target takes up to TargetSearch::kMaxPasses
  // passes.
  Status encode(const Config& config, const Raster& raster, Span<const format::Section> sections,
                ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out);
  // The same of a picture that comes row by row; row_ingest.h says what of it is kept.
  Status encode_rows(const Config& config, const RowSource& source, Span<const format::Section> sections,
                     ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out);
  const Stats& stats() const { return stats_; }
  const Vector<TileStats>& tiles() const { return tiles_; }  // tile_count() entries of the last image

 private:
  Status encode_raster(const Config& config, const Raster& raster, Span<const format::Section> sections,
                       ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* out);
  Status encode_once(const Config& config, const Raster& raster, RowIngest* rows,
                     Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                     Vector<uint8_t>* out);
  Status encode_to_target(const Config& config, const Raster& raster, RowIngest* rows,
                          Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                          Vector<uint8_t>* out);
  Status try_exact(const Config& exact, const Raster& raster, RowIngest* rows,
                   Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor, size_t before,
                   Vector<uint8_t>* out);

  Memory& memory_;
  Stats stats_{};
  Vector<TileStats> tiles_;
};

}  // namespace pc15::enc
