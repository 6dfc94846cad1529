#include "api/params.h"

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "pc15.h"

namespace pc15::api {
namespace {

constexpr int32_t kEnc = PC15_SCOPE_ENCODER, kDec = PC15_SCOPE_DECODER, kBoth = kEnc | kDec;
constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min(), kMax64 = std::numeric_limits<int64_t>::max();
constexpr format::Limits kLimits{};
constexpr const char* kChromaNames[] = {"420", "444"};
constexpr const char* kDeviceNames[] = {"auto", "cpu", "cuda"};
constexpr const char* kTuneNames[] = {"ssim", "psnr", "look"};

constexpr ParamSpec kTable[] = {
    {PC15_PARAM_QUALITY, "quality", PC15_TYPE_FIXED, kEnc, 0, 100000, 60000, 1000,
     "quality of the picture, 0...100; sets lambda", nullptr},
    // 0.735 x 2^(-quality / 10) for quality 100, 0 and 60 (enc/rate_control.cpp; a test holds them together).
    {PC15_PARAM_LAMBDA, "lambda", PC15_TYPE_FIXED, kEnc, 717773, 735000000, 11484375, 1000000000,
     "price of a bit per pixel in normalised distortion; sets quality", nullptr},
    {PC15_PARAM_ALPHA, "alpha", PC15_TYPE_FIXED, kEnc, 0, 1000, 500, 1000,
     "weight of 1-SSIM against MSE in the distortion, 0...1", nullptr},
    {PC15_PARAM_RESIDUAL, "residual", PC15_TYPE_BOOL, kEnc, 0, 1, 1, 1,
     "code what the programs do not explain", nullptr},
    {PC15_PARAM_RESIDUAL_CAP, "residual-cap", PC15_TYPE_INT, kEnc, 0, 64000, 0, 1,
     "most residual bits per 1000 pixels of a cell; 0: no cap", nullptr},
    {PC15_PARAM_CHROMA, "chroma", PC15_TYPE_ENUM, kEnc, 0, 1, 0, 1,
     "resolution of colour: 420 (half in both directions) or 444 (full)", kChromaNames},
    {PC15_PARAM_GRAIN, "grain", PC15_TYPE_INT, kEnc, 0, 100, 0, 1,
     "share of the lost fine texture that grain gives back, percent; costs PSNR and SSIM; 0: none", nullptr},
    {PC15_PARAM_TUNE, "tune", PC15_TYPE_ENUM, kEnc, 0, 2, 0, 1,
     "what the bits are spent for: ssim (as alpha says), psnr (squared error alone) or look (ssim and grain)",
     kTuneNames},
    {PC15_PARAM_LOSSLESS, "lossless", PC15_TYPE_BOOL, kEnc, 0, 1, 0, 1,
     "give every sample back as it was; quality, lambda, alpha and chroma have no effect", nullptr},
    {PC15_PARAM_TARGET_BYTES, "target-bytes", PC15_TYPE_INT, kEnc, 0, int64_t{1} << 40, 0, 1,
     "most bytes of the file, by up to six passes; 0: no target", nullptr},
    {PC15_PARAM_TARGET_PSNR, "target-psnr", PC15_TYPE_FIXED, kEnc, 0, 99000, 0, 1000,
     "least PSNR of luma in dB, by up to six passes; 0: no target", nullptr},
    {PC15_PARAM_TARGET_SSIM, "target-ssim", PC15_TYPE_FIXED, kEnc, 0, 999999, 0, 1000000,
     "least SSIM of luma, by up to six passes; 0: no target", nullptr},
    {PC15_PARAM_TILE, "tile", PC15_TYPE_INT, kEnc, 32, 1024, 256, 1, "side of a procedural tile, pixels",
     nullptr},
    {PC15_PARAM_OVERLAP, "overlap", PC15_TYPE_INT, kEnc, 0, 512, 24, 1,
     "overlap of two tiles, pixels, at most half a tile", nullptr},
    {PC15_PARAM_CELL, "cell", PC15_TYPE_INT, kEnc, 128, 512, 256, 1,
     "side of a residual cell: 128, 256 or 512 pixels", nullptr},
    {PC15_PARAM_COMPACT, "compact", PC15_TYPE_BOOL, kEnc, 0, 1, 1, 1, "allow the compact form for tiny files",
     nullptr},
    {PC15_PARAM_PROCEDURAL, "procedural", PC15_TYPE_BOOL, kEnc, 0, 1, 1, 1, "search for programs", nullptr},
    {PC15_PARAM_EFFORT, "effort", PC15_TYPE_INT, kEnc, 1, 9, 5, 1, "1 fast ... 9 thorough", nullptr},
    {PC15_PARAM_BEAM, "beam", PC15_TYPE_INT, kEnc, 1, 8, 2, 1, "candidates that the search keeps per tile",
     nullptr},
    {PC15_PARAM_EARLY_EXIT, "early-exit", PC15_TYPE_INT, kEnc, 0, 100000, 300, 1,
     "stop searching a tile when the first candidates gain less, millidecibel; 0: never", nullptr},
    {PC15_PARAM_SEED, "seed", PC15_TYPE_INT, kEnc, kMin64, kMax64, 0, 1, "global seed of the generators",
     nullptr},
    {PC15_PARAM_THREADS, "threads", PC15_TYPE_INT, kBoth, 0, 256, 1, 1,
     "threads of a call; 0: one per processor. Results do not depend on it", nullptr},
    {PC15_PARAM_MAX_MEMORY, "max-memory", PC15_TYPE_INT, kBoth, 0, kMax64,
     static_cast<int64_t>(kLimits.max_memory_bytes), 1, "most bytes that a handle may hold", nullptr},
    {PC15_PARAM_DEVICE, "device", PC15_TYPE_ENUM, kBoth, PC15_DEVICE_AUTO, PC15_DEVICE_CUDA, PC15_DEVICE_CPU,
     1, "where samples and candidates are made: auto, cpu or cuda. Results do not depend on it",
     kDeviceNames},
    {PC15_PARAM_DEVICE_INDEX, "device-index", PC15_TYPE_INT, kBoth, 0, 255, 0, 1, "number of the device",
     nullptr},
    {PC15_PARAM_MEASURE, "measure", PC15_TYPE_BOOL, kEnc, 0, 1, 1, 1,
     "measure PSNR and SSIM for the statistics; the file does not depend on it", nullptr},
    {PC15_PARAM_TOLERANT, "tolerant", PC15_TYPE_BOOL, kDec, 0, 1, 0, 1,
     "decode what is intact of a damaged or truncated file", nullptr},
    {PC15_PARAM_MAX_WIDTH, "max-width", PC15_TYPE_INT, kDec, 0, 65535, kLimits.max_width, 1,
     "widest image to accept, pixels", nullptr},
    {PC15_PARAM_MAX_HEIGHT, "max-height", PC15_TYPE_INT, kDec, 0, 65535, kLimits.max_height, 1,
     "highest image to accept, pixels", nullptr},
    {PC15_PARAM_MAX_PIXELS, "max-pixels", PC15_TYPE_INT, kDec, 0, int64_t{65535} * 65535,
     static_cast<int64_t>(kLimits.max_pixels), 1, "largest image to accept, pixels", nullptr},
    {PC15_PARAM_MAX_SECTIONS, "max-sections", PC15_TYPE_INT, kDec, 0, 65535, kLimits.max_sections, 1,
     "most sections of a file to accept", nullptr},
    {PC15_PARAM_MAX_METADATA, "max-metadata", PC15_TYPE_INT, kDec, 0, int64_t{1} << 32,
     static_cast<int64_t>(kLimits.max_metadata_bytes), 1, "most bytes of metadata to accept", nullptr},
};
static_assert(sizeof(kTable) / sizeof(kTable[0]) == kParamCount, "kParamCount counts the table");

constexpr bool table_is_sound() {
  for (size_t i = 0; i < kParamCount; ++i) {
    const ParamSpec& p = kTable[i];
    if (p.lo > p.def || p.def > p.hi || p.scale < 1) return false;
    if (i > 0 && kTable[i - 1].id >= p.id) return false;
    if ((p.type == PC15_TYPE_ENUM) != (p.choices != nullptr)) return false;
  }
  return true;
}
static_assert(table_is_sound(), "defaults within bounds, ids rising");

bool names_equal(const char* a, const char* b) {  // '_' counts as '-'
  for (; *a != '\0' || *b != '\0'; ++a, ++b) {
    if ((*a == '_' ? '-' : *a) != *b) return false;
  }
  return true;
}

}  // namespace

const ParamSpec& param_at(size_t index) { return kTable[index]; }

const ParamSpec* find_param(int32_t id) {
  for (const ParamSpec& p : kTable) {
    if (p.id == id) return &p;
  }
  return nullptr;
}

bool refuse_param(const ParamSpec& spec, int64_t value, char* text, size_t capacity) {
  if (spec.id == PC15_PARAM_CELL && value != 128 && value != 256 && value != 512) {
    std::snprintf(text, capacity, "cell is %" PRId64 "; allowed are 128, 256 and 512", value);
    return true;
  }
  if (value >= spec.lo && value <= spec.hi) return false;
  if (spec.scale == 1) {
    std::snprintf(text, capacity, "%s is %" PRId64 "; allowed are %" PRId64 "...%" PRId64, spec.name, value,
                  spec.lo, spec.hi);
  } else {
    const double scale = static_cast<double>(spec.scale);
    std::snprintf(text, capacity, "%s is %.9g; allowed are %.9g...%.9g", spec.name,
                  static_cast<double>(value) / scale, static_cast<double>(spec.lo) / scale,
                  static_cast<double>(spec.hi) / scale);
  }
  return true;
}

bool param_from_real(const ParamSpec& spec, double real, int64_t* value) {
  const double scaled = std::nearbyint(real * static_cast<double>(spec.scale));
  // -2^63 is exact as a double, 2^63 - 1 is not.
  if (!(scaled >= -9223372036854775808.0 && scaled < 9223372036854775808.0)) return false;
  *value = static_cast<int64_t>(scaled);
  return *value >= spec.lo && *value <= spec.hi;
}

void ParamSet::reset() {
  for (size_t i = 0; i < kParamCount; ++i) values_[i] = kTable[i].def;
}

int64_t ParamSet::get(int32_t id) const { return values_[find_param(id) - kTable]; }

void ParamSet::set(int32_t id, int64_t value) { values_[find_param(id) - kTable] = value; }

format::Limits ParamSet::limits() const {
  format::Limits limits;
  limits.max_width = static_cast<uint32_t>(get(PC15_PARAM_MAX_WIDTH));
  limits.max_height = static_cast<uint32_t>(get(PC15_PARAM_MAX_HEIGHT));
  limits.max_pixels = static_cast<uint64_t>(get(PC15_PARAM_MAX_PIXELS));
  limits.max_memory_bytes = static_cast<uint64_t>(get(PC15_PARAM_MAX_MEMORY));
  limits.max_sections = static_cast<uint32_t>(get(PC15_PARAM_MAX_SECTIONS));
  limits.max_metadata_bytes = static_cast<uint64_t>(get(PC15_PARAM_MAX_METADATA));
  return limits;
}

}  // namespace pc15::api

