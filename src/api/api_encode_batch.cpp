// Encoding of many pictures in one call.
#include "api/batch.h"
#include "api/buffer.h"
#include "api/encode_call.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

class EncodeWork final : public BatchWork {
 public:
  EncodeWork(pc15_encoder* encoder, pc15_encode_item* items) : encoder_(encoder), items_(items) {
    encoder->forget_result();
  }

  static void clear(pc15_encode_item& item) {
    item.status = PC15_OK;
    item.buffer = nullptr;
  }
  static Status check(const pc15_encode_item& item, BatchPicture& picture) {
    pc15_encode_item i;
    PC15_TRY(read_struct(&item, &i));
    PC15_TRY(check_reserved(i.reserved, 2));
    PC15_FAIL_IF(i.image == nullptr, Code::kInvalidArgument, "item.image is NULL");
    enc::Raster raster;
    PC15_TRY(read_raster(i.image, &raster));
    picture.pixels = static_cast<uint64_t>(raster.width) * static_cast<uint64_t>(raster.height);
    return ok_status();
  }
  Status run(size_t index, bool, ThreadPool& pool, Monitor& monitor) override {
    pc15_encode_item& item = item_at(items_, index);
    enc::Raster raster;
    PC15_TRY(read_raster(item.image, &raster));
    Handle& core = encoder_->core;
    enc::Encoder encoder(core.memory);
    Vector<uint8_t> file(core.memory);
    PC15_TRY(encode_raster(*encoder_, encoder, raster, false, pool, monitor, &file));
    PC15_TRY(make_buffer(core.functions(), core.memory, file.size(), &item.buffer));
    std::memcpy(pc15_buffer_data(item.buffer), file.data(), file.size());
    return ok_status();
  }

 private:
  pc15_encoder* encoder_;
  pc15_encode_item* items_;
};

}  // namespace
}  // namespace pc15::api

extern "C" {

pc15_status pc15_encode_batch(pc15_encoder* encoder, pc15_encode_item* items, size_t count) {
  if (encoder == nullptr || (items == nullptr && count != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  return call_batch<EncodeWork>(encoder, items, count, true);
}

}  // extern "C"
