#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "cli/io_png.h"
#include "cli/png_guard.h"

namespace pc15::cli {
namespace {

constexpr png_alloc_size_t kMaxChunkBytes = png_alloc_size_t{64} << 20;
// libpng inflates every text chunk that it keeps: 64 KiB of the file can become the limit above.
constexpr png_uint_32 kMaxTextChunks = 8;
constexpr png_byte kIgnoredChunks[] = "tEXt\0zTXt\0sPLT";  // four letters and a zero each; XMP is an iTXt
constexpr char kXmpKey[] = "XML:com.adobe.xmp";

struct Input {
  const Bytes* bytes;
  size_t at;
  std::vector<png_bytep>* rows;
  std::FILE* file;  // instead of bytes
  uint32_t wanted;  // rows, to `out`
  uint8_t* out;
};

Input* input_of(PngState* state) { return static_cast<Input*>(state->user); }

void read_bytes(png_structp png, png_bytep out, size_t size) {
  auto* in = static_cast<Input*>(png_get_io_ptr(png));
  if (in->file != nullptr) {
    const size_t got = std::fread(out, 1, size, in->file);
    in->at += got;
    if (got == size) return;
  }
  if (in->file == nullptr && in->bytes->size() - in->at >= size) {
    std::memcpy(out, in->bytes->data() + in->at, size);
    in->at += size;
    return;
  }
  char text[96];
  std::snprintf(text, sizeof(text), "the file is cut off at byte %zu",
                in->file != nullptr ? in->at : in->bytes->size());
  png_error(png, text);
}

void read_head(PngState* s) {
  png_set_read_fn(s->png, s->user, read_bytes);
  png_set_user_limits(s->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_image_size() decides
  png_set_chunk_malloc_max(s->png, kMaxChunkBytes);
  png_set_chunk_cache_max(s->png, kMaxTextChunks);
  png_set_keep_unknown_chunks(s->png, PNG_HANDLE_CHUNK_NEVER, kIgnoredChunks, sizeof(kIgnoredChunks) / 5);
  png_read_info(s->png, s->info);
}

void set_transforms(PngState* s) {
  png_set_expand(s->png);
  png_set_scale_16(s->png);
  const bool alpha = (png_get_color_type(s->png, s->info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                     png_get_valid(s->png, s->info, PNG_INFO_tRNS) != 0;
  if (alpha) png_set_gray_to_rgb(s->png);
  (void)png_set_interlace_handling(s->png);
  png_read_update_info(s->png, s->info);
}

void read_rows(PngState* s) {
  png_read_image(s->png, input_of(s)->rows->data());
  png_read_end(s->png, s->info);
}

void take_metadata(PngState* s, Metadata* metadata) {
  png_charp name = nullptr;
  png_bytep icc = nullptr;
  png_uint_32 icc_size = 0;
  int compression = 0;
  if (png_get_iCCP(s->png, s->info, &name, &compression, &icc, &icc_size) != 0) {
    metadata->icc.assign(icc, icc + icc_size);
  }
  png_bytep exif = nullptr;
  png_uint_32 exif_size = 0;
  if (png_get_eXIf_1(s->png, s->info, &exif_size, &exif) != 0) metadata->exif.assign(exif, exif + exif_size);
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(s->png, s->info, &texts, &count);
  for (int i = 0; i < count; ++i) {
    if (std::strcmp(texts[i].key, kXmpKey) != 0) continue;
    const size_t length = texts[i].compression > 0 ? texts[i].itxt_length : texts[i].text_length;
    metadata->xmp.assign(texts[i].text, texts[i].text + length);
  }
}

void read_some(PngState* s) {
  Input* const in = input_of(s);
  const size_t row = png_get_rowbytes(s->png, s->info);
  for (; in->wanted > 0; --in->wanted, in->out += row) png_read_row(s->png, in->out, nullptr);
}
void read_tail(PngState* s) { png_read_end(s->png, s->info); }

// Whether rows can be read one by one, with the metadata before them.
bool in_order(std::FILE* file) {
  uint8_t head[29];
  std::rewind(file);
  if (std::fread(head, 1, sizeof(head), file) != sizeof(head) || head[28] != 0) return false;  // interlaced
  bool picture = false;
  long at = 33;  // behind IHDR
  for (uint8_t chunk[8]; std::fseek(file, at, SEEK_SET) == 0 && std::fread(chunk, 1, 8, file) == 8;) {
    const uint32_t size = png_get_uint_32(chunk);
    if (size > PNG_UINT_31_MAX) break;
    const bool data = std::memcmp(chunk + 4, "IDAT", 4) == 0;
    if (picture && (std::memcmp(chunk + 4, "iTXt", 4) == 0 || std::memcmp(chunk + 4, "eXIf", 4) == 0))
      return false;
    picture |= data;
    at += 12 + static_cast<long>(size);
  }
  return true;
}

class PngRows final : public RowReader {
 public:
  explicit PngRows(FileHandle file) : file_(std::move(file)) {}
  ~PngRows() override { close(); }

  Outcome start() override {
    close();
    std::rewind(file_.get());
    state_ = PngState();
    input_ = Input{nullptr, 0, nullptr, file_.get(), 0, nullptr};
    state_.user = &input_;
    state_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state_, png_on_error, png_on_warning);
    if (state_.png == nullptr) return failure("PNG: libpng refuses to start");
    state_.info = png_create_info_struct(state_.png);
    if (state_.info == nullptr) return failure("PNG: out of memory");
    if (!guarded(&state_, read_head)) return failed();
    const uint64_t width = png_get_image_width(state_.png, state_.info),
                   height = png_get_image_height(state_.png, state_.info);
    PC15_CLI_TRY(check_image_size(width, height));
    if (!guarded(&state_, set_transforms)) return failed();
    head_.width = static_cast<uint32_t>(width);
    head_.height = left_ = static_cast<uint32_t>(height);
    head_.channels = png_get_channels(state_.png, state_.info);
    if (png_get_rowbytes(state_.png, state_.info) != head_.row_bytes())
      return failure("PNG: unexpected row size");
    take_metadata(&state_, &head_.metadata);
    return success();
  }

  Outcome read(uint32_t count, uint8_t* rows) override {
    input_.wanted = count;
    input_.out = rows;
    if (!guarded(&state_, read_some)) return failed();
    left_ -= count;
    return left_ > 0 || guarded(&state_, read_tail) ? success() : failed();
  }

 private:
  void close() { png_destroy_read_struct(&state_.png, &state_.info, nullptr); }
  Outcome failed() const { return failure(std::string("PNG: ") + state_.message); }

  FileHandle file_;
  PngState state_;
  Input input_{};
  uint32_t left_ = 0;  // rows
};

Outcome decode(PngState* s, Image* image) {
  const auto failed = [&] { return failure(std::string("PNG: ") + s->message); };
  if (!guarded(s, read_head)) return failed();
  PC15_CLI_TRY(check_image_size(png_get_image_width(s->png, s->info), png_get_image_height(s->png, s->info)));
  if (!guarded(s, set_transforms)) return failed();
  PC15_CLI_TRY(allocate_image(png_get_image_width(s->png, s->info), png_get_image_height(s->png, s->info),
                              png_get_channels(s->png, s->info), image));
  if (png_get_rowbytes(s->png, s->info) != image->row_bytes()) return failure("PNG: unexpected row size");
  std::vector<png_bytep> rows(image->height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = image->row(y);
  input_of(s)->rows = &rows;
  if (!guarded(s, read_rows)) return failed();
  take_metadata(s, &image->metadata);
  return success();
}

}  // namespace

bool looks_like_png(const uint8_t* head, size_t size) { return size >= 8 && png_sig_cmp(head, 0, 8) == 0; }

std::unique_ptr<RowReader> make_png_rows(FileHandle file) {
  if (!in_order(file.get())) return nullptr;
  return std::make_unique<PngRows>(std::move(file));
}

Outcome read_png(const Bytes& bytes, Image* image) {
  const auto state = std::make_unique<PngState>();
  Input input{&bytes, 0, nullptr, nullptr, 0, nullptr};
  state->user = &input;
  state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state.get(), png_on_error, png_on_warning);
  if (state->png == nullptr) return failure("PNG: libpng refuses to start");
  state->info = png_create_info_struct(state->png);
  Outcome outcome = state->info != nullptr ? decode(state.get(), image) : failure("PNG: out of memory");
  png_destroy_read_struct(&state->png, &state->info, nullptr);
  return outcome;
}

}  // namespace pc15::cli
