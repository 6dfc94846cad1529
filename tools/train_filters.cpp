// Trains the filters of the loop filter (docs/bitstream-residual.md, section 10.2).
//
//   train_filters OUT.inc IMAGE.ppm...
//
// Codes the images (binary PNM, 8 bits) at the five rate points and finds, per family, rate point and set,
// the 24 coefficients of every class by least squares against the source. Sets are the means of a k-means
// over superblocks: one set, split twice by how much it helps, each time with five rounds of choosing the
// better set and solving anew. Sums are integers, so the result does not depend on the number of threads; the
// same images in the same order give the same file, whatever filters the library holds. scripts/train-filters
// runs it over a folder.
#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "backend/backend.h"
#include "base/thread_pool.h"
#include "entropy/cell_header.h"
#include "format/crc.h"
#include "normative/transform.h"
#include "tools/training_picture.h"

namespace {

using namespace pc15;
using normative::kLoopClasses;
using normative::kLoopPoints;
using normative::kLoopSets;
using normative::kLoopTaps;
using tools::Image;
using tools::kSteps;
using tools::read_pnm;

static_assert(kLoopPoints == tools::kRatePoints, "filters of every rate point");
constexpr int32_t kCoefs = 2 * kLoopTaps, kTriangle = kCoefs * (kCoefs + 1) / 2, kMargin = 4, kRounds = 5;

struct Superblock {
  int32_t step16 = 0, set = 0;
  int64_t error[kLoopSets + 1] = {};  // by set; the last without filter
};

// One coded plane behind the seam filter.
struct Sample {
  int32_t width = 0, height = 0, side = 64, cols = 0;
  bool chroma = false;
  std::vector<Pixel> source, coded;
  std::vector<int16_t> wide;  // coded, with a margin of repeated samples
  std::vector<Superblock> blocks;
  int32_t pitch() const { return width + 2 * kMargin; }
  const int16_t* at(int32_t x, int32_t y) const {
    return wide.data() + static_cast<int64_t>(y + kMargin) * pitch() + x + kMargin;
  }
};

using Filters = std::vector<int32_t>;  // [class][coefficient], 1/256

// Codes an image at a rate point; gives its planes. This is the encoder's way of a picture without programs.
void code_image(const Image& image, int32_t step16, std::vector<Sample>* out) {
  Memory memory;
  tools::TrainingPicture picture(image, step16, format::kToolAdaptiveQuant | format::kToolDeblock, memory);
  const format::StreamHeader& h = picture.header;
  const enc::SourcePlanes& source = picture.source;
  const auto scratch = std::make_unique<enc::CellEncoderScratch>(memory);
  for (int32_t i = 0; i < h.plane_count(); ++i) {
    Sample s;
    s.width = source.view[i].width;
    s.height = source.view[i].height;
    s.side = 64 >> h.plane_shift(i);
    s.cols = entropy::superblocks(image.width);
    s.chroma = i > 0;
    s.source.assign(source.samples[i].begin(), source.samples[i].end());
    s.coded.resize(s.source.size());
    s.blocks.resize(static_cast<size_t>(s.cols) * static_cast<size_t>(entropy::superblocks(image.height)));
    out->push_back(std::move(s));
  }
  picture.for_each_cell([&](const Rect& cell, const enc::CellSource& job) {
    const enc::CellOutcome outcome = enc::encode_cell(job, h, picture.tuning, *scratch);
    for (int32_t i = 0; i < h.plane_count(); ++i) {
      // The cell's own copy behind the seam filter: seams between cells stay as they are.
      const PlaneView<Pixel> from = enc::filtered_plane(job, h, outcome, i, *scratch);
      Sample& s = (*out)[static_cast<size_t>(i)];
      const int32_t x0 = cell.x >> h.plane_shift(i), y0 = cell.y >> h.plane_shift(i);
      for (int32_t y = 0; y < from.height; ++y) {
        std::copy(from.row(y), from.row(y) + from.width,
                  s.coded.begin() + static_cast<int64_t>(y0 + y) * s.width + x0);
      }
      const int32_t base = i == 0 ? outcome.step16 : entropy::chroma_step(outcome.step16, h.chroma_step32);
      for (int32_t y = 0; y < from.height; y += s.side) {
        for (int32_t x = 0; x < from.width; x += s.side) {
          s.blocks[static_cast<size_t>((y0 + y) / s.side * s.cols + (x0 + x) / s.side)].step16 =
              normative::scaled_step(base, outcome.offsets[y / s.side * 8 + x / s.side]);
        }
      }
    }
  });
  for (Sample& s : *out) {
    s.wide.resize(static_cast<size_t>(s.pitch()) * static_cast<size_t>(s.height + 2 * kMargin));
    for (int32_t y = -kMargin; y < s.height + kMargin; ++y) {
      for (int32_t x = -kMargin; x < s.width + kMargin; ++x) {
        const int32_t cx = std::max(0, std::min(s.width - 1, x)), cy = std::max(0, std::min(s.height - 1, y));
        s.wide[static_cast<size_t>((y + kMargin) * s.pitch() + x + kMargin)] =
            s.coded[static_cast<size_t>(cy * s.width + cx)];
      }
    }
  }
}

// Calls body(class, differences, wanted change, coded, source) for every sample of a superblock.
template <typename Body>
void each_sample(const Sample& s, int32_t block, const Body& body) {
  const int32_t x0 = block % s.cols * s.side, y0 = block / s.cols * s.side;
  const int32_t w = std::min(s.side, s.width - x0), h = std::min(s.side, s.height - y0);
  const int32_t step16 = s.blocks[static_cast<size_t>(block)].step16, clip = normative::loop_clip(step16);
  backend::LoopPlane plane;
  plane.from = PlaneView<const Pixel>{s.coded.data(), s.width, s.height, s.width};
  plane.side = s.side;
  normative::LoopClass classes[256];
  backend::classify_superblock(plane, x0, y0, step16, classes);
  int32_t f[kCoefs];
  const auto limited = [clip](int32_t v) { return std::max(-clip, std::min(clip, v)); };
  for (int32_t y = 0; y < h; ++y) {
    for (int32_t x = 0; x < w; ++x) {
      const normative::LoopClass c = classes[(y / 4) * (w / 4) + x / 4];
      const int16_t* p = s.at(x0 + x, y0 + y);
      for (int32_t i = 0; i < kLoopTaps; ++i) {
        int32_t dx = normative::loop_tap(i)[0], dy = normative::loop_tap(i)[1];
        if (c.flip) dy = -dy;
        if (c.transpose) std::swap(dx, dy);
        const int32_t offset = dy * s.pitch() + dx, a = p[offset] - p[0], b = p[-offset] - p[0];
        f[2 * i] = a + b;
        f[2 * i + 1] = limited(a) + limited(b);
      }
      body(c.index, f, p[0], s.source[static_cast<size_t>((y0 + y) * s.width + x0 + x)]);
    }
  }
}

// Normal equations of all classes of all sets.
struct Sums {
  explicit Sums(int32_t sets) : at(static_cast<size_t>(sets * kLoopClasses * (kTriangle + kCoefs)), 0) {}
  std::vector<int64_t> at;
  int64_t* of(int32_t set, int32_t c) { return at.data() + (set * kLoopClasses + c) * (kTriangle + kCoefs); }
};

// The filter of a class. A little is added to the diagonal: classes that are seldom met stay near no filter.
void solve(const int64_t* sums, int32_t* filter) {
  double m[kCoefs][kCoefs], b[kCoefs], x[kCoefs], trace = 0;
  for (int32_t i = 0; i < kCoefs; ++i) {
    for (int32_t j = 0; j <= i; ++j) m[i][j] = m[j][i] = static_cast<double>(*sums++);
    trace += m[i][i];
  }
  for (int32_t i = 0; i < kCoefs; ++i) b[i] = static_cast<double>(*sums++);
  for (int32_t i = 0; i < kCoefs; ++i) m[i][i] += trace / kCoefs * 1e-3 + 100;
  for (int32_t i = 0; i < kCoefs; ++i) {
    for (int32_t r = i + 1; r < kCoefs; ++r) {
      const double g = m[r][i] / m[i][i];
      for (int32_t k = i; k < kCoefs; ++k) m[r][k] -= g * m[i][k];
      b[r] -= g * b[i];
    }
  }
  for (int32_t i = kCoefs - 1; i >= 0; --i) {
    double v = b[i];
    for (int32_t k = i + 1; k < kCoefs; ++k) v -= m[i][k] * x[k];
    x[i] = v / m[i][i];
    filter[i] = static_cast<int32_t>(std::lround(std::max(-127.0, std::min(127.0, x[i] * 256))));
  }
}

class Trainer {
 public:
  Trainer(std::vector<Sample>* samples, bool chroma, ThreadPool* pool) : pool_(*pool) {
    for (Sample& s : *samples) {
      if (s.chroma == chroma) samples_.push_back(&s);
    }
  }

