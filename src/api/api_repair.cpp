// Repair: what a tolerant decode could use, written as a whole file. The decode decides, not the container,
// so that a record with a good checksum and bad content, or one that leans on a lost program, is dropped too.
#include "api/buffer.h"
#include "api/decoder_handle.h"
#include "api/structs.h"
#include "format/salvage.h"

namespace pc15::api {
namespace {

struct Kept {
  explicit Kept(Memory& memory) : groups(memory), cells(memory) {}
  bool image_program = true, tables = true;
  Vector<uint8_t> groups, cells;
};

// Closes the handle's file however the call ends.
class Closing {
 public:
  explicit Closing(pc15_decoder* decoder) : decoder_(decoder) {}
  ~Closing() { decoder_->close(); }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

 private:
  pc15_decoder* decoder_;
};

// Opens what is given or, when its index is lost, a file with a new one, which `rebuilt` then holds.
Status open_somehow(pc15_decoder* d, ByteSpan file, Vector<uint8_t>* rebuilt) {
  const Status status = d->open(file, true);
  if (status.code() != Code::kCrc && status.code() != Code::kTruncated) return status;
  if (!format::rebuild_index(file, d->core.params.limits(), rebuilt).ok()) return status;
  return d->open(ByteSpan(rebuilt->data(), rebuilt->size()), true);
}

Status decode_and_judge(pc15_decoder* d, Monitor& monitor, Kept* kept) {
  const format::StreamHeader& h = d->reader().header();
  const normative::Geometry& g = h.geometry;
  dec::Output output;
  Vector<uint8_t> luma(d->core.memory, static_cast<size_t>(g.width) * static_cast<size_t>(g.height));
  output.data = luma.data();
  output.stride = g.width;
  const Status status = d->decoder.decode(Rect{0, 0, g.width, g.height}, output, d->core.threads(), monitor);
  if (!status.ok() && status.code() != Code::kDamaged) return status;
  for (const dec::CellState state : d->decoder.damage()) {
    kept->cells.push_back(state == dec::CellState::kIntact ? 1 : 0);
  }
  const dec::ProgramStore& programs = d->decoder.programs();
  kept->image_program = !programs.image_program_lost();
  const size_t groups = h.has_tile_programs ? static_cast<size_t>(g.group_count()) : 0;
  for (size_t i = 0; i < groups; ++i) kept->groups.push_back(programs.group_lost(i) ? 0 : 1);
  const dec::ModelStore* models = nullptr;
  PC15_TRY(d->decoder.models(&models));
  kept->tables = !models->tables_lost();
  return ok_status();
}

uint32_t dropped(const Vector<uint8_t>& kept) {
  uint32_t count = 0;
  for (const uint8_t k : kept) count += k == 0 ? 1 : 0;
  return count;
}

// A repaired file that does not decode strictly would be a defect of this function.
Status prove(pc15_decoder* d, ByteSpan file, Monitor& monitor) {
  PC15_TRY(d->open(file, false));
  const normative::Geometry& g = d->reader().header().geometry;
  Vector<uint8_t> luma(d->core.memory, static_cast<size_t>(g.width) * static_cast<size_t>(g.height));
  dec::Output output;
  output.data = luma.data();
  output.stride = g.width;
  return d->decoder.decode(Rect{0, 0, g.width, g.height}, output, d->core.threads(), monitor);
}

}  // namespace
}  // namespace pc15::api

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

extern "C" {

pc15_status pc15_repair(pc15_decoder* decoder, const uint8_t* data, size_t size, pc15_repair_report* report,
                        pc15_buffer** buffer) {
  if (buffer != nullptr) *buffer = nullptr;
  if (decoder == nullptr || data == nullptr || buffer == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    if (report != nullptr) PC15_TRY(check_struct(report));
    Memory& memory = decoder->core.memory;
    const Closing closing(decoder);
    Vector<uint8_t> rebuilt(memory), file(memory);
    PC15_TRY(open_somehow(decoder, ByteSpan(data, size), &rebuilt));
    Kept kept(memory);
    PC15_TRY(decode_and_judge(decoder, monitor, &kept));
    format::Salvage salvage;
    salvage.image_program = kept.image_program;
    salvage.tables = kept.tables;
    salvage.groups = Span<const uint8_t>(kept.groups.data(), kept.groups.size());
    salvage.cells = Span<const uint8_t>(kept.cells.data(), kept.cells.size());
    pc15_repair_report r = {};
    const format::RecordCounts counts(decoder->reader().header());
    r.index_rebuilt = rebuilt.empty() ? 0 : 1;
    r.cells = counts.cells;
    r.cells_lost = dropped(kept.cells);
    r.programs = counts.image + counts.groups;
    r.programs_lost = dropped(kept.groups) + (kept.image_program ? 0 : counts.image);
    PC15_TRY(format::write_salvaged(decoder->reader(), salvage, &file, &r.sections_lost));
    Monitor silent(decoder->core.cancel_flag(), nullptr, nullptr);
    PC15_TRY(prove(decoder, ByteSpan(file.data(), file.size()), silent));
    PC15_TRY(make_buffer(decoder->core.functions(), memory, file.size(), buffer));
    std::memcpy(pc15_buffer_data(*buffer), file.data(), file.size());
    if (report != nullptr) write_struct(r, report);
    PC15_FAIL_IF(r.index_rebuilt + r.cells_lost + r.programs_lost + r.sections_lost != 0, Code::kDamaged,
                 "%" PRId64 " of %" PRId64 " cells are lost", r.cells_lost, r.cells);
    return ok_status();
  });
}

}  // extern "C"
