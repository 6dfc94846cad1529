// Decoding: lifecycle, probe, and the calls that open a file, decode and close it again.
#include "api/buffer.h"
#include "api/decoder_handle.h"
#include "api/image_view.h"
#include "api/structs.h"
#include "normative/resample.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

pc15::Status pc15_decoder::open(ByteSpan file, bool tolerant) {
  close();
  has_damage_map = false;
  PC15_TRY(decoder.open(file, core.params.limits(), tolerant));
  is_open = true;
  return ok_status();
}

void pc15_decoder::close() {
  is_open = has_parts = has_programs = false;
  decoder.close();
  Vector<format::PartInfo>(core.memory).swap(parts);
  Vector<uint32_t>(core.memory).swap(tile_bits);
  Vector<normative::TileProgram>(core.memory).swap(programs.tiles);
}

void pc15_decoder::choose_device() {
  const int64_t device = core.params.get(PC15_PARAM_DEVICE);
  const dec::DeviceUse use = device == PC15_DEVICE_CPU    ? dec::DeviceUse::kCpu
                             : device == PC15_DEVICE_AUTO ? dec::DeviceUse::kAuto
                                                          : dec::DeviceUse::kCuda;
  decoder.use_device(use, static_cast<int32_t>(core.params.get(PC15_PARAM_DEVICE_INDEX)));
}

