// Decoding: plan, then cells and tiles in parallel, seam filter, colour.
//
// Thread rule: one call at a time per Decoder; the pool's threads are used inside.
#pragma once

#include <optional>

#include "backend/device.h"
#include "base/allocator.h"
#include "base/monitor.h"
#include "base/plane.h"
#include "base/span.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "dec/model_store.h"
#include "dec/program_store.h"
#include "format/container.h"

namespace pc15::dec {

class DeviceJob;

enum class OutputFormat : uint8_t { kY, kRgb, kRgba };  // interleaved 8-bit; RGBA alpha is 255 without alpha

inline int32_t channel_count(OutputFormat format) {
  return format == OutputFormat::kY ? 1 : format == OutputFormat::kRgb ? 3 : 4;
}

struct Output {
  uint8_t* data = nullptr;
  int64_t stride = 0;  // bytes; may be negative
  OutputFormat format = OutputFormat::kY;
};

// Receives the rows of a region from top to bottom.
struct RowSink {
  OutputFormat format = OutputFormat::kY;
  // Rows [first, first + count) of the region, without padding; borrowed for the call. False stops the
  // decode.
  bool (*take)(void* opaque, int32_t first, int32_t count, const uint8_t* rows, size_t bytes) = nullptr;
  void* opaque = nullptr;
};

// Damage of one cell, as the caller's map shows it.
enum class CellState : uint8_t { kIntact = 0, kLost = 1, kNotDecoded = 2 };

// Where samples are made. kAuto: on a device for pictures that are worth the way there, if there is one and
// it works. kCuda: on a device or not at all, but for what devices do not do: lossless cells and palettes,
// whose symbols depend on samples, and other scales.
using DeviceUse = backend::DeviceUse;

constexpr int64_t kWorthTheWay = int64_t{1}
                                 << 20;  // pixels for kAuto; a guess, no device was there to measure

// What a decode will cost; computed without allocating.
struct Plan {
  uint64_t memory_bytes;  // upper bound of what decode() allocates
  uint64_t cells, tiles;
};
Status plan_decode(const format::StreamHeader& header, const Rect& region, OutputFormat format, Plan* plan);
// The same at a scale of 2^scale_log2, -2...3; `region` in samples of the scaled picture.
Status plan_scaled(const format::StreamHeader& header, int32_t scale_log2, const Rect& region,
                   OutputFormat format, Plan* plan);

class Decoder {
 public:
  explicit Decoder(Memory& memory);
  // `file` is borrowed until the next open() or destruction. Tolerant decoding renders what is intact,
  // fills lost cells from the procedural prediction and returns kDamaged.
  Status open(ByteSpan file, const format::Limits& limits, bool tolerant);
  // Gives back what an open file holds. The damage map stays.
  void close() {
    programs_.clear();
    models_.clear();
  }
  const format::ContainerReader& container() const { return reader_; }
  // The programs that the decodes since open() needed.
  const ProgramStore& programs() const { return programs_; }
  // The models of the open file, read when they are first asked for.
  Status models(const ModelStore** out);
  // Decodes `region` (inside the image) into `output`, whose first row is region.y. A region equals the
  // same crop of the whole image.
  Status decode(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor);
  // The same with rows handed out one after another: memory follows the width of the region alone.
  Status decode_rows(const Rect& region, const RowSink& sink, ThreadPool& pool, Monitor& monitor);
  // Decodes `region` of the picture at a scale of 2^scale_log2, -2...3 (docs/scaling.md): the programs
  // rendered at that scale, the residual resampled. Scale 0 is decode(). A region equals the same crop of the
  // whole scaled picture. The limits on width, height and pixels hold for the region too.
  Status decode_scaled(int32_t scale_log2, const Rect& region, const Output& output, ThreadPool& pool,
                       Monitor& monitor);
  // Chooses where the next decodes make their samples.
  void use_device(DeviceUse use, int32_t index) {
    use_ = use;
    device_index_ = index;
  }
  // The same as decode() into memory of device `index`; `stream` as device::Target says. The file must be one
  // that devices decode: kUnsupported.
  Status decode_to_device(const Rect& region, const Output& output, void* stream, ThreadPool& pool,
                          Monitor& monitor);
  // The half of a decode() on a device that is the processor's, for pictures that go together
  // (device_decode.h): into *job, which borrows from this object. The file must be one that devices decode:
  // kUnsupported.
  Status read_for_device(const Rect& region, OutputFormat format, ThreadPool& pool, Monitor& monitor,
                         std::optional<DeviceJob>* job);
  // What became of a picture that is decoded.
  Status verdict(bool damaged) const;
  backend::Device& device() { return device_; }
  // Gives back what the device holds.
  void close_device() { device_.close(); }
  // One entry per cell in scan order, from the last decode().
  const Vector<CellState>& damage() const { return damage_; }

 private:
  Status check(const Plan& plan) const;
  Status prepare(const Plan& plan);
  Status prepare(const Rect& region, OutputFormat format);
  Status decode_on_host(const Rect& region, const Output& output, ThreadPool& pool, Monitor& monitor);
  Status decode_on_device(const Rect& region, const Output& output, bool into_device, void* stream,
                          ThreadPool& pool, Monitor& monitor);
  void forget_damage();

  Memory& memory_;
  format::ContainerReader reader_;
  format::Limits limits_;
  ProgramStore programs_;
  ModelStore models_;
  bool tolerant_ = false;
  Vector<CellState> damage_;
  DeviceUse use_ = DeviceUse::kCpu;
  int32_t device_index_ = 0;
  backend::Device device_;
};

}  // namespace pc15::dec
