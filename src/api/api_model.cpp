// Models in bytes (docs/abi.md, "Models"): a head, parts, a CRC over all. A part holds what a section of a
// file holds. The CRC at the end is checked first; when it does not hold, the sizes only choose the status.
#include <algorithm>
#include <utility>

#include "api/copy_out.h"
#include "api/model_handle.h"
#include "format/byte_io.h"
#include "format/container.h"
#include "format/crc.h"

using namespace pc15;  // NOLINT: the definitions below are the C API
using namespace pc15::api;

namespace pc15::api {
namespace {

constexpr uint8_t kMagic[4] = {'P', 'C', 'M', 'D'};
constexpr uint8_t kModelVersion = 1;
constexpr size_t kHeadBytes = 8, kPartHeadBytes = 8, kCrcBytes = 4;

Status check_head(ByteSpan data) {
  for (size_t i = 0; i < sizeof(kMagic) && i < data.size; ++i) {
    PC15_FAIL_IF(data[i] != kMagic[i], Code::kCorrupt,
                 "not a model: byte %" PRId64 " is %" PRId64 ", expected %" PRId64, static_cast<int64_t>(i),
                 data[i], kMagic[i]);
  }
  PC15_FAIL_IF(data.size < kHeadBytes + kCrcBytes, Code::kTruncated,
               "the model ends at byte %" PRId64 ", inside its head", static_cast<int64_t>(data.size));
  return ok_status();
}

// Where the parts end according to their sizes; false when that lies behind the bytes.
bool find_end(ByteSpan data, size_t* end) {
  size_t at = kHeadBytes;
  for (uint32_t i = format::load_le<uint16_t>(data.data + 6); i > 0; --i) {
    if (data.size - at < kPartHeadBytes) return false;
    const size_t size = format::load_le<uint32_t>(data.data + at + 4);
    if (data.size - at - kPartHeadBytes < size) return false;
    at += kPartHeadBytes + size;
  }
  *end = at;
  return data.size - at >= kCrcBytes;
}

bool crc_holds(ByteSpan data, size_t end) {
  return format::crc32_of(data.sub(0, end)) == format::load_le<uint32_t>(data.data + end);
}

// Says why the CRC at the end failed.
Status diagnose(ByteSpan data) {
  size_t end = 0;
  PC15_FAIL_IF(!find_end(data, &end), Code::kTruncated,
               "the model ends at byte %" PRId64 ", before the end that its parts describe",
               static_cast<int64_t>(data.size));
  PC15_FAIL_IF(end + kCrcBytes < data.size && crc_holds(data, end), Code::kTrailing,
               "%" PRId64 " bytes follow the end of the model at byte %" PRId64,
               static_cast<int64_t>(data.size - end - kCrcBytes), static_cast<int64_t>(end + kCrcBytes));
  return Status(Code::kCrc, "the model is damaged: the CRC at byte %" PRId64 " does not match",
                static_cast<int64_t>(data.size - kCrcBytes));
}

Status take_tables(ByteSpan payload, uint64_t at, ModelContent* out) {
  entropy::FileTables tables(out->memory());
  PC15_TRY(entropy::parse_tables(payload, at, &tables));
  PC15_FAIL_IF(!out->tables.empty() && out->tables.back().step16 >= tables.step16, Code::kCorrupt,
               "the tables at byte %" PRId64 " are for step %" PRId64 ", not above %" PRId64 " before them",
               static_cast<int64_t>(at), tables.step16, out->tables.back().step16);
  PC15_FAIL_IF(out->tables.size() == kMaxModelTables, Code::kCorrupt,
               "the tables at byte %" PRId64 " are one set more than the %" PRId64 " allowed",
               static_cast<int64_t>(at), static_cast<int64_t>(kMaxModelTables));
  out->tables.push_back(std::move(tables));
  return ok_status();
}

Status check_shapes(const entropy::IntCodebook& codebook, Code code) {
  normative::AtomShape shapes[normative::kAtomShapes];
  if (codebook.id != normative::kAtomCodebook) return ok_status();
  return entropy::read_atom_shapes(codebook, code, shapes);
}

Status take_codebook(ByteSpan payload, uint64_t at, ModelContent* out) {
  entropy::IntCodebook codebook(out->memory());
  PC15_TRY(entropy::parse_codebook(payload, at, &codebook));
  PC15_FAIL_IF(!out->codebooks.empty() && out->codebooks.back().id >= codebook.id, Code::kCorrupt,
               "the codebook at byte %" PRId64 " has id %" PRId64 ", not above %" PRId64 " before it",
               static_cast<int64_t>(at), codebook.id, out->codebooks.back().id);
  PC15_FAIL_IF(out->codebooks.size() == kMaxModelCodebooks, Code::kCorrupt,
               "the codebook at byte %" PRId64 " is one more than the %" PRId64 " allowed",
               static_cast<int64_t>(at), static_cast<int64_t>(kMaxModelCodebooks));
  PC15_TRY(check_shapes(codebook, Code::kCorrupt));
  out->codebooks.push_back(std::move(codebook));
  return ok_status();
}

Status parse_part(ByteSpan body, size_t* at, ModelContent* out) {
  const int64_t place = static_cast<int64_t>(*at);
  const uint32_t type = format::load_le<uint32_t>(body.data + *at);
  const size_t size = format::load_le<uint32_t>(body.data + *at + 4), start = *at + kPartHeadBytes;
  const ByteSpan payload = body.sub(start, size);
  *at = start + size;
  if (type == format::kSectionTables) return take_tables(payload, start, out);
  if (type == format::kSectionCodebook) return take_codebook(payload, start, out);
  return Status(Code::kUnsupported,
                "the part at byte %" PRId64 " has type %" PRId64 ", which this library does not know", place,
                type);
}

Status import(ByteSpan data, ModelContent* out) {
  PC15_TRY(check_head(data));
  const ByteSpan body = data.sub(0, data.size - kCrcBytes);
  if (!crc_holds(data, body.size)) return diagnose(data);
  PC15_FAIL_IF(body[4] != kModelVersion, Code::kVersion,
               "model version %" PRId64 " at byte 4: this library reads %" PRId64, body[4], kModelVersion);
  PC15_FAIL_IF(body[5] != 0, Code::kCorrupt, "reserved byte 5 is %" PRId64 ": allowed 0", body[5]);
  const uint32_t parts = format::load_le<uint16_t>(body.data + 6);
  const size_t most = kMaxModelTables + kMaxModelCodebooks;
  PC15_FAIL_IF(parts < 1 || parts > most, Code::kCorrupt,
               "%" PRId64 " parts at byte 6: allowed 1 to %" PRId64, parts, static_cast<int64_t>(most));
  size_t end = 0, at = kHeadBytes;
  PC15_FAIL_IF(!find_end(data, &end) || end != body.size, Code::kCorrupt,
               "the parts do not end at the CRC at byte %" PRId64, static_cast<int64_t>(body.size));
  for (uint32_t i = 0; i < parts; ++i) PC15_TRY(parse_part(body, &at, out));
  return ok_status();
}

void append_part(uint32_t type, const Vector<uint8_t>& payload, Vector<uint8_t>* out) {
  format::append_le(out, type);
  format::append_le(out, static_cast<uint32_t>(payload.size()));
  format::append_bytes(out, ByteSpan(payload.data(), payload.size()));
}

Status append_model(const ModelContent& model, Vector<uint8_t>* out) {
  format::append_bytes(out, ByteSpan(kMagic, sizeof(kMagic)));
  out->push_back(kModelVersion);
  out->push_back(0);
  format::append_le(out, static_cast<uint16_t>(model.tables.size() + model.codebooks.size()));
  for (const entropy::FileTables& set : model.tables) append_part(format::kSectionTables, set.payload, out);
  for (const entropy::IntCodebook& book : model.codebooks) {
    Vector<uint8_t> payload(out->memory());
    PC15_TRY(entropy::append_codebook(book, &payload));
    append_part(format::kSectionCodebook, payload, out);
  }
  format::append_le(out, format::crc32_of(ByteSpan(out->data(), out->size())));
  return ok_status();
}

Status check_loaded(const pc15_model& model) {
  PC15_FAIL_IF(model.content.empty(), Code::kWrongState, "the model is empty: load or import one first");
  return ok_status();
}

Status make_codebook(int32_t id, Span<const int16_t> values, uint32_t dims, entropy::IntCodebook* out) {
  PC15_FAIL_IF(dims < 1 || dims > static_cast<uint32_t>(entropy::kMaxCodebookDims), Code::kOutOfRange,
               "%" PRId64 " dimensions; allowed are 1...%" PRId64, dims, entropy::kMaxCodebookDims);
  PC15_FAIL_IF(values.size % dims != 0, Code::kInvalidArgument,
               "%" PRId64 " numbers are no whole entries of %" PRId64 " dimensions",
               static_cast<int64_t>(values.size), dims);
  PC15_FAIL_IF(values.size / dims > size_t{entropy::kMaxCodebookEntries}, Code::kOutOfRange,
               "%" PRId64 " entries; allowed are 1...%" PRId64, static_cast<int64_t>(values.size / dims),
               entropy::kMaxCodebookEntries);
  out->id = static_cast<uint8_t>(id);
  out->dims = static_cast<int32_t>(dims);
  out->entries = static_cast<int32_t>(values.size / dims);
  out->values.assign(values.begin(), values.end());
  return check_shapes(*out, Code::kOutOfRange);
}

// Sets, replaces or, without values, removes.
Status set_codebook(int32_t id, Span<const int16_t> values, uint32_t dims,
                    Vector<entropy::IntCodebook>* books) {
  PC15_FAIL_IF(id < 0 || id > 255, Code::kOutOfRange, "codebook %" PRId64 "; allowed are 0...255", id);
  entropy::IntCodebook made(books->memory());
  if (!values.empty()) PC15_TRY(make_codebook(id, values, dims, &made));
  const auto at =
      std::find_if(books->begin(), books->end(), [id](const entropy::IntCodebook& b) { return b.id >= id; });
  const bool found = at != books->end() && at->id == id;
  if (values.empty()) {
    if (found) books->erase(at);
    return ok_status();
  }
  PC15_FAIL_IF(!found && books->size() == kMaxModelCodebooks, Code::kOutOfRange,
               "codebook %" PRId64 " is one more than the %" PRId64 " allowed", id,
               static_cast<int64_t>(kMaxModelCodebooks));
  if (found) {
    *at = std::move(made);
  } else {
    books->insert(at, std::move(made));
  }
  return ok_status();
}

}  // namespace

Status copy_model(const pc15_model& model, ModelContent* out) {
  PC15_TRY(check_loaded(model));
  for (const entropy::FileTables& set : model.content.tables) {
    out->tables.push_back(entropy::FileTables(out->memory()));
    PC15_TRY(entropy::parse_tables(ByteSpan(set.payload.data(), set.payload.size()), 0, &out->tables.back()));
  }
  for (const entropy::IntCodebook& book : model.content.codebooks) {
    const Span<const int16_t> values(book.values.data(), book.values.size());
    PC15_TRY(set_codebook(book.id, values, static_cast<uint32_t>(book.dims), &out->codebooks));
  }
  return ok_status();
}

}  // namespace pc15::api

