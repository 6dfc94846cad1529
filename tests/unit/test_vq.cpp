// Vector quantisation: training, coarse to fine, indices and offsets, blobs, and what is refused where.
#include "support/cmocka_cpp.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "vq/codebook.h"
#include "vq/codebook_train.h"

namespace {

using namespace pc15;
using vq::Codebook;

uint32_t mixed(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ x >> 16;
}

// Points around `clusters` far corners, noise below 1.
std::vector<double> clustered(int rows, int dims, int clusters, uint32_t salt) {
  std::vector<double> out;
  for (int i = 0; i < rows; ++i) {
    const uint32_t corner = mixed(static_cast<uint32_t>(i % clusters) + 77);
    for (int d = 0; d < dims; ++d) {
      const uint32_t noise = mixed(salt * 7919u + static_cast<uint32_t>(i * dims + d));
      out.push_back(1000.0 * ((corner >> (2 * d)) & 1023u) + noise / 4294967296.0);
    }
  }
  return out;
}

Status train(const std::vector<double>& values, int64_t dims, vq::TrainOptions options, int threads,
             Codebook* out) {
  ThreadPool pool(threads);
  Monitor monitor;
  vq::SampleView view;
  PC15_TRY(vq::view_samples(values.data(), values.size(), dims, &view));
  return vq::train(view, options, pool, monitor, out);
}

vq::TrainOptions options_of(int64_t entries, int64_t levels = 1, int64_t seed = 1) {
  vq::TrainOptions o;
  o.entries = entries;
  o.levels = levels;
  o.seed = seed;
  return o;
}

std::string text_of(const Status& status) {
  char text[256];
  status.print(text, sizeof(text));
  return text;
}
void refuses(const Status& status, Code code, const char* part) {
  assert_int_equal(static_cast<int>(status.code()), static_cast<int>(code));
  const bool named = text_of(status).find(part) != std::string::npos;
  if (!named) print_error("'%s' lacks '%s'\n", text_of(status).c_str(), part);
  assert_true(named);
}

std::vector<uint8_t> blob_of(const Codebook& codebook, Memory& memory) {
  Vector<uint8_t> bytes(memory);
  vq::append_blob(codebook, &bytes);
  return std::vector<uint8_t>(bytes.begin(), bytes.end());
}

void clusters_are_found_for_every_seed(void**) {
  Memory memory;
  const std::vector<double> values = clustered(600, 3, 8, 5);
  for (int64_t seed = -10; seed < 30; ++seed) {
    Codebook book(memory);
    assert_true(train(values, 3, options_of(8, 1, seed), 1, &book).ok());
    assert_true(book.distortion() < 0.5);  // noise of 3 uniform variables: 0.25
  }
}

void means_are_exact(void**) {
  Memory memory;
  Codebook book(memory);
  assert_true(train({0, 0, 2, 4, 4, 2, 100, 100, 102, 104}, 2, options_of(2), 1, &book).ok());
  const bool swapped = book.entry(0, 0)[0] > 50;
  const double* low = book.entry(0, swapped ? 1 : 0);
  const double* high = book.entry(0, swapped ? 0 : 1);
  assert_true(low[0] == 2 && low[1] == 2 && high[0] == 101 && high[1] == 102);
  assert_true(book.distortion() == (8 + 4 + 4 + 5 + 5) / 5.0);
}

void threads_and_sample_type_change_nothing(void**) {
  Memory memory;
  std::vector<double> values = clustered(5000, 5, 40, 9);
  for (double& v : values) v = static_cast<float>(v);
  const std::vector<float> small(values.begin(), values.end());
  Codebook first(memory);
  assert_true(train(values, 5, options_of(37, 3, 4), 1, &first).ok());
  for (const int threads : {2, 3, 4}) {
    Codebook again(memory), single(memory);
    assert_true(train(values, 5, options_of(37, 3, 4), threads, &again).ok());
    ThreadPool pool(threads);
    Monitor monitor;
    const vq::SampleView view(small.data(), 5000, 5);
    assert_true(vq::train(view, options_of(37, 3, 4), pool, monitor, &single).ok());
    assert_true(blob_of(first, memory) == blob_of(again, memory));
    assert_true(blob_of(first, memory) == blob_of(single, memory));
    assert_true(first.distortion() == again.distortion());
  }
  Codebook other(memory);
  assert_true(train(values, 5, options_of(37, 3, 5), 1, &other).ok());
  assert_false(blob_of(first, memory) == blob_of(other, memory));
}

void more_work_never_hurts(void**) {
  Memory memory;
  const std::vector<double> values = clustered(900, 2, 300, 3);
  double before = std::numeric_limits<double>::infinity();
  for (const int64_t iterations : {1, 2, 3, 5, 10, 100}) {
    Codebook book(memory);
    vq::TrainOptions o = options_of(20);
    o.iterations = iterations;
    assert_true(train(values, 2, o, 1, &book).ok());
    assert_true(book.distortion() <= before);
    before = book.distortion();
  }
  const double one = before;
  for (const int64_t levels : {2, 3, 4}) {
    Codebook book(memory);
    assert_true(train(values, 2, options_of(20, levels), 1, &book).ok());
    assert_true(book.distortion() < before);
    before = book.distortion();
  }
  assert_true(before < one / 20);
  Codebook all(memory);
  assert_true(train(values, 2, options_of(900), 1, &all).ok());
  assert_true(all.distortion() == 0.0);
}

// In each of these rounds Lloyd's iteration leaves an entry without samples, which is rare behind k-means++:
// they were found among 300000. The repair gives every entry a sample.
void no_entry_stays_empty(void**) {
  struct Round {
    uint32_t number;
    int rows, entries, dims;
  };
  constexpr Round kRounds[] = {{15628, 24, 7, 2},  {114616, 16, 5, 2}, {127146, 17, 5, 1},
                               {161412, 22, 6, 1}, {174784, 23, 8, 2}, {186648, 27, 7, 1},
                               {267511, 16, 5, 2}, {291311, 15, 5, 3}};
  Memory memory;
  ThreadPool pool(1);
  for (const Round& r : kRounds) {
    std::vector<double> values;
    for (int i = 0; i < r.rows * r.dims; ++i) {
      values.push_back(mixed(r.number * 131u + static_cast<uint32_t>(i) + 7u) % 30u);
    }
    Codebook book(memory);
    assert_true(train(values, r.dims, options_of(r.entries, 1, r.number), 1, &book).ok());
    std::vector<int32_t> indices(static_cast<size_t>(r.rows));
    const vq::SampleView view(values.data(), r.rows, r.dims);
    assert_true(vq::quantise(book, view, pool, Span<int32_t>(indices), Span<double>()).ok());
    std::vector<int> used(static_cast<size_t>(r.entries), 0);
    for (const int32_t i : indices) ++used[static_cast<size_t>(i)];
    for (const int n : used) assert_true(n > 0);
  }
}

void fewer_distinct_samples_than_entries(void**) {
  Memory memory;
  const std::vector<double> same = {3, 3, 3, 3, 7, 7, 7, 9, 9, 9};
  Codebook book(memory);
  assert_true(train(same, 1, options_of(5), 1, &book).ok());
  assert_true(book.distortion() == 0.0);
  for (int32_t i = 0; i < 5; ++i) {
    const double v = book.entry(0, i)[0];
    assert_true(v == 3 || v == 7 || v == 9);
  }
}

void training_refuses_with_the_place(void**) {
  Memory memory;
  Codebook book(memory);
  std::vector<double> values = clustered(50, 4, 5, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, inf, -inf, 1.1e100, -1e200}) {
    std::vector<double> broken = values;
    broken[17 * 4 + 2] = bad;
    refuses(train(broken, 4, options_of(5), 1, &book), Code::kOutOfRange, "sample 17, dimension 2");
  }
  refuses(train(values, 4, options_of(51), 1, &book), Code::kInvalidArgument, "50 samples; 51 entries");
  refuses(train({}, 4, options_of(1), 1, &book), Code::kInvalidArgument, "0 samples");
  refuses(train(values, 0, options_of(1), 1, &book), Code::kOutOfRange, "0 dimensions");
  refuses(train(values, 257, options_of(1), 1, &book), Code::kOutOfRange, "257 dimensions");
  refuses(train(values, 3, options_of(1), 1, &book), Code::kInvalidArgument, "200 numbers");
  refuses(train(values, 4, options_of(0), 1, &book), Code::kOutOfRange, "0 entries");
  refuses(train(values, 4, options_of(65537), 1, &book), Code::kOutOfRange, "65537 entries");
  refuses(train(values, 4, options_of(4, 0), 1, &book), Code::kOutOfRange, "0 levels");
  refuses(train(values, 4, options_of(4, 9), 1, &book), Code::kOutOfRange, "9 levels");
  vq::TrainOptions o = options_of(4);
  o.iterations = 0;
  refuses(train(values, 4, o, 1, &book), Code::kOutOfRange, "0 iterations");
  o.iterations = 1001;
  refuses(train(values, 4, o, 1, &book), Code::kOutOfRange, "1001 iterations");
  assert_true(book.empty());
  refuses(vq::check_shape(8, 65536, 256), Code::kOutOfRange, "134217728");
  std::atomic<bool> stop{true};
  Monitor monitor(&stop, nullptr, nullptr);
  ThreadPool pool(1);
  const vq::SampleView view(values.data(), 50, 4);
  refuses(vq::train(view, options_of(4), pool, monitor, &book), Code::kCancelled, "cancelled");
  assert_true(book.empty());
}

