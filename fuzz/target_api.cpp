// Calls in an order that the bytes choose, with arguments that are often wrong: no status outside the list,
// no crash, no leak. Every function of pc15.h is called here or in another target, every parameter set.
#include <algorithm>
#include <cstdio>

#include "api_calls.h"

namespace pc15::fuzz {
namespace {

struct Reach {
  int32_t id;
  bool encoder, decoder;
};
std::vector<Reach>& reached() {
  static std::vector<Reach> all = [] {
    std::vector<Reach> list;
    for (uint32_t i = 0; i < pc15_param_count(); ++i) {
      int32_t id = 0;
      promise(pc15_param_id(i, &id) == PC15_OK, "parameters are listed", i);
      list.push_back({id, (pc15_param_scope(id) & PC15_SCOPE_ENCODER) == 0,
                      (pc15_param_scope(id) & PC15_SCOPE_DECODER) == 0});
    }
    return list;
  }();
  return all;
}

int64_t value_of(int32_t id, Random& random) {
  int64_t lo = 0, hi = 0, def = 0;
  if (pc15_param_bounds(id, &lo, &hi, &def) != PC15_OK) return static_cast<int64_t>(random.bits());
  const int64_t choices[] = {
      lo, hi, def, lo == INT64_MIN ? lo : lo - 1, hi == INT64_MAX ? hi : hi + 1, 0, lo / 2 + hi / 2};
  return choices[random.below(7)];
}

int32_t id_of(Random& random) {
  const std::vector<Reach>& all = reached();
  return random.chance(95) ? all[random.below(static_cast<uint32_t>(all.size()))].id
                           : static_cast<int32_t>(random.bits());
}

void mark(int32_t id, bool encoder) {
  for (Reach& r : reached()) {
    if (r.id == id) (encoder ? r.encoder : r.decoder) = true;
  }
}

int32_t stop_sometime(uint64_t done, uint64_t total, void* opaque) {
  promise(done <= total && total != 0, "progress rises to its total");
  uint32_t* left = static_cast<uint32_t*>(opaque);
  return *left == 0 ? 1 : static_cast<int32_t>(--*left == 0);
}

int32_t take_rows(uint32_t, uint32_t count, const uint8_t* rows, size_t size, void* opaque) {
  promise(count >= 1 && count <= 64 && size % count == 0 && rows != nullptr, "rows come in small pieces",
          count);
  uint32_t* left = static_cast<uint32_t*>(opaque);
  return *left == 0 ? 0 : static_cast<int32_t>(--*left == 0);
}

class DecoderCalls {
 public:
  DecoderCalls(const uint8_t* data, size_t size, Random& random) : data_(data), size_(size), random_(random) {
    known(pc15_decoder_create(nullptr, &d_), "create");
    known(pc15_decoder_set_param(d_, PC15_PARAM_MAX_PIXELS, 1 << 16), "limits");
  }
  ~DecoderCalls() { pc15_decoder_destroy(d_); }
  DecoderCalls(const DecoderCalls&) = delete;
  DecoderCalls& operator=(const DecoderCalls&) = delete;

  void call() {
    switch (random_.below(10)) {
      case 0:
      case 1:
        return setting();
      case 2:
      case 3:
        return known(pc15_decoder_open(d_, data_, size_), "open");
      case 4:
      case 5:
        return question();
      case 6:
        return metadata();
      case 7:
        return whole();
      case 8:
        return region();
      default:
        return life();
    }
  }

