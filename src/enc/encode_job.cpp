#include "enc/encode_job.h"

#include <algorithm>
#include <limits>

#include "base/bands.h"
#include "enc/rate_control.h"
#include "enc/search.h"
#include "entropy/program_coder.h"

namespace pc15::enc {
namespace {

format::Section model_section(uint32_t type, const Vector<uint8_t>& payload) {
  return format::Section{type, format::kSectionCritical, ByteSpan(payload.data(), payload.size())};
}

}  // namespace

// Rows of a window as the search sees them: by their numbers in the picture, without alpha.
class SurveyRows final : public PlaneSource {
 public:
  SurveyRows(RowIngest& rows, const format::StreamHeader& header, const Monitor& monitor)
      : rows_(rows), header_(header), monitor_(monitor) {
    header_.alpha = false;
  }
  Status begin(int32_t rows, bool all) override {
    return rows_.begin(all ? RowIngest::Reading::kPlanes : RowIngest::Reading::kLuma, header_, rows);
  }
  Status window(int32_t first, int32_t last, PlaneView<const Pixel>* planes) override {
    PC15_TRY(rows_.window(first, last, monitor_));
    for (int32_t i = 0; i < rows_.planes().count; ++i) {
      const PlaneView<Pixel>& held = rows_.planes().view[i];
      const int64_t top = rows_.planes().top >> header_.plane_shift(i);
      planes[i] = {held.data - top * held.stride, header_.plane_width(i), header_.plane_height(i),
                   held.stride};
    }
    return ok_status();
  }
  Status end() override { return rows_.end(monitor_); }
  PictureSketch& sketch() override { return rows_.sketch(); }

