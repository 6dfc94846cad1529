// libjpeg reports errors by a call that must not return. Ours jumps back into guarded(), whose frame and
// whose steps hold nothing that needs a destructor; all memory is owned outside, between the steps.
#include "cli/io_jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include <jpeglib.h>

#include <jerror.h>

namespace pc15::cli {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1, kIccMarker = JPEG_APP0 + 2;
constexpr char kXmpName[] = "http://ns.adobe.com/xap/1.0/";  // the terminating zero belongs to it

struct Reader {
  jpeg_error_mgr errors;  // first member: libjpeg hands its address back
  jpeg_decompress_struct jpeg;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  Image* image;
  uint8_t* icc;
  unsigned icc_size;
  bool created;
  uint32_t wanted;  // rows, to `out`
  uint8_t* out;
};

Reader* reader_of(j_common_ptr info) { return reinterpret_cast<Reader*>(info->err); }

void on_error(j_common_ptr info) {
  Reader* reader = reader_of(info);
  info->err->format_message(info, reader->message);
  std::longjmp(reader->jump, 1);
}

// Level -1 is a warning. Those that mean lost picture data are errors here.
void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
      on_error(info);
      break;
    default:
      break;
  }
}

void no_output(j_common_ptr) {}

bool guarded(Reader* reader, void (*step)(Reader*)) {
  if (setjmp(reader->jump) != 0) return false;
  step(reader);
  return true;
}

void create(Reader* r) {
  jpeg_create_decompress(&r->jpeg);
  r->created = true;
}

void read_head(Reader* r) {
  jpeg_save_markers(&r->jpeg, kExifMarker, 0xFFFF);
  jpeg_save_markers(&r->jpeg, kIccMarker, 0xFFFF);
  jpeg_read_header(&r->jpeg, TRUE);
}

void read_profile(Reader* r) {
  JOCTET* icc = nullptr;
  unsigned size = 0;
  if (jpeg_read_icc_profile(&r->jpeg, &icc, &size) == TRUE) {
    r->icc = icc;
    r->icc_size = size;
  }
}

void read_rows(Reader* r) {
  jpeg_start_decompress(&r->jpeg);
  while (r->jpeg.output_scanline < r->jpeg.output_height) {
    JSAMPROW row = r->image->row(r->jpeg.output_scanline);
    jpeg_read_scanlines(&r->jpeg, &row, 1);
  }
  jpeg_finish_decompress(&r->jpeg);
}

void begin_rows(Reader* r) { jpeg_start_decompress(&r->jpeg); }
void read_some(Reader* r) {
  const size_t row =
      static_cast<size_t>(r->jpeg.output_width) * static_cast<size_t>(r->jpeg.output_components);
  for (; r->wanted > 0; --r->wanted, r->out += row) jpeg_read_scanlines(&r->jpeg, &r->out, 1);
}
void end_rows(Reader* r) { jpeg_finish_decompress(&r->jpeg); }

void take_markers(const Reader& reader, Metadata* metadata) {
  for (jpeg_saved_marker_ptr m = reader.jpeg.marker_list; m != nullptr; m = m->next) {
    if (m->marker != kExifMarker) continue;
    const uint8_t *data = m->data, *end = data + m->data_length;
    if (m->data_length > 6 && std::memcmp(data, "Exif\0", 6) == 0 && metadata->exif.empty()) {
      metadata->exif.assign(data + 6, end);
    } else if (m->data_length > sizeof(kXmpName) && std::memcmp(data, kXmpName, sizeof(kXmpName)) == 0 &&
               metadata->xmp.empty()) {
      metadata->xmp.assign(data + sizeof(kXmpName), end);
    }
  }
  if (reader.icc != nullptr) metadata->icc.assign(reader.icc, reader.icc + reader.icc_size);
}

Outcome failed(const Reader& reader) { return failure(std::string("JPEG: ") + reader.message); }

void set_errors(Reader* reader) {
  reader->jpeg.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  reader->errors.output_message = no_output;
}

// Size, colours and metadata; the pixels are the caller's.
Outcome open(Reader* reader, Image* head) {
  if (!guarded(reader, read_head)) return failed(*reader);
  switch (reader->jpeg.jpeg_color_space) {
    case JCS_GRAYSCALE:
      reader->jpeg.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      reader->jpeg.out_color_space = JCS_RGB;
      break;
    default:
      return failure("JPEG: only grey, RGB and YCbCr pictures are supported, not CMYK");
  }
  PC15_CLI_TRY(check_image_size(reader->jpeg.image_width, reader->jpeg.image_height));
  head->width = reader->jpeg.image_width;
  head->height = reader->jpeg.image_height;
  head->channels = reader->jpeg.out_color_space == JCS_GRAYSCALE ? 1 : 3;
  if (!guarded(reader, read_profile)) return failed(*reader);
  take_markers(*reader, &head->metadata);
  std::free(reader->icc);
  reader->icc = nullptr;
  return success();
}

Outcome decode(Reader* reader, Image* image) {
  PC15_CLI_TRY(open(reader, image));
  PC15_CLI_TRY(allocate_image(image->width, image->height, image->channels, image));
  return guarded(reader, read_rows) ? success() : failed(*reader);
}

class JpegRows final : public RowReader {
 public:
  explicit JpegRows(FileHandle file) : file_(std::move(file)), reader_(std::make_unique<Reader>()) {}
  ~JpegRows() override { close(); }

  Outcome start() override {
    close();
    std::rewind(file_.get());
    set_errors(reader_.get());
    if (!guarded(reader_.get(), create)) return failed(*reader_);
    jpeg_stdio_src(&reader_->jpeg, file_.get());
    head_.metadata = Metadata();
    PC15_CLI_TRY(open(reader_.get(), &head_));
    left_ = head_.height;
    return guarded(reader_.get(), begin_rows) ? success() : failed(*reader_);
  }

  Outcome read(uint32_t count, uint8_t* rows) override {
    reader_->wanted = count;
    reader_->out = rows;
    if (!guarded(reader_.get(), read_some)) return failed(*reader_);
    left_ -= count;
    return left_ > 0 || guarded(reader_.get(), end_rows) ? success() : failed(*reader_);
  }

 private:
  void close() {
    std::free(reader_->icc);
    if (reader_->created) jpeg_destroy_decompress(&reader_->jpeg);
    *reader_ = Reader();
  }

  FileHandle file_;
  std::unique_ptr<Reader> reader_;
  uint32_t left_ = 0;  // rows
};

}  // namespace

bool looks_like_jpeg(const uint8_t* head, size_t size) {
  return size >= 3 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF;
}

std::unique_ptr<RowReader> make_jpeg_rows(FileHandle file) {
  return std::make_unique<JpegRows>(std::move(file));
}

Outcome read_jpeg(const Bytes& bytes, Image* image) {
  const auto reader = std::make_unique<Reader>();
  reader->image = image;
  set_errors(reader.get());
  if (!guarded(reader.get(), create)) return failed(*reader);
  jpeg_mem_src(&reader->jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  Outcome outcome = decode(reader.get(), image);
  std::free(reader->icc);
  if (reader->created) jpeg_destroy_decompress(&reader->jpeg);
  return outcome;
}

}  // namespace pc15::cli
