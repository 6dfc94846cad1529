// Pictures by file: the format of an input is seen from its first bytes, that of an output from its name.
#pragma once

#include <string>

#include "cli/image.h"

namespace pc15::cli {

// Reads PNG, JPEG or PNM from `path` ("-": standard input). With `pc15` a PC15 file is decoded, too. Messages
// begin with the name of the file.
Outcome read_image(const std::string& path, bool pc15, Image* image);

enum class FileFormat { kPng, kPgm, kPpm, kPnm, kPam };

// From `name` ("png", "ppm", ...) when it is not empty, else from the extension of `path`. Usage error when
// neither tells.
Outcome output_format(const std::string& path, const std::string& name, FileFormat* format);

// PNG and PAM take every picture; PNM chooses P5, P6 or, with alpha, P7; PGM turns colour into luma and PPM
// grey into RGB, and both leave alpha out.
Outcome encode_image_file(Image image, FileFormat format, Bytes* bytes);

}  // namespace pc15::cli
