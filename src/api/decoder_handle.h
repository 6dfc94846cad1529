// The object behind pc15_decoder.
#pragma once

#include "api/copy_out.h"
#include "api/handle.h"
#include "api/image_view.h"
#include "dec/decoder.h"
#include "normative/program.h"
#include "pc15.h"

struct pc15_decoder {
  explicit pc15_decoder(const pc15::AllocatorFunctions& functions)
      : core(functions, PC15_SCOPE_DECODER, pc15::api::kKeptBytes), decoder(core.memory), parts(core.memory),
        programs(core.memory), tile_bits(core.memory) {}

  pc15::api::Handle core;
  pc15::dec::Decoder decoder;
  bool is_open = false;
  bool has_damage_map = false;  // decoder.damage() belongs to the last decode
  // Inspection of the open file, made on demand.
  bool has_parts = false, has_programs = false;
  pc15::Vector<pc15::format::PartInfo> parts;
  pc15::normative::ProgramImage programs;
  pc15::Vector<uint32_t> tile_bits;

  const pc15::format::ContainerReader& reader() const { return decoder.container(); }
  pc15::Status check_open() const {
    PC15_FAIL_IF(!is_open, pc15::Code::kWrongState, "no file is open: call pc15_decoder_open first");
    return pc15::ok_status();
  }
  bool tolerant() const { return core.params.get(PC15_PARAM_TOLERANT) != 0; }
  // Opens a file; *damaged tells of a tolerant opening that missed something.
  pc15::Status open(pc15::ByteSpan file, bool tolerant);
  void close();
  // Tells the decoder what the parameters of devices say; before every decode.
  void choose_device();
};

namespace pc15::api {

// Opens for one call and closes however it ends. The damage map of a decode survives.
class OpenFile {
 public:
  explicit OpenFile(pc15_decoder* decoder) : decoder_(decoder) {}
  ~OpenFile() { decoder_->close(); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  Status open(const uint8_t* data, size_t size, bool strict) {
    return decoder_->open(ByteSpan(data, size), !strict && decoder_->tolerant());
  }

 private:
  pc15_decoder* decoder_;
};

int32_t natural_format(const format::StreamHeader& header);
dec::OutputFormat output_format(int32_t format);  // of PC15_FORMAT_*
dec::Output rows_output(uint8_t* data, const Rows& rows, int32_t format);
// Opens a file, decodes its part at (x, y) of the picture at a scale into `image`, and closes it again.
Status read_file_rect(pc15_decoder* d, const uint8_t* data, size_t size, int32_t scale_log2, uint32_t x,
                      uint32_t y, const pc15_image* image, Monitor& monitor);
// The part at (x, y) of an open file at a scale that `image` asks for; `rows` and `fits` are those of the
// image.
Status find_rect(const format::ContainerReader& file, int32_t scale_log2, uint32_t x, uint32_t y,
                 const pc15_image& image, const Rows& rows, bool fits, Rect* rect);

// What the public info says about a header. Fails only when the plan does.
Status describe_header(const format::StreamHeader& header, format::Form form, pc15_image_info* info);

}  // namespace pc15::api
