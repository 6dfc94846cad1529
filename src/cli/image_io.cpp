#include "cli/image_io.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "cli/codec.h"
#include "cli/input_file.h"
#include "cli/io_jpeg.h"
#include "cli/io_png.h"
#include "cli/io_pnm.h"
#include "cli/row_reader.h"

namespace pc15::cli {
namespace {

enum class InputFormat { kNone, kPng, kJpeg, kPnm, kPc15 };

InputFormat detect(const uint8_t* head, size_t size) {
  if (looks_like_png(head, size)) return InputFormat::kPng;
  if (looks_like_jpeg(head, size)) return InputFormat::kJpeg;
  if (looks_like_pc15(head, size)) return InputFormat::kPc15;
  return looks_like_pnm(head, size) ? InputFormat::kPnm : InputFormat::kNone;
}

Outcome read_by_format(const Bytes& bytes, Image* image) {
  switch (detect(bytes.data(), bytes.size())) {
    case InputFormat::kPng:
      return read_png(bytes, image);
    case InputFormat::kJpeg:
      return read_jpeg(bytes, image);
    case InputFormat::kPnm:
      return read_pnm(bytes, image);
    case InputFormat::kPc15:
      return decode_whole(bytes, image);
    case InputFormat::kNone:
      break;
  }
  return failure("is not a PNG, JPEG or PNM image");
}

struct FormatName {
  const char* name;
  FileFormat format;
};
constexpr FormatName kFormats[] = {{"png", FileFormat::kPng},
                                   {"pgm", FileFormat::kPgm},
                                   {"ppm", FileFormat::kPpm},
                                   {"pnm", FileFormat::kPnm},
                                   {"pam", FileFormat::kPam}};

}  // namespace

Outcome read_image(const std::string& path, bool pc15, Image* image) {
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      path,
      [pc15](const uint8_t* head, size_t size) {
        const InputFormat format = detect(head, size);
        if (format == InputFormat::kNone) return failure("is not a PNG, JPEG or PNM image");
        if (format == InputFormat::kPc15 && !pc15) return failure("is a PC15 file already");
        return success();
      },
      &bytes));
  Outcome outcome = read_by_format(bytes, image);
  if (!outcome.ok()) outcome.message = display_name(path) + ": " + outcome.message;
  return outcome;
}

Outcome open_row_reader(const std::string& path, std::unique_ptr<RowReader>* reader) {
  reader->reset();
  struct stat status;
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return success();
  FileHandle file(std::fopen(path.c_str(), "rbe"));
  uint8_t head[64];
  if (file == nullptr) return success();  // reading it whole says why
  const size_t size = std::fread(head, 1, sizeof(head), file.get());
  switch (detect(head, size)) {
    case InputFormat::kPng:
      *reader = make_png_rows(std::move(file));
      break;
    case InputFormat::kJpeg:
      *reader = make_jpeg_rows(std::move(file));
      break;
    case InputFormat::kPnm:
      *reader = make_pnm_rows(std::move(file));
      break;
    default:
      break;
  }
  if (*reader == nullptr) return success();
  const Outcome started = (*reader)->start();
  return started.ok() ? success() : Outcome{started.exit_code, path + ": " + started.message};
}

Outcome output_format(const std::string& path, const std::string& name, FileFormat* format) {
  std::string wanted = name;
  if (wanted.empty()) {
    if (path == "-") return usage_error("standard output needs --format png, pgm, ppm, pnm or pam");
    const size_t dot = path.rfind('.'), slash = path.rfind('/');
    if (dot != std::string::npos && (slash == std::string::npos || dot > slash))
      wanted = path.substr(dot + 1);
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](unsigned char c) { return std::tolower(c); });
  }
  for (const FormatName& known : kFormats) {
    if (wanted == known.name) {
      *format = known.format;
      return success();
    }
  }
  return usage_error(path + ": the name ends in none of .png .pgm .ppm .pnm .pam, and --format is not given");
}

Outcome encode_image_file(Image image, FileFormat format, Bytes* bytes) {
  if (format == FileFormat::kPng) return write_png(image, bytes);
  if (format == FileFormat::kPgm && image.channels != 1) image = to_gray(image);
  if (format == FileFormat::kPpm && image.channels != 3) image = to_rgb(image);
  write_pnm(image, format == FileFormat::kPam, bytes);
  return success();
}

}  // namespace pc15::cli