extern "C" {

pc15_status pc15_model_create(const pc15_allocator* allocator, pc15_model** model) {
  return create_handle(allocator, model);
}

void pc15_model_destroy(pc15_model* model) { destroy_handle(model); }

size_t pc15_model_last_error(const pc15_model* model, char* text, size_t capacity) {
  if (text != nullptr && capacity > 0) text[0] = '\0';
  return model != nullptr ? model->core.last_error(text, capacity) : 0;
}

pc15_status pc15_model_load_frozen(pc15_model* model) {
  if (model == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    Memory& memory = model->core.memory;
    const Vector<entropy::ModelChange> none(memory, size_t{entropy::kFamilies} * entropy::kModelCount);
    ModelContent made(memory);
    for (int32_t set = 0; set < entropy::kTableSets; ++set) {
      made.tables.push_back(entropy::FileTables(memory));
      PC15_TRY(entropy::make_tables(set, entropy::table_set_step(set),
                                    Span<const entropy::ModelChange>(none.data(), none.size()),
                                    &made.tables.back()));
    }
    model->content.swap(made);
    return ok_status();
  });
}

pc15_status pc15_model_import(pc15_model* model, const uint8_t* data, size_t size) {
  if (model == nullptr || data == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    ModelContent made(model->core.memory);
    PC15_TRY(import(ByteSpan(data, size), &made));
    model->content.swap(made);
    return ok_status();
  });
}

