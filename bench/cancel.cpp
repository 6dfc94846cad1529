// How long a cancelled encode takes to return: a developer's table, not a test.
//
//   cancel [IMAGE.pgm [instants [effort [residual 0|1]]]]
//
// Without an image: a 512 x 512 picture of noise over waves. The encode runs once to the end for its time,
// then it is cancelled at `instants` moments spread over that time. Prints the longest and the 90 % wait by
// the clock and by the processor time of the encoding thread, which other programs do not disturb.
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "pc15.h"
#include "tools/pnm.h"

namespace {

using pc15::tools::Image;

double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

Image draw() {
  Image out{512, 512, 1, std::vector<uint8_t>(512 * 512)};
  uint32_t state = 1;
  for (size_t i = 0; i < out.samples.size(); ++i) {
    const double x = static_cast<double>(i % out.width), y = static_cast<double>(i / out.width);
    state = state * 1664525 + 1013904223;
    const double wave = 40 * std::sin(0.21 * x + 3 * std::sin(0.013 * y)) + 30 * std::sin(0.05 * y * y / 64);
    out.samples[i] = static_cast<uint8_t>(128 + wave + static_cast<double>(state >> 27) - 16);
  }
  return out;
}

struct Run {
  double wall = 0, cpu = 0;  // seconds; of the whole call, or from the request to the return
  pc15_status status = PC15_OK;
};

// Cancels after `wait` seconds; never when negative.
Run encode(pc15_encoder* encoder, const Image& picture, std::vector<uint8_t>* file, double wait) {
  Run run;
  clockid_t clock{};
  double wall_end = 0, cpu_end = 0;
  pc15_encoder_reset(encoder);
  const double wall_start = seconds(CLOCK_MONOTONIC);
  std::thread worker([&] {
    size_t size = 0;
    run.status = pc15_encode_y(encoder, picture.samples.data(), picture.samples.size(),
                               static_cast<uint32_t>(picture.width), static_cast<uint32_t>(picture.height),
                               int64_t{picture.width}, file->data(), file->size(), &size);
    wall_end = seconds(CLOCK_MONOTONIC);
    cpu_end = seconds(CLOCK_THREAD_CPUTIME_ID);
  });
  double wall_from = wall_start, cpu_from = 0;
  if (wait >= 0 && pthread_getcpuclockid(worker.native_handle(), &clock) == 0) {
    std::this_thread::sleep_for(std::chrono::duration<double>(wait));
    cpu_from = seconds(clock);
    wall_from = seconds(CLOCK_MONOTONIC);
    pc15_encoder_cancel(encoder);
  }
  worker.join();
  run.wall = wall_end - wall_from;
  run.cpu = cpu_end - cpu_from;
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  Image picture = draw();
  if (argc > 1 && !pc15::tools::read_pgm(argv[1], &picture)) {
    std::fprintf(stderr, "cancel: %s: not a binary PGM file of 8 bits\n", argv[1]);
    return 1;
  }
  const int instants = argc > 2 ? std::atoi(argv[2]) : 200, effort = argc > 3 ? std::atoi(argv[3]) : 5;
  const int residual = argc > 4 ? std::atoi(argv[4]) : 1;
  pc15_encoder* encoder = nullptr;
  if (pc15_encoder_create(nullptr, &encoder) != PC15_OK ||
      pc15_encoder_set_param(encoder, PC15_PARAM_THREADS, 1) != PC15_OK ||
      pc15_encoder_set_param(encoder, PC15_PARAM_EFFORT, effort) != PC15_OK ||
      pc15_encoder_set_param(encoder, PC15_PARAM_RESIDUAL, residual) != PC15_OK) {
    std::fprintf(stderr, "cancel: effort 1...9, residual 0 or 1\n");
    pc15_encoder_destroy(encoder);
    return 1;
  }
  std::vector<uint8_t> file(picture.samples.size() * 2 + 65536);
  const Run whole = encode(encoder, picture, &file, -1);
  std::vector<double> wall, cpu;
  for (int i = 0; i < instants; ++i) {
    const Run run = encode(encoder, picture, &file, whole.wall * (i + 0.5) / instants);
    if (run.status != PC15_NOTE_CANCELLED) continue;
    wall.push_back(1000 * run.wall);
    cpu.push_back(1000 * run.cpu);
  }
  pc15_encoder_destroy(encoder);
  if (cpu.empty()) {
    std::fprintf(stderr, "cancel: every encode ended before it was cancelled\n");
    return 1;
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  const size_t most = cpu.size() * 9 / 10;
  std::printf(
      "%dx%d effort %d residual %d: whole %.2f s; %zu cancelled; processor ms: 90 %% %.2f, longest %.2f; "
      "clock ms: 90 %% %.2f, longest %.2f\n",
      picture.width, picture.height, effort, residual, whole.wall, cpu.size(), cpu[most], cpu.back(),
      wall[most], wall.back());
  return 0;
}
