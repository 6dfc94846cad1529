// Targets that take values in, not files: text, metadata, models, pictures.
#include <cstring>
#include <vector>

#include "exercise_encoder.h"
#include "pc15.h"
#include "targets.h"

namespace pc15::fuzz {
namespace {

using Bytes = std::vector<uint8_t>;

struct Decoder {
  pc15_decoder* handle = nullptr;
  Decoder() {
    promise(pc15_decoder_create(nullptr, &handle) == PC15_OK, "a decoder is made");
    pc15_decoder_set_param(handle, PC15_PARAM_MAX_PIXELS, 1 << 16);
    pc15_decoder_set_param(handle, PC15_PARAM_MAX_MEMORY, 1 << 28);
  }
  ~Decoder() { pc15_decoder_destroy(handle); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

Bytes take(pc15_buffer* buffer) {
  Bytes bytes(pc15_buffer_data(buffer), pc15_buffer_data(buffer) + pc15_buffer_size(buffer));
  pc15_buffer_free(buffer);
  return bytes;
}

// A small file to put metadata into, made once.
const Bytes& carrier() {
  static const Bytes file = [] {
    Decoder d;
    pc15_buffer* made = nullptr;
    const char text[] = "picture 9x9";
    promise(pc15_program_assemble(d.handle, text, sizeof(text) - 1, &made) == PC15_OK, "a carrier is made");
    return take(made);
  }();
  return file;
}

void fuzz_codebook(const uint8_t* data, size_t size) {
  pc15_codebook* codebook = nullptr;
  promise(pc15_codebook_create(nullptr, &codebook) == PC15_OK, "a codebook is made");
  if (pc15_codebook_deserialise(codebook, data, size) == PC15_OK) {
    size_t need = 0;
    pc15_codebook_serialise(codebook, nullptr, 0, &need);
    Bytes again(need);
    promise(pc15_codebook_serialise(codebook, again.data(), need, &need) == PC15_OK && need == size &&
                std::memcmp(again.data(), data, size) == 0,
            "a codebook comes back");
  }
  pc15_codebook_destroy(codebook);
}

void fuzz_packed(const uint8_t* data, size_t size) {
  if (size < 4) return;
  int32_t generator = 0;
  if (pc15_generator_id(data[0] % pc15_generator_count(), &generator) != PC15_OK) return;
  const uint32_t count = pc15_generator_param_count(generator), frame = 1 + data[2] * 257u;
  std::vector<int32_t> steps(count + 1), again(count + 1);
  const int32_t precision = data[1] % 9;
  const pc15_status s =
      pc15_params_unpack(generator, precision, frame, data + 3, size - 3, steps.data(), count);
  if (s != PC15_OK) return;
  Bytes packed(size);
  size_t used = 0;
  promise(pc15_params_pack(generator, precision, frame, steps.data(), count, packed.data(), size, &used) ==
                  PC15_OK &&
              used == size - 3 && std::memcmp(packed.data(), data + 3, used) == 0,
          "packed parameters come back", generator);
  std::vector<double> values(count + 1);
  promise(pc15_params_dequantise(generator, steps.data(), count, values.data(), count) == PC15_OK,
          "steps are values", generator);
  promise(
      pc15_params_quantise(generator, precision, frame, values.data(), count, again.data(), count) == PC15_OK,
      "values are steps", generator);
  promise(again == steps, "steps come back", generator);
}

}  // namespace

void fuzz_text(const uint8_t* data, size_t size) {
  if (size == 0) return;
  Decoder d;
  pc15_buffer* made = nullptr;
  const pc15_status s = pc15_program_assemble(d.handle, reinterpret_cast<const char*>(data), size, &made);
  promise(s == PC15_OK || s == PC15_ERROR_INVALID_ARGUMENT || s == PC15_ERROR_NOT_FOUND ||
              s == PC15_ERROR_OUT_OF_RANGE || s == PC15_ERROR_LIMIT,
          "the status of a text", s);
  char message[300];
  pc15_decoder_last_error(d.handle, message, sizeof(message));
  promise((s == PC15_OK) == (message[0] == '\0'), "a refused text has a message", s);
  if (s != PC15_OK) return;
  const Bytes file = take(made);
  pc15_buffer* text = nullptr;
  promise(pc15_program_disassemble(d.handle, file.data(), file.size(), &text) == PC15_OK,
          "a file has a text");
  const Bytes words = take(text);
  promise(pc15_program_assemble(d.handle, reinterpret_cast<const char*>(words.data()), words.size(), &made) ==
              PC15_OK,
          "a text of a file is a text");
  promise(take(made) == file, "a file comes back from its text");
}

void fuzz_metadata(const uint8_t* data, size_t size) {
  if (size == 0) return;
  Decoder d;
  const int32_t type = 1 + data[0] % 4;
  pc15_buffer* made = nullptr;
  const pc15_status s =
      pc15_metadata_replace(d.handle, carrier().data(), carrier().size(), type, data + 1, size - 1, &made);
  promise(s == PC15_OK || (s == PC15_ERROR_INVALID_ARGUMENT && type == PC15_METADATA_TEXT),
          "metadata are taken", s);
  if (s != PC15_OK) return;
  const Bytes file = take(made);
  promise(pc15_decoder_open(d.handle, file.data(), file.size()) == PC15_OK, "a file with metadata opens");
  Bytes back(size);
  size_t got = 0;
  const pc15_status g = pc15_decoder_metadata_get(d.handle, type, back.data(), back.size(), &got);
  promise(g == (size == 1 ? PC15_ERROR_NOT_FOUND : PC15_OK), "metadata are there", g);
  if (size == 1) return;
  promise(got == size - 1 && std::memcmp(back.data(), data + 1, got) == 0, "metadata come back unchanged");
}

void fuzz_model(const uint8_t* data, size_t size) {
  fuzz_codebook(data, size);
  fuzz_packed(data, size);
  pc15_model* model = nullptr;
  promise(pc15_model_create(nullptr, &model) == PC15_OK, "a model is made");
  if (pc15_model_import(model, data, size) == PC15_OK) {
    size_t need = 0;
    pc15_model_export(model, nullptr, 0, &need);
    Bytes again(need);
    promise(pc15_model_export(model, again.data(), need, &need) == PC15_OK, "a model is exported");
    pc15_model* second = nullptr;
    promise(pc15_model_create(nullptr, &second) == PC15_OK, "a model is made");
    promise(pc15_model_import(second, again.data(), again.size()) == PC15_OK, "a model comes back");
    pc15_model_destroy(second);
  }
  pc15_model_destroy(model);
}

// The bytes only choose: exercise_encoder makes the picture.
void fuzz_roundtrip(const uint8_t* data, size_t size) { exercise_encoder(choice_of(data, size)); }

}  // namespace pc15::fuzz
