// The object behind pc15_encoder.
#pragma once

#include "api/handle.h"
#include "api/metadata.h"
#include "api/model_handle.h"
#include "enc/encoder.h"

struct pc15_encoder {
  explicit pc15_encoder(const pc15::AllocatorFunctions& functions);

  pc15::api::Handle core;
  pc15::enc::Encoder encoder;
  double quality;                      // exact value behind QUALITY and LAMBDA
  pc15::Vector<uint8_t> result;        // the last finished file; empty: none
  pc15::normative::Geometry geometry;  // of the result
  uint64_t peak_memory = 0;
  pc15::Vector<uint8_t> metadata[pc15::api::kMetadataTypes];
  pc15::api::ModelContent model;  // empty: the frozen one

  // Its memory serves the next one.
  void forget_result() { pc15::Vector<uint8_t>(core.memory).swap(result); }
  pc15::Status check_result() const {
    PC15_FAIL_IF(result.empty(), pc15::Code::kWrongState, "nothing has been encoded");
    return pc15::ok_status();
  }
};