namespace pc15::api {
namespace {

Status decode_rect(pc15_decoder* d, int32_t scale_log2, const Rect& rect, uint8_t* data, const Rows& rows,
                   int32_t format, Monitor& monitor) {
  d->choose_device();
  const dec::Output output = rows_output(data, rows, format);
  const Status status = d->decoder.decode_scaled(scale_log2, rect, output, d->core.threads(), monitor);
  d->has_damage_map = status.ok() || status.code() == Code::kDamaged;
  return status;
}

Status scaled_size(uint32_t width, uint32_t height, int32_t scale_log2, uint32_t* w, uint32_t* h) {
  PC15_TRY(check_extent(width, height));
  PC15_FAIL_IF(scale_log2 < PC15_SCALE_LOG2_MIN || scale_log2 > PC15_SCALE_LOG2_MAX, Code::kOutOfRange,
               "the scale is 2^%" PRId64 "; allowed are 2^%" PRId64 "...2^%" PRId64, scale_log2,
               PC15_SCALE_LOG2_MIN, PC15_SCALE_LOG2_MAX);
  *w = static_cast<uint32_t>(normative::scaled_extent(static_cast<int32_t>(width), scale_log2));
  *h = static_cast<uint32_t>(normative::scaled_extent(static_cast<int32_t>(height), scale_log2));
  return ok_status();
}

// Decodes the part at (x, y) of the open file at a scale into `image`.
Status read_rect(pc15_decoder* d, int32_t scale_log2, uint32_t x, uint32_t y, const pc15_image& image,
                 const Rows& rows, bool fits, Monitor& monitor) {
  Rect rect;
  PC15_TRY(find_rect(d->reader(), scale_log2, x, y, image, rows, fits, &rect));
  return decode_rect(d, scale_log2, rect, image.data, rows, image.format, monitor);
}

// The same of the file that is open.
pc15_status read_open(pc15_decoder* d, int32_t scale_log2, uint32_t x, uint32_t y, const pc15_image* image) {
  return d->core.work([&](Monitor& monitor) -> Status {
    PC15_TRY(d->check_open());
    pc15_image i;
    Rows rows;
    bool fits = false;
    PC15_TRY(read_image(image, &i, &rows, &fits));
    return read_rect(d, scale_log2, x, y, i, rows, fits, monitor);
  });
}

}  // namespace

int32_t natural_format(const format::StreamHeader& header) {
  if (header.alpha) return PC15_FORMAT_RGBA;
  return header.color == format::Color::kGray ? PC15_FORMAT_Y : PC15_FORMAT_RGB;
}

dec::OutputFormat output_format(int32_t format) {
  if (format == PC15_FORMAT_Y) return dec::OutputFormat::kY;
  return format == PC15_FORMAT_RGB ? dec::OutputFormat::kRgb : dec::OutputFormat::kRgba;
}

dec::Output rows_output(uint8_t* data, const Rows& rows, int32_t format) {
  dec::Output output;
  output.data = data + rows.first;
  output.stride = rows.stride;
  output.format = output_format(format);
  return output;
}

Status read_file_rect(pc15_decoder* d, const uint8_t* data, size_t size, int32_t scale_log2, uint32_t x,
                      uint32_t y, const pc15_image* image, Monitor& monitor) {
  pc15_image i;
  Rows rows;
  bool fits = false;
  PC15_TRY(read_image(image, &i, &rows, &fits));
  OpenFile file(d);
  PC15_TRY(file.open(data, size, false));
  return read_rect(d, scale_log2, x, y, i, rows, fits, monitor);
}

Status find_rect(const format::ContainerReader& file, int32_t scale_log2, uint32_t x, uint32_t y,
                 const pc15_image& image, const Rows& rows, bool fits, Rect* rect) {
  const normative::Geometry& g = file.header().geometry;
  uint32_t w = 0, h = 0;
  PC15_TRY(scaled_size(static_cast<uint32_t>(g.width), static_cast<uint32_t>(g.height), scale_log2, &w, &h));
  PC15_FAIL_IF(x >= w || image.width > w - x, Code::kOutOfRange,
               "columns %" PRId64 " + %" PRId64 " are outside the image, which has %" PRId64, x, image.width,
               w);
  PC15_FAIL_IF(y >= h || image.height > h - y, Code::kOutOfRange,
               "rows %" PRId64 " + %" PRId64 " are outside the image, which has %" PRId64, y, image.height,
               h);
  PC15_FAIL_IF(!fits, Code::kDstTooSmall, "image->data has %" PRId64 " bytes, %" PRId64 " are needed",
               static_cast<int64_t>(image.data_size), static_cast<int64_t>(rows.bytes));
  *rect = Rect{static_cast<int32_t>(x), static_cast<int32_t>(y), static_cast<int32_t>(image.width),
               static_cast<int32_t>(image.height)};
  return ok_status();
}

Status describe_header(const format::StreamHeader& h, format::Form form, pc15_image_info* info) {
  const normative::Geometry& g = h.geometry;
  pc15_image_info i = {};
  i.width = static_cast<uint32_t>(g.width);
  i.height = static_cast<uint32_t>(g.height);
  i.color = static_cast<int32_t>(h.color);
  i.has_alpha = h.alpha ? 1 : 0;
  i.depth = h.depth;
  i.natural_format = natural_format(h);
  i.form = form == format::Form::kCompact ? PC15_FORM_COMPACT : PC15_FORM_FULL;
  i.version = format::kBitstreamVersion;
  i.has_programs = h.has_image_program || h.has_tile_programs ? 1 : 0;
  i.has_residual = h.step16 != 0 ? 1 : 0;
  i.residual_step16 = h.step16;
  i.tile = static_cast<uint32_t>(g.tile);
  i.overlap = static_cast<uint32_t>(g.overlap);
  i.tile_cols = static_cast<uint32_t>(g.tile_cols());
  i.tile_rows = static_cast<uint32_t>(g.tile_rows());
  i.cell = static_cast<uint32_t>(g.cell);
  i.cell_cols = static_cast<uint32_t>(g.cell_cols());
  i.cell_rows = static_cast<uint32_t>(g.cell_rows());
  i.lossless = h.lossless() ? 1 : 0;
  i.seed = h.seed;
  dec::Plan plan = {};
  PC15_TRY(dec::plan_decode(h, Rect{0, 0, g.width, g.height}, dec::OutputFormat::kRgba, &plan));
  i.planned_memory = plan.memory_bytes;
  for (int32_t scale = PC15_SCALE_LOG2_MIN; scale <= PC15_SCALE_LOG2_MAX; ++scale) {
    const Rect whole{0, 0, normative::scaled_extent(g.width, scale),
                     normative::scaled_extent(g.height, scale)};
    PC15_TRY(dec::plan_scaled(h, scale, whole, dec::OutputFormat::kRgba, &plan));
    if (scale != 0 && plan.memory_bytes > i.planned_memory_scaled)
      i.planned_memory_scaled = plan.memory_bytes;
  }
  write_struct(i, info);
  return ok_status();
}

static_assert(PC15_SCALE_LOG2_MIN == normative::kMinScaleLog2 &&
                  PC15_SCALE_LOG2_MAX == normative::kMaxScaleLog2,
              "public scales are the renderer's");
static_assert(static_cast<int32_t>(format::Color::kGray) == PC15_COLOR_GRAY &&
                  static_cast<int32_t>(format::Color::kYcc420) == PC15_COLOR_YCC420 &&
                  static_cast<int32_t>(format::Color::kYcc444) == PC15_COLOR_YCC444 &&
                  static_cast<int32_t>(format::Color::kRgb) == PC15_COLOR_RGB,
              "public colours are the format's");
static_assert(static_cast<int32_t>(dec::CellState::kIntact) == PC15_CELL_INTACT &&
                  static_cast<int32_t>(dec::CellState::kLost) == PC15_CELL_LOST &&
                  static_cast<int32_t>(dec::CellState::kNotDecoded) == PC15_CELL_NOT_DECODED,
              "public cell states are the decoder's");

}  // namespace pc15::api

