// The object behind pc15_model.
#pragma once

#include "api/handle.h"
#include "entropy/file_tables.h"
#include "entropy/int_codebook.h"

namespace pc15::api {

constexpr size_t kMaxModelTables = 8, kMaxModelCodebooks = 16;

struct ModelContent {
  explicit ModelContent(Memory& memory) : tables(memory), codebooks(memory) {}
  Vector<entropy::FileTables> tables;      // steps rise
  Vector<entropy::IntCodebook> codebooks;  // ids rise

  bool empty() const { return tables.empty() && codebooks.empty(); }
  Memory& memory() const { return tables.memory(); }
  void swap(ModelContent& other) {
    tables.swap(other.tables);
    codebooks.swap(other.codebooks);
  }
};

}  // namespace pc15::api

struct pc15_model {
  explicit pc15_model(const pc15::AllocatorFunctions& functions)
      : core(functions, PC15_SCOPE_ENCODER), content(core.memory) {}

  pc15::api::Handle core;
  pc15::api::ModelContent content;
};

namespace pc15::api {

// Makes *out, which is empty, a copy of a model, in the memory of *out. kWrongState: the model is empty.
Status copy_model(const pc15_model& model, ModelContent* out);

}  // namespace pc15::api
