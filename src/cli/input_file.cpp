#include "cli/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pc15::cli {
namespace {

constexpr size_t kHeadBytes = size_t{1} << 16;
constexpr uint64_t kMaxBytes = uint64_t{4} << 30;

class Descriptor {
 public:
  Descriptor(int fd, bool owned) : fd_(fd), owned_(owned) {}
  ~Descriptor() {
    if (owned_ && fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
  bool owned_;
};

std::string system_error(int error) { return std::strerror(error); }

// Appends until `limit` bytes are there or the input ends.
Outcome read_until(int fd, uint64_t limit, const std::string& name, Bytes* bytes, bool* ended) {
  while (bytes->size() < limit) {
    const size_t have = bytes->size();
    const size_t want =
        static_cast<size_t>(std::min<uint64_t>(limit - have, std::max<size_t>(kHeadBytes, have)));
    bytes->resize(have + want);
    const ssize_t got = ::read(fd, bytes->data() + have, want);
    bytes->resize(have + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(name + ": cannot read: " + system_error(errno));
    if (got == 0) {
      *ended = true;
      return success();
    }
  }
  return success();
}

}  // namespace

std::string display_name(const std::string& path) { return path == "-" ? "standard input" : path; }

Outcome read_file(const std::string& path, const HeadCheck& check, Bytes* bytes) {
  const std::string name = display_name(path);
  const bool is_stdin = path == "-";
  const Descriptor file(is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC), !is_stdin);
  if (file.get() < 0) return failure(name + ": cannot open: " + system_error(errno));
  struct stat status;
  if (::fstat(file.get(), &status) != 0) return failure(name + ": cannot open: " + system_error(errno));
  if (S_ISDIR(status.st_mode)) return failure(name + ": is a directory");
  const uint64_t known = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  if (known > kMaxBytes) return failure(name + ": is larger than 4 GiB");

  bytes->clear();
  bool ended = false;
  PC15_CLI_TRY(read_until(file.get(), kHeadBytes, name, bytes, &ended));
  if (bytes->empty()) return failure(name + ": is empty");
  if (check) {
    Outcome verdict = check(bytes->data(), bytes->size());
    if (!verdict.ok()) return {verdict.exit_code, name + ": " + verdict.message};
  }
  bytes->reserve(static_cast<size_t>(known) + 1);
  while (!ended) {
    if (bytes->size() > kMaxBytes) return failure(name + ": is larger than 4 GiB");
    // One byte beyond the known size finds the end without growing the block.
    const uint64_t step = bytes->size() <= known ? known + 1 : bytes->size() * 2;
    PC15_CLI_TRY(read_until(file.get(), std::min(step, kMaxBytes + 1), name, bytes, &ended));
  }
  return success();
}

}  // namespace pc15::cli