 private:
  RowIngest& rows_;
  format::StreamHeader header_;
  const Monitor& monitor_;
};

EncodeJob::EncodeJob(const Config& config, const Raster& raster, RowIngest* rows, Memory& memory)
    : config_(config), raster_(raster), rows_(rows), memory_(memory), own_(memory), errors_(memory),
      programs_(memory), image_program_(memory), grain_(memory), groups_(memory), cells_(memory) {
  tuning_ = make_tuning(config.effort, config.alpha, config.residual_cap_millibpp, config.cell);
}

void EncodeJob::make_header(ThreadPool& pool) {
  normative::Geometry& g = header_.geometry;
  g.width = raster_.width;
  g.height = raster_.height;
  g.tile = config_.tile;
  g.overlap = config_.overlap;
  g.cell = config_.cell;
  header_.color = raster_.channels == 1                ? format::Color::kGray
                  : config_.chroma == ChromaMode::k444 ? format::Color::kYcc444
                                                       : format::Color::kYcc420;
  if (config_.lossless && raster_.channels != 1) header_.color = format::Color::kRgb;
  header_.seed = config_.seed;
  // An opaque alpha plane is not coded.
  header_.alpha = rows_ != nullptr ? rows_->transparent() : has_transparency(raster_, pool, memory_);
  if (config_.lossless) {
    header_.tools = format::kToolLossless;
    header_.step16 = format::kLosslessStep16;
    return;
  }
  if (!config_.residual && !header_.alpha) return;
  header_.step16 = static_cast<uint16_t>(step16_from_quality(config_.quality));
  header_.chroma_step32 = kChromaStep32;
  tables_ = entropy::nearest_tables(config_.tables, header_.step16);
  header_.table_set = static_cast<uint8_t>(tables_ != nullptr ? entropy::kFileTables
                                                              : entropy::table_set_for_step(header_.step16));
  header_.tools = format::kToolDeblock | format::kToolLoopFilter;
  if (config_.alpha > 0) header_.tools |= format::kToolAdaptiveQuant;
}

// The planes of the picture. One that comes in windows is read here for what must be known of it, unless the
// search does so.
Status EncodeJob::take_in(ThreadPool& pool, const Monitor& monitor) {
  if (header_.lossless() && !config_.procedural) return ok_status();  // cells take the samples themselves
  if (windows()) {
    if (config_.procedural) return ok_status();
    PC15_TRY(rows_->begin(RowIngest::Reading::kLuma, header_, Raster::kBandRows));
    return rows_->end(monitor);
  }
  if (rows_ != nullptr && rows_->has_planes()) {
    own_.swap(rows_->planes());
  } else {
    ingest(raster_, search_header(), pool, &own_);
  }
  return ok_status();
}

// What is known once all rows were read.
void EncodeJob::note_content(ThreadPool& pool) {
  header_.content_id = rows_ != nullptr ? rows_->content_crc() : content_crc(raster_, pool, memory_);
  if (windows()) header_.alpha = rows_->transparent();
  if (header_.step16 != 0 && !header_.lossless()) choose_palettes(pool);
}

void EncodeJob::choose_palettes(ThreadPool& pool) {
  const PlaneView<const Pixel> luma = source().view[0];
  const DrawnCount count =
      rows_ != nullptr ? rows_->drawn()
                       : sum_bands<DrawnCount>(pool, memory_, luma.height, [&](int32_t first, int32_t last) {
                           return count_drawn(luma, first, last);
                         });
  const DrawnLook look = drawn_look(count);
  if (look.partly) header_.tools |= format::kToolPalette;
  mostly_drawn_ = look.mostly;
}

Status EncodeJob::use_atom_codebook() {
  if (config_.atom_codebook == nullptr) return ok_status();
  PC15_TRY(entropy::read_atom_shapes(*config_.atom_codebook, Code::kInvalidArgument, atom_shapes_));
  programs_.atom_shapes = atom_shapes_;
  return ok_status();
}

// One section for every model that the records use.
Status EncodeJob::append_models(Vector<uint8_t>* codebook, Vector<format::Section>* sections) const {
  if (tables_ != nullptr) sections->push_back(model_section(format::kSectionTables, tables_->payload));
  if (programs_.atom_shapes == nullptr || programs_.atoms.empty()) return ok_status();
  PC15_TRY(entropy::append_codebook(*config_.atom_codebook, codebook));
  sections->push_back(model_section(format::kSectionCodebook, *codebook));
  return ok_status();
}

Status EncodeJob::search(ThreadPool& pool, Monitor& monitor, Vector<TileStats>* tiles, SearchReport* report) {
  programs_.seed = header_.seed;
  programs_.color_planes = header_.color_planes();
  programs_.set_geometry(header_.geometry);
  if (config_.device == backend::DeviceUse::kCuda) PC15_TRY(backend::Device().require(config_.device_index));
  if (!config_.procedural) return ok_status();
  PC15_TRY(use_atom_codebook());
  SearchInput in;
  std::optional<SurveyRows> survey;
  if (windows()) in.rows = &survey.emplace(*rows_, search_header(), monitor);
  in.plane_count = header_.color_planes();
  for (int32_t i = 0; i < in.plane_count && !windows(); ++i) {
    in.planes[i] = own_.view[i].window(0, 0, header_.plane_width(i), header_.plane_height(i));
  }
  in.chroma_shift = header_.color == format::Color::kYcc420 ? 1 : 0;
  in.geometry = header_.geometry;
  in.seed = header_.seed;
  const double step = config_.lossless ? 1.0 : step_from_quality(config_.quality);
  in.lambda_ssd = tuning_.lambda_milli / 1000.0 * step * step;
  in.residual_step = config_.residual || config_.lossless ? step : 0.0;
  in.effort = config_.effort;
  in.beam = config_.beam;
  in.early_exit_db = config_.early_exit_millidb / 1000.0;
  in.device = config_.device;
  in.device_index = config_.device_index;
  return search_programs(in, pool, monitor, memory_, &programs_, tiles, report);
}

Status EncodeJob::code_programs(Vector<TileStats>* tiles) {
  header_.has_image_program = programs_.has_image_program;
  if (programs_.has_image_program) PC15_TRY(entropy::encode_image_program(programs_, &image_program_));
  bool any = false;
  for (const normative::TileProgram& t : programs_.tiles) any |= t.mode != normative::TileMode::kSkip;
  header_.has_tile_programs = any;
  if (!any) return ok_status();
  const normative::Geometry& g = header_.geometry;
  Vector<uint32_t> bits(memory_);
  for (int32_t group = 0; group < g.group_count(); ++group) {
    const int32_t first = group * g.group_rows, rows = std::min(g.group_rows, g.tile_rows() - first);
    bits.assign(static_cast<size_t>(rows) * static_cast<size_t>(g.tile_cols()), 0);
    groups_.emplace_back(memory_);
    PC15_TRY(entropy::encode_group(programs_, group, &groups_.back(), Span<uint32_t>(bits)));
    const size_t base = static_cast<size_t>(first) * static_cast<size_t>(g.tile_cols());
    for (size_t i = 0; i < bits.size() && base + i < tiles->size(); ++i) (*tiles)[base + i].bits = bits[i];
  }
  return ok_status();
}

Status EncodeJob::assemble(Span<const format::Section> sections, Vector<uint8_t>* out, Stats* stats) {
  Vector<ByteSpan> groups(memory_), cells(memory_);
  stats->bytes_programs = image_program_.size();
  for (const Vector<uint8_t>& g : groups_) {
    groups.push_back(ByteSpan(g));
    stats->bytes_programs += g.size();
  }
  for (const Vector<uint8_t>& c : cells_) {
    cells.push_back(ByteSpan(c));
    stats->bytes_cells += c.size();
  }
  format::Parts parts;
  parts.header = header_;
  Vector<uint8_t> codebook(memory_);
  Vector<format::Section> models(memory_), all(memory_);
  PC15_TRY(append_models(&codebook, &models));
  all.insert(all.end(), models.begin(), models.end());
  all.insert(all.end(), sections.begin(), sections.end());
  all.insert(all.end(), models.begin(), models.end());  // the spare copies, far from the first
  if (!grain_.empty()) all.push_back(model_section(format::kSectionGrain, grain_));
  parts.sections = Span<const format::Section>(all);
  parts.image_program = ByteSpan(image_program_);
  parts.groups = Span<const ByteSpan>(groups);
  parts.cells = Span<const ByteSpan>(cells);
  parts.allow_compact = config_.compact;
  const size_t before = out->size();
  PC15_TRY(format::write_container(parts, out));
  stats->bytes_total = out->size() - before;
  return ok_status();
}

Status EncodeJob::run(Span<const format::Section> sections, ThreadPool& pool, Monitor& monitor,
                      Vector<uint8_t>* out, Stats* stats, Vector<TileStats>* tiles) {
  make_header(pool);
  const uint64_t cells = header_.step16 != 0 ? static_cast<uint64_t>(header_.geometry.cell_count()) : 0;
  monitor.start((config_.procedural ? search_units(header_.geometry) : 0) + cells);
  PC15_TRY(take_in(pool, monitor));
  PC15_TRY(search(pool, monitor, tiles, &stats->search));
  note_content(pool);
  PC15_TRY(code_programs(tiles));
  if (header_.lossless()) {
    PC15_TRY(code_lossless(pool, monitor));
    stats->psnr_y = std::numeric_limits<double>::infinity();
    stats->ssim_y = 1.0;
  } else {
    if (header_.step16 != 0) PC15_TRY(code_residual(pool, monitor));
    if (measures() && header_.step16 == 0) PC15_TRY(measure_programs(pool, monitor));
    finish_measuring(stats);
  }
  PC15_TRY(assemble(sections, out, stats));
  stats->renders += stats->search.image_renders;
  for (const TileStats& t : *tiles) {
    stats->renders += t.renders;
    stats->early_exits += t.early_exit ? 1 : 0;
    stats->tiles_with_program += t.mode != 0 ? 1 : 0;
  }
  stats->tiles = static_cast<uint32_t>(header_.geometry.tile_count());
  monitor.finish();
  return ok_status();
}

}  // namespace pc15::enc
