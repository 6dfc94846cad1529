#include "entropy/file_tables.h"

#include "entropy/coder.h"

namespace pc15::entropy {
namespace {

constexpr uint8_t kTablesVersion = 1;
constexpr uint8_t kAges[kModelAges] = {0, 12, kCountMax};
static_assert(kAges[0] <= kCountMax && kAges[1] <= kCountMax && kAges[2] <= kCountMax,
              "tables by age end there");
constexpr int32_t kSmallRatio = 7;  // larger ones are escaped

// The models of the models.
struct TableModels {
  AdaptiveCdf changed[kFamilies * kModelGroups];
  AdaptiveCdf age;
  AdaptiveCdf ratio[3];  // first of a model, behind a ratio of -1...1, behind a larger one
};

void start_models(TableModels* m) {
  for (AdaptiveCdf& cdf : m->changed) cdf_init_uniform(&cdf, 2);
  cdf_init_uniform(&m->age, kModelAges);
  for (AdaptiveCdf& cdf : m->ratio) cdf_init_uniform(&cdf, 2 * kSmallRatio + 2);
}

template <typename Coder>
void code_ratio(Coder& coder, AdaptiveCdf& cdf, int8_t& ratio) {
  const bool small = ratio >= -kSmallRatio && ratio <= kSmallRatio;
  int32_t symbol = small ? ratio + kSmallRatio : 2 * kSmallRatio + 1;
  coder.symbol(cdf, symbol);
  int32_t value = symbol - kSmallRatio;
  if (symbol == 2 * kSmallRatio + 1) {
    uint32_t raw = static_cast<uint32_t>(ratio + kMaxRatio);
    coder.bits(raw, 7);
    value = static_cast<int32_t>(raw) - kMaxRatio;
    coder.require(value <= kMaxRatio && (value < -kSmallRatio || value > kSmallRatio));
  }
  if constexpr (Coder::kDecoding) ratio = static_cast<int8_t>(coder.good() ? value : 0);
}

template <typename Coder>
void code_change(Coder& coder, TableModels& m, int32_t family, int32_t index, ModelChange& change) {
  int32_t changed = change.changed ? 1 : 0, age = change.age;
  coder.symbol(m.changed[family * kModelGroups + model_group(index)], changed);
  if constexpr (Coder::kDecoding) change.changed = changed != 0;
  if (changed == 0) return;
  coder.symbol(m.age, age);
  if constexpr (Coder::kDecoding) change.age = static_cast<uint8_t>(age);
  int32_t context = 0;
  for (int32_t s = 0; s < model_size(family, index) && coder.good(); ++s) {
    code_ratio(coder, m.ratio[context], change.ratio[s]);
    context = change.ratio[s] >= -1 && change.ratio[s] <= 1 ? 1 : 2;
  }
}

// round(2^(16 + ratio / 4)), rounded twice below an octave: 16...2^28.
uint64_t ratio_factor(int32_t ratio) {
  constexpr uint64_t kQuarters[4] = {65536, 77936, 92682, 110218};
  const uint64_t mantissa = kQuarters[ratio & 3];
  const int32_t octave = ratio >> 2;
  if (octave >= 0) return mantissa << octave;
  return (mantissa + (uint64_t{1} << (-octave - 1))) >> -octave;
}

void apply(const ModelChange& change, AdaptiveCdf* cdf) {
  const int32_t n = cdf->size;
  uint64_t weight[kMaxSymbols], total = 0, below = 0;
  for (int32_t s = 0; s < n; ++s) {
    weight[s] = (cdf_end(*cdf, s) - cdf_start(*cdf, s)) * ratio_factor(change.ratio[s]);  // < 2^43
    total += weight[s];
  }
  for (int32_t i = 1; i < n; ++i) {
    below += weight[i - 1];
    cdf->lane[i - 1] = static_cast<int16_t>(
        i + static_cast<int32_t>(below * (kProbOne - static_cast<uint64_t>(n)) / total));  // < 2^62
  }
  cdf->count = kAges[change.age];
}

Status parse_head(ByteSpan payload, uint64_t at, FileTables* out) {
  const int64_t start = static_cast<int64_t>(at);
  PC15_FAIL_IF(payload.size < kTablesHeadBytes, Code::kTruncated,
               "the tables at byte %" PRId64 " have %" PRId64 " bytes; the least is %" PRId64, start,
               static_cast<int64_t>(payload.size), static_cast<int64_t>(kTablesHeadBytes));
  PC15_FAIL_IF(payload.size > kMaxTablesBytes, Code::kCorrupt,
               "the tables at byte %" PRId64 " have %" PRId64 " bytes; allowed are %" PRId64, start,
               static_cast<int64_t>(payload.size), static_cast<int64_t>(kMaxTablesBytes));
  PC15_FAIL_IF(payload[0] != kTablesVersion, Code::kUnsupported,
               "tables of version %" PRId64 " at byte %" PRId64 ": this library knows %" PRId64, payload[0],
               start, kTablesVersion);
  PC15_FAIL_IF(payload[1] >= kTableSets, Code::kCorrupt,
               "the tables at byte %" PRId64 " differ from set %" PRId64 "; there are 0...%" PRId64, start,
               payload[1], kTableSets - 1);
  out->base = payload[1];
  out->step16 = payload[2] | payload[3] << 8;
  PC15_FAIL_IF(out->step16 == 0, Code::kCorrupt, "the tables at byte %" PRId64 " are for a step of 0", start);
  return ok_status();
}

}  // namespace

Status make_tables(int32_t base, int32_t step16, Span<const ModelChange> changes, FileTables* out) {
  Memory& memory = out->payload.memory();
  FileTables made(memory);
  SymbolEncoder coder(memory);
  TableModels models;
  start_models(&models);
  for (int32_t i = 0; i < kFamilies * kModelCount; ++i) {
    ModelChange change = changes[static_cast<size_t>(i)];
    code_change(coder, models, i / kModelCount, i % kModelCount, change);
  }
  const uint8_t head[kTablesHeadBytes] = {kTablesVersion, static_cast<uint8_t>(base),
                                          static_cast<uint8_t>(step16), static_cast<uint8_t>(step16 >> 8)};
  made.payload.assign(head, head + kTablesHeadBytes);
  coder.finish(&made.payload);
  return parse_tables(ByteSpan(made.payload.data(), made.payload.size()), 0, out);
}

Status parse_tables(ByteSpan payload, uint64_t at, FileTables* out) {
  Memory& memory = out->payload.memory();
  FileTables made(memory);
  PC15_TRY(parse_head(payload, at, &made));
  made.models.resize(kFamilies);
  SymbolDecoder coder(payload.sub(kTablesHeadBytes, payload.size - kTablesHeadBytes));
  TableModels models;
  start_models(&models);
  for (int32_t family = 0; family < kFamilies; ++family) {
    init_models(family, made.base, &made.models[static_cast<size_t>(family)]);
    AdaptiveCdf* cdf = model_array(&made.models[static_cast<size_t>(family)]);
    for (int32_t i = 0; i < kModelCount; ++i) {
      ModelChange change;
      code_change(coder, models, family, i, change);
      PC15_FAIL_IF(!coder.good(), Code::kCorrupt,
                   "the tables at byte %" PRId64 " break the syntax in model %" PRId64 " of family %" PRId64,
                   static_cast<int64_t>(at), i, family);
      if (change.changed) apply(change, &cdf[i]);
    }
  }
  PC15_FAIL_IF(!coder.finished(), Code::kCorrupt,
               "the tables at byte %" PRId64 " go on behind their last model", static_cast<int64_t>(at));
  made.payload.assign(payload.begin(), payload.end());
  out->base = made.base;
  out->step16 = made.step16;
  out->models.swap(made.models);
  out->payload.swap(made.payload);
  return ok_status();
}

const FileTables* nearest_tables(Span<const FileTables> sets, int32_t step16) {
  const FileTables* best = nullptr;
  for (const FileTables& set : sets) {
    if (best == nullptr || step_distance(step16, set.step16) < step_distance(step16, best->step16))
      best = &set;
  }
  return best;
}

}  // namespace pc15::entropy
