// The header is text in which '#' begins a comment up to the end of the line; PAM has "KEYWORD value" lines.
// Sample v of a maxval M becomes round(255 v / M). One picture per file: bytes after it are refused.
#include "cli/io_pnm.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

namespace pc15::cli {
namespace {

struct Header {
  char kind = 0;  // the digit after 'P'
  uint64_t width = 0, height = 0, maxval = 0, depth = 0;
};

bool is_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }

class Parser {
 public:
  explicit Parser(const Bytes& bytes) : bytes_(bytes) {}
  size_t position() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }
  const uint8_t* here() const { return bytes_.data() + at_; }
  void skip(size_t n) { at_ += n; }

  void skip_space(bool comments) {
    while (at_ < bytes_.size()) {
      if (comments && bytes_[at_] == '#') {
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      } else if (is_space(bytes_[at_])) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Outcome number(const char* what, bool comments, uint64_t* value) {
    skip_space(comments);
    const size_t start = at_;
    *value = 0;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; ++at_) {
      *value = *value * 10 + (bytes_[at_] - '0');
      if (*value > 0xFFFFFFFFu) return at("is too large", what, start);
    }
    if (at_ == start)
      return at(left() == 0 ? "is missing: the file is cut off" : "is not a number", what, start);
    return success();
  }

  std::string word() {
    skip_space(true);
    const size_t start = at_;
    while (at_ < bytes_.size() && !is_space(bytes_[at_])) ++at_;
    return std::string(bytes_.begin() + static_cast<std::ptrdiff_t>(start),
                       bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
  }

  static Outcome at(const char* problem, const std::string& what, size_t offset) {
    return failure("PNM: " + what + " at byte " + std::to_string(offset) + " " + problem);
  }

 private:
  const Bytes& bytes_;
  size_t at_ = 2;
};

Outcome read_pam_header(Parser& in, Header* header) {
  for (;;) {
    const std::string key = in.word();
    if (key == "ENDHDR") break;
    if (key.empty()) return failure("PNM: the header is cut off at byte " + std::to_string(in.position()));
    if (key == "WIDTH") {
      PC15_CLI_TRY(in.number("WIDTH", false, &header->width));
    } else if (key == "HEIGHT") {
      PC15_CLI_TRY(in.number("HEIGHT", false, &header->height));
    } else if (key == "DEPTH") {
      PC15_CLI_TRY(in.number("DEPTH", false, &header->depth));
    } else if (key == "MAXVAL") {
      PC15_CLI_TRY(in.number("MAXVAL", false, &header->maxval));
    } else if (key == "TUPLTYPE") {
      (void)in.word();  // DEPTH says as much
    } else {
      return failure("PNM: the header has a line that PAM does not know, before byte " +
                     std::to_string(in.position()));
    }
  }
  if (header->depth < 1 || header->depth > 4) {
    return failure("PNM: " + std::to_string(header->depth) + " channels are not supported, 1 to 4 are");
  }
  return success();
}

Outcome read_header(Parser& in, Header* header) {
  if (header->kind == '7') {
    PC15_CLI_TRY(read_pam_header(in, header));
  } else {
    header->depth = header->kind == '3' || header->kind == '6' ? 3 : 1;
    PC15_CLI_TRY(in.number("the width", true, &header->width));
    PC15_CLI_TRY(in.number("the height", true, &header->height));
    PC15_CLI_TRY(in.number("the maxval", true, &header->maxval));
  }
  if (header->maxval < 1 || header->maxval > 65535) {
    return failure("PNM: the maxval is " + std::to_string(header->maxval) + ", allowed are 1 to 65535");
  }
  if (header->kind == '2' || header->kind == '3') return success();
  if (in.left() == 0) return failure("PNM: the file is cut off after its header");
  if (!is_space(*in.here())) return failure("PNM: no white space between header and samples");
  in.skip(1);
  return success();
}

// Hands out the samples of the file in order, as 8 bits.
class Samples {
 public:
  Samples(Parser& in, const Header& header)
      : in_(in), maxval_(header.maxval), text_(header.kind == '2' || header.kind == '3'),
        wide_(header.maxval > 255) {}

  // The caller has checked that binary samples are there.
  Outcome next(uint8_t* out) {
    uint64_t value = 0;
    if (text_) {
      PC15_CLI_TRY(in_.number("a sample", true, &value));
    } else if (wide_) {
      value = static_cast<uint64_t>(in_.here()[0]) << 8 | in_.here()[1];
      in_.skip(2);
    } else {
      value = *in_.here();
      in_.skip(1);
    }
    if (value > maxval_) return Parser::at("exceeds the maxval", "a sample", in_.position());
    *out = static_cast<uint8_t>((value * 255 + maxval_ / 2) / maxval_);
    return success();
  }

 private:
  Parser& in_;
  uint64_t maxval_;
  bool text_, wide_;
};

Outcome read_samples(Parser& in, const Header& header, Image* image) {
  if (header.kind != '2' && header.kind != '3' && header.maxval == 255 && header.depth != 2) {
    std::memcpy(image->pixels.get(), in.here(), image->size_bytes());
    in.skip(image->size_bytes());
    return success();
  }
  Samples samples(in, header);
  uint8_t* out = image->pixels.get();
  const size_t pixels = static_cast<size_t>(image->width) * image->height;
  for (size_t i = 0; i < pixels; ++i) {
    for (uint64_t c = 0; c < header.depth; ++c) PC15_CLI_TRY(samples.next(out++));
    if (header.depth == 2) {  // grey and alpha
      out[1] = out[-1];
      out[-1] = out[0] = out[-2];
      out += 2;
    }
  }
  return success();
}

// P5, P6 and P7 with 8 bits: rows stand in the file as they are wanted, at `begin_`.
class PnmRows final : public RowReader {
 public:
  PnmRows(FileHandle file, const Header& header, long begin) : file_(std::move(file)), begin_(begin) {
    head_.width = static_cast<uint32_t>(header.width);
    head_.height = static_cast<uint32_t>(header.height);
    head_.channels = static_cast<int32_t>(header.depth);
  }
  Outcome start() override {
    if (std::fseek(file_.get(), begin_, SEEK_SET) != 0) return failure("PNM: cannot go back in the file");
    left_ = head_.height;
    return success();
  }
  Outcome read(uint32_t count, uint8_t* rows) override {
    const size_t size = head_.row_bytes() * count;
    if (std::fread(rows, 1, size, file_.get()) != size)
      return failure("PNM: the file is cut off: it ends at byte " + std::to_string(std::ftell(file_.get())));
    left_ -= count;
    if (left_ == 0 && std::fgetc(file_.get()) != EOF) return failure("PNM: more bytes follow the image");
    return success();
  }

 private:
  FileHandle file_;
  long begin_;
  uint32_t left_ = 0;  // rows
};

void append(const std::string& text, Bytes* bytes) { bytes->insert(bytes->end(), text.begin(), text.end()); }

}  // namespace

bool looks_like_pnm(const uint8_t* head, size_t size) {
  return size >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '7' &&
         (is_space(head[2]) || head[2] == '#');
}

std::unique_ptr<RowReader> make_pnm_rows(FileHandle file) {
  constexpr size_t kMostHeader = size_t{1} << 16;
  Bytes bytes(kMostHeader);
  std::rewind(file.get());
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  Parser in(bytes);
  Header header;
  header.kind = static_cast<char>(bytes[1]);
  if (header.kind < '5' || !read_header(in, &header).ok() || header.maxval != 255 || header.depth == 2 ||
      !check_image_size(header.width, header.height).ok()) {
    return nullptr;  // reading it whole says why
  }
  return std::make_unique<PnmRows>(std::move(file), header, static_cast<long>(in.position()));
}

Outcome read_pnm(const Bytes& bytes, Image* image) {
  Parser in(bytes);
  Header header;
  header.kind = static_cast<char>(bytes[1]);
  if (header.kind == '1' || header.kind == '4') return failure("PNM: bitmaps (PBM) are not supported");
  PC15_CLI_TRY(read_header(in, &header));
  PC15_CLI_TRY(check_image_size(header.width, header.height));
  const bool text = header.kind == '2' || header.kind == '3';
  const uint64_t count = header.width * header.height * header.depth;
  // A sample is at least a digit and, but for the last, a space.
  const uint64_t needed = text ? 2 * count - 1 : count * (header.maxval > 255 ? 2 : 1);
  if (in.left() < needed) {
    return failure("PNM: the file is cut off: it ends at byte " + std::to_string(bytes.size()) +
                   ", at least " + std::to_string(in.position() + needed) + " are needed");
  }
  PC15_CLI_TRY(allocate_image(header.width, header.height,
                              header.depth == 2 ? 4 : static_cast<int32_t>(header.depth), image));
  PC15_CLI_TRY(read_samples(in, header, image));
  in.skip_space(text);
  if (in.left() != 0) {
    return failure("PNM: the image ends at byte " + std::to_string(in.position()) + ", but " +
                   std::to_string(in.left()) + " more bytes follow");
  }
  return success();
}

void write_pnm(const Image& image, bool pam, Bytes* bytes) {
  const std::string width = std::to_string(image.width), height = std::to_string(image.height);
  bytes->clear();
  bytes->reserve(image.size_bytes() + 128);
  if (pam || image.channels == 4) {
    const char* type = image.channels == 1 ? "GRAYSCALE" : image.channels == 3 ? "RGB" : "RGB_ALPHA";
    append("P7\nWIDTH " + width + "\nHEIGHT " + height + "\nDEPTH " + std::to_string(image.channels) +
               "\nMAXVAL 255\nTUPLTYPE " + type + "\nENDHDR\n",
           bytes);
  } else {
    append((image.channels == 1 ? "P5\n" : "P6\n") + width + " " + height + "\n255\n", bytes);
  }
  bytes->insert(bytes->end(), image.pixels.get(), image.pixels.get() + image.size_bytes());
}

}  // namespace pc15::cli
