#include "api/image_view.h"
#include "api/structs.h"
#include "base/checked.h"
#include "format/limits.h"
#include "pc15.h"

namespace pc15::api {

bool valid_format(int32_t format) {
  return format == PC15_FORMAT_Y || format == PC15_FORMAT_RGB || format == PC15_FORMAT_RGBA;
}

Status check_extent(uint32_t width, uint32_t height) {
  PC15_FAIL_IF(width < 1 || width > kMaxSide || height < 1 || height > kMaxSide, Code::kOutOfRange,
               "the picture is %" PRId64 " x %" PRId64 "; allowed are 1...%" PRId64 " each", width, height,
               kMaxSide);
  return ok_status();
}

Status lay_rows(int32_t channels, uint32_t width, uint32_t height, int64_t stride, Rows* rows) {
  PC15_TRY(check_extent(width, height));
  const uint64_t row = uint64_t{width} * static_cast<uint64_t>(channels);
  uint64_t step = row;
  if (stride != 0)
    step = stride < 0 ? uint64_t{0} - static_cast<uint64_t>(stride) : static_cast<uint64_t>(stride);
  PC15_FAIL_IF(step < row, Code::kInvalidArgument, "the stride is %" PRId64 " bytes, a row needs %" PRId64,
               stride, static_cast<int64_t>(row));
  uint64_t above = 0, bytes = 0;
  const bool counted = checked_mul(step, uint64_t{height} - 1, &above) && checked_add(above, row, &bytes);
  PC15_FAIL_IF(!counted || bytes > uint64_t{PTRDIFF_MAX} || step > uint64_t{PTRDIFF_MAX},
               Code::kInvalidArgument, "a stride of %" PRId64 " bytes leaves the address space", stride);
  rows->stride = stride < 0 ? -static_cast<int64_t>(step) : static_cast<int64_t>(step);
  rows->first = stride < 0 ? static_cast<size_t>(above) : 0;
  rows->bytes = static_cast<size_t>(bytes);
  return ok_status();
}

Status view_plane(const uint8_t* data, size_t size, uint32_t width, uint32_t height, int64_t stride,
                  PlaneView<const Pixel>* view) {
  Rows rows;
  PC15_FAIL_IF(data == nullptr, Code::kInvalidArgument, "the plane is NULL");
  PC15_TRY(lay_rows(1, width, height, stride, &rows));
  PC15_FAIL_IF(size < rows.bytes, Code::kInvalidArgument,
               "the plane has %" PRId64 " bytes, its size and stride need %" PRId64,
               static_cast<int64_t>(size), static_cast<int64_t>(rows.bytes));
  *view = PlaneView<const Pixel>{data + rows.first, static_cast<int32_t>(width), static_cast<int32_t>(height),
                                 rows.stride};
  return ok_status();
}

Status view_output(uint8_t* data, size_t size, uint32_t width, uint32_t height, int64_t stride,
                   PlaneView<Pixel>* view) {
  Rows rows;
  PC15_FAIL_IF(data == nullptr && size != 0, Code::kInvalidArgument, "the output is NULL");
  PC15_TRY(lay_rows(1, width, height, stride, &rows));
  PC15_FAIL_IF(size < rows.bytes, Code::kDstTooSmall,
               "the output has %" PRId64 " bytes, %" PRId64 " are needed", static_cast<int64_t>(size),
               static_cast<int64_t>(rows.bytes));
  *view = PlaneView<Pixel>{data + rows.first, static_cast<int32_t>(width), static_cast<int32_t>(height),
                           rows.stride};
  return ok_status();
}

Status read_image(const pc15_image* in, pc15_image* image, Rows* rows, bool* fits) {
  PC15_TRY(read_struct(in, image));
  PC15_TRY(check_reserved(image->reserved, 2));
  PC15_FAIL_IF(!valid_format(image->format), Code::kInvalidArgument,
               "the format is %" PRId64 "; allowed are 1 (Y), 3 (RGB) and 4 (RGBA)", image->format);
  PC15_FAIL_IF(image->data == nullptr && image->data_size != 0, Code::kInvalidArgument,
               "image->data is NULL");
  PC15_TRY(lay_rows(image->format, image->width, image->height, image->stride, rows));
  *fits = image->data_size >= rows->bytes;
  return ok_status();
}

}  // namespace pc15::api

extern "C" {

pc15_status pc15_image_bytes(int32_t format, uint32_t width, uint32_t height, int64_t stride, size_t* size) {
  pc15::api::Rows rows;
  if (size == nullptr || !pc15::api::valid_format(format)) return PC15_ERROR_INVALID_ARGUMENT;
  const pc15::Status status = pc15::api::lay_rows(format, width, height, stride, &rows);
  if (status.ok()) *size = rows.bytes;
  return status.value();
}

pc15_status pc15_limits_default(pc15_limits* limits) {
  const pc15::Status status = pc15::api::check_struct(limits);
  if (!status.ok()) return status.value();
  const pc15::format::Limits defaults;
  pc15_limits value = {};
  value.max_width = defaults.max_width;
  value.max_height = defaults.max_height;
  value.max_sections = defaults.max_sections;
  value.max_pixels = defaults.max_pixels;
  value.max_memory_bytes = defaults.max_memory_bytes;
  value.max_metadata_bytes = defaults.max_metadata_bytes;
  pc15::api::write_struct(value, limits);
  return PC15_OK;
}

}  // extern "C"