pc15_status pc15_model_export(const pc15_model* model, uint8_t* dst, size_t capacity, size_t* dst_size) {
  if (model == nullptr || dst_size == nullptr || (dst == nullptr && capacity != 0))
    return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    PC15_TRY(check_loaded(*model));
    Vector<uint8_t> bytes(model->core.memory);
    PC15_TRY(append_model(model->content, &bytes));
    return copy_out(ByteSpan(bytes.data(), bytes.size()), dst, capacity, dst_size);
  });
}

pc15_status pc15_model_table_count(const pc15_model* model, uint32_t* count) {
  if (model == nullptr || count == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  *count = static_cast<uint32_t>(model->content.tables.size());
  return PC15_OK;
}

pc15_status pc15_model_table_info(const pc15_model* model, uint32_t index, uint32_t* step16, size_t* size) {
  if (model == nullptr || step16 == nullptr || size == nullptr) return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    PC15_FAIL_IF(index >= model->content.tables.size(), Code::kOutOfRange,
                 "table set %" PRId64 "; the model has %" PRId64, index,
                 static_cast<int64_t>(model->content.tables.size()));
    *step16 = static_cast<uint32_t>(model->content.tables[index].step16);
    *size = model->content.tables[index].payload.size();
    return ok_status();
  });
}

pc15_status pc15_model_set_codebook(pc15_model* model, int32_t id, const int16_t* values, size_t value_count,
                                    uint32_t dims) {
  if (model == nullptr || (values == nullptr && value_count != 0)) return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    return set_codebook(id, Span<const int16_t>(values, value_count), dims, &model->content.codebooks);
  });
}

pc15_status pc15_model_codebook(const pc15_model* model, int32_t id, int16_t* values, size_t capacity,
                                size_t* value_count, uint32_t* dims) {
  if (model == nullptr || (values == nullptr && capacity != 0) || value_count == nullptr || dims == nullptr)
    return PC15_ERROR_INVALID_ARGUMENT;
  return model->core.answer([&]() -> Status {
    for (const entropy::IntCodebook& book : model->content.codebooks) {
      if (book.id != id) continue;
      *value_count = book.values.size();
      *dims = static_cast<uint32_t>(book.dims);
      PC15_FAIL_IF(capacity < book.values.size(), Code::kDstTooSmall, "%" PRId64 " values are needed",
                   static_cast<int64_t>(book.values.size()));
      std::copy(book.values.begin(), book.values.end(), values);
      return ok_status();
    }
    return Status(Code::kNotFound, "the model has no codebook %" PRId64, id);
  });
}

}  // extern "C"
