// Versions and build information.
#include "base/processor.h"
#include "format/stream_header.h"
#include "pc15.h"

static_assert(PC15_BITSTREAM_VERSION == pc15::format::kBitstreamVersion, "the header and the format agree");

#define PC15_TEXT2(x) #x
#define PC15_TEXT(x) PC15_TEXT2(x)
#define PC15_VERSION_TEXT \
  PC15_TEXT(PC15_VERSION_MAJOR) "." PC15_TEXT(PC15_VERSION_MINOR) "." PC15_TEXT(PC15_VERSION_PATCH)

#if defined(__clang__)
#define PC15_COMPILER "clang " PC15_TEXT(__clang_major__) "." PC15_TEXT(__clang_minor__)
#elif defined(__GNUC__)
#define PC15_COMPILER "gcc " PC15_TEXT(__GNUC__) "." PC15_TEXT(__GNUC_MINOR__)
#else
#define PC15_COMPILER "unknown compiler"
#endif

#if PC15_ENABLE_ENCODER
#define PC15_PARTS "encoder, decoder"
#else
#define PC15_PARTS "decoder"
#endif

#define PC15_BUILD_INFO(cpu)                                                                \
  "libpc15 " PC15_VERSION_TEXT ", ABI " PC15_TEXT(PC15_ABI_MAJOR) ", bitstream " PC15_TEXT( \
      PC15_BITSTREAM_VERSION) ", " PC15_PARTS ", CPU backend (" cpu "), " PC15_COMPILER

extern "C" {

uint32_t pc15_version(void) {
  return uint32_t{PC15_VERSION_MAJOR} << 16 | uint32_t{PC15_VERSION_MINOR} << 8 |
         uint32_t{PC15_VERSION_PATCH};
}

const char* pc15_version_string(void) { return PC15_VERSION_TEXT; }

int32_t pc15_abi_version(void) { return PC15_ABI_MAJOR; }

int32_t pc15_bitstream_version(void) { return pc15::format::kBitstreamVersion; }

int32_t pc15_bitstream_revision(void) { return pc15::format::kBitstreamRevision; }

const char* pc15_build_info(void) {
  switch (pc15::chosen_instruction_set()) {
    case pc15::InstructionSet::kAvx512:
      return PC15_BUILD_INFO("avx512");
    case pc15::InstructionSet::kAvx2:
      return PC15_BUILD_INFO("avx2");
    case pc15::InstructionSet::kNeon:
      return PC15_BUILD_INFO("neon");
    default:
      return PC15_BUILD_INFO("scalar");
  }
}

int32_t pc15_has_encoder(void) { return PC15_ENABLE_ENCODER; }

}  // extern "C"
