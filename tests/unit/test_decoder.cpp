// What a decode costs: memory stays under its plan with every thread at work, and a cancellation ends it
// after the block of programs that is being rendered.
#include <cstdlib>
#include <vector>

#include "support/cmocka_cpp.h"

#include "base/checked.h"
#include "dec/decode_job.h"
#include "dec/decoder.h"
#include "entropy/program_coder.h"
#include "format/container.h"

namespace {

using namespace pc15;

// Smallest tiles, largest overlap, and in every tile a program of its own.
Vector<uint8_t> many_tiles(Memory& memory, int32_t width, int32_t height, bool bare_cells) {
  format::Parts parts;
  normative::Geometry& g = parts.header.geometry;
  g.width = width;
  g.height = height;
  g.tile = 32;
  g.overlap = 16;
  g.cell = 512;
  g.group_rows = 255;
  parts.header.has_tile_programs = true;
  parts.header.step16 = bare_cells ? 16 : 0;
  normative::ProgramImage programs(memory);
  programs.set_geometry(g);
  for (size_t i = 0; i < programs.tiles.size(); ++i) {
    normative::TileProgram& tile = programs.tiles[i];
    tile.mode = normative::TileMode::kFlat;
    tile.slot = static_cast<int32_t>(i);
    tile.program.field.coef[0][0] = static_cast<int16_t>(i % 511);
  }
  assert_int_equal(g.group_count(), 1);
  Vector<uint8_t> group(memory), file(memory);
  assert_true(entropy::encode_group(programs, 0, &group, Span<uint32_t>()).ok());
  const ByteSpan stream(group.data(), group.size());
  parts.groups = Span<const ByteSpan>(&stream, 1);
  const std::vector<ByteSpan> cells(bare_cells ? static_cast<size_t>(g.cell_count()) : 0);
  parts.cells = Span<const ByteSpan>(cells.data(), cells.size());
  assert_true(format::write_container(parts, &file).ok());
  return file;
}

void test_plan_holds_with_all_threads(void**) {
  Memory files, memory;
  for (const bool bare_cells : {false, true}) {
    const Vector<uint8_t> file = many_tiles(files, 4096, 1024, bare_cells);
    dec::Decoder decoder(memory);
    assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
    const Rect all{0, 0, 4096, 1024};
    dec::Plan plan;
    assert_true(dec::plan_decode(decoder.container().header(), all, dec::OutputFormat::kY, &plan).ok());
    std::vector<uint8_t> pixels(4096 * 1024);
    dec::Output output;
    output.data = pixels.data();
    output.stride = 4096;
    ThreadPool pool(16);
    Monitor monitor;
    memory.reset_peak();
    const uint64_t before = memory.in_use();
    assert_true(decoder.decode(all, output, pool, monitor).ok());
    assert_true(memory.peak() - before <= plan.memory_bytes);
  }
}

// An allocator that cancels at one of its calls and counts those after it.
struct CancellingMemory {
  std::atomic<bool> cancel{false};
  int64_t calls = 0, cancel_at = -1;

  static void* allocate(void* opaque, size_t size) {
    CancellingMemory& m = *static_cast<CancellingMemory*>(opaque);
    if (m.calls++ == m.cancel_at) m.cancel = true;
    return std::malloc(size);
  }
  static void release(void*, void* pointer) { std::free(pointer); }
};

void test_cancel_ends_after_a_block(void**) {
  constexpr int32_t kSide = 2048;
  constexpr int64_t kPerBlock = 64;  // calls of one block, with room
  Memory files;
  for (const bool bare_cells : {false, true}) {
    const Vector<uint8_t> file = many_tiles(files, kSide, kSide, bare_cells);
    std::vector<uint8_t> pixels(size_t{kSide} * kSide);
    dec::Output output;
    output.data = pixels.data();
    output.stride = kSide;
    int64_t calls = 0;
    for (const int64_t cancel_at : {int64_t{-1}, int64_t{100}}) {
      CancellingMemory cancelling;
      Memory memory(AllocatorFunctions{CancellingMemory::allocate, CancellingMemory::release, &cancelling},
                    UINT64_MAX);
      dec::Decoder decoder(memory);
      assert_true(decoder.open(ByteSpan(file.data(), file.size()), format::Limits(), false).ok());
      cancelling.cancel_at = cancel_at;
      ThreadPool pool(1);
      Monitor monitor(&cancelling.cancel, nullptr, nullptr);
      const Status status = decoder.decode(Rect{0, 0, kSide, kSide}, output, pool, monitor);
      if (cancel_at < 0) {
        assert_true(status.ok());
        calls = cancelling.calls;
        assert_true(calls > 40 * kPerBlock / 8);  // there are many blocks
      } else {
        assert_true(status.code() == Code::kCancelled);
        assert_true(cancelling.calls <= cancel_at + kPerBlock);
      }
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_plan_holds_with_all_threads),
      cmocka_unit_test(test_cancel_ends_after_a_block),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
