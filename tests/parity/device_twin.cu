// The normative arithmetic on a GPU: every generator at three scales, plain and behind every warp, every
// palette, mask and atom, must give the samples that the CPU gives. Prints the time per sample of each
// generator on the device; fails on the first difference. scripts/device-twin builds and runs it.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "normative/atoms.h"
#include "normative/modifier.h"
#include "normative/synth.h"
#include "normative/warp.h"

namespace {

using namespace pc15::normative;

constexpr int32_t kSide = 256;

struct Job {
  LayerSetup setup;
  WarpSetup warp;
  PaletteSetup palette;
  MaskSetup mask;
  AtomSetup atom;
  int32_t scale_log2;
};

struct Sample {
  const Job& job;
  int32_t x, y, value;
  template <int32_t kPreset>
  __host__ __device__ void run() {
    LayerCursor cursor;
    reset_cursor(&cursor);
    if (job.warp.preset == kNoModifier) {
      value = layer_value<kPreset, 0>(job.setup, &cursor, x, y);
      return;
    }
    NoiseCursor drift[2];
    reset_cursor(&drift[0]);
    reset_cursor(&drift[1]);
    const WarpPoint p = warp_at(job.warp, drift, x, y);
    value = layer_value<kPreset, kFineBits>(job.setup, &cursor, p.x, p.y);
  }
};

__host__ __device__ int32_t sample_value(const Job& job, int32_t i) {
  const int32_t x = sample_q4(i % kSide, job.scale_log2) - 1900,
                y = sample_q4(i / kSide, job.scale_log2) - 1500;
  Sample s{job, x, y, 0};
  visit_preset(job.setup.preset, s);
  const int32_t v = palette_value(job.palette, s.value);
  const int32_t share = mask_value(job.mask, x, y, v);
  return v * 4 + share + atom_value(job.atom, x, y);
}

__global__ void render(const Job* job, int32_t* out) {
  const int32_t i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kSide * kSide) out[i] = sample_value(*job, i);
}

void check(cudaError_t error, const char* call) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "device_twin: %s: %s\n", call, cudaGetErrorString(error));
  std::exit(error == cudaErrorNoDevice || error == cudaErrorInsufficientDriver ? 77 : 1);
}

Modifier modifier(int32_t position) {
  Modifier m;
  if (position < 0) return m;
  const PresetSpec& spec = *modifier_entry(position);
  m.preset = spec.preset;
  for (int32_t p = 0; p < spec.param_count; ++p) m.params[p] = spec.params[p].def;
  return m;
}

Job make_job(int32_t position, int32_t scale, int32_t warp, int32_t palette, int32_t mask) {
  const PresetSpec& spec = *catalogue_entry(position);
  Layer layer;
  layer.preset = spec.preset;
  for (int32_t p = 0; p < spec.param_count; ++p) layer.params[p] = spec.params[p].def;
  if (spec.preset == kRidge) set_default_profile(&layer);
  Frame frame;
  frame.half = 2048;
  Job job;
  setup_layer(layer, 20261, scale, &job.setup);
  job.warp = warp_setup(modifier(warp), frame, 99);
  if (warp >= 0) refine_setup(&job.setup);
  job.palette = palette_setup(modifier(palette));
  job.mask = mask_setup(modifier(mask), scale);
  Atom atom;
  atom.x = static_cast<int16_t>(position * 3);
  atom.shape = static_cast<uint8_t>(position);
  atom.orientation = static_cast<uint8_t>(position % 16);
  atom.phase = static_cast<uint8_t>(position * 5 % 16);
  atom.amplitude = 9;
  job.atom = atom_setup(atom, default_atom_shape(position));
  job.scale_log2 = scale;
  return job;
}

}  // namespace

int main() {
  cudaDeviceProp card;
  check(cudaGetDeviceProperties(&card, 0), "cudaGetDeviceProperties");
  Job* job = nullptr;
  int32_t* out = nullptr;
  check(cudaMalloc(&job, sizeof(Job)), "cudaMalloc");
  check(cudaMalloc(&out, kSide * kSide * sizeof(int32_t)), "cudaMalloc");
  cudaEvent_t start, stop;
  check(cudaEventCreate(&start), "cudaEventCreate");
  check(cudaEventCreate(&stop), "cudaEventCreate");
  std::vector<int32_t> device(kSide * kSide);
  int64_t compared = 0;
  for (int32_t position = 0; position < catalogue_size(); ++position) {
    float nanoseconds = 0;
    for (int32_t variant = 0; variant < 15; ++variant) {
      const int32_t scale = variant % 3 - 1, warp = variant / 3 - 1;  // none, then the four warps
      const Job host =
          make_job(position, scale, warp, warp < 0 ? -1 : 4 + variant % 3, warp < 0 ? -1 : 7 + variant % 5);
      check(cudaMemcpy(job, &host, sizeof(Job), cudaMemcpyHostToDevice), "cudaMemcpy");
      render<<<kSide * kSide / 256, 256>>>(job, out);
      if (variant == 1) {  // plain, full size: timed
        check(cudaEventRecord(start), "cudaEventRecord");
        for (int32_t n = 0; n < 50; ++n) render<<<kSide * kSide / 256, 256>>>(job, out);
        check(cudaEventRecord(stop), "cudaEventRecord");
        check(cudaEventSynchronize(stop), "cudaEventSynchronize");
        check(cudaEventElapsedTime(&nanoseconds, start, stop), "cudaEventElapsedTime");
        nanoseconds *= 1e6f / (50.0f * kSide * kSide);
      }
      check(cudaGetLastError(), "render");
      check(cudaMemcpy(device.data(), out, device.size() * sizeof(int32_t), cudaMemcpyDeviceToHost),
            "cudaMemcpy");
      for (int32_t i = 0; i < kSide * kSide; ++i, ++compared) {
        const int32_t wanted = sample_value(host, i);
        if (device[static_cast<size_t>(i)] == wanted) continue;
        std::printf("preset 0x%02X, scale %d, warp %d, sample %d: device %d, CPU %d\n", host.setup.preset,
                    scale, warp, i, device[static_cast<size_t>(i)], wanted);
        return 1;
      }
    }
    std::printf("0x%02X  %.4f ns per sample\n", catalogue_entry(position)->preset, nanoseconds);
  }
  std::printf("%s: %lld samples equal those of the CPU\n", card.name, static_cast<long long>(compared));
  return 0;
}
