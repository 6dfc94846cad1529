// The library works on memory alone: encoding and decoding make no system call, so they open no file, start
// no process and tell nobody anything. Linux ends a process in strict seccomp mode at its first call but
// read, write and exit.
#include <linux/seccomp.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "pc15.h"
#include "support/cmocka_cpp.h"

namespace {

constexpr uint32_t kWidth = 150, kHeight = 90;
enum : int { kDone = 42, kWrong = 43 };

// Pictures with edges, texture and a smooth part.
std::vector<uint8_t> picture(int32_t channels) {
  std::vector<uint8_t> pixels;
  for (uint32_t y = 0; y < kHeight; ++y) {
    for (uint32_t x = 0; x < kWidth; ++x) {
      for (int32_t c = 0; c < channels; ++c) {
        const uint32_t wave = (x / 9 + y / 7) % 2 * 120, ramp = x + y,
                       hash = (x * 2654435761u ^ y * 40503u) >> 27;
        pixels.push_back(static_cast<uint8_t>((x < 80 ? wave : ramp) + hash + static_cast<uint32_t>(c) * 9));
      }
    }
  }
  return pixels;
}

// malloc keeps so much that it asks the system for nothing more.
void stock_up() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  const size_t size = size_t{192} << 20;
  void* const all = std::malloc(size);
  if (all == nullptr) _exit(kWrong);
  std::memset(all, 1, size);
  std::free(all);
}

// Runs `work` in a process that may do nothing but compute; what waitpid() says.
template <typename Work>
int in_a_cell(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    stock_up();
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) _exit(kWrong);
    const bool good = work();
    syscall(SYS_exit, good ? kDone : kWrong);  // _exit() is exit_group(), which is one call too many
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

void assert_done(int status) {
  assert_true(WIFEXITED(status));  // not killed
  assert_int_equal(WEXITSTATUS(status), kDone);
}

bool encode(const std::vector<uint8_t>& pixels, int32_t format, bool lossless, pc15_buffer** file) {
  pc15_encoder* e = nullptr;
  std::vector<uint8_t> copy = pixels;
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = format;
  image.width = kWidth;
  image.height = kHeight;
  image.data = copy.data();
  image.data_size = copy.size();
  const bool good = pc15_encoder_create(nullptr, &e) == PC15_OK &&
                    pc15_encoder_set_param(e, PC15_PARAM_EFFORT, 3) == PC15_OK &&
                    pc15_encoder_set_param(e, PC15_PARAM_LOSSLESS, lossless ? 1 : 0) == PC15_OK &&
                    pc15_encode_image_buffer(e, &image, file) == PC15_OK;
  pc15_encoder_destroy(e);
  return good;
}

bool decode_in_every_way(pc15_buffer* file) {
  const uint8_t* const data = pc15_buffer_data(file);
  const size_t size = pc15_buffer_size(file);
  pc15_decoder* d = nullptr;
  pc15_buffer *pixels = nullptr, *text = nullptr, *repaired = nullptr;
  std::vector<uint8_t> part(20 * 10 * 3);
  pc15_image image = {};
  image.struct_size = sizeof(image);
  image.format = PC15_FORMAT_RGB;
  image.width = 20;
  image.height = 10;
  image.data = part.data();
  image.data_size = part.size();
  std::vector<uint8_t> broken(data, data + size);
  broken[size / 2] ^= 1;
  const bool good = pc15_decoder_create(nullptr, &d) == PC15_OK &&
                    pc15_decode_image_buffer(d, data, size, PC15_FORMAT_RGBA, nullptr, &pixels) == PC15_OK &&
                    pc15_decode_region(d, data, size, 70, 50, &image) == PC15_OK &&
                    pc15_decode_scaled(d, data, size, -1, 5, 5, &image) == PC15_OK &&
                    pc15_verify(d, data, size) == PC15_OK &&
                    pc15_program_disassemble(d, data, size, &text) == PC15_OK &&
                    pc15_verify(d, broken.data(), size) < 0 && pc15_decoder_reset(d) == PC15_OK &&
                    pc15_repair(d, broken.data(), size, nullptr, &repaired) >= 0;
  pc15_buffer_free(pixels);
  pc15_buffer_free(text);
  pc15_buffer_free(repaired);
  pc15_decoder_destroy(d);
  return good;
}

void a_cell_holds(void**) {
  const int status = in_a_cell([] { return syscall(SYS_getppid) > 0; });
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGKILL);
}

void no_system_call(void**) {
  for (const int32_t format : {PC15_FORMAT_Y, PC15_FORMAT_RGB, PC15_FORMAT_RGBA}) {
    const std::vector<uint8_t> pixels = picture(format);
    for (const bool lossless : {false, true}) {
      assert_done(in_a_cell([&] {
        pc15_buffer* file = nullptr;
        const bool good = encode(pixels, format, lossless, &file) && decode_in_every_way(file);
        pc15_buffer_free(file);
        return good;
      }));
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(a_cell_holds), cmocka_unit_test(no_system_call)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
