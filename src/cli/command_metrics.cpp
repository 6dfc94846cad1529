#include <cmath>
#include <memory>
#include <vector>

#include "cli/codec.h"
#include "cli/commands.h"
#include "cli/image_io.h"
#include "cli/input_file.h"
#include "cli/json.h"
#include "cli/param_flags.h"
#include "cli/terminal.h"

namespace pc15::cli {
namespace {

struct Options {
  std::string a, b, alpha;
  bool json = false;
};

struct Values {
  bool color = false;
  double mse_y = 0, psnr_y = 0, psnr_rgb = 0, ssim_y = 0, ms_ssim_y = 0, distortion = 0;
};

std::vector<uint8_t> channel(const Image& image, int32_t index) {
  std::vector<uint8_t> plane(static_cast<size_t>(image.width) * image.height);
  const uint8_t* in = image.pixels.get() + (image.channels == 1 ? 0 : index);
  for (size_t i = 0; i < plane.size(); ++i, in += image.channels) plane[i] = *in;
  return plane;
}

Outcome psnr_rgb(const Image& a, const Image& b, double* value) {
  double sum = 0;
  for (int32_t c = 0; c < 3; ++c) {
    const std::vector<uint8_t> pa = channel(a, c), pb = channel(b, c);
    double mse = 0;
    PC15_CLI_TRY(outcome_of(
        pc15_metric_mse(pa.data(), pa.size(), 0, pb.data(), pb.size(), 0, a.width, a.height, &mse)));
    sum += mse;
  }
  *value = sum > 0 ? 10 * std::log10(255.0 * 255.0 * 3 / sum) : INFINITY;
  return success();
}

Outcome measure(const Image& a, const Image& b, double alpha, Values* values) {
  values->color = a.channels != 1 || b.channels != 1;
  if (values->color) PC15_CLI_TRY(psnr_rgb(a, b, &values->psnr_rgb));
  const Image ya = to_gray(a), yb = to_gray(b);
  const uint8_t *pa = ya.pixels.get(), *pb = yb.pixels.get();
  const size_t size = ya.size_bytes();
  PC15_CLI_TRY(outcome_of(pc15_metric_mse(pa, size, 0, pb, size, 0, a.width, a.height, &values->mse_y)));
  PC15_CLI_TRY(outcome_of(pc15_metric_psnr(pa, size, 0, pb, size, 0, a.width, a.height, &values->psnr_y)));
  PC15_CLI_TRY(outcome_of(pc15_metric_ssim(pa, size, 0, pb, size, 0, a.width, a.height, &values->ssim_y)));
  PC15_CLI_TRY(
      outcome_of(pc15_metric_ms_ssim(pa, size, 0, pb, size, 0, a.width, a.height, &values->ms_ssim_y)));
  return outcome_of(
      pc15_metric_distortion(pa, size, 0, pb, size, 0, a.width, a.height, alpha, &values->distortion));
}

std::string as_text(const Values& v) {
  const auto line = [](const char* name, double value, const char* unit) {
    return name + format("%.6g", value) + unit + "\n";
  };
  std::string text = line("MSE-Y       ", v.mse_y, "") + line("PSNR-Y      ", v.psnr_y, " dB");
  if (v.color) text += line("PSNR-RGB    ", v.psnr_rgb, " dB");
  return text + line("SSIM        ", v.ssim_y, "") + line("MS-SSIM     ", v.ms_ssim_y, "") +
         line("distortion  ", v.distortion, "");
}

std::string as_json(const Image& image, const Values& v, double alpha) {
  Json json;
  json.begin_object();
  json.key("width").unsigned_integer(image.width);
  json.key("height").unsigned_integer(image.height);
  json.key("identical_y").boolean(v.mse_y == 0);
  json.key("mse_y").real(v.mse_y);
  json.key("psnr_y").real(v.psnr_y);
  if (v.color) json.key("psnr_rgb").real(v.psnr_rgb);
  json.key("ssim_y").real(v.ssim_y);
  json.key("ms_ssim_y").real(v.ms_ssim_y);
  json.key("alpha").real(alpha);
  json.key("distortion").real(v.distortion);
  json.end_object();
  return json.text();
}

double default_alpha() {
  int64_t lo = 0, hi = 0, initial = 0;
  (void)pc15_param_bounds(PC15_PARAM_ALPHA, &lo, &hi, &initial);
  return static_cast<double>(initial) / static_cast<double>(pc15_param_scale(PC15_PARAM_ALPHA));
}

Outcome run(const Options& options) {
  double alpha = default_alpha();
  if (!options.alpha.empty() && !(parse_real(options.alpha, &alpha) && alpha >= 0 && alpha <= 1)) {
    return usage_error("--alpha: '" + options.alpha + "' is not allowed, allowed is 0...1");
  }
  if (options.a == "-" && options.b == "-") return usage_error("only one of the two can be standard input");
  Image a, b;
  PC15_CLI_TRY(read_image(options.a, true, &a));
  PC15_CLI_TRY(read_image(options.b, true, &b));
  if (a.width != b.width || a.height != b.height) {
    return failure("the sizes differ: " + display_name(options.a) +
                   format(" has %ux%u pixels, ", a.width, a.height) + display_name(options.b) +
                   format(" has %ux%u", b.width, b.height));
  }
  Values values;
  PC15_CLI_TRY(measure(a, b, alpha, &values));
  return print(options.json ? as_json(a, values, alpha) : as_text(values));
}

}  // namespace

void add_metrics_command(CLI::App* root, Action* action) {
  CLI::App* command = root->add_subcommand("metrics", "Compare two pictures: PSNR, SSIM, MS-SSIM");
  const auto options = std::make_shared<Options>();
  command->add_option("A", options->a, "PNG, JPEG, PNM or PC15 file; '-' for standard input")->required();
  command->add_option("B", options->b, "the picture to compare with it")->required();
  command
      ->add_option("--alpha", options->alpha,
                   "weight of 1-SSIM against MSE in the distortion (0...1, default " +
                       format("%g", default_alpha()) + ")")
      ->type_name("REAL");
  command->add_flag("--json", options->json, "print JSON; an infinite PSNR is null");
  command->footer("Y is the rounded BT.601 luma. Alpha channels are not compared.");
  command->callback([options, action] { *action = [options] { return run(*options); }; });
}

}  // namespace pc15::cli
