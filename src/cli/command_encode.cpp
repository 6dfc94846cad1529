#include <algorithm>
#include <iterator>
#include <memory>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/image_io.h"
#include "cli/input_file.h"
#include "cli/json.h"
#include "cli/output_file.h"
#include "cli/param_flags.h"
#include "cli/row_reader.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string input, output, tables, icc, exif, xmp;
  bool gray = false, strip = false, json = false, keep = false, by_rows = false;
  double target_bpp = 0;
  ParamFlags params;
};

Outcome gather_metadata(const Options& options, Metadata* metadata, int32_t channels) {
  if (options.strip || !icc_fits(metadata->icc, channels)) metadata->icc.clear();
  if (options.strip) {
    metadata->exif.clear();
    metadata->xmp.clear();
  }
  if (!options.icc.empty()) PC15_CLI_TRY(read_file(options.icc, nullptr, &metadata->icc));
  if (!options.exif.empty()) PC15_CLI_TRY(read_file(options.exif, nullptr, &metadata->exif));
  if (!options.xmp.empty()) PC15_CLI_TRY(read_file(options.xmp, nullptr, &metadata->xmp));
  return success();
}

Outcome set_metadata(pc15_encoder* encoder, const Metadata& metadata) {
  const auto set = [encoder](int32_t type, const Bytes& item) {
    if (item.empty()) return success();
    return outcome_of(pc15_encoder_set_metadata(encoder, type, item.data(), item.size()), encoder);
  };
  PC15_CLI_TRY(set(PC15_METADATA_ICC, metadata.icc));
  PC15_CLI_TRY(set(PC15_METADATA_EXIF, metadata.exif));
  return set(PC15_METADATA_XMP, metadata.xmp);
}

Outcome set_tables(pc15_encoder* encoder, const std::string& path) {
  if (path.empty()) return success();
  Bytes bytes;
  Model model;
  PC15_CLI_TRY(read_file(path, nullptr, &bytes));
  PC15_CLI_TRY(create_model(&model));
  const Outcome read = outcome_of(pc15_model_import(model.get(), bytes.data(), bytes.size()), model.get());
  if (!read.ok()) return {read.exit_code, display_name(path) + ": " + read.message};
  return outcome_of(pc15_encoder_set_model(encoder, model.get()), encoder);
}

double bits_per_pixel(const Image& image, uint64_t bytes) {
  return 8.0 * static_cast<double>(bytes) / image.width / image.height;
}

// --target-bpp, now that the size is known.
Outcome set_target(pc15_encoder* encoder, const Options& options, const Image& image) {
  if (options.target_bpp == 0) return success();
  const double bytes = options.target_bpp * image.width * image.height / 8.0;
  return outcome_of(pc15_encoder_set_param_f64(encoder, PC15_PARAM_TARGET_BYTES, std::max(1.0, bytes)),
                    encoder);
}

std::string stats_json(const Image& image, const pc15_stats& stats, uint32_t readings) {
  Json json;
  json.begin_object();
  json.key("width").unsigned_integer(image.width);
  json.key("height").unsigned_integer(image.height);
  json.key("channels").integer(image.channels);
  json.key("bytes").unsigned_integer(stats.bytes_total);
  json.key("bits_per_pixel").real(bits_per_pixel(image, stats.bytes_total));
  json.key("bytes_programs").unsigned_integer(stats.bytes_programs);
  json.key("bytes_cells").unsigned_integer(stats.bytes_cells);
  json.key("psnr_y").real(stats.psnr_y);
  json.key("ssim_y").real(stats.ssim_y);
  json.key("tiles").unsigned_integer(stats.tiles);
  json.key("tiles_with_program").unsigned_integer(stats.tiles_with_program);
  json.key("early_exits").unsigned_integer(stats.early_exits);
  json.key("renders").unsigned_integer(stats.renders);
  json.key("peak_memory_bytes").unsigned_integer(stats.peak_memory_bytes);
  json.key("readings").unsigned_integer(readings);
  json.end_object();
  return json.text();
}

// Rows of a file for the library, as often as it asks.
struct RowFeed {
  RowReader& reader;
  bool gray;  // luma alone
  Bytes wide;
  uint32_t readings = 1;
  Outcome trouble = success();

  int32_t channels() const { return gray ? 1 : reader.head().channels; }
  int32_t give(uint32_t count, uint8_t* rows) {
    const Image& head = reader.head();
    const bool convert = gray && head.channels != 1;
    if (convert) wide.resize(head.row_bytes() * count);
    trouble = reader.read(count, convert ? wide.data() : rows);
    if (convert && trouble.ok()) luma_of(wide.data(), head.channels, size_t{head.width} * count, rows);
    return trouble.ok() ? static_cast<int32_t>(count) : -1;
  }
  static int32_t rows(uint32_t, uint32_t count, uint8_t* rows, size_t, void* self) {
    return static_cast<RowFeed*>(self)->give(count, rows);
  }
  static int32_t restart(void* self) {
    RowFeed& feed = *static_cast<RowFeed*>(self);
    ++feed.readings;
    feed.trouble = feed.reader.start();
    return feed.trouble.ok() ? 0 : 1;
  }
};

// The picture of an encode: whole, or a reader of its rows.
struct Input {
  Image image;  // without pixels where there is a reader
  std::unique_ptr<RowReader> reader;
};

