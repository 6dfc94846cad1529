#include <cstring>
#include <memory>
#include <random>

#include "backend/intra.h"
#include "bench/kernels/cases.h"
#include "enc/quantise_rd.h"
#include "entropy/cell_header.h"
#include "entropy/scan.h"
#include "normative/transform.h"

namespace kernels {
namespace {

using namespace pc15;

// A block in a smooth picture with some noise, what surrounds it, and room for results.
struct Block {
  explicit Block(int32_t log2_side) : log2(log2_side), side(1 << log2_side) {
    std::mt19937 random(static_cast<uint32_t>(log2_side));
    for (int32_t i = 0; i < 64 * 64; ++i) {
      source[i] = static_cast<Pixel>(60 + i / 64 + i % 64 + static_cast<int32_t>(random() % 16));
    }
    std::memset(&refs, 0, sizeof(refs));
    Pixel* const above = refs.above + normative::kReferenceBefore;
    Pixel* const left = refs.left + normative::kReferenceBefore;
    for (int32_t i = -1; i < 64; ++i) {
      above[i] = static_cast<Pixel>(80 + i + static_cast<int32_t>(random() % 8));
      left[i] = static_cast<Pixel>(80 + i + static_cast<int32_t>(random() % 8));
    }
    refs.view = {above, left, true, true};
    for (int32_t i = 0; i < 1024; ++i) {
      residual[i] = static_cast<int16_t>(static_cast<int32_t>(random() % 41) - 20);
      coefs[i] = static_cast<int32_t>(random() % 600) - 300;
      levels[i] = 0;
    }
    leaf.log2w = leaf.log2h = static_cast<uint8_t>(log2);
    const entropy::ScanEntry* const scan = entropy::scan_table(log2, log2);
    leaf.eob[0] = side * side / 8 + 1;  // what a coded block keeps at a middle rate
    for (int32_t i = 0; i < leaf.eob[0]; ++i) levels[scan[i].raster] = static_cast<int16_t>(i % 3 - 1);
    levels[scan[leaf.eob[0] - 1].raster] = 1;
  }
  int32_t log2, side;
  Pixel source[64 * 64], out[64 * 64] = {};
  backend::ReferenceBuffer refs;
  int16_t residual[1024], levels[1024];
  int32_t coefs[1024], result[1024];
  uint32_t marks[32];
  entropy::Leaf leaf;
  volatile int64_t sink = 0;
};
using Shared = std::shared_ptr<Block>;

void add(std::vector<Case>* cases, const std::string& name, const Shared& b,
         const std::function<void(const Tables&, Block&)>& run) {
  const std::string size = std::to_string(b->side);
  cases->push_back({name + " " + size + "x" + size, b->side * b->side, [=](const Tables& t) { run(t, *b); }});
}

void add_predictions(std::vector<Case>* cases, const Shared& b) {
  const struct {
    const char* name;
    int32_t mode, delta;
  } modes[] = {{"DC", normative::kModeDc, 0},
               {"planar", normative::kModePlanar, 0},
               {"paeth", normative::kModePaeth, 0},
               {"smooth", normative::kModeSmoothH, 0},
               {"direction 21", 10, 1},
               {"direction 33", 13, 1},
               {"direction 13", 8, 1}};
  for (const auto& m : modes) {
    const int32_t mode = m.mode, delta = m.delta;
    add(cases, std::string("predict_intra, ") + m.name, b, [=](const Tables& t, Block& x) {
      t.operations->predict_intra(mode, delta, x.refs, x.log2, x.log2, x.out, x.side);
    });
  }
  add(cases, "predict_turned, direction 13", b,
      [](const Tables& t, Block& x) { t.operations->predict_turned(8, 1, x.refs, x.log2, x.log2, x.out); });
}

// Random bytes, which are the symbols that the models expect; never the same twice, for the processor learns.
struct Stream {
  Stream() {
    std::mt19937 random(9);
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
    entropy::init_models(entropy::kFamilyLuma, 2, &models);
  }
  ByteSpan next() {
    at = (at + 61) % (sizeof(bytes) - 4096);
    return {bytes + at, 4096};
  }
  uint8_t bytes[1 << 20];
  size_t at = 0;
  entropy::CellModels models;
};

void add_levels(std::vector<Case>* cases, const Shared& b) {
  static Stream stream;
  add(cases, "decode_levels", b, [](const Tables& t, Block& x) {
    entropy::SymbolDecoder coder(stream.next(), entropy::kCellRate);
    int16_t levels[1024];
    uint8_t map[entropy::kMagnitudeMapBytes];
    x.sink = t.operations->decode_levels(coder, stream.models, x.log2, x.log2, x.leaf.eob[0], levels, map);
  });
}

void add_encoder_kernels(std::vector<Case>* cases, const Shared& b) {
  add(cases, "satd", b, [](const Tables& t, Block& x) {
    x.sink = t.kernels->satd(x.source, 64, x.out, x.side, x.side, x.side);
  });
  add(cases, "forward_transform, DCT", b, [](const Tables& t, Block& x) {
    t.kernels->forward_transform(x.residual, x.log2, x.log2, normative::kDctDct, x.result);
  });
  if (b->side <= 16) {
    add(cases, "forward_transform, DST", b, [](const Tables& t, Block& x) {
      t.kernels->forward_transform(x.residual, x.log2, x.log2, normative::kDstDst, x.result);
    });
  }
  add(cases, "subtract", b, [](const Tables& t, Block& x) {
    t.kernels->subtract(x.source, 64, x.out, x.side, x.side, x.side, x.residual);
  });
  add(cases, "coefficient_sums", b, [](const Tables& t, Block& x) {
    x.sink = t.kernels->coefficient_sums(x.coefs, x.side * x.side, 320).count;
  });
  add(cases, "mark_coded", b, [](const Tables& t, Block& x) {
    x.sink = t.kernels->mark_coded(x.coefs, x.side * x.side, 320, x.marks);
  });
}

}  // namespace

std::vector<Case> block_cases() {
  std::vector<Case> cases;
  static entropy::AdaptiveCdf cdf;
  static uint16_t costs[entropy::kMaxSymbols];
  entropy::cdf_init_uniform(&cdf, entropy::kMaxSymbols);
  cases.push_back(
      {"symbol_costs", entropy::kMaxSymbols, [](const Tables& t) { t.kernels->symbol_costs(cdf, costs); }});
  for (int32_t log2 = 2; log2 <= 5; ++log2) {
    const Shared b = std::make_shared<Block>(log2);
    add_predictions(&cases, b);
    add(&cases, "add_residual", b, [](const Tables& t, Block& x) {
      t.operations->add_residual(x.leaf, 0, x.levels, 320, x.out, x.side);
    });
    add_levels(&cases, b);
    add_encoder_kernels(&cases, b);
  }
  return cases;
}

}  // namespace kernels
