#include "exercise.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "pc15.h"
#include "random.h"

namespace pc15::fuzz {
namespace {

constexpr uint32_t kMaxPixels = 1u << 18;  // larger pictures are opened and looked into, not decoded
// Larger ones are decoded the more seldom the larger they are, so that no size takes all of the time.
constexpr uint32_t kUsualPixels = 1u << 12;
constexpr int64_t kMaxMemory = int64_t{1} << 28;  // of a handle

[[noreturn]] void fail(const char* what, int64_t a, int64_t b) {
  std::fprintf(stderr, "broken promise: %s (%lld, %lld)\n", what, static_cast<long long>(a),
               static_cast<long long>(b));
  std::abort();
}
void check(bool condition, const char* what, int64_t a = 0, int64_t b = 0) {
  if (!condition) fail(what, a, b);
}

// Counts live bytes; every block carries its size.
struct CountedMemory {
  std::atomic<uint64_t> live{0}, peak{0};
  static constexpr size_t kHead = 16;

  static void* allocate(void* opaque, size_t size) {
    CountedMemory& m = *static_cast<CountedMemory*>(opaque);
    uint8_t* block = static_cast<uint8_t*>(std::malloc(size + kHead));
    if (block == nullptr) return nullptr;
    std::memcpy(block, &size, sizeof(size));
    const uint64_t now = m.live.fetch_add(size) + size;
    uint64_t peak = m.peak.load();
    while (now > peak && !m.peak.compare_exchange_weak(peak, now)) {
    }
    return block + kHead;
  }
  static void release(void* opaque, void* pointer) {
    uint8_t* block = static_cast<uint8_t*>(pointer) - kHead;
    size_t size = 0;
    std::memcpy(&size, block, sizeof(size));
    static_cast<CountedMemory*>(opaque)->live.fetch_sub(size);
    std::free(block);
  }
  pc15_allocator functions() {
    pc15_allocator a = {};
    a.struct_size = sizeof(a);
    a.allocate = allocate;
    a.release = release;
    a.opaque = this;
    return a;
  }
};

// Statuses that a file may cause.
bool possible(pc15_status s) {
  return s == PC15_OK || s == PC15_NOTE_DAMAGED || s == PC15_ERROR_LIMIT ||
         (s <= PC15_ERROR_NOT_PC15 && s >= PC15_ERROR_TRAILING);
}

class Session {
 public:
  Session(const uint8_t* data, size_t size, bool tolerant, int32_t threads)
      : data_(data), size_(size), tolerant_(tolerant) {
    const pc15_allocator allocator = memory_.functions();
    check(pc15_decoder_create(&allocator, &decoder_) == PC15_OK, "a decoder is made");
    set(PC15_PARAM_MAX_MEMORY, kMaxMemory);
    set(PC15_PARAM_TOLERANT, tolerant ? 1 : 0);
    set(PC15_PARAM_THREADS, threads);
  }
  ~Session() {
    pc15_decoder_destroy(decoder_);
    check(memory_.live == 0, "no memory is left behind", static_cast<int64_t>(memory_.live.load()));
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  pc15_decoder* decoder() { return decoder_; }
  void fresh() { check(pc15_decoder_reset(decoder_) == PC15_OK, "a reset works"); }

  // The whole picture in its natural format; info says what it is.
  pc15_status whole(const pc15_image_info& info, std::vector<uint8_t>* pixels) {
    const pc15_image image = canvas(info.natural_format, info.width, info.height, pixels);
    fresh();
    memory_.peak = memory_.live.load();
    const uint64_t before = memory_.live;
    const pc15_status status = pc15_decode_image(decoder_, data_, size_, &image);
    check(possible(status), "the status of a decode", status);
    // The sections of a file are not in the plan: they come from its bytes.
    check(memory_.peak - before <= info.planned_memory + 64 * uint64_t{size_},
          "planned_memory bounds a decode", static_cast<int64_t>(memory_.peak - before),
          static_cast<int64_t>(info.planned_memory));
    return status;
  }
  pc15_status region(uint32_t x, uint32_t y, uint32_t w, uint32_t h, int32_t format,
                     std::vector<uint8_t>* pixels) {
    const pc15_image image = canvas(format, w, h, pixels);
    fresh();
    const pc15_status status = pc15_decode_region(decoder_, data_, size_, x, y, &image);
    check(possible(status), "the status of a region", status);
    return status;
  }
  pc15_status scaled(int32_t scale_log2, uint32_t x, uint32_t y, uint32_t w, uint32_t h, int32_t format,
                     std::vector<uint8_t>* pixels) {
    const pc15_image image = canvas(format, w, h, pixels);
    fresh();
    const pc15_status status = pc15_decode_scaled(decoder_, data_, size_, scale_log2, x, y, &image);
    check(possible(status), "the status of a scaled region", status);
    return status;
  }
  void inspect(Random& random);
  void rewrite(Random& random);
  void reword();

 private:
  void set(int32_t id, int64_t value) {
    check(pc15_decoder_set_param(decoder_, id, value) == PC15_OK, "a parameter is set", id, value);
  }
  static pc15_image canvas(int32_t format, uint32_t w, uint32_t h, std::vector<uint8_t>* pixels) {
    pixels->assign(static_cast<size_t>(w) * h * static_cast<size_t>(format), 0x5A);
    pc15_image image = {};
    image.struct_size = sizeof(image);
    image.format = format;
    image.width = w;
    image.height = h;
    image.data_size = pixels->size();
    image.data = pixels->data();
    return image;
  }
  void inspect_parts();
  void inspect_tiles(Random& random);
  void inspect_metadata();

  CountedMemory memory_;
  const uint8_t* data_;
  size_t size_;
  bool tolerant_;
  pc15_decoder* decoder_ = nullptr;
};

void Session::inspect_parts() {
  uint32_t count = 0;
  uint64_t end = 0;
  const pc15_status status = pc15_decoder_part_count(decoder_, &count);
  check(possible(status), "the parts", status);
  for (uint32_t i = 0; status == PC15_OK && i < count; ++i) {
    pc15_part_info part = {};
    part.struct_size = sizeof(part);
    check(pc15_decoder_part_info(decoder_, i, &part) == PC15_OK, "a part is described", i);
    check(part.offset == end, "parts follow each other", static_cast<int64_t>(part.offset));
    check(tolerant_ || part.intact == 1, "a file that opens strictly is intact", i);
    end = part.offset + part.size;
  }
  if (!tolerant_ && status == PC15_OK) check(end == size_, "parts cover the file");
}

void Session::inspect_tiles(Random& random) {
  uint32_t count = 0;
  const pc15_status status = pc15_decoder_tile_count(decoder_, &count);
  check(possible(status), "the tiles", status);
  if (status != PC15_OK) return;
  for (uint32_t i = 0; i < 20; ++i) {
    const uint32_t tile = i == 0 ? PC15_TILE_IMAGE : random.below(count + 1);
    pc15_tile_info info = {};
    info.struct_size = sizeof(info);
    if (i != 0) {
      const pc15_status s = pc15_decoder_tile_info(decoder_, tile, &info);
      check(s == (tile < count ? PC15_OK : PC15_ERROR_OUT_OF_RANGE), "a tile is described", s);
    }
    pc15_field_info field = {};
    field.struct_size = sizeof(field);
    if (pc15_decoder_field_info(decoder_, tile, &field) != PC15_OK) continue;
    for (uint32_t k = 0; k <= field.layer_count; ++k) {
      pc15_layer_info layer = {};
      layer.struct_size = sizeof(layer);
      const pc15_status s = pc15_decoder_layer_info(decoder_, tile, k, &layer);
      check(s == (k < field.layer_count ? PC15_OK : PC15_ERROR_OUT_OF_RANGE), "a layer is described", s);
    }
  }
}

void Session::inspect_metadata() {
  uint32_t count = 0;
  check(pc15_decoder_metadata_count(decoder_, &count) == PC15_OK, "metadata are counted");
  for (uint32_t i = 0; i < count; ++i) {
    int32_t type = 0;
    size_t size = 0, got = 0;
    const pc15_status s = pc15_decoder_metadata_info(decoder_, i, &type, &size);
    check(possible(s), "metadata are described", s);
    if (s != PC15_OK) continue;
    check(size <= size_, "metadata lie in the file");
    std::vector<uint8_t> item(size);
    const pc15_status g = pc15_decoder_metadata_get(decoder_, type, item.data(), item.size(), &got);
    check(g == PC15_OK || g == PC15_NOTE_DST_TOO_SMALL || possible(g), "metadata are handed out", g);
  }
}

void Session::inspect(Random& random) {
  fresh();
  const pc15_status status = pc15_decoder_open(decoder_, data_, size_);
  check(possible(status), "the status of an opening", status);
  if (status != PC15_OK && status != PC15_NOTE_DAMAGED) return;
  inspect_parts();
  inspect_tiles(random);
  inspect_metadata();
  check(pc15_decoder_close(decoder_) == PC15_OK, "a file is closed");
}

void Session::rewrite(Random& random) {
  const uint8_t item[5] = {'h', 'e', 'l', 'l', 'o'};
  pc15_buffer* buffer = nullptr;
  fresh();
  const pc15_status status = pc15_metadata_replace(decoder_, data_, size_, random.in(1, 4), item,
                                                   random.chance(70) ? sizeof(item) : 0, &buffer);
  check(possible(status), "the status of a rewrite", status);
  if (status != PC15_OK) return;
  fresh();
  const pc15_status opened = pc15_decoder_open(decoder_, pc15_buffer_data(buffer), pc15_buffer_size(buffer));
  check(opened == PC15_OK || opened == PC15_ERROR_LIMIT, "a rewritten file opens", opened);
  check(pc15_decoder_close(decoder_) == PC15_OK, "a rewritten file is closed");
  pc15_buffer_free(buffer);
}

// What can be disassembled can be assembled.
void Session::reword() {
  pc15_buffer *text = nullptr, *file = nullptr;
  fresh();
  const pc15_status status = pc15_program_disassemble(decoder_, data_, size_, &text);
  check(possible(status), "the status of a disassembly", status);
  if (status != PC15_OK) return;
  const pc15_status made = pc15_program_assemble(
      decoder_, reinterpret_cast<const char*>(pc15_buffer_data(text)), pc15_buffer_size(text), &file);
  check(made == PC15_OK || made == PC15_ERROR_LIMIT, "the text of a file is assembled", made);
  pc15_buffer_free(text);
  pc15_buffer_free(file);
}

void compare(const uint8_t* data, size_t size, Random& random) {
  std::vector<uint8_t> other(data, data + size);
  if (!other.empty()) other[random.below(static_cast<uint32_t>(size))] ^= 1;
  pc15_difference difference = {};
  difference.struct_size = sizeof(difference);
  check(pc15_diff(data, size, other.data(), other.size(), nullptr, &difference) == PC15_OK, "files compare");
  check((difference.identical != 0) == other.empty(), "a difference is found");
}

// A rectangle at a random scale, mostly a small one, and a part of it by itself.
void enlarge(Session& session, const pc15_image_info& info, Random& random) {
  const int32_t scale = random.in(PC15_SCALE_LOG2_MIN, PC15_SCALE_LOG2_MAX);
  uint32_t width = 0, height = 0;
  check(pc15_scaled_size(info.width, info.height, scale, &width, &height) == PC15_OK, "a scaled size", scale);
  const uint32_t x = random.below(width), y = random.below(height);
  const uint32_t most = random.chance(5) ? 400 : 60;
  const uint32_t w = 1 + random.below(std::min(width - x, most)),
                 h = 1 + random.below(std::min(height - y, most / 2));
  const uint32_t dx = random.below(w), dy = random.below(h), pw = 1 + random.below(w - dx),
                 ph = 1 + random.below(h - dy);
  const size_t n = static_cast<size_t>(info.natural_format);
  std::vector<uint8_t> all, part;
  const pc15_status a = session.scaled(scale, x, y, w, h, info.natural_format, &all);
  const pc15_status b = session.scaled(scale, x + dx, y + dy, pw, ph, info.natural_format, &part);
  if (a == PC15_OK) check(b == PC15_OK, "a part of a scaled region decodes", b);
  if (a != PC15_OK || b != PC15_OK) return;
  for (uint32_t j = 0; j < ph; ++j) {
    check(std::memcmp(part.data() + n * pw * j, all.data() + n * (size_t{w} * (dy + j) + dx), n * pw) == 0,
          "a part of a scaled region is a crop", dy + j, dx);
  }
}

// `whole` is what a tolerant decode with the status `status` gave.
void decode_strictly(const uint8_t* data, size_t size, const pc15_image_info& info, pc15_status status,
                     const std::vector<uint8_t>& whole, Random& random) {
  std::vector<uint8_t> strict;
  Session session(data, size, false, 1);
  const pc15_status a = session.whole(info, &strict);
  if (a == PC15_OK) check(status == PC15_OK && strict == whole, "a whole file is the same both ways", status);
  if (!random.chance(30)) return;
  session.fresh();
  const pc15_status verified = pc15_verify(session.decoder(), data, size);
  check(verified == a || verified == PC15_ERROR_LIMIT || a == PC15_ERROR_LIMIT, "verify agrees with decode",
        verified, a);
}

// `tolerant` is what a decode with the status `b` gave.
void decode_region(Session& session, const pc15_image_info& info, pc15_status b,
                   const std::vector<uint8_t>& tolerant, Random& random) {
  std::vector<uint8_t> part;
  const uint32_t x = random.below(info.width), y = random.below(info.height);
  const uint32_t w = 1 + random.below(info.width - x), h = 1 + random.below(info.height - y);
  const pc15_status c = session.region(x, y, w, h, info.natural_format, &part);
  if (b == PC15_OK) check(c == PC15_OK, "a region of a whole file decodes", c);
  if (b != PC15_OK || c != PC15_OK) return;
  const size_t n = static_cast<size_t>(info.natural_format);
  for (uint32_t j = 0; j < h; ++j) {
    check(std::memcmp(part.data() + n * w * j, tolerant.data() + n * (size_t{info.width} * (y + j) + x),
                      n * w) == 0,
          "a region is a crop", y + j, x);
  }
}

void decode(const uint8_t* data, size_t size, const pc15_image_info& info, Random& random) {
  std::vector<uint8_t> whole;
  Session session(data, size, true, random.chance(5) ? 3 : 1);
  const pc15_status status = session.whole(info, &whole);
  if (random.chance(50)) decode_strictly(data, size, info, status, whole, random);
  if (random.chance(20)) enlarge(session, info, random);
  if (random.chance(50)) decode_region(session, info, status, whole, random);
}

}  // namespace

void exercise(const uint8_t* data, size_t size, uint64_t choice) {
  static const uint8_t nothing = 0;
  if (data == nullptr) data = &nothing;
  Random random(choice);
  pc15_image_info info = {};
  info.struct_size = sizeof(info);
  const pc15_status probed = pc15_probe(data, size, nullptr, &info);
  check(possible(probed) || probed == PC15_NOTE_NEED_INPUT, "the status of a probe", probed);
  const uint64_t pixels = uint64_t{info.width} * info.height;
  if (probed == PC15_OK && pixels <= kMaxPixels && info.planned_memory < uint64_t{kMaxMemory} &&
      random.below(static_cast<uint32_t>(pixels)) < kUsualPixels) {
    decode(data, size, info, random);
  }
  Session session(data, size, random.chance(50), 1);
  if (random.chance(50)) session.inspect(random);
  if (random.chance(10)) session.rewrite(random);
  if (random.chance(25)) session.reword();
  if (random.chance(10)) compare(data, size, random);
}

}  // namespace pc15::fuzz
