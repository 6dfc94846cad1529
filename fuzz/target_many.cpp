// Batches, and pictures that are encoded from rows.
#include <algorithm>

#include "api_calls.h"

namespace pc15::fuzz {

void decode_many(pc15_decoder* d, const uint8_t* data, size_t size, Random& random) {
  Pixels pictures[3] = {Pixels(random), Pixels(random), Pixels(random)};
  pc15_decode_item items[3] = {};
  for (int32_t i = 0; i < 3; ++i) {
    items[i].struct_size = random.chance(97) ? sizeof(items[i]) : random.below(sizeof(items[i]));
    items[i].scale_log2 = random.chance(70) ? 0 : random.in(-3, 4);
    items[i].x = random.chance(80) ? 0 : random.below(30);
    items[i].y = random.chance(80) ? 0 : random.below(30);
    items[i].data = random.chance(97) ? data : nullptr;
    items[i].size = random.chance(80) ? size : random.below(static_cast<uint32_t>(size) + 1);
    items[i].image = random.chance(97) ? &pictures[i].image : nullptr;
  }
  known(pc15_decode_batch(d, items, random.below(4)), "decode a batch");
  for (const pc15_decode_item& item : items) known(item.status, "one of a batch");
}

#if PC15_ENABLE_ENCODER

void encode_many(pc15_encoder* e, Random& random) {
  Pixels pictures[3] = {Pixels(random), Pixels(random), Pixels(random)};
  pc15_encode_item items[3] = {};
  for (int32_t i = 0; i < 3; ++i) {
    items[i].struct_size = random.chance(97) ? sizeof(items[i]) : random.below(sizeof(items[i]));
    items[i].image = random.chance(97) ? &pictures[i].image : nullptr;
  }
  known(pc15_encode_batch(e, items, random.below(4)), "encode a batch");
  for (const pc15_encode_item& item : items) {
    known(item.status, "one of a batch");
    promise(item.buffer == nullptr || item.status == PC15_OK, "only a finished picture has a file",
            item.status);
    pc15_buffer_free(item.buffer);
  }
}

namespace {

// Gives rows of noise; the second reading may give others, more than were asked for, or none.
struct Giver {
  uint64_t seed;
  uint32_t calls_left;  // 0: without end
  bool same, greedy;
  uint32_t readings = 0, next = 0;
};

int32_t give_rows(uint32_t y, uint32_t count, uint8_t* rows, size_t size, void* opaque) {
  Giver* g = static_cast<Giver*>(opaque);
  promise(count >= 1 && size % count == 0 && y == g->next, "rows are asked for in order", y, g->next);
  if (g->calls_left != 0 && --g->calls_left == 0) return g->greedy ? static_cast<int32_t>(count) + 1 : 0;
  const uint32_t n = 1 + (y * 7 + 3) % count;
  const size_t bytes = size / count;
  for (uint32_t k = 0; k < n; ++k) {
    Random row(g->seed + y + k + (g->same ? 0 : g->readings * 1000));
    for (size_t i = 0; i < bytes; ++i) rows[k * bytes + i] = static_cast<uint8_t>(row.bits());
  }
  g->next = y + n;
  return static_cast<int32_t>(n);
}

int32_t go_back(void* opaque) {
  Giver* g = static_cast<Giver*>(opaque);
  g->next = 0;
  return ++g->readings > 5;
}

}  // namespace

void encode_from_rows(pc15_encoder* e, Random& random) {
  Giver giver = {random.bits(), random.chance(70) ? 0 : 1 + random.below(8), random.chance(70),
                 random.chance(50)};
  pc15_row_source source = sized<pc15_row_source>(random);
  source.format = random.in(0, 5);
  source.width = random.below(60);
  source.height = random.below(60);
  source.reserved[random.below(4)] = random.chance(98) ? 0 : 1;
  source.rows = random.chance(98) ? give_rows : nullptr;
  source.restart = random.chance(80) ? go_back : nullptr;
  source.opaque = &giver;
  pc15_encode_memory plan = sized<pc15_encode_memory>(random);
  known(pc15_encode_plan(e, source.format, source.width, source.height, &plan), "a plan");
  Bytes out(random.below(5000) + 1);
  size_t size = 0;
  if (random.chance(50)) {
    known(pc15_encode_source(e, &source, out.data(), out.size(), &size), "encode from a source");
    return;
  }
  known(pc15_encode_rows(e, source.format, source.width, source.height, source.rows, &giver, out.data(),
                         out.size(), &size),
        "encode from rows");
}

#endif

}  // namespace pc15::fuzz
