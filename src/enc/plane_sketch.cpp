#include "enc/plane_sketch.h"

#include <algorithm>
#include <cstring>

namespace pc15::enc {

PlaneSketch::PlaneSketch(Memory& memory)
    : wants_(memory), rows_(memory), runs_(memory), samples_(memory), blank_(memory), means_(memory) {}

void PlaneSketch::start(int32_t width, int32_t height) {
  width_ = width;
  height_ = height;
  wants_.clear();
  means_.clear();
  totals_ = PlaneTotals();
  missed_ = false;
}

void PlaneSketch::want(const Rect& rect, int32_t step) {
  if (rect.width > 0 && rect.height > 0) wants_.push_back({rect, step});
}

void PlaneSketch::want_means(int32_t factor) {
  if (factor < 1 || factor > std::min(width_, height_) || means(factor) != nullptr) return;
  means_.emplace_back(rows_.memory());
  Means& m = means_.back();
  m.factor = factor;
  m.values.reserve(static_cast<size_t>(width_ / factor) * static_cast<size_t>(height_ / factor));
  m.sums.assign(static_cast<size_t>(width_ / factor), 0);
}

// All runs that are wanted, by rows, as they come.
void PlaneSketch::list_runs() {
  rows_.assign(static_cast<size_t>(height_) + 1, 0);
  const auto runs_of = [](const Want& w) {
    return w.step == 1 ? 1u : static_cast<uint32_t>((w.rect.width + w.step - 1) / w.step);
  };
  for (const Want& w : wants_) {
    for (int32_t y = w.rect.y; y < w.rect.bottom(); y += w.step) rows_[static_cast<size_t>(y)] += runs_of(w);
  }
  uint32_t total = 0;
  for (uint32_t& first : rows_) {
    const uint32_t count = first;
    first = total;
    total += count;
  }
  runs_.resize(total);
  for (const Want& w : wants_) {
    const int32_t length = w.step == 1 ? w.rect.width : 1;
    for (int32_t y = w.rect.y; y < w.rect.bottom(); y += w.step) {
      for (int32_t x = w.rect.x; x < w.rect.right(); x += w.step * length) {
        runs_[rows_[static_cast<size_t>(y)]++] =
            Run{static_cast<uint16_t>(x), static_cast<uint16_t>(x + length), 0};
      }
    }
  }
  // Every row ends where the next one began.
  std::copy_backward(rows_.begin(), rows_.end() - 1, rows_.end());
  rows_[0] = 0;
}

// Sorts the runs [first, last) and appends them, joined, at *end.
void PlaneSketch::merge_row(uint32_t first, uint32_t last, uint32_t* end) {
  std::sort(runs_.begin() + first, runs_.begin() + last,
            [](const Run& a, const Run& b) { return a.x < b.x; });
  const uint32_t begin = *end;
  for (uint32_t i = first; i < last; ++i) {
    const Run run = runs_[i];
    if (*end > begin && run.x <= runs_[*end - 1].end) {
      runs_[*end - 1].end = std::max(runs_[*end - 1].end, run.end);
    } else {
      runs_[(*end)++] = run;
    }
  }
}

bool PlaneSketch::prepare(const Monitor& monitor) {
  list_runs();
  uint32_t end = 0, samples = 0, first = 0;
  for (int32_t y = 0; y < height_; ++y) {
    if (monitor.cancelled()) return false;
    const uint32_t last = rows_[static_cast<size_t>(y) + 1], begin = end;
    merge_row(first, last, &end);
    first = last;
    rows_[static_cast<size_t>(y)] = begin;
    for (uint32_t i = begin; i < end; ++i) {
      runs_[i].at = samples;
      samples += static_cast<uint32_t>(runs_[i].end - runs_[i].x);
    }
  }
  rows_[static_cast<size_t>(height_)] = end;
  runs_.resize(end);
  samples_.resize(samples);
  blank_.assign(static_cast<size_t>(width_), 0);
  return true;
}

void PlaneSketch::take(int32_t y, const Pixel* row) {
  const uint32_t last = rows_[static_cast<size_t>(y) + 1];
  for (uint32_t i = rows_[static_cast<size_t>(y)]; i < last; ++i) {
    const Run& run = runs_[i];
    std::memcpy(samples_.data() + run.at, row + run.x, static_cast<size_t>(run.end - run.x));
  }
  add_totals(y, row);
  for (Means& m : means_) add_means(y, row, &m);
}

void PlaneSketch::add_totals(int32_t y, const Pixel* row) {
  if (y == 0) totals_.first = row[0];
  uint32_t sum = 0, squares = 0;  // of at most 65535 samples
  for (int32_t x = 0; x < width_; ++x) {
    const uint32_t v = row[x];
    sum += v;
    squares += v * v;
  }
  totals_.sum += sum;
  totals_.squares += squares;
  const uint32_t first = totals_.first, width = static_cast<uint32_t>(width_);
  totals_.flat = totals_.flat && sum == first * width && squares == first * first * width;
  if (y % 4 != 0) return;
  for (int32_t x = 0; x < width_; x += 4) {
    totals_.fourth_sum += row[x];
    totals_.fourth_squares += row[x] * row[x];
  }
  totals_.fourths += (width_ + 3) / 4;
}

void PlaneSketch::add_means(int32_t y, const Pixel* row, Means* means) const {
  const int32_t f = means->factor;
  if (y >= height_ / f * f) return;
  for (int32_t& sum : means->sums) {
    for (int32_t u = 0; u < f; ++u) sum += row[u];
    row += f;
  }
  if (y % f != f - 1) return;
  const float scale = 1.0f / static_cast<float>(f * f);
  for (int32_t& sum : means->sums) {
    means->values.push_back(static_cast<float>(sum) * scale);
    sum = 0;
  }
}

const Pixel* PlaneSketch::run(int32_t x, int32_t y, int32_t count) const {
  const auto first = runs_.begin() + rows_[static_cast<size_t>(y)],
             last = runs_.begin() + rows_[static_cast<size_t>(y) + 1];
  const auto behind =
      std::upper_bound(first, last, x, [](int32_t value, const Run& run) { return value < run.x; });
  if (behind == first || x + count > (behind - 1)->end) {
    missed_.store(true, std::memory_order_relaxed);
    return blank_.data();
  }
  return samples_.data() + (behind - 1)->at + (x - (behind - 1)->x);
}

const float* PlaneSketch::means(int32_t factor) const {
  for (const Means& m : means_) {
    if (m.factor == factor) return m.values.data();
  }
  return nullptr;
}

}  // namespace pc15::enc
