// Replays a corpus through targets, without libFuzzer and with any compiler.
//
//   fuzz_replay [--target NAME]... [--mutations N] [--seed S] [--seconds T] [--params] PATH...
//   fuzz_replay --inputs FOLDER PATH...
//
// PATH is a file, or a folder whose files are taken in the order of their names. Without --target: all. With
// --mutations every file is also run N times changed; those of targets that take .pc15 files mostly with the
// checksums repaired. --seconds bounds the time of each target. --params: the exit status is 1 when a
// parameter was set by no handle. Prints how often each target ran. --inputs writes what the targets "cell",
// "program" and "tables" can take from .pc15 files into folders of their names.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "file_io.h"
#include "mutate.h"
#include "syntax_inputs.h"
#include "targets.h"

namespace {

using pc15::fuzz::Bytes;
using pc15::fuzz::Random;
using pc15::fuzz::Target;

struct Options {
  std::vector<const Target*> targets;
  std::vector<std::string> paths;
  uint64_t mutations = 0, seed = 1;
  double seconds = 0;
  bool params = false;
  std::string inputs;
};

std::vector<Bytes> load(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.is_regular_file(error)) inside.push_back(entry.path().string());
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  std::vector<Bytes> corpus;
  for (const std::string& file : files) {
    Bytes bytes;
    if (!pc15::fuzz::read_file(file, &bytes)) {
      std::fprintf(stderr, "fuzz_replay: cannot read %s\n", file.c_str());
      std::exit(2);
    }
    if (bytes.size() <= 1u << 20) corpus.push_back(bytes);
  }
  return corpus;
}

void run(const Target& target, const Bytes& bytes) {
  const Bytes exact(bytes);  // a block of its own size: a sanitizer sees every read beyond it
  static const uint8_t nothing = 0;
  target.run(exact.empty() ? &nothing : exact.data(), exact.size());
}

Bytes changed(const Target& target, const Bytes& bytes, Random& random) {
  if (target.takes_files && random.chance(85)) return pc15::fuzz::mutate_and_repair(bytes, random);
  return bytes.empty() ? Bytes{static_cast<uint8_t>(random.bits())} : pc15::fuzz::damage(bytes, random);
}

uint64_t replay(const Target& target, const std::vector<Bytes>& corpus, const Options& o) {
  const auto start = std::chrono::steady_clock::now();
  const auto late = [&] {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    return o.seconds > 0 && spent.count() > o.seconds;
  };
  Random random(o.seed);
  uint64_t runs = 0;
  for (size_t i = 0; i < corpus.size() && !late(); ++i, ++runs) run(target, corpus[i]);
  for (uint64_t n = 0; n < o.mutations && !late(); ++n) {
    for (size_t i = 0; i < corpus.size() && !late(); ++i, ++runs)
      run(target, changed(target, corpus[i], random));
  }
  return runs;
}

bool parse(int argc, char** argv, Options* o) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (more && word == "--target") {
      o->targets.push_back(pc15::fuzz::find_target(argv[++i]));
      if (o->targets.back() == nullptr) return false;
    } else if (more && word == "--mutations") {
      o->mutations = std::strtoull(argv[++i], nullptr, 10);
    } else if (more && word == "--seed") {
      o->seed = std::strtoull(argv[++i], nullptr, 10);
    } else if (more && word == "--seconds") {
      o->seconds = std::strtod(argv[++i], nullptr);
    } else if (more && word == "--inputs") {
      o->inputs = argv[++i];
    } else if (word == "--params") {
      o->params = true;
    } else if (word[0] == '-') {
      return false;
    } else {
      o->paths.push_back(word);
    }
  }
  return !o->paths.empty();
}

int write_inputs(const std::vector<Bytes>& corpus, const std::string& folder) {
  size_t number = 0;
  for (const Bytes& file : corpus) {
    for (const pc15::fuzz::SyntaxInput& input : pc15::fuzz::syntax_inputs_of(file.data(), file.size())) {
      const std::string inside = folder + "/" + input.target;
      std::error_code error;
      std::filesystem::create_directories(inside, error);
      if (!pc15::fuzz::write_file(inside + "/" + std::to_string(number++), input.bytes)) return 2;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  if (!parse(argc, argv, &o)) {
    std::fprintf(stderr,
                 "usage: fuzz_replay [--target NAME]... [--mutations N] [--seed S] [--seconds T] "
                 "[--params] PATH...\n       fuzz_replay --inputs FOLDER PATH...\ntargets:");
    for (size_t i = 0; pc15::fuzz::target_at(i) != nullptr; ++i)
      std::fprintf(stderr, " %s", pc15::fuzz::target_at(i)->name);
    std::fprintf(stderr, "\n");
    return 2;
  }
  const std::vector<Bytes> corpus = load(o.paths);
  if (!o.inputs.empty()) return write_inputs(corpus, o.inputs);
  for (size_t i = 0; o.targets.empty() || i < o.targets.size(); ++i) {
    const Target* target = o.targets.empty() ? pc15::fuzz::target_at(i) : o.targets[i];
    if (target == nullptr) break;
    std::printf("%-10s %llu runs\n", target->name,
                static_cast<unsigned long long>(replay(*target, corpus, o)));
    std::fflush(stdout);
  }
  return corpus.empty() || (o.params && !pc15::fuzz::all_params_reached(true)) ? 1 : 0;
}