 private:
  void setting() {
    const int32_t id = id_of(random_);
    // Memory is not raised: what a file may cost stays bounded.
    if (id == PC15_PARAM_MAX_PIXELS || id == PC15_PARAM_THREADS) return threads(id);
    const pc15_status s = random_.chance(80)
                              ? pc15_decoder_set_param(d_, id, value_of(id, random_))
                              : pc15_decoder_set_param_f64(d_, id, static_cast<double>(random_.in(-5, 200)));
    if (s == PC15_OK) mark(id, false);
    known(s, "set");
    int64_t v = 0;
    double f = 0;
    known(pc15_decoder_get_param(d_, id, &v), "get");
    known(pc15_decoder_get_param_f64(d_, id, &f), "get as a number");
  }
  void threads(int32_t id) {
    known(pc15_decoder_set_param(d_, id, id == PC15_PARAM_THREADS ? random_.in(1, 3) : 1 << 16), "set");
    mark(id, false);
  }
  void question() {
    uint32_t count = 0;
    pc15_image_info info = sized<pc15_image_info>(random_);
    known(pc15_decoder_info(d_, &info), "info");
    known(pc15_decoder_part_count(d_, &count), "parts");
    pc15_part_info part = sized<pc15_part_info>(random_);
    known(pc15_decoder_part_info(d_, random_.below(count + 2), &part), "a part");
    known(pc15_decoder_tile_count(d_, &count), "tiles");
    pc15_tile_info tile = sized<pc15_tile_info>(random_);
    known(pc15_decoder_tile_info(d_, random_.below(count + 2), &tile), "a tile");
    const uint32_t number = random_.chance(30) ? PC15_TILE_IMAGE : random_.below(count + 2);
    pc15_field_info field = sized<pc15_field_info>(random_);
    known(pc15_decoder_field_info(d_, number, &field), "a field");
    pc15_layer_info layer = sized<pc15_layer_info>(random_);
    known(pc15_decoder_layer_info(d_, number, random_.below(4), &layer), "a layer");
    Bytes map(random_.below(300) + 1);
    size_t cells = 0;
    known(pc15_decoder_damage(d_, map.data(), map.size(), &cells), "the map of damage");
  }
  void metadata() {
    uint32_t count = 0;
    known(pc15_decoder_metadata_count(d_, &count), "metadata");
    int32_t type = 0;
    size_t size = 0;
    known(pc15_decoder_metadata_info(d_, random_.below(count + 1), &type, &size), "an item");
    Bytes item(random_.below(200) + 1);
    known(pc15_decoder_metadata_get(d_, random_.in(0, 5), item.data(), item.size(), &size),
          "an item's bytes");
  }
  void whole() {
    pc15_buffer* buffer = nullptr;
    pc15_image_info info = sized<pc15_image_info>(random_);
    switch (random_.below(4)) {
      case 0:
        known(pc15_decode_image_buffer(d_, data_, size_, random_.in(0, 5), &info, &buffer), "decode");
        break;
      case 1:
        known(pc15_verify(d_, data_, size_), "verify");
        break;
      case 2:
        known(pc15_repair(d_, data_, size_, nullptr, &buffer), "repair");
        break;
      default:
        known(pc15_program_disassemble(d_, data_, size_, &buffer), "text");
    }
    pc15_buffer_free(buffer);
  }
  void region() {
    Pixels p(random_);
    const uint32_t x = random_.below(30), y = random_.below(30);
    const int32_t scale = random_.in(-3, 4);
    size_t size = 0;
    switch (random_.below(10)) {
      case 9:
        return decode_many(d_, data_, size_, random_);
      case 6:
        return rows(true);
      case 7:
        return rows(false);
      case 8:
        return device(p.image);
      case 0:
        return known(pc15_decode_image(d_, data_, size_, &p.image), "decode");
      case 1:
        return known(pc15_decode_region(d_, data_, size_, x, y, &p.image), "region");
      case 2:
        return known(pc15_decode_scaled(d_, data_, size_, scale, x, y, &p.image), "scaled");
      case 3:
        return known(pc15_decoder_read(d_, x, y, &p.image), "read");
      case 4:
        return known(pc15_decoder_read_scaled(d_, scale, x, y, &p.image), "read scaled");
      default:
        return known(pc15_decode_y(d_, data_, size_, p.data.data(), p.data.size(), p.image.stride, &size),
                     "luma");
    }
  }
  void rows(bool opening) {
    calls_left_ = random_.chance(80) ? 0 : 1 + random_.below(5);
    const int32_t format = random_.in(0, 5);
    known(opening ? pc15_decode_rows(d_, data_, size_, format, take_rows, &calls_left_)
                  : pc15_decoder_read_rows(d_, format, take_rows, &calls_left_),
          "rows");
  }
  // Host memory is no place for a device to write to, so only where there is none.
  void device(const pc15_image& image) {
    uint32_t count = 0;
    known(pc15_device_count(&count), "devices");
    char name[60];
    size_t size = 0;
    uint64_t bytes = 0;
    known(pc15_device_name(random_.below(count + 1), name, sizeof(name), &size), "a device");
    known(pc15_device_memory(random_.below(count + 1), &bytes), "its memory");
    if (count == 0) known(pc15_decoder_read_device(d_, 0, 0, &image, nullptr), "to a device");
  }
  void life() {
    char text[100];
    switch (random_.below(6)) {
      case 0:
        return known(pc15_decoder_reset(d_), "reset");
      case 1:
        return known(pc15_decoder_close(d_), "close");
      case 2:
        return known(pc15_decoder_cancel(d_), "cancel");
      case 3:
        known(pc15_decoder_default_params(d_), "defaults");
        return known(pc15_decoder_set_param(d_, PC15_PARAM_MAX_PIXELS, 1 << 16), "limits");
      case 4:
        calls_left_ = random_.below(20);
        return known(
            pc15_decoder_set_progress(d_, random_.chance(50) ? stop_sometime : nullptr, &calls_left_),
            "progress");
      default:
        promise(pc15_decoder_last_error(d_, text, sizeof(text)) < 1000, "a message is short");
    }
  }

