// Decoding of many files in one call.
#include "api/batch.h"
#include "api/decoder_handle.h"
#include "api/device_groups.h"
#include "normative/resample.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

class DecodeWork final : public BatchWork {
 public:
  DecodeWork(pc15_decoder* decoder, pc15_decode_item* items) : decoder_(decoder), items_(items) {
    decoder->close();
  }
  ~DecodeWork() override { decoder_->has_damage_map = false; }
  DecodeWork(const DecodeWork&) = delete;
  DecodeWork& operator=(const DecodeWork&) = delete;

  static void clear(pc15_decode_item& item) { item.status = PC15_OK; }
  static Status check(const pc15_decode_item& item, BatchPicture& picture) {
    pc15_decode_item i;
    PC15_TRY(read_struct(&item, &i));
    PC15_TRY(check_reserved(i.reserved, 2));
    PC15_FAIL_IF(i.reserved0 != 0, Code::kInvalidArgument, "a reserved word of a struct is not 0");
    PC15_FAIL_IF(i.data == nullptr || i.image == nullptr, Code::kInvalidArgument,
                 "item.data or item.image is NULL");
    PC15_FAIL_IF(i.size > SIZE_MAX, Code::kInvalidArgument, "item.size is more than memory can have");
    pc15_image image;
    Rows rows;
    bool fits = false;
    PC15_TRY(read_image(i.image, &image, &rows, &fits));
    picture.pixels = uint64_t{image.width} * image.height;
    return ok_status();
  }
  void run_together(BatchRun& batch, Vector<size_t>* list) override {
    DeviceGroups groups(decoder_, items_);
    groups.run(batch, list);
    device_failed_ = groups.gave_up();
  }
  Status run(size_t index, bool alone, ThreadPool& pool, Monitor& monitor) override {
    const pc15_decode_item& item = item_at(items_, index);
    if (alone && !device_failed_) {
      return read_file_rect(decoder_, item.data, static_cast<size_t>(item.size), item.scale_log2, item.x,
                            item.y, item.image, monitor);
    }
    pc15_image image;
    Rows rows;
    bool fits = false;
    PC15_TRY(read_image(item.image, &image, &rows, &fits));
    dec::Decoder decoder(decoder_->core.memory);
    const ByteSpan file(item.data, static_cast<size_t>(item.size));
    PC15_TRY(decoder.open(file, decoder_->core.params.limits(), decoder_->tolerant()));
    Rect rect;
    PC15_TRY(find_rect(decoder.container(), item.scale_log2, item.x, item.y, image, rows, fits, &rect));
    return decoder.decode_scaled(item.scale_log2, rect, rows_output(image.data, rows, image.format), pool,
                                 monitor);
  }

 private:
  pc15_decoder* decoder_;
  pc15_decode_item* items_;
  bool device_failed_ = false;  // the processor does what is left
};

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_decode_batch(pc15_decoder* decoder, pc15_decode_item* items, size_t count) {
  if (decoder == nullptr || (items == nullptr && count != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  // What a device leaves, with CUDA, are pictures that may need it alone.
  const bool spread = decoder->core.params.get(PC15_PARAM_DEVICE) != PC15_DEVICE_CUDA;
  return call_batch<DecodeWork>(decoder, items, count, spread);
}

}  // extern "C"
