// The object behind pc15_model.
#pragma once

#include "api/handle.h"
#include "entropy/file_tables.h"

struct pc15_model {
  explicit pc15_model(const pc15::AllocatorFunctions& functions)
      : core(functions, PC15_SCOPE_ENCODER), tables(core.memory) {}

  pc15::api::Handle core;
  pc15::Vector<pc15::entropy::FileTables> tables;  // steps rise
};

namespace pc15::api {

constexpr size_t kMaxModelTables = 8;

// Appends the sets of a model to *out, in the memory of *out. kWrongState: the model is empty.
Status copy_tables(const pc15_model& model, Vector<entropy::FileTables>* out);

}  // namespace pc15::api
