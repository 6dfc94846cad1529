#include <memory>
#include <vector>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/image_io.h"
#include "cli/input_file.h"
#include "cli/output_file.h"
#include "cli/param_flags.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string input, output, format, roi, scale;
  bool gray = false, strip = false, keep = false;
  ParamFlags params;
};

struct Region {
  uint32_t x = 0, y = 0, width = 0, height = 0;
};

constexpr int64_t kLargestSide = 65535 << PC15_SCALE_LOG2_MAX;

Outcome parse_region(const std::string& text, Region* region) {
  uint32_t* const parts[] = {&region->x, &region->y, &region->width, &region->height};
  size_t at = 0;
  for (size_t i = 0; i < 4; ++i) {
    const size_t end = i < 3 ? text.find(',', at) : text.size();
    int64_t value = -1;
    const bool valid = end != std::string::npos && parse_integer(text.substr(at, end - at), &value) &&
                       value >= (i < 2 ? 0 : 1) && value <= (i < 2 ? kLargestSide : 65535);
    if (!valid) {
      return usage_error("--roi: '" + text + "' is not x,y,width,height in pixels, sizes of 1...65535");
    }
    *parts[i] = static_cast<uint32_t>(value);
    at = end + 1;
  }
  return success();
}

Outcome parse_scale(const std::string& text, int32_t* scale_log2) {
  static const char* const kNames[] = {"0.25", "0.5", "1", "2", "4", "8"};
  *scale_log2 = 0;
  if (text.empty()) return success();
  for (int32_t i = PC15_SCALE_LOG2_MIN; i <= PC15_SCALE_LOG2_MAX; ++i) {
    if (text != kNames[i - PC15_SCALE_LOG2_MIN]) continue;
    *scale_log2 = i;
    return success();
  }
  return usage_error("--scale: '" + text + "' is not 0.25, 0.5, 1, 2, 4 or 8");
}

// The part of the picture at its scale.
Outcome choose_region(const Options& options, int32_t scale_log2, const pc15_image_info& info,
                      Region* region) {
  *region = Region();
  PC15_CLI_TRY(
      outcome_of(pc15_scaled_size(info.width, info.height, scale_log2, &region->width, &region->height)));
  const std::string size = std::to_string(region->width) + "x" + std::to_string(region->height);
  if (options.roi.empty()) {
    if (region->width <= 65535 && region->height <= 65535) return success();
    return usage_error("--scale: the image would have " + size +
                       " pixels, at most 65535 a side can be written; --roi decodes a part of it");
  }
  const Region all = *region;
  PC15_CLI_TRY(parse_region(options.roi, region));
  if (region->x + region->width > all.width || region->y + region->height > all.height) {
    return usage_error("--roi: " + options.roi + " does not lie inside the image of " + size + " pixels");
  }
  return success();
}

int32_t choose_channels(const Options& options, FileFormat format, const pc15_image_info& info) {
  if (options.gray || format == FileFormat::kPgm) return PC15_FORMAT_Y;
  if (format != FileFormat::kPpm) return info.natural_format;
  if (info.has_alpha != 0) note(display_name(options.input) + ": PPM has no place for alpha, it is left out");
  return PC15_FORMAT_RGB;
}

void report_damage(const Options& options, const pc15_decoder* decoder) {
  size_t count = 0, lost = 0;
  (void)pc15_decoder_damage(decoder, nullptr, 0, &count);
  std::vector<uint8_t> map(count + 1);
  if (pc15_decoder_damage(decoder, map.data(), map.size(), &count) != PC15_OK) return;
  for (size_t i = 0; i < count; ++i) lost += map[i] == PC15_CELL_LOST ? 1 : 0;
  note(display_name(options.input) + ": the file is damaged; " + std::to_string(lost) + " of " +
       std::to_string(count) + " cells are lost");
}

// Succeeds also when tolerant decoding found damage.
Outcome accept(pc15_status status, const pc15_decoder* decoder, bool* damaged) {
  if (status == PC15_NOTE_DAMAGED) *damaged = true;
  return status == PC15_NOTE_DAMAGED ? success() : outcome_of(status, decoder);
}

