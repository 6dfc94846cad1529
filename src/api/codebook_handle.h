// The object behind pc15_codebook.
#pragma once

#include "api/handle.h"
#include "vq/codebook.h"

struct pc15_codebook {
  explicit pc15_codebook(const pc15::AllocatorFunctions& functions)
      : core(functions, PC15_SCOPE_ENCODER), book(core.memory) {
    core.memory.set_budget(static_cast<uint64_t>(core.params.get(PC15_PARAM_MAX_MEMORY)));
  }

  pc15::api::Handle core;
  pc15::vq::Codebook book;
};