extern "C" {

pc15_status pc15_probe(const uint8_t* data, size_t size, const pc15_limits* limits, pc15_image_info* info) {
  if (data == nullptr && size != 0) return PC15_ERROR_INVALID_ARGUMENT;
  Memory memory;
  const Status result = guarded(memory, [&]() -> Status {
    PC15_TRY(check_struct(info));
    format::Limits use;
    if (limits != nullptr) {
      pc15_limits l;
      PC15_TRY(read_struct(limits, &l));
      PC15_TRY(check_reserved(l.reserved, 4));
      use.max_width = l.max_width;
      use.max_height = l.max_height;
      use.max_sections = l.max_sections;
      use.max_pixels = l.max_pixels;
      use.max_memory_bytes = l.max_memory_bytes;
      use.max_metadata_bytes = l.max_metadata_bytes;
    }
    format::StreamHeader header;
    format::Form form = format::Form::kFull;
    uint64_t needed = 0;
    const Status status = format::ContainerReader::peek(ByteSpan(data, size), use, &header, &form, &needed);
    if (status.code() == Code::kNeedInput) {
      pc15_image_info unknown = {};
      unknown.bytes_needed = needed;
      write_struct(unknown, info);
    }
    PC15_TRY(status);
    return describe_header(header, form, info);
  });
  return result.value();
}

pc15_status pc15_decoder_create(const pc15_allocator* allocator, pc15_decoder** decoder) {
  return create_handle(allocator, decoder);
}

void pc15_decoder_destroy(pc15_decoder* decoder) { destroy_handle(decoder); }

pc15_status pc15_decoder_reset(pc15_decoder* decoder) {
  if (decoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  decoder->close();
  decoder->decoder.close_device();
  decoder->has_damage_map = false;
  decoder->core.reset();
  return PC15_OK;
}

pc15_status pc15_decoder_default_params(pc15_decoder* decoder) {
  if (decoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  decoder->core.params.reset();
  return PC15_OK;
}

pc15_status pc15_decoder_set_param(pc15_decoder* decoder, int32_t id, int64_t value) {
  return decoder != nullptr ? decoder->core.set_param(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_decoder_get_param(const pc15_decoder* decoder, int32_t id, int64_t* value) {
  return decoder != nullptr ? decoder->core.get_param(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_decoder_set_param_f64(pc15_decoder* decoder, int32_t id, double value) {
  return decoder != nullptr ? decoder->core.set_param_real(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_decoder_get_param_f64(const pc15_decoder* decoder, int32_t id, double* value) {
  return decoder != nullptr ? decoder->core.get_param_real(id, value) : PC15_ERROR_INVALID_ARGUMENT;
}

pc15_status pc15_decoder_set_progress(pc15_decoder* decoder, pc15_progress_fn progress, void* opaque) {
  if (decoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  decoder->core.set_progress(progress, opaque);
  return PC15_OK;
}

pc15_status pc15_decoder_cancel(pc15_decoder* decoder) {
  if (decoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  decoder->core.cancel();
  return PC15_OK;
}

size_t pc15_decoder_last_error(const pc15_decoder* decoder, char* text, size_t capacity) {
  if (text != nullptr && capacity > 0) text[0] = '\0';
  return decoder != nullptr ? decoder->core.last_error(text, capacity) : 0;
}

pc15_status pc15_decode_y(pc15_decoder* decoder, const uint8_t* data, size_t size, uint8_t* dst,
                          size_t capacity, int64_t stride, size_t* dst_size) {
  if (decoder == nullptr || data == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0)) {
    return PC15_ERROR_INVALID_ARGUMENT;
  }
  return decoder->core.work([&](Monitor& monitor) -> Status {
    OpenFile file(decoder);
    PC15_TRY(file.open(data, size, false));
    const normative::Geometry& g = decoder->reader().header().geometry;
    Rows rows;
    PC15_TRY(lay_rows(1, static_cast<uint32_t>(g.width), static_cast<uint32_t>(g.height), stride, &rows));
    *dst_size = rows.bytes;
    PC15_FAIL_IF(capacity < rows.bytes, Code::kDstTooSmall,
                 "the output has %" PRId64 " bytes, %" PRId64 " are needed", static_cast<int64_t>(capacity),
                 static_cast<int64_t>(rows.bytes));
    return decode_rect(decoder, 0, Rect{0, 0, g.width, g.height}, dst, rows, PC15_FORMAT_Y, monitor);
  });
}

pc15_status pc15_decode_image(pc15_decoder* decoder, const uint8_t* data, size_t size,
                              const pc15_image* image) {
  if (decoder == nullptr || data == nullptr || image == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    pc15_image i;
    Rows rows;
    bool fits = false;
    PC15_TRY(read_image(image, &i, &rows, &fits));
    OpenFile file(decoder);
    PC15_TRY(file.open(data, size, false));
    const normative::Geometry& g = decoder->reader().header().geometry;
    PC15_FAIL_IF(int64_t{i.width} != g.width || int64_t{i.height} != g.height, Code::kInvalidArgument,
                 "the file is %" PRId64 " x %" PRId64 " pixels, image->width is %" PRId64
                 " (or the height differs)",
                 g.width, g.height, i.width);
    return read_rect(decoder, 0, 0, 0, i, rows, fits, monitor);
  });
}

pc15_status pc15_decode_region(pc15_decoder* decoder, const uint8_t* data, size_t size, uint32_t x,
                               uint32_t y, const pc15_image* image) {
  return pc15_decode_scaled(decoder, data, size, 0, x, y, image);
}

pc15_status pc15_decode_scaled(pc15_decoder* decoder, const uint8_t* data, size_t size, int32_t scale_log2,
                               uint32_t x, uint32_t y, const pc15_image* image) {
  if (decoder == nullptr || data == nullptr || image == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.work([&](Monitor& monitor) -> Status {
    return read_file_rect(decoder, data, size, scale_log2, x, y, image, monitor);
  });
}

pc15_status pc15_scaled_size(uint32_t width, uint32_t height, int32_t scale_log2, uint32_t* scaled_width,
                             uint32_t* scaled_height) {
  if (scaled_width == nullptr || scaled_height == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return scaled_size(width, height, scale_log2, scaled_width, scaled_height).value();
}

pc15_status pc15_decode_image_buffer(pc15_decoder* decoder, const uint8_t* data, size_t size, int32_t format,
                                     pc15_image_info* info, pc15_buffer** buffer) {
  if (buffer != nullptr) *buffer = nullptr;
  if (decoder == nullptr || data == nullptr || buffer == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  pc15_buffer* made = nullptr;
  const pc15_status result = decoder->core.work([&](Monitor& monitor) -> Status {
    PC15_FAIL_IF(format != 0 && !valid_format(format), Code::kInvalidArgument,
                 "the format is %" PRId64 "; allowed are 0 (natural), 1 (Y), 3 (RGB) and 4 (RGBA)", format);
    if (info != nullptr) PC15_TRY(check_struct(info));
    OpenFile file(decoder);
    PC15_TRY(file.open(data, size, false));
    const format::StreamHeader& header = decoder->reader().header();
    const int32_t use = format != 0 ? format : natural_format(header);
    const normative::Geometry& g = header.geometry;
    Rows rows;
    PC15_TRY(lay_rows(use, static_cast<uint32_t>(g.width), static_cast<uint32_t>(g.height), 0, &rows));
    PC15_TRY(make_buffer(decoder->core.functions(), decoder->core.memory, rows.bytes, &made));
    if (info != nullptr) PC15_TRY(describe_header(header, decoder->reader().form(), info));
    return decode_rect(decoder, 0, Rect{0, 0, g.width, g.height}, pc15_buffer_data(made), rows, use, monitor);
  });
  if (result == PC15_OK || result == PC15_NOTE_DAMAGED) {
    *buffer = made;
  } else {
    pc15_buffer_free(made);
  }
  return result;
}

pc15_status pc15_decoder_open(pc15_decoder* decoder, const uint8_t* data, size_t size) {
  if (decoder == nullptr || data == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return decoder->core.load([&]() -> Status {
    PC15_TRY(decoder->open(ByteSpan(data, size), decoder->tolerant()));
    PC15_FAIL_IF(decoder->reader().damaged(), Code::kDamaged,
                 "the file is open, but parts of it are damaged");
    return ok_status();
  });
}

pc15_status pc15_decoder_close(pc15_decoder* decoder) {
  if (decoder == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  decoder->close();
  return PC15_OK;
}

pc15_status pc15_decoder_read(pc15_decoder* decoder, uint32_t x, uint32_t y, const pc15_image* image) {
  return pc15_decoder_read_scaled(decoder, 0, x, y, image);
}

pc15_status pc15_decoder_read_scaled(pc15_decoder* decoder, int32_t scale_log2, uint32_t x, uint32_t y,
                                     const pc15_image* image) {
  if (decoder == nullptr || image == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return read_open(decoder, scale_log2, x, y, image);
}

}  // extern "C"