using pc15::api::find_param;
using pc15::api::ParamSpec;

extern "C" {

uint32_t pc15_param_count(void) { return pc15::api::kParamCount; }

pc15_status pc15_param_id(uint32_t index, int32_t* id) {
  if (id == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  if (index >= pc15::api::kParamCount) return PC15_ERROR_OUT_OF_RANGE;
  *id = pc15::api::param_at(index).id;
  return PC15_OK;
}

pc15_status pc15_param_bounds(int32_t id, int64_t* lo, int64_t* hi, int64_t* def) {
  if (lo == nullptr || hi == nullptr || def == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  const ParamSpec* p = find_param(id);
  if (p == nullptr) return PC15_ERROR_UNKNOWN_PARAM;
  *lo = p->lo;
  *hi = p->hi;
  *def = p->def;
  return PC15_OK;
}

const char* pc15_param_name(int32_t id) {
  const ParamSpec* p = find_param(id);
  return p != nullptr ? p->name : nullptr;
}

pc15_status pc15_param_from_name(const char* name, int32_t* id) {
  if (name == nullptr || id == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  for (size_t i = 0; i < pc15::api::kParamCount; ++i) {
    if (!pc15::api::names_equal(name, pc15::api::param_at(i).name)) continue;
    *id = pc15::api::param_at(i).id;
    return PC15_OK;
  }
  return PC15_ERROR_UNKNOWN_PARAM;
}

const char* pc15_param_doc(int32_t id) {
  const ParamSpec* p = find_param(id);
  return p != nullptr ? p->doc : nullptr;
}

int32_t pc15_param_type(int32_t id) {
  const ParamSpec* p = find_param(id);
  return p != nullptr ? p->type : -1;
}

int64_t pc15_param_scale(int32_t id) {
  const ParamSpec* p = find_param(id);
  return p != nullptr ? p->scale : 0;
}

int32_t pc15_param_scope(int32_t id) {
  const ParamSpec* p = find_param(id);
  return p != nullptr ? p->scope : 0;
}

const char* pc15_param_choice(int32_t id, int64_t value) {
  const ParamSpec* p = find_param(id);
  if (p == nullptr || p->choices == nullptr || value < p->lo || value > p->hi) return nullptr;
  return p->choices[value - p->lo];
}

}  // extern "C"