Outcome open_input(const Options& options, Input* input) {
  constexpr uint64_t kLargePixels = uint64_t{1} << 24;
  PC15_CLI_TRY(open_row_reader(options.input, &input->reader));
  if (input->reader != nullptr) {
    const Image& head = input->reader->head();
    if (options.by_rows || uint64_t{head.width} * head.height >= kLargePixels) {
      input->image.width = head.width;
      input->image.height = head.height;
      input->image.channels = options.gray ? 1 : head.channels;
      input->image.metadata = head.metadata;
      return success();
    }
    input->reader.reset();
  }
  PC15_CLI_TRY(read_image(options.input, false, &input->image));
  if (options.gray && input->image.channels != 1) input->image = to_gray(input->image);
  return success();
}

// The finished file; the handle has it too.
Outcome encode(pc15_encoder* encoder, const Options& options, const Input& input, Bytes* file,
               uint32_t* readings) {
  size_t size = 0;
  pc15_status status;
  Outcome trouble = success();
  if (input.reader != nullptr) {
    RowFeed feed{*input.reader, options.gray, {}};
    pc15_row_source source = sized<pc15_row_source>();
    source.format = feed.channels();
    source.width = input.image.width;
    source.height = input.image.height;
    source.rows = RowFeed::rows;
    source.restart = RowFeed::restart;
    source.opaque = &feed;
    status = pc15_encode_source(encoder, &source, nullptr, 0, &size);
    *readings = feed.readings;
    trouble = feed.trouble;
  } else {
    const pc15_image view = image_view(input.image);
    status = pc15_encode_image(encoder, &view, nullptr, 0, &size);
    *readings = 1;
  }
  if (status != PC15_NOTE_DST_TOO_SMALL) {
    if (trouble.ok()) trouble = outcome_of(status, encoder);
    return {trouble.exit_code, display_name(options.input) + ": " + trouble.message};
  }
  file->resize(size);
  return outcome_of(pc15_encoder_result(encoder, file->data(), size, &size), encoder);
}

Outcome run(const Options& options) {
  if (options.json && options.output == "-")
    return usage_error("--json and the file both want standard output");
  Encoder encoder;
  PC15_CLI_TRY(create_encoder(&encoder));
  // Only the report tells PSNR and SSIM.
  PC15_CLI_TRY(outcome_of(pc15_encoder_set_param(encoder.get(), PC15_PARAM_MEASURE, options.json ? 1 : 0)));
  PC15_CLI_TRY(options.params.apply([&](int32_t id, int64_t value) {
    return outcome_of(pc15_encoder_set_param(encoder.get(), id, value), encoder.get());
  }));
  PC15_CLI_TRY(set_tables(encoder.get(), options.tables));

  Input input;
  PC15_CLI_TRY(open_input(options, &input));
  PC15_CLI_TRY(set_target(encoder.get(), options, input.image));
  PC15_CLI_TRY(gather_metadata(options, &input.image.metadata, input.image.channels));
  PC15_CLI_TRY(set_metadata(encoder.get(), input.image.metadata));

  OutputFile output;
  PC15_CLI_TRY(output.open(options.output, !options.keep));
  Progress progress("encoding");
  PC15_CLI_TRY(outcome_of(pc15_encoder_set_progress(encoder.get(), Progress::update, &progress)));
  Bytes file;
  uint32_t readings = 1;
  PC15_CLI_TRY(encode(encoder.get(), options, input, &file, &readings));
  PC15_CLI_TRY(output.commit(file.data(), file.size()));

  if (!options.json) return success();
  pc15_stats stats = sized<pc15_stats>();
  PC15_CLI_TRY(outcome_of(pc15_encoder_stats(encoder.get(), &stats), encoder.get()));
  return print(stats_json(input.image, stats, readings));
}

}  // namespace

void add_encode_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("encode", "Encode a PNG, JPEG or PNM image");
  const auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "image to encode; '-' for standard input")->required();
  command->add_option("OUT", options->output, "PC15 file to write; '-' for standard output")->required();
  command->add_flag("--gray,--grey", options->gray, "encode the luma alone; alpha is left out");
  command->add_flag("--by-rows", options->by_rows,
                    "read the image row by row, as large ones always are, where its file allows that");
  options->params.add(command, PC15_SCOPE_ENCODER);
  command->get_option("--lambda")->excludes(command->get_option("--quality"));
  for (const char* name :
       {"--quality", "--lambda", "--alpha", "--chroma", "--residual-cap", "--grain", "--no-residual"}) {
    command->get_option("--lossless")->excludes(command->get_option(name));
  }
  command->add_option("--target-bpp", options->target_bpp, "as --target-bytes, in bits per pixel")
      ->check(CLI::Range(1e-6, 1e6))
      ->group("Rate and distortion");
  const char* const targets[] = {"--target-bytes", "--target-bpp", "--target-psnr", "--target-ssim",
                                 "--lossless"};
  for (const char* const* a = std::begin(targets); a != std::end(targets); ++a) {
    for (const char* const* b = a + 1; b != std::end(targets); ++b) {
      command->get_option(*a)->excludes(command->get_option(*b));
    }
  }
  command
      ->add_option("--tables", options->tables,
                   "model whose tables to use and to store, from tools/train_tables --model")
      ->type_name("FILE");
  command->add_flag("--strip", options->strip, "do not carry the image's ICC, EXIF and XMP over")
      ->group("Metadata");
  command->add_option("--icc", options->icc, "ICC profile to store")->type_name("FILE")->group("Metadata");
  command->add_option("--exif", options->exif, "EXIF block to store, from its TIFF header on")
      ->type_name("FILE")
      ->group("Metadata");
  command->add_option("--xmp", options->xmp, "XMP packet to store")->type_name("FILE")->group("Metadata");
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file")->group("Output");
  command->add_flag("--json", options->json, "print what was done as JSON")->group("Output");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
