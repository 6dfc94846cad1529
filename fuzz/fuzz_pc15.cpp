// The standalone driver. Deterministic: file number n of a run follows from the seed and n alone.
//
//   fuzz_pc15 [--seed S] [--first N] [--seconds T] ITERATIONS    make and exercise files; T bounds the time
//   fuzz_pc15 --encoder [...] ITERATIONS                         the same for pictures and the encoder
//   fuzz_pc15 --keep PATH [...] ITERATIONS                       each file to PATH first, to have it after a
//   crash fuzz_pc15 --write DIR                                        write the starting files, for
//   libFuzzer fuzz_pc15 FILE...                                            exercise files as they are and
//   repaired
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "exercise.h"
#include "exercise_encoder.h"
#include "file_io.h"
#include "hostile_streams.h"
#include "mutate.h"
#include "seeds.h"

namespace {

using pc15::fuzz::Bytes;
using pc15::fuzz::Random;

Bytes file_number(uint64_t seed, uint64_t n, const std::vector<Bytes>& seeds) {
  Random random(seed * 0x9E3779B97F4A7C15u + n);
  random.bits();
  const uint32_t kind = random.below(10);
  Bytes file = kind < 4 ? put_together(pc15::fuzz::invent_file(random, random.chance(90) ? 1 << 14 : 1 << 17))
                        : seeds[random.below(static_cast<uint32_t>(seeds.size()))];
  if (kind == 3 || (kind >= 4 && kind < 9)) file = pc15::fuzz::mutate_and_repair(file, random);
  if (kind == 9 || random.chance(10)) file = pc15::fuzz::damage(file, random);
  return file;
}

int write_seeds(const char* folder) {
  const std::vector<Bytes> seeds = pc15::fuzz::make_seeds();
  for (size_t i = 0; i < seeds.size(); ++i) {
    if (!pc15::fuzz::write_file(std::string(folder) + "/seed" + std::to_string(i) + ".pc15", seeds[i])) {
      std::fprintf(stderr, "cannot write to %s\n", folder);
      return 1;
    }
  }
  return 0;
}

int exercise_file(const char* path) {
  Bytes bytes;
  if (!pc15::fuzz::read_file(path, &bytes)) {
    std::fprintf(stderr, "cannot read %s\n", path);
    return 1;
  }
  const Bytes repaired = pc15::fuzz::repair(bytes.data(), bytes.size());
  for (uint64_t choice = 0; choice < 8; ++choice) {
    pc15::fuzz::exercise(bytes.data(), bytes.size(), choice);
    pc15::fuzz::exercise(repaired.data(), repaired.size(), choice);
  }
  return 0;
}

struct Options {
  uint64_t seed = 1, first = 0, iterations = 0;
  double seconds = 0;          // 0: no bound
  const char* keep = nullptr;  // where each file is written before it is exercised
  bool encoder = false;
};

bool run_one(const Options& o, uint64_t n, const std::vector<Bytes>& seeds) {
  if (o.encoder) {
    pc15::fuzz::exercise_encoder(o.seed * 0x9E3779B97F4A7C15u + n);
    return true;
  }
  const Bytes file = file_number(o.seed, n, seeds);
  if (o.keep != nullptr && !pc15::fuzz::write_file(o.keep, file)) return false;
  pc15::fuzz::exercise(file.data(), file.size(), o.seed ^ n);
  return true;
}

int run(const Options& o) {
  const std::vector<Bytes> seeds = pc15::fuzz::make_seeds();
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  uint64_t done = 0, slowest_at = 0;
  double slowest = 0;
  for (; done < o.iterations && (o.seconds <= 0 || elapsed() < o.seconds); ++done) {
    const double before = elapsed();
    if (!run_one(o, o.first + done, seeds)) return 1;
    if (elapsed() - before > slowest) {
      slowest = elapsed() - before;
      slowest_at = o.first + done;
    }
  }
  std::printf("%llu runs, seed %llu, %.1f s; slowest: number %llu, %.3f s\n",
              static_cast<unsigned long long>(done), static_cast<unsigned long long>(o.seed), elapsed(),
              static_cast<unsigned long long>(slowest_at), slowest);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (more && word == "--write") return write_seeds(argv[i + 1]);
    if (word == "--encoder") {
      o.encoder = true;
    } else if (more && word == "--seed") {
      o.seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (more && word == "--first") {
      o.first = std::strtoull(argv[++i], nullptr, 10);
    } else if (more && word == "--seconds") {
      o.seconds = std::strtod(argv[++i], nullptr);
    } else if (more && word == "--keep") {
      o.keep = argv[++i];
    } else if (word.find_first_not_of("0123456789") == std::string::npos) {
      o.iterations = std::strtoull(argv[i], nullptr, 10);
    } else {
      const int status = exercise_file(argv[i]);
      if (status != 0) return status;
    }
  }
  return o.iterations != 0 ? run(o) : 0;
}
