#include "api/encode_call.h"

namespace pc15::api {
namespace {

constexpr int32_t kLookGrainPercent = 50;

enc::Config make_config(const pc15_encoder& e) {
  const ParamSet& p = e.core.params;
  const auto small = [&p](int32_t id) { return static_cast<int32_t>(p.get(id)); };
  enc::Config c;
  c.tile = small(PC15_PARAM_TILE);
  c.overlap = small(PC15_PARAM_OVERLAP);
  c.cell = small(PC15_PARAM_CELL);
  c.seed = p.get(PC15_PARAM_SEED);
  c.quality = e.quality;
  c.alpha = static_cast<double>(p.get(PC15_PARAM_ALPHA)) / 1000.0;
  c.chroma = p.get(PC15_PARAM_CHROMA) == PC15_CHROMA_444 ? enc::ChromaMode::k444 : enc::ChromaMode::k420;
  c.procedural = p.get(PC15_PARAM_PROCEDURAL) != 0;
  c.grain_percent = static_cast<int32_t>(p.get(PC15_PARAM_GRAIN));
  if (p.get(PC15_PARAM_TUNE) == PC15_TUNE_PSNR) c.alpha = 0.0;
  if (p.get(PC15_PARAM_TUNE) == PC15_TUNE_LOOK && c.grain_percent == 0) c.grain_percent = kLookGrainPercent;
  c.residual = p.get(PC15_PARAM_RESIDUAL) != 0;
  c.lossless = p.get(PC15_PARAM_LOSSLESS) != 0;
  c.residual_cap_millibpp = small(PC15_PARAM_RESIDUAL_CAP);
  c.effort = small(PC15_PARAM_EFFORT);
  c.beam = small(PC15_PARAM_BEAM);
  c.early_exit_millidb = small(PC15_PARAM_EARLY_EXIT);
  c.compact = p.get(PC15_PARAM_COMPACT) != 0;
  c.measure = p.get(PC15_PARAM_MEASURE) != 0;
  const int64_t device = p.get(PC15_PARAM_DEVICE);
  c.device = device == PC15_DEVICE_CPU    ? backend::DeviceUse::kCpu
             : device == PC15_DEVICE_AUTO ? backend::DeviceUse::kAuto
                                          : backend::DeviceUse::kCuda;
  c.device_index = small(PC15_PARAM_DEVICE_INDEX);
  c.tables = Span<const entropy::FileTables>(e.model.tables.data(), e.model.tables.size());
  for (const entropy::IntCodebook& book : e.model.codebooks) {
    if (book.id == normative::kAtomCodebook) c.atom_codebook = &book;
  }
  return c;
}

Status read_target(const ParamSet& p, enc::Target* out) {
  const int64_t bytes = p.get(PC15_PARAM_TARGET_BYTES), psnr = p.get(PC15_PARAM_TARGET_PSNR),
                ssim = p.get(PC15_PARAM_TARGET_SSIM);
  const int32_t count = (bytes != 0) + (psnr != 0) + (ssim != 0);
  PC15_FAIL_IF(count > 1, Code::kInvalidArgument,
               "target-bytes is %" PRId64 ", target-psnr %" PRId64 "/1000 and target-ssim %" PRId64
               "/1000000; one of them is allowed",
               bytes, psnr, ssim);
  PC15_FAIL_IF(count != 0 && p.get(PC15_PARAM_LOSSLESS) != 0, Code::kInvalidArgument,
               "a target is set with lossless; one of them is allowed");
  if (bytes != 0) *out = {enc::Target::Kind::kBytes, static_cast<double>(bytes)};
  if (psnr != 0) *out = {enc::Target::Kind::kPsnr, static_cast<double>(psnr) / 1e3};
  if (ssim != 0) *out = {enc::Target::Kind::kSsim, static_cast<double>(ssim) / 1e6};
  return ok_status();
}

Status check_picture(const pc15_encoder& e, uint32_t width, uint32_t height) {
  PC15_TRY(check_extent(width, height));
  const uint64_t pixels = uint64_t{width} * height, most = format::Limits().max_pixels;
  PC15_FAIL_IF(pixels > most, Code::kLimit, "%" PRId64 " pixels; decoders accept %" PRId64,
               static_cast<int64_t>(pixels), static_cast<int64_t>(most));
  const int64_t tile = e.core.params.get(PC15_PARAM_TILE), overlap = e.core.params.get(PC15_PARAM_OVERLAP);
  PC15_FAIL_IF(overlap > tile / 2, Code::kInvalidArgument,
               "overlap is %" PRId64 "; at most half of tile = %" PRId64 " is allowed", overlap, tile);
  if (e.core.params.get(PC15_PARAM_LOSSLESS) == 0) return ok_status();
  const int64_t residual = e.core.params.get(PC15_PARAM_RESIDUAL),
                cap = e.core.params.get(PC15_PARAM_RESIDUAL_CAP), grain = e.core.params.get(PC15_PARAM_GRAIN);
  PC15_FAIL_IF(residual == 0 || cap != 0 || grain != 0, Code::kInvalidArgument,
               "lossless is set with residual = %" PRId64 ", residual-cap = %" PRId64 " and grain = %" PRId64
               "; allowed are 1, 0 and 0",
               residual, cap, grain);
  return ok_status();
}

}  // namespace

enc::Raster raster_of(const uint8_t* data, const Rows& rows, uint32_t width, uint32_t height,
                      int32_t channels) {
  enc::Raster raster;
  raster.data = data + rows.first;
  raster.width = static_cast<int32_t>(width);
  raster.height = static_cast<int32_t>(height);
  raster.channels = channels;
  raster.stride = rows.stride;
  return raster;
}

Status read_raster(const pc15_image* image, enc::Raster* raster) {
  pc15_image i;
  Rows rows;
  bool fits = false;
  PC15_TRY(read_image(image, &i, &rows, &fits));
  PC15_FAIL_IF(!fits || i.data == nullptr, Code::kInvalidArgument,
               "image->data has %" PRId64 " bytes, size, format and stride need %" PRId64,
               static_cast<int64_t>(i.data_size), static_cast<int64_t>(rows.bytes));
  *raster = raster_of(i.data, rows, i.width, i.height, i.format);
  return ok_status();
}

enc::Config read_config(const pc15_encoder& e) {
  enc::Config config = make_config(e);
  const ParamSet& p = e.core.params;
  if (p.get(PC15_PARAM_TARGET_BYTES) != 0 || p.get(PC15_PARAM_TARGET_PSNR) != 0 ||
      p.get(PC15_PARAM_TARGET_SSIM) != 0)
    config.target.kind = enc::Target::Kind::kBytes;  // which one does not matter for what only plans
  return config;
}

Status read_settings(const pc15_encoder& e, uint32_t width, uint32_t height, EncodeSettings* out) {
  PC15_TRY(check_picture(e, width, height));
  for (int32_t type = 1; type <= kMetadataTypes; ++type) {
    const Vector<uint8_t>& item = e.metadata[type - 1];
    if (!item.empty()) out->sections.push_back(metadata_section(type, ByteSpan(item)));
  }
  out->config = make_config(e);
  return read_target(e.core.params, &out->config.target);
}

Status encode_raster(const pc15_encoder& e, enc::Encoder& encoder, const enc::Raster& raster, bool measure,
                     ThreadPool& pool, Monitor& monitor, Vector<uint8_t>* file) {
  EncodeSettings settings(e.core.memory);
  PC15_TRY(
      read_settings(e, static_cast<uint32_t>(raster.width), static_cast<uint32_t>(raster.height), &settings));
  settings.config.measure &= measure;
  return encoder.encode(settings.config, raster, settings.sections, pool, monitor, file);
}

Status keep_result(pc15_encoder* e, uint32_t width, uint32_t height, Vector<uint8_t>* file) {
  const auto param = [e](int32_t id) { return static_cast<int32_t>(e->core.params.get(id)); };
  e->geometry.width = static_cast<int32_t>(width);
  e->geometry.height = static_cast<int32_t>(height);
  e->geometry.tile = param(PC15_PARAM_TILE);
  e->geometry.overlap = param(PC15_PARAM_OVERLAP);
  e->geometry.cell = param(PC15_PARAM_CELL);
  PC15_TRY(e->core.check_stopped());
  e->peak_memory = e->core.memory.peak();
  e->result.swap(*file);
  return ok_status();
}

}  // namespace pc15::api
