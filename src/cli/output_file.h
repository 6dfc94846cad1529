// A file that appears whole or not at all.
#pragma once

#include <string>

#include "cli/image.h"

namespace pc15::cli {

// Makes SIGINT, SIGTERM and SIGHUP remove the unfinished file before they end the program, and a closed pipe
// or a file size limit an ordinary write error. Call once, before any OutputFile.
void install_signal_handlers();

// Regular targets are written to a new file beside them (O_EXCL), flushed to the disk, renamed over the
// target, and the folder is flushed; the destructor removes what was not committed. "-" is standard output;
// that and other targets that are not regular files (pipes, devices) are written directly. One OutputFile at
// a time.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Fails early on a missing or unwritable folder. `replace` false refuses an existing regular target.
  Outcome open(const std::string& path, bool replace);
  // Writes everything and makes the file visible.
  Outcome commit(const uint8_t* data, size_t size);

 private:
  Outcome open_temporary(uint32_t mode);
  Outcome write_all(const uint8_t* data, size_t size);
  Outcome publish();
  Outcome error(const char* what, int number) const;

  std::string path_, name_, temporary_;
  int fd_ = -1;
  bool owned_ = false, replace_ = true;
};

// Opens, writes and commits.
Outcome write_file(const std::string& path, bool replace, const Bytes& bytes);

}  // namespace pc15::cli
