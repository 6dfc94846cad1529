// libpng reports errors by a call that must not return. Ours jumps back into guarded(), whose frame and whose
// steps hold nothing that needs a destructor; all memory is owned by the caller, between the steps.
#pragma once

#include <csetjmp>
#include <cstdio>

#include <png.h>

namespace pc15::cli {

struct PngState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::jmp_buf jump;
  char message[256] = "";  // of the error, or the first warning before it
  void* user = nullptr;
};

inline void png_on_error(png_structp png, png_const_charp text) {
  auto* state = static_cast<PngState*>(png_get_error_ptr(png));
  if (state->message[0] == 0) {
    std::snprintf(state->message, sizeof(state->message), "%s", text);
  } else {  // the warning before the error usually names the cause
    char warning[sizeof(state->message)];
    std::snprintf(warning, sizeof(warning), "%s", state->message);
    std::snprintf(state->message, sizeof(state->message), "%.120s (%.120s)", text, warning);
  }
  std::longjmp(state->jump, 1);
}

inline void png_on_warning(png_structp png, png_const_charp text) {
  auto* state = static_cast<PngState*>(png_get_error_ptr(png));
  if (state->message[0] == 0) std::snprintf(state->message, sizeof(state->message), "%s", text);
}

inline bool guarded(PngState* state, void (*step)(PngState*)) {
  if (setjmp(state->jump) != 0) return false;
  step(state);
  return true;
}

}  // namespace pc15::cli
