#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pc15::cli {
namespace {

// What a signal handler may touch: the path of the file in the making.
char g_unfinished_path[PATH_MAX];
volatile std::sig_atomic_t g_unfinished = 0;
constexpr int kFatalSignals[] = {SIGINT, SIGTERM, SIGHUP};

extern "C" void remove_unfinished(int signal_number) {
  if (g_unfinished != 0) ::unlink(g_unfinished_path);
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

// Holds the fatal signals back while the temporary file and its record come into being.
class SignalHold {
 public:
  SignalHold() {
    sigset_t set;
    sigemptyset(&set);
    for (const int s : kFatalSignals) sigaddset(&set, s);
    pthread_sigmask(SIG_BLOCK, &set, &previous_);
  }
  ~SignalHold() { pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;

 private:
  sigset_t previous_;
};

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Some file systems cannot flush; that is not a failure of ours.
bool flush(int fd) { return ::fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS; }

mode_t current_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace

void install_signal_handlers() {
  for (const int s : kFatalSignals) {
    struct sigaction old;
    if (::sigaction(s, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;  // nohup stays in force
    struct sigaction action = {};
    action.sa_handler = remove_unfinished;
    sigemptyset(&action.sa_mask);
    ::sigaction(s, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

OutputFile::~OutputFile() {
  if (owned_ && fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
    g_unfinished = 0;
  }
}

Outcome OutputFile::error(const char* what, int number) const {
  return failure(name_ + ": " + what + ": " + std::strerror(number));
}

Outcome OutputFile::open(const std::string& path, bool replace) {
  path_ = path;
  replace_ = replace;
  name_ = path == "-" ? "standard output" : path;
  if (path == "-") {
    fd_ = STDOUT_FILENO;
    return success();
  }
  // A symbolic link stays one: what it points to is replaced.
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) != nullptr) path_ = resolved;
  struct stat status;
  mode_t mode = 0666 & ~current_umask();
  if (::stat(path_.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return failure(name_ + ": is a directory");
    if (!S_ISREG(status.st_mode)) {
      fd_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
      owned_ = true;
      return fd_ >= 0 ? success() : error("cannot open for writing", errno);
    }
    if (!replace) return failure(name_ + ": exists already");
    mode = status.st_mode & 0777;
  }
  return open_temporary(mode);
}

Outcome OutputFile::open_temporary(uint32_t mode) {
  const std::string folder = folder_of(path_);
  std::string pattern = folder + (folder.back() == '/' ? "" : "/") + ".pc15-XXXXXX";
  if (pattern.size() >= sizeof(g_unfinished_path)) return error("cannot create", ENAMETOOLONG);
  const SignalHold hold;
  fd_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (fd_ < 0) return error("cannot create a file in its folder", errno);
  owned_ = true;
  temporary_ = pattern;
  std::memcpy(g_unfinished_path, pattern.c_str(), pattern.size() + 1);
  g_unfinished = 1;
  if (::fchmod(fd_, static_cast<mode_t>(mode)) != 0 && errno != EPERM) return error("cannot create", errno);
  return success();
}

Outcome OutputFile::write_all(const uint8_t* data, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(fd_, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return error("cannot write", errno);
    data += n;
    size -= static_cast<size_t>(n);
  }
  return success();
}

Outcome OutputFile::publish() {
  if (!flush(fd_)) return error("cannot write to the disk", errno);
  owned_ = false;
  if (::close(fd_) != 0) return error("cannot write", errno);
  if (replace_) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return error("cannot create", errno);
  } else {
    // link() refuses an existing name, whatever appeared since open().
    if (::link(temporary_.c_str(), path_.c_str()) != 0) return error("cannot create", errno);
    ::unlink(temporary_.c_str());
  }
  temporary_.clear();
  g_unfinished = 0;
  const int folder = ::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return success();  // a folder that may be written but not read
  const bool flushed = flush(folder);
  const int number = errno;
  ::close(folder);
  return flushed ? success() : error("cannot write its folder to the disk", number);
}

Outcome OutputFile::commit(const uint8_t* data, size_t size) {
  PC15_CLI_TRY(write_all(data, size));
  if (!temporary_.empty()) return publish();
  if (!owned_) return success();
  owned_ = false;
  return ::close(fd_) == 0 ? success() : error("cannot write", errno);
}

Outcome write_file(const std::string& path, bool replace, const Bytes& bytes) {
  OutputFile file;
  PC15_CLI_TRY(file.open(path, replace));
  return file.commit(bytes.data(), bytes.size());
}

}  // namespace pc15::cli