  const uint8_t* data_;
  size_t size_;
  Random& random_;
  pc15_decoder* d_ = nullptr;
  uint32_t calls_left_ = 0;
};

#if PC15_ENABLE_ENCODER
void encoder_calls(Random& random) {
  pc15_encoder* e = nullptr;
  known(pc15_encoder_create(nullptr, &e), "create");
  known(pc15_encoder_default_params(e), "defaults");
  for (int32_t i = random.in(0, 12); i > 0; --i) {
    const int32_t id = id_of(random);
    const pc15_status s = random.chance(85) ? pc15_encoder_set_param(e, id, value_of(id, random))
                                            : pc15_encoder_set_param_f64(e, id, random.in(-2, 120));
    if (s == PC15_OK) mark(id, true);
    known(s, "set");
    int64_t v = 0;
    double f = 0;
    known(pc15_encoder_get_param(e, id, &v), "get");
    known(pc15_encoder_get_param_f64(e, id, &f), "get as a number");
  }
  // What would take long, or many threads.
  known(pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 1), "effort");
  known(pc15_encoder_set_param(e, PC15_PARAM_THREADS, random.in(1, 2)), "threads");
  uint32_t calls_left = random.below(30);
  if (random.chance(20)) known(pc15_encoder_set_progress(e, stop_sometime, &calls_left), "progress");
  if (random.chance(10)) known(pc15_encoder_cancel(e), "cancel");
  const Bytes item(50, 'x');
  known(pc15_encoder_set_metadata(e, random.in(0, 5), item.data(), random.below(50)), "metadata");
  pc15_model* model = nullptr;
  if (random.chance(20) && pc15_model_create(nullptr, &model) == PC15_OK) {
    if (random.chance(80)) known(pc15_model_load_frozen(model), "the frozen model");
    known(pc15_encoder_set_model(e, model), "a model");
    pc15_model_destroy(model);
  }
  Pixels p(random);
  size_t size = 0;
  known(pc15_encode_bound(e, p.image.format, p.image.width, p.image.height, &size), "bound");
  Bytes out(random.below(5000) + 1);
  pc15_buffer* buffer = nullptr;
  switch (random.below(5)) {
    case 3:
      encode_many(e, random);
      break;
    case 4:
      encode_from_rows(e, random);
      break;
    case 0:
      known(pc15_encode_image(e, &p.image, out.data(), out.size(), &size), "encode");
      break;
    case 1:
      known(pc15_encode_image_buffer(e, &p.image, &buffer), "encode");
      break;
    default:
      known(pc15_encode_y(e, p.data.data(), p.data.size(), p.image.width, p.image.height, p.image.stride,
                          out.data(), out.size(), &size),
            "encode luma");
  }
  pc15_buffer_free(buffer);
  known(pc15_encoder_result(e, out.data(), out.size(), &size), "the result");
  pc15_stats stats = sized<pc15_stats>(random);
  known(pc15_encoder_stats(e, &stats), "statistics");
  uint32_t tiles = 0;
  known(pc15_encoder_tile_count(e, &tiles), "tiles");
  pc15_tile_info tile = sized<pc15_tile_info>(random);
  known(pc15_encoder_tile_info(e, random.below(tiles + 2), &tile), "a tile");
  pc15_generator_stats g = sized<pc15_generator_stats>(random);
  known(pc15_encoder_generator_stats(e, random.in(-1, 200), &g), "a generator");
  char text[60];
  promise(pc15_encoder_last_error(e, text, sizeof(text)) < 1000, "a message is short");
  known(pc15_encoder_reset(e), "reset");
  pc15_encoder_destroy(e);
}
#endif

}  // namespace

void fuzz_questions(Random& random);  // target_questions.cpp

void fuzz_api(const uint8_t* data, size_t size) {
  Random random(choice_of(data, size));
  static const uint8_t nothing = 0;
  DecoderCalls calls(data == nullptr ? &nothing : data, size, random);
  for (int32_t n = random.in(1, 25); n > 0; --n) calls.call();
#if PC15_ENABLE_ENCODER
  if (random.chance(15)) encoder_calls(random);
#endif
  if (random.chance(20)) fuzz_questions(random);
}

bool all_params_reached(bool print) {
  bool all = true;
  for (const Reach& r : reached()) {
    if (r.encoder && r.decoder) continue;
    all = false;
    if (print) std::printf("parameter not reached: %s\n", pc15_param_name(r.id));
  }
  if (print) std::printf("%zu parameters, all reached: %s\n", reached().size(), all ? "yes" : "no");
  return all;
}

}  // namespace pc15::fuzz
