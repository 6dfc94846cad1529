// The library's handles as C++ objects, and its statuses as outcomes.
#pragma once

#include <memory>
#include <string>

#include "cli/image.h"
#include "pc15.h"

namespace pc15::cli {

struct EncoderDeleter {
  void operator()(pc15_encoder* handle) const { pc15_encoder_destroy(handle); }
};
struct DecoderDeleter {
  void operator()(pc15_decoder* handle) const { pc15_decoder_destroy(handle); }
};
struct ModelDeleter {
  void operator()(pc15_model* handle) const { pc15_model_destroy(handle); }
};
struct BufferDeleter {
  void operator()(pc15_buffer* buffer) const { pc15_buffer_free(buffer); }
};
using Encoder = std::unique_ptr<pc15_encoder, EncoderDeleter>;
using Decoder = std::unique_ptr<pc15_decoder, DecoderDeleter>;
using Model = std::unique_ptr<pc15_model, ModelDeleter>;
using Buffer = std::unique_ptr<pc15_buffer, BufferDeleter>;

Outcome create_encoder(Encoder* encoder);
Outcome create_decoder(Decoder* decoder);
Outcome create_model(Model* model);

// PC15_OK is success; usage errors of the library exit with 2, all else with 1. The message is the library's.
Outcome outcome_of(pc15_status status, const std::string& message);
Outcome outcome_of(pc15_status status);
Outcome outcome_of(pc15_status status, const pc15_encoder* encoder);
Outcome outcome_of(pc15_status status, const pc15_decoder* decoder);
Outcome outcome_of(pc15_status status, const pc15_model* model);

bool looks_like_pc15(const uint8_t* head, size_t size);
// A struct of the public interface with its size set.
template <typename T>
T sized() {
  T value{};
  value.struct_size = sizeof(T);
  return value;
}

// The picture as the library takes it. Borrowed.
pc15_image image_view(const Image& image);
// Metadata of an open file; damaged items are left out.
void read_metadata(pc15_decoder* decoder, Metadata* metadata);
// Strict decoding of everything in the file's natural format, on all processors.
Outcome decode_whole(const Bytes& bytes, Image* image);

}  // namespace pc15::cli
