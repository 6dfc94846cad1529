// What libpc15 and its CUDA library, libpc15-cuda, say to each other. Both are built from one tree; the
// number that pc15_cuda_plugin() is asked with keeps libraries of different trees apart.
#pragma once

#include "backend/device.h"

namespace pc15::backend::device {

class Session;  // session.h

struct PluginTable {
  Status (*count)(int32_t* count);
  Status (*describe)(int32_t index, DeviceInfo* info);
  Status (*open)(int32_t index, Session** session);
  void (*close)(Session* session);
  Status (*decode)(Session* session, const Work* works, int32_t count, void* stream, int32_t* done);
  Status (*search)(Session* session, const SearchWork* works, int32_t count);
  Status (*spectra)(Session* session, const SpectrumWork* works, int32_t count, bool* made);
  Status (*atoms)(Session* session, const AtomWork& work, bool* made);
};

// Changes with every type that crosses the border, and by hand with what they mean.
constexpr uint32_t kPluginRevision = 5;
constexpr uint32_t plugin_abi() {
  uint32_t h = kPluginRevision;
  const size_t sizes[] = {sizeof(Picture),    sizeof(Work),          sizeof(LeafRecord),
                          sizeof(CellRecord), sizeof(SeamCell),      sizeof(LoopBlock),
                          sizeof(Status),     sizeof(DeviceProgram), sizeof(DeviceInfo),
                          sizeof(FitBatch),   sizeof(FitRecord),     sizeof(FitTaskRecord),
                          sizeof(ErrorBatch), sizeof(ErrorChunk),    sizeof(LayerRecord),
                          sizeof(SearchWork), sizeof(PluginTable),   sizeof(SpectrumWork),
                          sizeof(AtomWork),   sizeof(AtomKernel),    sizeof(AtomAnswer)};
  for (const size_t s : sizes) h = h * 31 + static_cast<uint32_t>(s);
  return h;
}

using PluginEntry = const PluginTable* (*)(uint32_t abi);

}  // namespace pc15::backend::device

// The only symbol of libpc15-cuda. Null when `abi` is not its own.
extern "C" const pc15::backend::device::PluginTable* pc15_cuda_plugin(uint32_t abi);
