// Cycles per sample of every operation of the backend and every kernel of the encoder, one instruction set
// beside the other.
//
// Each case runs in turn with every table, `--rounds` times about `--cycles` cycles; the least counts, for
// other programs only ever add. Everything stays in the first caches. Cycles are those of the time stamp
// counter, which runs at the processor's nominal frequency; on processors without one they are nanoseconds.
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "bench/kernels/cases.h"

namespace {

using kernels::Case;
using kernels::Tables;

struct Options {
  int32_t rounds = 15;
  double cycles = 2e5;
  std::string only, csv, set;
  int64_t calls = 0;
  bool list = false;
};

uint64_t ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000u + static_cast<uint64_t>(t.tv_nsec);
#endif
}

double timed(const Case& c, const Tables& tables, int64_t calls) {
  const uint64_t start = ticks();
  for (int64_t i = 0; i < calls; ++i) c.run(tables);
  return static_cast<double>(ticks() - start) / static_cast<double>(calls);
}

// Least cycles per sample with each table.
std::vector<double> measure(const Case& c, const std::vector<Tables>& tables, const Options& options) {
  std::vector<double> least(tables.size(), 1e30);
  std::vector<int64_t> calls(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    timed(c, tables[i], 10);  // warm
    calls[i] = std::max<int64_t>(1, static_cast<int64_t>(options.cycles / (timed(c, tables[i], 10) + 1)));
  }
  for (int32_t round = 0; round < options.rounds; ++round) {
    for (size_t i = 0; i < tables.size(); ++i) least[i] = std::min(least[i], timed(c, tables[i], calls[i]));
  }
  for (double& v : least) v /= c.samples;
  return least;
}

std::vector<Tables> all_tables() {
  std::vector<Tables> tables;
  for (size_t i = 0; i < pc15::enc::all_kernels().size; ++i) {
    tables.push_back({pc15::backend::all_operations()[i], pc15::enc::all_kernels()[i]});
  }
  return tables;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases = kernels::block_cases(), more = kernels::picture_cases(),
                    generators = kernels::generator_cases();
  cases.insert(cases.end(), more.begin(), more.end());
  cases.insert(cases.end(), generators.begin(), generators.end());
  return cases;
}

// For who counts from outside: the names, or so many calls of one case with one table and nothing else.
int32_t run_plainly(const Options& options) {
  int32_t found = 0;
  for (const Case& c : all_cases()) {
    if (options.list) std::printf("%s\t%d\n", c.name.c_str(), c.samples);
    if (options.list || c.name != options.only) continue;
    for (const Tables& t : all_tables()) {
      if (options.set != t.operations->name) continue;
      for (int64_t i = 0; i < options.calls; ++i) c.run(t);
      ++found;
    }
  }
  return options.list || found == 1 ? 0 : 1;
}

int32_t run(const Options& options) {
  const std::vector<Tables> tables = all_tables();
  std::FILE* const csv = options.csv.empty() ? nullptr : std::fopen(options.csv.c_str(), "w");
  if (!options.csv.empty() && csv == nullptr) {
    std::fprintf(stderr, "kernels: cannot write %s\n", options.csv.c_str());
    return 1;
  }
  if (csv != nullptr) std::fprintf(csv, "kernel,set,cycles_per_sample\n");
  std::printf("| cycles per sample |");
  for (const Tables& t : tables) std::printf(" %s |", t.operations->name);
  std::printf(" ratio |\n|---|");
  for (size_t i = 0; i <= tables.size(); ++i) std::printf("---|");
  std::printf("\n");
  for (const Case& c : all_cases()) {
    if (c.name.find(options.only) == std::string::npos) continue;
    const std::vector<double> cost = measure(c, tables, options);
    std::printf("| %s |", c.name.c_str());
    for (const double v : cost) std::printf(" %.2f |", v);
    std::printf(" %.2f |\n", cost.front() / cost.back());
    for (size_t i = 0; csv != nullptr && i < tables.size(); ++i) {
      std::fprintf(csv, "\"%s\",%s,%.4f\n", c.name.c_str(), tables[i].operations->name, cost[i]);
    }
  }
  return csv != nullptr && std::fclose(csv) != 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Cycles per sample of the vectorised operations, one instruction set beside the other"};
  app.add_option("--rounds", options.rounds, "runs of each, of which the least counts (default 15)")
      ->check(CLI::Range(1, 10000));
  app.add_option("--cycles", options.cycles, "length of a run (default 200000)");
  app.add_option("--only", options.only, "part of the names to measure");
  app.add_option("--csv", options.csv, "also write the table to this file");
  app.add_flag("--list", options.list, "print the names and how many samples a call works on, no more");
  app.add_option("--calls", options.calls, "call what --only names in full so often with --set, no more");
  app.add_option("--set", options.set, "an instruction set");
  CLI11_PARSE(app, argc, argv);
  return options.list || options.calls > 0 ? run_plainly(options) : run(options);
}