Codebook trained(Memory& memory, int64_t entries, int64_t levels) {
  Codebook book(memory);
  assert_true(train(clustered(300, 3, 30, 8), 3, options_of(entries, levels), 1, &book).ok());
  return book;
}

void indices_and_offsets_come_back(void**) {
  Memory memory;
  const Codebook book = trained(memory, 6, 3);
  const std::vector<double> values = clustered(4000, 3, 50, 21);
  const vq::SampleView view(values.data(), 4000, 3);
  std::vector<int32_t> first;
  std::vector<double> kept;
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    std::vector<int32_t> indices(4000 * 3);
    std::vector<double> offsets(values.size());
    assert_true(vq::quantise(book, view, pool, Span<int32_t>(indices), Span<double>(offsets)).ok());
    if (threads == 1) first = indices, kept = offsets;
    assert_true(indices == first && offsets == kept);
  }
  std::vector<double> back(values.size());
  assert_true(vq::dequantise(book, Span<const int32_t>(first.data(), first.size()),
                             Span<const double>(kept.data(), kept.size()), 3, Span<double>(back))
                  .ok());
  for (size_t i = 0; i < back.size(); ++i) assert_true(std::fabs(back[i] - values[i]) <= 1e-9);
  double before = std::numeric_limits<double>::infinity();
  for (int64_t levels = 1; levels <= 3; ++levels) {  // a prefix is coarser
    assert_true(vq::dequantise(book, Span<const int32_t>(first.data(), first.size()), Span<const double>(),
                               levels, Span<double>(back))
                    .ok());
    double error = 0;
    for (size_t i = 0; i < back.size(); ++i) error += (back[i] - values[i]) * (back[i] - values[i]);
    assert_true(error < before);
    before = error;
  }
}

