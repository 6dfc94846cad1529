// k-means++ (D. Arthur, S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007), then
// Lloyd's iterations (S. Lloyd, "Least squares quantization in PCM", 1982), level by level on what is left.
//
// Deterministic for any number of threads: a task owns a band of 1024 samples and writes only there; sums
// over samples are taken band by band in order, means in order of samples, by one thread. Assignment costs
// entries times as much as a mean, so that the serial part stays small.
//
// An entry without samples takes the sample that is farthest from its own entry, the first of equal ones,
// unless that sample is alone or no distance is left.
#include "vq/codebook_train.h"

#include <algorithm>

namespace pc15::vq {
namespace {

constexpr int64_t kBand = 1024;

// SplitMix64 (S. Vigna, 2015).
class Random {
 public:
  explicit Random(int64_t seed) : state_(static_cast<uint64_t>(seed)) {}
  // Uniform in [0, 1), 53 bits.
  double real() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

 private:
  uint64_t state_;
};

class LevelTrainer {
 public:
  // `points` holds rows x dims numbers.
  LevelTrainer(const Vector<double>& points, int64_t rows, int32_t level, ThreadPool& pool, Monitor& monitor,
               Codebook* codebook)
      : points_(points), rows_(rows), dims_(codebook->dims()), level_(level), pool_(pool), monitor_(monitor),
        codebook_(*codebook), owner_(points.memory(), static_cast<size_t>(rows), -1),
        distance_(points.memory(), static_cast<size_t>(rows)),
        band_sum_(points.memory(), static_cast<size_t>(band_count())),
        band_changes_(points.memory(), static_cast<size_t>(band_count())),
        members_(points.memory(), static_cast<size_t>(codebook->entries())) {}

  void seed(Random& random);
  // True when a sample changed its entry.
  bool assign();
  void repair();
  void update();

 private:
  int64_t band_count() const { return (rows_ + kBand - 1) / kBand; }
  const double* point(int64_t i) const { return points_.data() + i * dims_; }
  void place(int32_t entry, int64_t i) {
    std::copy(point(i), point(i) + dims_, codebook_.entry(level_, entry));
  }
  void meet(int32_t entry);
  int64_t draw(double target) const;
  int64_t farthest() const;
  template <typename Body>
  void each_band(Body body) {
    pool_.run(band_count(), [&](int64_t band, int32_t) {
      if (!monitor_.cancelled()) body(band, band * kBand, std::min(rows_, (band + 1) * kBand));
    });
  }

