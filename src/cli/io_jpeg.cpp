// libjpeg reports errors by a call that must not return. Ours jumps back into guarded(), whose frame and
// whose steps hold nothing that needs a destructor; all memory is owned outside, between the steps.
#include "cli/io_jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

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

Outcome decode(Reader* reader, Image* image) {
  const auto failed = [&] { return failure(std::string("JPEG: ") + reader->message); };
  if (!guarded(reader, read_head)) return failed();
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
  const int32_t channels = reader->jpeg.out_color_space == JCS_GRAYSCALE ? 1 : 3;
  PC15_CLI_TRY(allocate_image(reader->jpeg.image_width, reader->jpeg.image_height, channels, image));
  if (!guarded(reader, read_profile)) return failed();
  take_markers(*reader, &image->metadata);
  return guarded(reader, read_rows) ? success() : failed();
}

}  // namespace

bool looks_like_jpeg(const uint8_t* head, size_t size) {
  return size >= 3 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF;
}

Outcome read_jpeg(const Bytes& bytes, Image* image) {
  const auto reader = std::make_unique<Reader>();
  reader->image = image;
  reader->jpeg.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  reader->errors.output_message = no_output;
  if (!guarded(reader.get(), create)) return failure(std::string("JPEG: ") + reader->message);
  jpeg_mem_src(&reader->jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  Outcome outcome = decode(reader.get(), image);
  std::free(reader->icc);
  if (reader->created) jpeg_destroy_decompress(&reader->jpeg);
  return outcome;
}

}  // namespace pc15::cli