void ties_take_the_lowest_index(void**) {
  Memory memory;
  Codebook book(memory);
  book.resize(1, 4, 1);
  const double entries[] = {5, 1, 3, 1};
  for (int32_t i = 0; i < 4; ++i) book.entry(0, i)[0] = entries[i];
  const std::vector<double> values = {1, 2, 4, 0, 9};
  std::vector<int32_t> indices(5);
  ThreadPool pool(1);
  assert_true(
      vq::quantise(book, vq::SampleView(values.data(), 5, 1), pool, Span<int32_t>(indices), Span<double>())
          .ok());
  const std::vector<int32_t> expected = {1, 1, 0, 1, 0};
  assert_true(indices == expected);
}

void quantising_refuses_with_the_place(void**) {
  Memory memory;
  const Codebook book = trained(memory, 6, 2);
  Codebook empty(memory);
  ThreadPool pool(1);
  std::vector<double> values = clustered(5, 3, 2, 2), out(15);
  std::vector<int32_t> indices(10, 0);
  const Span<int32_t> all(indices);
  const vq::SampleView view(values.data(), 5, 3);
  refuses(vq::quantise(empty, view, pool, all, Span<double>()), Code::kWrongState, "empty");
  refuses(vq::quantise(book, vq::SampleView(values.data(), 3, 5), pool, all, Span<double>()),
          Code::kInvalidArgument, "5 dimensions");
  refuses(vq::quantise(book, view, pool, all.sub(0, 9), Span<double>()), Code::kInvalidArgument,
          "9 indices, 10");
  refuses(vq::quantise(book, view, pool, all, Span<double>(out).sub(0, 14)), Code::kInvalidArgument,
          "14 offsets, 15");
  values[4 * 3 + 1] = std::numeric_limits<double>::quiet_NaN();
  refuses(vq::quantise(book, view, pool, all, Span<double>()), Code::kOutOfRange, "sample 4, dimension 1");

  const Span<const int32_t> stored(indices.data(), indices.size());
  const Span<const double> none;
  refuses(vq::dequantise(book, stored, none, 0, Span<double>(out)), Code::kOutOfRange, "0 levels");
  refuses(vq::dequantise(book, stored, none, 3, Span<double>(out)), Code::kOutOfRange, "3 levels");
  refuses(vq::dequantise(book, stored, Span<const double>(out.data(), 15), 1, Span<double>(out)),
          Code::kInvalidArgument, "offsets belong to all 2 levels");
  refuses(vq::dequantise(book, stored, Span<const double>(out.data(), 14), 2, Span<double>(out)),
          Code::kInvalidArgument, "14 offsets, 15");
  refuses(vq::dequantise(book, stored.sub(0, 9), none, 2, Span<double>(out)), Code::kInvalidArgument,
          "9 indices");
  refuses(vq::dequantise(book, stored, none, 2, Span<double>(out).sub(0, 14)), Code::kInvalidArgument,
          "14 values, 15");
  indices[7] = 6;
  refuses(vq::dequantise(book, stored, none, 2, Span<double>(out)), Code::kOutOfRange,
          "sample 3, level 1: index 6");
  assert_true(vq::dequantise(book, stored, none, 1, Span<double>(out)).ok());  // the bad index is not used
  indices[6] = -1;
  refuses(vq::dequantise(book, stored, none, 1, Span<double>(out)), Code::kOutOfRange,
          "sample 3, level 0: index -1");
  refuses(vq::dequantise(empty, stored, none, 1, Span<double>(out)), Code::kWrongState, "empty");
}