  const Vector<double>& points_;
  const int64_t rows_;
  const int32_t dims_, level_;
  ThreadPool& pool_;
  Monitor& monitor_;
  Codebook& codebook_;
  Vector<int32_t> owner_;
  Vector<double> distance_, band_sum_;  // squared distance to the nearest entry so far, its sum per band
  Vector<int64_t> band_changes_, members_;
};

// Lowers the distances by a new entry.
void LevelTrainer::meet(int32_t entry) {
  const double* centre = codebook_.entry(level_, entry);
  each_band([&](int64_t band, int64_t first, int64_t last) {
    double sum = 0.0;
    for (int64_t i = first; i < last; ++i) {
      double& best = distance_[static_cast<size_t>(i)];
      const double d = squared_distance(point(i), centre, dims_);
      if (entry == 0 || d < best) best = d;
      sum += best;
    }
    band_sum_[static_cast<size_t>(band)] = sum;
  });
}

// The sample at which the running sum of distances exceeds `target`; -1 when rounding leaves none.
int64_t LevelTrainer::draw(double target) const {
  int64_t band = 0, last = -1;
  for (; band + 1 < band_count() && target >= band_sum_[static_cast<size_t>(band)]; ++band) {
    target -= band_sum_[static_cast<size_t>(band)];
  }
  for (int64_t i = band * kBand; i < std::min(rows_, (band + 1) * kBand); ++i) {
    const double d = distance_[static_cast<size_t>(i)];
    if (d > 0.0) last = i;
    if (d > target) return i;
    target -= d;
  }
  return last;
}

void LevelTrainer::seed(Random& random) {
  const int64_t first = static_cast<int64_t>(random.real() * static_cast<double>(rows_));
  place(0, std::min(first, rows_ - 1));
  for (int32_t entry = 1; entry < codebook_.entries() && !monitor_.cancelled(); ++entry) {
    meet(entry - 1);
    double total = 0.0;
    for (const double sum : band_sum_) total += sum;
    const int64_t drawn = total > 0.0 ? draw(random.real() * total) : -1;
    place(entry, drawn >= 0 ? drawn : farthest());
  }
}

bool LevelTrainer::assign() {
  std::fill(band_changes_.begin(), band_changes_.end(), 0);
  each_band([&](int64_t band, int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      int32_t& owner = owner_[static_cast<size_t>(i)];
      const int32_t nearest = nearest_entry(codebook_, level_, point(i), &distance_[static_cast<size_t>(i)]);
      if (nearest != owner) ++band_changes_[static_cast<size_t>(band)];
      owner = nearest;
    }
  });
  int64_t changes = 0;
  for (const int64_t c : band_changes_) changes += c;
  return changes != 0;
}

int64_t LevelTrainer::farthest() const {
  return std::max_element(distance_.begin(), distance_.end()) - distance_.begin();
}

void LevelTrainer::repair() {
  std::fill(members_.begin(), members_.end(), 0);
  for (const int32_t owner : owner_) ++members_[static_cast<size_t>(owner)];
  for (int32_t entry = 0; entry < codebook_.entries(); ++entry) {
    if (members_[static_cast<size_t>(entry)] != 0) continue;
    const size_t i = static_cast<size_t>(farthest());
    int64_t& crowd = members_[static_cast<size_t>(owner_[i])];
    if (!(distance_[i] > 0.0) || crowd < 2) return;
    --crowd;
    owner_[i] = entry;
    members_[static_cast<size_t>(entry)] = 1;
    distance_[i] = 0.0;
  }
}

// Entries become the means of their samples; one without samples stays.
void LevelTrainer::update() {
  for (int32_t e = 0; e < codebook_.entries(); ++e) {
    double* entry = codebook_.entry(level_, e);
    if (members_[static_cast<size_t>(e)] != 0) std::fill(entry, entry + dims_, 0.0);
  }
  for (int64_t i = 0; i < rows_; ++i) {
    double* entry = codebook_.entry(level_, owner_[static_cast<size_t>(i)]);
    for (int32_t d = 0; d < dims_; ++d) entry[d] += point(i)[d];
  }
  for (int32_t e = 0; e < codebook_.entries(); ++e) {
    const int64_t count = members_[static_cast<size_t>(e)];
    double* entry = codebook_.entry(level_, e);
    for (int32_t d = 0; count != 0 && d < dims_; ++d) entry[d] /= static_cast<double>(count);
  }
}

// Leaves in *points what the level does not explain; returns its mean squared length.
double subtract_level(const Codebook& codebook, int32_t level, int64_t rows, ThreadPool& pool,
                      Vector<double>* points) {
  const int32_t dims = codebook.dims();
  Vector<double> sums(points->memory(), static_cast<size_t>((rows + kBand - 1) / kBand));
  pool.run(static_cast<int64_t>(sums.size()), [&](int64_t band, int32_t) {
    for (int64_t i = band * kBand; i < std::min(rows, (band + 1) * kBand); ++i) {
      double* point = points->data() + i * dims;
      double distance = 0.0;
      const double* entry = codebook.entry(level, nearest_entry(codebook, level, point, &distance));
      for (int32_t d = 0; d < dims; ++d) point[d] -= entry[d];
      sums[static_cast<size_t>(band)] += distance;
    }
  });
  double total = 0.0;
  for (const double sum : sums) total += sum;
  return total / static_cast<double>(rows);
}

Status check_options(const SampleView& samples, const TrainOptions& options) {
  PC15_TRY(check_shape(options.levels, options.entries, samples.dims()));
  PC15_FAIL_IF(options.iterations < 1 || options.iterations > 1000, Code::kOutOfRange,
               "%" PRId64 " iterations; allowed are 1...1000", options.iterations);
  PC15_FAIL_IF(samples.rows() < options.entries, Code::kInvalidArgument,
               "%" PRId64 " samples; %" PRId64 " entries need at least as many", samples.rows(),
               options.entries);
  return check_samples(samples);
}

}  // namespace

Status train(const SampleView& samples, const TrainOptions& options, ThreadPool& pool, Monitor& monitor,
             Codebook* out) {
  PC15_TRY(check_options(samples, options));
  const int64_t rows = samples.rows(), dims = samples.dims();
  Vector<double> points(out->memory(), static_cast<size_t>(rows) * static_cast<size_t>(dims));
  for (int64_t i = 0; i < rows; ++i) samples.load(i, points.data() + i * dims);
  Codebook made(out->memory());
  made.resize(static_cast<int32_t>(options.levels), static_cast<int32_t>(options.entries), samples.dims());
  Random random(options.seed);
  double distortion = 0.0;
  monitor.start(static_cast<uint64_t>(options.levels * options.iterations));
  for (int32_t level = 0; level < made.levels() && !monitor.cancelled(); ++level) {
    LevelTrainer trainer(points, rows, level, pool, monitor, &made);
    trainer.seed(random);
    for (int64_t i = 0; i < options.iterations && trainer.assign() && !monitor.cancelled(); ++i) {
      trainer.repair();
      trainer.update();
      monitor.advance(1);
    }
    if (!monitor.cancelled()) distortion = subtract_level(made, level, rows, pool, &points);
  }
  PC15_FAIL_IF(monitor.cancelled(), Code::kCancelled, "training was cancelled");
  made.set_distortion(distortion);
  out->swap(made);
  return ok_status();
}

}  // namespace pc15::vq
