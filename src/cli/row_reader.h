// Picture files that hand out their rows one after another, as often as wanted, so that the picture is never
// whole in memory.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "cli/image.h"

namespace pc15::cli {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

class RowReader {
 public:
  virtual ~RowReader() = default;
  // Goes to row 0; size, channels and metadata are known after the first time. Samples are those that
  // read_image() gives.
  virtual Outcome start() = 0;
  // The next rows. With the last one the end of the file is checked, as read_image() does.
  virtual Outcome read(uint32_t count, uint8_t* rows) = 0;

  const Image& head() const { return head_; }  // without pixels

 protected:
  Image head_;
};

// Starts a reader of `path`; null when the file can only be read whole: standard input, an interlaced PNG or
// one whose metadata follow the picture, PNM with text or other samples than 8 bits. Messages begin with the
// name.
Outcome open_row_reader(const std::string& path, std::unique_ptr<RowReader>* reader);

}  // namespace pc15::cli
