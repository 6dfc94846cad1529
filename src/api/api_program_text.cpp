// Programs as text.
#include <cstring>

#include "api/buffer.h"
#include "api/decoder_handle.h"
#include "text/file.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

Status hand_over(const pc15_decoder* decoder, const void* data, size_t size, pc15_buffer** out) {
  PC15_TRY(make_buffer(decoder->core.functions(), decoder->core.memory, size, out));
  if (size != 0) std::memcpy(pc15_buffer_data(*out), data, size);
  return ok_status();
}

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_program_disassemble(pc15_decoder* decoder, const uint8_t* data, size_t size,
                                     pc15_buffer** text) {
  if (text != nullptr) *text = nullptr;
  if (decoder == nullptr || data == nullptr || text == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.load([&]() -> Status {
    Memory& memory = decoder->core.memory;
    format::ContainerReader reader(memory);
    PC15_TRY(reader.open(ByteSpan(data, size), decoder->core.params.limits(), true));
    text::Document document(memory);
    text::LeftOut left_out;
    PC15_TRY(text::read_document(reader, &document, &left_out));
    Vector<char> out(memory);
    PC15_TRY(text::print_document(document, left_out, &out));
    return hand_over(decoder, out.data(), out.size(), text);
  });
}

// A refused text has a message with words of the text, which a Status cannot carry.
pc15_status pc15_program_assemble(pc15_decoder* decoder, const char* text, size_t text_size,
                                  pc15_buffer** file) {
  if (file != nullptr) *file = nullptr;
  if (decoder == nullptr || text == nullptr || file == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  text::TextError error;
  const pc15_status status = decoder->core.load([&]() -> Status {
    Memory& memory = decoder->core.memory;
    text::Document document(memory);
    PC15_TRY(text::parse_document(Span<const char>(text, text_size), decoder->core.params.limits(), &document,
                                  &error));
    Vector<uint8_t> out(memory);
    PC15_TRY(text::write_document(document, &out));
    return hand_over(decoder, out.data(), out.size(), file);
  });
  if (error.message[0] == '\0') return status;
  char message[sizeof(error.message) + 32];
  std::snprintf(message, sizeof(message), "%d:%d: %s", error.place.line, error.place.column, error.message);
  return decoder->core.finish(static_cast<Code>(status), message);
}

}  // extern "C"
