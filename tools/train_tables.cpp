// Trains the initial probability tables of the residual.
//
//   train_tables OUT.inc IMAGE.ppm...
//   train_tables --model OUT.pc15model IMAGE.ppm...
//
// The second form writes a model for pc15_model_import and `pc15 encode --tables`: what these images want
// changed in the frozen tables. One round of counting, from the frozen models; a model is changed when that
// saves at least 8 bits per cell, seen from the first 64 symbols that an adaptive model remembers. (1 bit was
// tried: one screenshot after training on two others lost 3.4 % of its cells instead of 2.1 %, for five times
// the size.)
//
// Encodes images (binary PNM, 8 bits) at the five rate points and counts the symbols of each model: first
// every sixth image from uniform models, then all images from the models of the first round. The start
// distribution of a model is (count + 8 * p) / (total + 8), p its distribution over all rate points with 0.5
// of every symbol added; a model seen at least 200 times starts as an old one (slow adaptation).
// Deterministic: the same images in the same order give the same file, whatever tables the library holds.
// scripts/train-tables runs it over a folder.
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "entropy/file_tables.h"
#include "format/byte_io.h"
#include "format/container.h"
#include "format/crc.h"
#include "tools/training_picture.h"

namespace {

using namespace pc15;
using tools::Image;
using tools::kSteps;
using tools::read_pnm;

static_assert(entropy::kTableSets == tools::kRatePoints, "one set per rate point");
constexpr uint64_t kTrusted = 200;

constexpr double kRemembered = 64.0;  // symbols; the rate of cells is 6
constexpr double kWorthBits = 8.0;    // per cell

struct Counts {
  uint64_t n[entropy::kFamilies][entropy::kModelCount][entropy::kMaxSymbols];
  uint64_t cells;
};

// Encodes all cells of one image at one step and adds to the counts.
void count_image(const Image& image, int32_t step16, const entropy::CellModels* initial, Counts* counts,
                 Memory& memory) {
  tools::TrainingPicture picture(
      image, step16, format::kToolAdaptiveQuant | format::kToolDeblock | format::kToolLoopFilter, memory);
  const auto scratch = std::make_unique<enc::CellEncoderScratch>(memory);
  scratch->counts = counts->n;
  scratch->initial = initial;
  picture.for_each_cell([&](const Rect&, const enc::CellSource& cell) {
    enc::encode_cell(cell, picture.header, picture.tuning, *scratch);
    ++counts->cells;
  });
}

// Cumulative lanes of a model from weights; see AdaptiveCdf.
void make_lanes(const double* weight, int32_t size, int16_t* lanes) {
  double sum = 0, acc = 0;
  for (int32_t i = 0; i < size; ++i) sum += weight[i];
  for (int32_t j = 0; j < entropy::kMaxSymbols; ++j) {
    if (j < size) acc += weight[j];
    lanes[j] = static_cast<int16_t>(
        j < size - 1
            ? static_cast<int32_t>(acc / sum * (entropy::kProbOne - static_cast<uint32_t>(size))) + j + 1
            : 32767);
  }
}

// Start models of one rate point from the counts of all.
void make_models(const Counts* counts, int32_t set, int32_t family, entropy::CellModels* out) {
  entropy::AdaptiveCdf* models = entropy::model_array(out);
  for (int32_t m = 0; m < entropy::kModelCount; ++m) {
    const int32_t size = entropy::model_size(family, m);
    double pooled[entropy::kMaxSymbols], total = 0, weight[entropy::kMaxSymbols];
    uint64_t seen = 0;
    for (int32_t s = 0; s < size; ++s) {
      pooled[s] = 0.5;
      for (int32_t q = 0; q < entropy::kTableSets; ++q)
        pooled[s] += static_cast<double>(counts[q].n[family][m][s]);
      total += pooled[s];
      seen += counts[set].n[family][m][s];
    }
    for (int32_t s = 0; s < size; ++s) {
      weight[s] = static_cast<double>(counts[set].n[family][m][s]) + 8.0 * pooled[s] / total;
    }
    make_lanes(weight, size, models[m].lane);
    models[m].size = static_cast<uint8_t>(size);
    models[m].count = static_cast<uint8_t>(seen >= kTrusted        ? entropy::kCountMax
                                           : seen >= kTrusted / 10 ? 12
                                                                   : 0);
  }
}

using Models = entropy::CellModels[entropy::kFamilies];

void write_rows(FILE* f, const Models* models, uint32_t* crc) {
  std::fprintf(f, "constexpr int16_t kLanes[kTableSets][kFamilies][kModelCount][kMaxSymbols] = {\n");
  for (int32_t set = 0; set < entropy::kTableSets; ++set) {
    std::fprintf(f, "{\n");
    for (int32_t family = 0; family < entropy::kFamilies; ++family) {
      std::fprintf(f, "{\n");
      for (int32_t m = 0; m < entropy::kModelCount; ++m) {
        const int16_t* lanes = entropy::model_array(&models[set][family])[m].lane;
        *crc = format::crc32_update(*crc, ByteSpan(reinterpret_cast<const uint8_t*>(lanes), 32));
        std::fprintf(f, "{");
        for (int32_t j = 0; j < entropy::kMaxSymbols; ++j)
          std::fprintf(f, "%s%d", j == 0 ? "" : ",", lanes[j]);
        std::fprintf(f, "},\n");
      }
      std::fprintf(f, "},\n");
    }
    std::fprintf(f, "},\n");
  }
  std::fprintf(f, "};\n");
}

void write_tables(FILE* f, const Models* models) {
  std::fprintf(f, "// Written by tools/train_tables.cpp. Do not edit.\n");
  std::fprintf(f, "constexpr int32_t kSteps16[kTableSets] = {");
  for (int32_t step : kSteps) std::fprintf(f, "%d, ", step);
  std::fprintf(f, "};\nconstexpr uint8_t kSizes[kFamilies][kModelCount] = {");
  for (int32_t family = 0; family < entropy::kFamilies; ++family) {
    std::fprintf(f, "{");
    for (int32_t m = 0; m < entropy::kModelCount; ++m) std::fprintf(f, "%d,", entropy::model_size(family, m));
    std::fprintf(f, "},\n");
  }
  std::fprintf(f, "};\nconstexpr uint8_t kCounts[kTableSets][kFamilies][kModelCount] = {\n");
  for (int32_t set = 0; set < entropy::kTableSets; ++set) {
    std::fprintf(f, "{");
    for (int32_t family = 0; family < entropy::kFamilies; ++family) {
      std::fprintf(f, "{");
      for (int32_t m = 0; m < entropy::kModelCount; ++m) {
        std::fprintf(f, "%d,", entropy::model_array(&models[set][family])[m].count);
      }
      std::fprintf(f, "},\n");
    }
    std::fprintf(f, "},\n");
  }
  std::fprintf(f, "};\n");
  uint32_t crc = 0;
  write_rows(f, models, &crc);
  std::printf("tables: CRC-32 %08" PRIX32 "\n", crc);
}

// Counts every `stride`-th image at every rate point. False when an image cannot be read.
bool count_round(char** images, int32_t count, int32_t stride, const Models* models, Counts* counts) {
  Memory memory;
  ThreadPool pool(2);
  bool failed = false;
  std::memset(counts, 0, sizeof(Counts) * entropy::kTableSets);
  pool.run(entropy::kTableSets, [&](int64_t set, int32_t) {
    for (int32_t i = 0; i < count; i += stride) {
      Image image;
      if (!read_pnm(images[i], &image)) {
        std::fprintf(stderr, "train_tables: %s: not a binary 8-bit PNM file\n", images[i]);
        failed = true;
        return;
      }
      count_image(image, kSteps[set], models[set], &counts[set], memory);
    }
  });
  return !failed;
}

// The change of one model that its counts ask for; unchanged when it saves too little.
entropy::ModelChange change_of(const entropy::AdaptiveCdf& frozen, const uint64_t* count, uint64_t cells) {
  entropy::ModelChange change;
  double seen = 0, saved = 0;
  for (int32_t s = 0; s < frozen.size; ++s) seen += static_cast<double>(count[s]);
  for (int32_t s = 0; s < frozen.size; ++s) {
    const double before = (entropy::cdf_end(frozen, s) - entropy::cdf_start(frozen, s)) / 32768.0;
    const double now = (static_cast<double>(count[s]) + 8.0 * before) / (seen + 8.0);
    const double octaves = std::log2(now / before);
    saved += now * octaves;
    const long quarters = std::lround(4.0 * octaves);
    change.ratio[s] =
        static_cast<int8_t>(std::fmin(entropy::kMaxRatio, std::fmax(-entropy::kMaxRatio, quarters)));
  }
  const double per_cell = cells == 0 ? 0.0 : seen / static_cast<double>(cells);
  change.changed = saved * std::fmin(per_cell, kRemembered) >= kWorthBits;
  change.age = seen >= kTrusted ? 2 : seen >= kTrusted / 10 ? 1 : 0;
  return change.changed ? change : entropy::ModelChange();
}

// Appends one part of a model: the tables of one rate point.
Status append_part(const Counts& counts, int32_t set, Memory& memory, Vector<uint8_t>* out) {
  Vector<entropy::ModelChange> changes(memory);
  size_t changed = 0;
  for (int32_t family = 0; family < entropy::kFamilies; ++family) {
    entropy::CellModels frozen;
    entropy::init_models(family, set, &frozen);
    for (int32_t m = 0; m < entropy::kModelCount; ++m) {
      changes.push_back(change_of(entropy::model_array(&frozen)[m], counts.n[family][m], counts.cells));
      changed += changes.back().changed ? 1 : 0;
    }
  }
  entropy::FileTables tables(memory);
  PC15_TRY(entropy::make_tables(set, kSteps[set],
                                Span<const entropy::ModelChange>(changes.data(), changes.size()), &tables));
  format::append_le(out, format::kSectionTables);
  format::append_le(out, static_cast<uint32_t>(tables.payload.size()));
  format::append_bytes(out, ByteSpan(tables.payload.data(), tables.payload.size()));
  std::printf("step %d: %zu of %d models changed, %zu bytes\n", kSteps[set] / 16, changed,
              entropy::kFamilies * entropy::kModelCount, tables.payload.size());
  return ok_status();
}

bool write_file(const char* path, const Vector<uint8_t>& bytes) {
  FILE* f = std::fopen(path, "wb");
  const bool written = f != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
  const bool closed = f != nullptr && std::fclose(f) == 0;
  if (!written || !closed) std::fprintf(stderr, "train_tables: %s: cannot be written\n", path);
  return written && closed;
}

// docs/abi.md, "Models".
int write_model(const char* path, char** images, int32_t count) {
  Memory memory;
  const auto counts = std::make_unique<Counts[]>(entropy::kTableSets);
  const auto models = std::make_unique<Models[]>(entropy::kTableSets);
  for (int32_t set = 0; set < entropy::kTableSets; ++set) {
    for (int32_t family = 0; family < entropy::kFamilies; ++family) {
      entropy::init_models(family, set, &models[set][family]);
    }
  }
  if (!count_round(images, count, 1, models.get(), counts.get())) return 1;
  Vector<uint8_t> out(memory);
  for (const char c : {'P', 'C', 'M', 'D'}) out.push_back(static_cast<uint8_t>(c));
  format::append_le(&out, static_cast<uint16_t>(1));
  format::append_le(&out, static_cast<uint16_t>(entropy::kTableSets));
  for (int32_t set = 0; set < entropy::kTableSets; ++set) {
    if (!append_part(counts[static_cast<size_t>(set)], set, memory, &out).ok()) return 1;
  }
  format::append_le(&out, format::crc32_of(ByteSpan(out.data(), out.size())));
  return write_file(path, out) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const bool model = argc > 1 && std::strcmp(argv[1], "--model") == 0;
  if (argc < (model ? 4 : 3)) {
    std::fprintf(stderr,
                 "usage: train_tables OUT.inc IMAGE.ppm...\n"
                 "       train_tables --model OUT.pc15model IMAGE.ppm...\n");
    return 2;
  }
  if (model) return write_model(argv[2], argv + 3, argc - 3);
  const auto counts = std::make_unique<Counts[]>(entropy::kTableSets);
  const auto models = std::make_unique<Models[]>(entropy::kTableSets);
  std::memset(counts.get(), 0, sizeof(Counts) * entropy::kTableSets);
  for (int32_t round = 0; round < 3; ++round) {  // uniform, first estimate, result
    for (int32_t set = 0; set < entropy::kTableSets; ++set) {
      for (int32_t family = 0; family < entropy::kFamilies; ++family) {
        make_models(counts.get(), set, family, &models[set][family]);
      }
    }
    if (round < 2 && !count_round(argv + 2, argc - 2, round == 0 ? 6 : 1, models.get(), counts.get()))
      return 1;
  }
  FILE* f = std::fopen(argv[1], "wb");
  if (f == nullptr) {
    std::fprintf(stderr, "train_tables: %s: cannot be written\n", argv[1]);
    return 1;
  }
  write_tables(f, models.get());
  return std::fclose(f) == 0 ? 0 : 1;
}
