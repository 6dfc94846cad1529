// Rows are filtered adaptively and deflated at zlib's default level. The bytes collect in a block of malloc,
// because libpng's calls must not meet a C++ exception.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cli/io_png.h"
#include "cli/png_guard.h"

namespace pc15::cli {
namespace {

struct Output {
  const Image* image;
  std::vector<char>* xmp;  // terminated
  std::vector<png_bytep>* rows;
  std::vector<uint8_t>* exif;
  uint8_t* data;
  size_t size, capacity;
};

Output* output_of(PngState* state) { return static_cast<Output*>(state->user); }

void write_bytes(png_structp png, png_bytep data, size_t size) {
  auto* out = static_cast<Output*>(png_get_io_ptr(png));
  if (out->capacity - out->size < size) {
    const size_t capacity = out->capacity + out->capacity / 2 + size + (size_t{1} << 16);
    auto* grown = static_cast<uint8_t*>(std::realloc(out->data, capacity));
    if (grown == nullptr) png_error(png, "out of memory");
    out->data = grown;
    out->capacity = capacity;
  }
  std::memcpy(out->data + out->size, data, size);
  out->size += size;
}

void flush_nothing(png_structp) {}

void set_xmp(PngState* s) {
  png_text text = {};
  char key[] = "XML:com.adobe.xmp";
  text.compression = PNG_ITXT_COMPRESSION_NONE;
  text.key = key;
  text.text = output_of(s)->xmp->data();
  png_set_text(s->png, s->info, &text, 1);
}

void set_head(PngState* s) {
  Output* out = output_of(s);
  const Image& image = *out->image;
  const int color = image.channels == 1   ? PNG_COLOR_TYPE_GRAY
                    : image.channels == 3 ? PNG_COLOR_TYPE_RGB
                                          : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_write_fn(s->png, s->user, write_bytes, flush_nothing);
  png_set_user_limits(s->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_benign_errors(s->png, 1);
  png_set_IHDR(s->png, s->info, image.width, image.height, 8, color, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  const Bytes& icc = image.metadata.icc;
  if (icc_fits(icc, image.channels)) {
    png_set_iCCP(s->png, s->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, icc.data(),
                 static_cast<png_uint_32>(icc.size()));
  }
  if (!out->exif->empty()) {
    png_set_eXIf_1(s->png, s->info, static_cast<png_uint_32>(out->exif->size()), out->exif->data());
  }
  if (!out->xmp->empty()) set_xmp(s);
}

void write_all(PngState* s) {
  png_write_info(s->png, s->info);
  png_write_image(s->png, output_of(s)->rows->data());
  png_write_end(s->png, s->info);
}

}  // namespace

Outcome write_png(const Image& image, Bytes* bytes) {
  std::vector<png_bytep> rows(image.height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = image.row(y);
  std::vector<char> xmp(image.metadata.xmp.begin(), image.metadata.xmp.end());
  if (!xmp.empty()) xmp.push_back(0);
  std::vector<uint8_t> exif = image.metadata.exif;

  const auto state = std::make_unique<PngState>();
  Output output{&image, &xmp, &rows, &exif, nullptr, 0, 0};
  state->user = &output;
  state->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, state.get(), png_on_error, png_on_warning);
  if (state->png == nullptr) return failure("PNG: libpng refuses to start");
  state->info = png_create_info_struct(state->png);
  const bool written =
      state->info != nullptr && guarded(state.get(), set_head) && guarded(state.get(), write_all);
  png_destroy_write_struct(&state->png, &state->info);
  const std::unique_ptr<uint8_t, void (*)(void*)> data(output.data, std::free);
  if (!written)
    return failure(std::string("PNG: ") + (state->message[0] != 0 ? state->message : "out of memory"));
  bytes->assign(data.get(), data.get() + output.size);
  return success();
}

}  // namespace pc15::cli
