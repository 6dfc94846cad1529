// What the training programs share: the encoder's way of a picture without programs.
#pragma once

#include <vector>

#include "base/thread_pool.h"
#include "enc/cell_encoder.h"
#include "enc/ingest.h"
#include "enc/rate_control.h"
#include "entropy/cell_models.h"
#include "tools/pnm.h"

namespace pc15::tools {

constexpr int32_t kRatePoints = 5;
constexpr int32_t kSteps[kRatePoints] = {8 * 16, 14 * 16, 24 * 16, 42 * 16, 70 * 16};  // step16 of each

// A picture at one rate point, cell by cell.
class TrainingPicture {
 public:
  TrainingPicture(const Image& image, int32_t step16, uint32_t stream_tools, Memory& memory)
      : source(memory), recon(memory) {
    const enc::Raster raster{image.samples.data(), image.width, image.height, image.channels,
                             static_cast<int64_t>(image.width) * image.channels};
    header.geometry.width = image.width;
    header.geometry.height = image.height;
    header.color = image.channels == 3 ? format::Color::kYcc420 : format::Color::kGray;
    header.step16 = static_cast<uint16_t>(step16);
    header.chroma_step32 = enc::kChromaStep32;
    header.table_set = static_cast<uint8_t>(entropy::table_set_for_step(step16));
    header.tools = stream_tools;
    tuning = enc::make_tuning(5, 0.35, 0, header.geometry.cell);
    ThreadPool pool(1);
    enc::ingest(raster, header, pool, &source);
    enc::ingest(raster, header, pool, &recon);
    edges_.resize(source.samples[0].size() / 16);
  }
  // visit(rectangle in luma, cell) for every cell in scan order.
  template <typename Visit>
  void for_each_cell(Visit visit) {
    for (int32_t row = 0; row < header.geometry.cell_rows(); ++row) {
      for (int32_t col = 0; col < header.geometry.cell_cols(); ++col) {
        const Rect rect = header.geometry.cell_rect(col, row);
        visit(rect, cell(rect));
      }
    }
  }

  format::StreamHeader header;
  enc::ResidualTuning tuning;
  enc::SourcePlanes source, recon;

 private:
  enc::CellSource cell(const Rect& rect) {
    enc::CellSource job;
    for (int32_t i = 0; i < header.plane_count(); ++i) {
      const int32_t s = header.plane_shift(i), w = ((rect.width + 7) & ~7) >> s,
                    h = ((rect.height + 7) & ~7) >> s;
      job.source[i] = source.view[i].window(rect.x >> s, rect.y >> s, w, h);
      job.plane[i].recon = recon.view[i].window(rect.x >> s, rect.y >> s, w, h);
    }
    const int32_t across = job.source[0].width / 4;
    job.edges = PlaneView<uint8_t>{edges_.data(), across, job.source[0].height / 4, across};
    return job;
  }

  std::vector<uint8_t> edges_;
};

}  // namespace pc15::tools
