#include "cli/codec.h"

namespace pc15::cli {
namespace {

template <typename Handle>
std::string last_error(const Handle* handle, size_t (*read)(const Handle*, char*, size_t)) {
  std::string text(read(handle, nullptr, 0) + 1, '\0');
  read(handle, text.data(), text.size());
  text.pop_back();
  return text;
}

}  // namespace

Outcome create_encoder(Encoder* encoder) {
  pc15_encoder* handle = nullptr;
  const pc15_status status = pc15_encoder_create(nullptr, &handle);
  encoder->reset(handle);
  return outcome_of(status);
}

Outcome create_decoder(Decoder* decoder) {
  pc15_decoder* handle = nullptr;
  const pc15_status status = pc15_decoder_create(nullptr, &handle);
  decoder->reset(handle);
  return outcome_of(status);
}

Outcome create_model(Model* model) {
  pc15_model* handle = nullptr;
  const pc15_status status = pc15_model_create(nullptr, &handle);
  model->reset(handle);
  return outcome_of(status);
}

Outcome outcome_of(pc15_status status, const std::string& message) {
  if (status == PC15_OK) return success();
  const bool usage = status < 0 && status > PC15_ERROR_NOT_PC15;
  return {usage ? kExitUsage : kExitFailure, message.empty() ? pc15_status_doc(status) : message};
}

Outcome outcome_of(pc15_status status) { return outcome_of(status, std::string()); }

Outcome outcome_of(pc15_status status, const pc15_encoder* encoder) {
  return outcome_of(status, status == PC15_OK ? std::string() : last_error(encoder, pc15_encoder_last_error));
}

Outcome outcome_of(pc15_status status, const pc15_decoder* decoder) {
  return outcome_of(status, status == PC15_OK ? std::string() : last_error(decoder, pc15_decoder_last_error));
}

Outcome outcome_of(pc15_status status, const pc15_model* model) {
  return outcome_of(status, status == PC15_OK ? std::string() : last_error(model, pc15_model_last_error));
}

bool looks_like_pc15(const uint8_t* head, size_t size) {
  pc15_image_info info = sized<pc15_image_info>();
  return pc15_probe(head, size, nullptr, &info) != PC15_ERROR_NOT_PC15;
}

pc15_image image_view(const Image& image) {
  pc15_image view = sized<pc15_image>();
  view.format = image.channels;
  view.width = image.width;
  view.height = image.height;
  view.data = image.pixels.get();
  view.data_size = image.size_bytes();
  return view;
}

void read_metadata(pc15_decoder* decoder, Metadata* metadata) {
  const auto take = [decoder](int32_t type, Bytes* item) {
    size_t size = 0;
    if (pc15_decoder_metadata_get(decoder, type, nullptr, 0, &size) != PC15_NOTE_DST_TOO_SMALL) return;
    item->resize(size);
    if (pc15_decoder_metadata_get(decoder, type, item->data(), size, &size) != PC15_OK) item->clear();
  };
  take(PC15_METADATA_ICC, &metadata->icc);
  take(PC15_METADATA_EXIF, &metadata->exif);
  take(PC15_METADATA_XMP, &metadata->xmp);
}

Outcome decode_whole(const Bytes& bytes, Image* image) {
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  PC15_CLI_TRY(outcome_of(pc15_decoder_set_param(decoder.get(), PC15_PARAM_THREADS, 0)));
  PC15_CLI_TRY(outcome_of(pc15_decoder_open(decoder.get(), bytes.data(), bytes.size()), decoder.get()));
  pc15_image_info info = sized<pc15_image_info>();
  PC15_CLI_TRY(outcome_of(pc15_decoder_info(decoder.get(), &info), decoder.get()));
  PC15_CLI_TRY(allocate_image(info.width, info.height, info.natural_format, image));
  const pc15_image view = image_view(*image);
  return outcome_of(pc15_decoder_read(decoder.get(), 0, 0, &view), decoder.get());
}

}  // namespace pc15::cli