void blobs_come_back_and_hostile_ones_do_not(void**) {
  Memory memory;
  const Codebook book = trained(memory, 5, 2);
  const std::vector<uint8_t> blob = blob_of(book, memory);
  assert_int_equal(blob.size(), 12 + 8 * 2 * 5 * 3);
  Codebook back(memory);
  assert_true(vq::parse_blob(ByteSpan(blob.data(), blob.size()), &back).ok());
  assert_true(blob_of(back, memory) == blob);
  for (size_t size = 0; size < blob.size(); ++size) {
    refuses(vq::parse_blob(ByteSpan(blob.data(), size), &back), Code::kTruncated, "the codebook");
  }
  std::vector<uint8_t> longer = blob;
  longer.push_back(0);
  refuses(vq::parse_blob(ByteSpan(longer.data(), longer.size()), &back), Code::kTrailing, "253 bytes");
  const struct {
    size_t at;
    uint8_t value;
    Code code;
    const char* part;
  } kBad[] = {{0, 'Q', Code::kCorrupt, "byte 0"},
              {3, 0, Code::kCorrupt, "byte 3"},
              {4, 2, Code::kVersion, "version 2"},
              {5, 0, Code::kCorrupt, "0 levels"},
              {5, 9, Code::kCorrupt, "9 levels"},
              {6, 0, Code::kCorrupt, "0 dimensions"},
              {7, 1, Code::kCorrupt, "259 dim"},
              {8, 0, Code::kCorrupt, "0 entries"},
              {10, 1, Code::kCorrupt, "65541 entries"},
              {11, 1, Code::kCorrupt, "16777221 entries"},
              {12 + 8 * 4 + 7, 0x7F, Code::kCorrupt, "entry 1, dimension 1 (byte 44)"}};
  for (const auto& bad : kBad) {
    std::vector<uint8_t> broken = blob;
    broken[bad.at] = bad.value;
    if (bad.at > 12) broken[bad.at - 1] = 0xFF;  // an infinity or a NaN
    refuses(vq::parse_blob(ByteSpan(broken.data(), broken.size()), &back), bad.code, bad.part);
  }
  assert_true(blob_of(back, memory) == blob);  // unchanged by all that
  Memory tight(AllocatorFunctions(), 0);
  Codebook nothing(tight);
  std::vector<uint8_t> promise(blob.begin(), blob.begin() + 12);  // 128 MiB that are not there
  promise[5] = 1, promise[6] = 0, promise[7] = 1, promise[8] = 0, promise[9] = 0, promise[10] = 1;
  refuses(vq::parse_blob(ByteSpan(promise.data(), promise.size()), &nothing), Code::kTruncated, "134217740");
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clusters_are_found_for_every_seed),
      cmocka_unit_test(means_are_exact),
      cmocka_unit_test(threads_and_sample_type_change_nothing),
      cmocka_unit_test(more_work_never_hurts),
      cmocka_unit_test(no_entry_stays_empty),
      cmocka_unit_test(fewer_distinct_samples_than_entries),
      cmocka_unit_test(training_refuses_with_the_place),
      cmocka_unit_test(indices_and_offsets_come_back),
      cmocka_unit_test(ties_take_the_lowest_index),
      cmocka_unit_test(quantising_refuses_with_the_place),
      cmocka_unit_test(blobs_come_back_and_hostile_ones_do_not),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
