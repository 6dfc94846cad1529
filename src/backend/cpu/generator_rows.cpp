#include "backend/cpu/scalar.h"

namespace pc15::backend::scalar {
namespace {

using namespace normative;  // the arithmetic this file drives

struct RowTask {
  const LayerSetup& setup;
  RowPlace place;
  int16_t* out;

  template <int32_t kPreset>
  void run() {
    LayerCursor cursor;
    reset_cursor(&cursor);
    const RowPlace p = place;
    for (int32_t i = 0; i < p.count; ++i) {
      out[i] = static_cast<int16_t>(layer_value<kPreset, 0>(setup, &cursor, p.x + i * p.step, p.y));
    }
  }
};

}  // namespace

void generator_row(const normative::LayerSetup& setup, const RowPlace& place, int16_t* out) {
  RowTask task{setup, place, out};
  visit_preset(setup.preset, task);
}

}  // namespace pc15::backend::scalar