  std::vector<Filters> run() {
    fit(1);
    report(1);
    for (int32_t sets = 1; sets < kLoopSets; sets *= 2) {
      split(sets);
      for (int32_t round = 0; round < kRounds; ++round) {
        fit(2 * sets);
        choose(2 * sets);
      }
      report(2 * sets);
    }
    return filters_;
  }

 private:
  void fit(int32_t sets) {
    std::vector<Sums> sums(static_cast<size_t>(pool_.size()), Sums(sets));
    pool_.run(static_cast<int64_t>(samples_.size()), [&](int64_t n, int32_t worker) {
      const Sample& s = *samples_[static_cast<size_t>(n)];
      for (size_t k = 0; k < s.blocks.size(); ++k) {
        const int32_t set = s.blocks[k].set;
        each_sample(s, static_cast<int32_t>(k),
                    [&](int32_t c, const int32_t* f, int32_t coded, int32_t source) {
                      int64_t* m = sums[static_cast<size_t>(worker)].of(set, c);
                      for (int32_t i = 0; i < kCoefs; ++i) {
                        for (int32_t j = 0; j <= i; ++j) *m++ += f[i] * f[j];
                      }
                      for (int32_t i = 0; i < kCoefs; ++i) *m++ += f[i] * (source - coded);
                    });
      }
    });
    for (size_t w = 1; w < sums.size(); ++w) {
      for (size_t i = 0; i < sums[0].at.size(); ++i) sums[0].at[i] += sums[w].at[i];
    }
    filters_.assign(static_cast<size_t>(sets), Filters(static_cast<size_t>(kLoopClasses * kCoefs)));
    for (int32_t set = 0; set < sets; ++set) {
      for (int32_t c = 0; c < kLoopClasses; ++c) {
        solve(sums[0].of(set, c), filters_[static_cast<size_t>(set)].data() + c * kCoefs);
      }
    }
    measure(sets);
  }