Outcome decode(const Options& options, FileFormat format, int32_t scale_log2, const Bytes& bytes,
               pc15_decoder* decoder, Image* image) {
  bool damaged = false;
  Progress progress("decoding");
  PC15_CLI_TRY(outcome_of(pc15_decoder_set_progress(decoder, Progress::update, &progress)));
  PC15_CLI_TRY(accept(pc15_decoder_open(decoder, bytes.data(), bytes.size()), decoder, &damaged));
  pc15_image_info info = sized<pc15_image_info>();
  PC15_CLI_TRY(outcome_of(pc15_decoder_info(decoder, &info), decoder));
  Region region;
  PC15_CLI_TRY(choose_region(options, scale_log2, info, &region));
  PC15_CLI_TRY(allocate_image(region.width, region.height, choose_channels(options, format, info), image));
  const pc15_image view = image_view(*image);
  PC15_CLI_TRY(
      accept(pc15_decoder_read_scaled(decoder, scale_log2, region.x, region.y, &view), decoder, &damaged));
  if (!options.strip) read_metadata(decoder, &image->metadata);
  if (damaged) report_damage(options, decoder);
  return success();
}

Outcome run(const Options& options) {
  FileFormat format = FileFormat::kPng;
  PC15_CLI_TRY(output_format(options.output, options.format, &format));
  Region region;
  int32_t scale_log2 = 0;
  PC15_CLI_TRY(parse_scale(options.scale, &scale_log2));
  if (!options.roi.empty()) PC15_CLI_TRY(parse_region(options.roi, &region));
  Decoder decoder;
  PC15_CLI_TRY(create_decoder(&decoder));
  PC15_CLI_TRY(options.params.apply([&](int32_t id, int64_t value) {
    return outcome_of(pc15_decoder_set_param(decoder.get(), id, value), decoder.get());
  }));

  const bool tolerant = options.params.given(PC15_PARAM_TOLERANT);
  Bytes bytes;
  PC15_CLI_TRY(read_file(
      options.input,
      [tolerant](const uint8_t* head, size_t size) {
        return tolerant || looks_like_pc15(head, size) ? success() : failure("is not a PC15 file");
      },
      &bytes));
  OutputFile output;
  PC15_CLI_TRY(output.open(options.output, !options.keep));
  Image image;
  Outcome decoded = decode(options, format, scale_log2, bytes, decoder.get(), &image);
  if (!decoded.ok()) return {decoded.exit_code, display_name(options.input) + ": " + decoded.message};
  Bytes file;
  PC15_CLI_TRY(encode_image_file(std::move(image), format, &file));
  return output.commit(file.data(), file.size());
}

}  // namespace

void add_decode_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("decode", "Decode a PC15 file to PNG or PNM");
  const auto options = std::make_shared<Options>();
  command->add_option("IN", options->input, "PC15 file; '-' for standard input")->required();
  command
      ->add_option("OUT", options->output,
                   "image to write, its format by its extension: .png .pgm .ppm .pnm .pam; '-' for standard "
                   "output")
      ->required();
  command
      ->add_option("--roi,--region", options->roi,
                   "decode this part only: left, top, width and height in pixels of the output's scale")
      ->type_name("X,Y,W,H");
  command
      ->add_option("--scale", options->scale,
                   "size of the output: programs are rendered anew at that size, the residual is resampled")
      ->type_name("0.25|0.5|1|2|4|8");
  command->add_flag("--gray,--grey", options->gray, "write the luma alone");
  command->add_option("--format", options->format, "format whatever the name says")
      ->type_name("png|pgm|ppm|pnm|pam");
  options->params.add(command, PC15_SCOPE_DECODER);
  command->add_flag("--strip", options->strip, "do not carry ICC, EXIF and XMP over (PNG holds them)")
      ->group("Output");
  command->add_flag("--no-clobber", options->keep, "refuse to replace an existing file")->group("Output");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
