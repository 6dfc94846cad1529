// Names and meanings of the status values, and the proof that the public and the internal numbers agree.
#include "base/status.h"
#include "pc15.h"

namespace pc15::api {
namespace {

struct StatusSpec {
  pc15_status value;
  Code code;
  const char* name;
  const char* doc;
};

constexpr StatusSpec kStatuses[] = {
    {PC15_OK, Code::kOk, "PC15_OK", "The call succeeded."},
    {PC15_NOTE_NEED_INPUT, Code::kNeedInput, "PC15_NOTE_NEED_INPUT",
     "More bytes of the file are needed; bytes_needed says how many."},
    {PC15_NOTE_DST_TOO_SMALL, Code::kDstTooSmall, "PC15_NOTE_DST_TOO_SMALL",
     "The output buffer is too small; offer as many bytes as the call reported."},
    {PC15_NOTE_CANCELLED, Code::kCancelled, "PC15_NOTE_CANCELLED",
     "The call was cancelled by its progress callback or by another thread."},
    {PC15_NOTE_DAMAGED, Code::kDamaged, "PC15_NOTE_DAMAGED",
     "The file is damaged; what is intact was decoded and the damage map shows the rest."},
    {PC15_ERROR_INVALID_ARGUMENT, Code::kInvalidArgument, "PC15_ERROR_INVALID_ARGUMENT",
     "An argument is NULL, contradicts another or has a reserved value."},
    {PC15_ERROR_OUT_OF_RANGE, Code::kOutOfRange, "PC15_ERROR_OUT_OF_RANGE", "A number is outside its range."},
    {PC15_ERROR_UNKNOWN_PARAM, Code::kUnknownParam, "PC15_ERROR_UNKNOWN_PARAM",
     "No such parameter, or not one of this kind of handle."},
    {PC15_ERROR_WRONG_STATE, Code::kWrongState, "PC15_ERROR_WRONG_STATE",
     "The call needs another one before it: open a file, decode or encode first."},
    {PC15_ERROR_POISONED, Code::kPoisoned, "PC15_ERROR_POISONED",
     "An earlier call on this handle failed on bad data; reset the handle."},
    {PC15_ERROR_BAD_STRUCT_SIZE, Code::kBadStructSize, "PC15_ERROR_BAD_STRUCT_SIZE",
     "struct_size is not set, or the struct is smaller than in version 0.1.0."},
    {PC15_ERROR_NOT_FOUND, Code::kNotFound, "PC15_ERROR_NOT_FOUND",
     "There is nothing of that name, number or type."},
    {PC15_ERROR_NOT_PC15, Code::kNotPc15, "PC15_ERROR_NOT_PC15", "The bytes are not a PC15 file."},
    {PC15_ERROR_VERSION, Code::kVersion, "PC15_ERROR_VERSION",
     "The file has a version of the format that this library does not read."},
    {PC15_ERROR_UNSUPPORTED, Code::kUnsupported, "PC15_ERROR_UNSUPPORTED",
     "The file needs a feature that this library does not have."},
    {PC15_ERROR_TRUNCATED, Code::kTruncated, "PC15_ERROR_TRUNCATED", "The file ends too early."},
    {PC15_ERROR_CRC, Code::kCrc, "PC15_ERROR_CRC", "A checksum does not hold: the file is damaged."},
    {PC15_ERROR_CORRUPT, Code::kCorrupt, "PC15_ERROR_CORRUPT", "The file contradicts itself or the format."},
    {PC15_ERROR_TRAILING, Code::kTrailing, "PC15_ERROR_TRAILING",
     "There are bytes after the end of the file."},
    {PC15_ERROR_NO_MEMORY, Code::kNoMemory, "PC15_ERROR_NO_MEMORY", "The allocator refused memory."},
    {PC15_ERROR_LIMIT, Code::kLimit, "PC15_ERROR_LIMIT",
     "A limit was reached; raise the parameter that the message names if the file is trusted."},
    {PC15_ERROR_NO_DEVICE, Code::kNoDevice, "PC15_ERROR_NO_DEVICE", "The requested device is not there."},
    {PC15_ERROR_DEVICE, Code::kDevice, "PC15_ERROR_DEVICE", "The device failed."},
    {PC15_ERROR_INTERNAL, Code::kInternal, "PC15_ERROR_INTERNAL",
     "A defect of the library; please report it."},
};

constexpr bool values_agree() {
  for (const StatusSpec& s : kStatuses) {
    if (s.value != static_cast<int32_t>(s.code)) return false;
  }
  return true;
}
static_assert(values_agree(), "pc15_status and pc15::Code are the same numbers");

const StatusSpec* find(pc15_status value) {
  for (const StatusSpec& s : kStatuses) {
    if (s.value == value) return &s;
  }
  return nullptr;
}

}  // namespace
}  // namespace pc15::api

extern "C" {

const char* pc15_status_name(pc15_status status) {
  const pc15::api::StatusSpec* s = pc15::api::find(status);
  return s != nullptr ? s->name : "PC15_UNKNOWN_STATUS";
}

const char* pc15_status_doc(pc15_status status) {
  const pc15::api::StatusSpec* s = pc15::api::find(status);
  return s != nullptr ? s->doc : "No status of this library has this number.";
}

}  // extern "C"