  void measure(int32_t sets) {
    pool_.run(static_cast<int64_t>(samples_.size()), [&](int64_t n, int32_t) {
      Sample& s = *samples_[static_cast<size_t>(n)];
      for (size_t k = 0; k < s.blocks.size(); ++k) {
        Superblock& b = s.blocks[k];
        std::fill(b.error, b.error + kLoopSets + 1, 0);
        each_sample(s, static_cast<int32_t>(k),
                    [&](int32_t c, const int32_t* f, int32_t coded, int32_t source) {
                      b.error[kLoopSets] += (source - coded) * (source - coded);
                      for (int32_t set = 0; set < sets; ++set) {
                        const int32_t* filter = filters_[static_cast<size_t>(set)].data() + c * kCoefs;
                        int32_t sum = 128;
                        for (int32_t i = 0; i < kCoefs; ++i) sum += filter[i] * f[i];
                        const int32_t e = normative::clip_pixel(coded + (sum >> 8)) - source;
                        b.error[set] += e * e;
                      }
                    });
      }
    });
  }

  void choose(int32_t sets) {
    for (Sample* s : samples_) {
      for (Superblock& b : s->blocks) {
        b.set = static_cast<int32_t>(std::min_element(b.error, b.error + sets) - b.error);
      }
    }
  }

  // The superblocks of a set that gain more than the median stay, the others move to a new one.
  void split(int32_t sets) {
    for (int32_t set = 0; set < sets; ++set) {
      std::vector<std::pair<double, Superblock*>> order;
      for (Sample* s : samples_) {
        for (Superblock& b : s->blocks) {
          if (b.set == set) {
            order.emplace_back(
                static_cast<double>(b.error[set]) / static_cast<double>(b.error[kLoopSets] + 1), &b);
          }
        }
      }
      std::stable_sort(order.begin(), order.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      for (size_t i = order.size() / 2; i < order.size(); ++i) order[i].second->set = sets + set;
    }
  }

  void report(int32_t sets) const {
    double before = 0, after = 0;
    for (const Sample* s : samples_) {
      for (const Superblock& b : s->blocks) {
        before += static_cast<double>(b.error[kLoopSets]);
        after +=
            static_cast<double>(std::min(b.error[kLoopSets], *std::min_element(b.error, b.error + sets)));
      }
    }
    std::printf("  %d sets: error %.4f of that without\n", sets, before > 0 ? after / before : 1.0);
    std::fflush(stdout);
  }

  ThreadPool& pool_;
  std::vector<Sample*> samples_;
  std::vector<Filters> filters_;
};

using Table = std::vector<Filters>[2][kLoopPoints];

void write_table(FILE* f, const Table& table) {
  std::fprintf(f,
               "// Written by tools/train_filters.cpp. Do not edit.\n"
               "constexpr int8_t kLoopFilters[2][normative::kLoopPoints][normative::kLoopSets]"
               "[normative::kLoopClasses][2 * normative::kLoopTaps] = {\n");
  uint32_t crc = 0;
  for (const auto& family : table) {
    std::fprintf(f, "{\n");
    for (const std::vector<Filters>& point : family) {
      std::fprintf(f, "{\n");
      for (const Filters& set : point) {
        std::fprintf(f, "{\n");
        for (int32_t c = 0; c < kLoopClasses; ++c) {
          for (int32_t i = 0; i < kCoefs; ++i) {
            const int32_t v = set[static_cast<size_t>(c * kCoefs + i)];
            const uint8_t byte = static_cast<uint8_t>(v);
            crc = format::crc32_update(crc, ByteSpan(&byte, 1));
            std::fprintf(f, "%s%d", i == 0 ? "{" : ",", v);
          }
          std::fprintf(f, "},\n");
        }
        std::fprintf(f, "},\n");
      }
      std::fprintf(f, "},\n");
    }
    std::fprintf(f, "},\n");
  }
  std::fprintf(f, "};\n");
  std::printf("filters: CRC-32 %08" PRIX32 "\n", crc);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: train_filters OUT.inc IMAGE.ppm...\n");
    return 2;
  }
  std::vector<Image> images(static_cast<size_t>(argc - 2));
  for (int32_t i = 2; i < argc; ++i) {
    if (!read_pnm(argv[i], &images[static_cast<size_t>(i - 2)])) {
      std::fprintf(stderr, "train_filters: %s: not a binary 8-bit PNM file\n", argv[i]);
      return 1;
    }
  }
  ThreadPool pool(static_cast<int32_t>(std::max(1u, std::thread::hardware_concurrency())));
  Table table;
  for (int32_t point = 0; point < kLoopPoints; ++point) {
    std::vector<std::vector<Sample>> coded(images.size());
    pool.run(static_cast<int64_t>(images.size()), [&](int64_t i, int32_t) {
      code_image(images[static_cast<size_t>(i)], kSteps[point], &coded[static_cast<size_t>(i)]);
    });
    std::vector<Sample> samples;
    for (std::vector<Sample>& c : coded) {
      for (Sample& s : c) samples.push_back(std::move(s));
    }
    for (const bool chroma : {false, true}) {
      std::printf("step %d, %s\n", kSteps[point] / 16, chroma ? "chroma" : "luma");
      table[chroma ? 1 : 0][point] = Trainer(&samples, chroma, &pool).run();
    }
  }
  FILE* f = std::fopen(argv[1], "wb");
  if (f == nullptr) {
    std::fprintf(stderr, "train_filters: %s: cannot be written\n", argv[1]);
    return 1;
  }
  write_table(f, table);
  return std::fclose(f) == 0 ? 0 : 1;
}
