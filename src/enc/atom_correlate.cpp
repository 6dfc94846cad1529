// A kernel is correlated with what is left by Fourier transforms, two phases a quarter of a turn apart at
// once; the results are rounded to the whole numbers that they are.
#include "enc/atom_correlate.h"

#include <algorithm>

namespace pc15::enc {

using backend::device::AtomAnswer;
using backend::device::AtomKernel;
using backend::device::AtomPeak;
using backend::device::AtomWork;

AtomCorrelator::AtomCorrelator(int32_t side, Memory& memory)
    : side_(side), transform_(side, memory),
      spectrum_(memory, static_cast<size_t>(side) * static_cast<size_t>(side)),
      kernel_(memory, spectrum_.size()), gains_(memory) {}

void AtomCorrelator::run(const AtomWork& work, const Monitor& monitor) {
  std::fill(spectrum_.begin(), spectrum_.end(), Complex());
  for (int32_t y = 0; y < work.height; ++y) {
    for (int32_t x = 0; x < work.width; ++x) spectrum_[plane_index(x, y)] = work.rest[y * work.width + x];
  }
  transform_.run(false, &spectrum_);
  for (int32_t n = 0; n < work.count && !monitor.cancelled(); ++n) {
    AtomAnswer& answer = work.answers[n];
    answer = AtomAnswer();
    make_kernel(work.kernels[n], work.shift, &answer);
    if (answer.even_energy <= 0) continue;
    correlate();
    find_gains(work, answer);
    for (AtomPeak& p : answer.peak) p = take_best(work, work.kernels[n].apart);
  }
}

void AtomCorrelator::make_kernel(const AtomKernel& kernel, int32_t shift, AtomAnswer* answer) {
  std::fill(kernel_.begin(), kernel_.end(), Complex());
  int64_t even = 0, odd = 0;
  for (int32_t y = -kernel.reach; y <= kernel.reach; ++y) {
    for (int32_t x = -kernel.reach; x <= kernel.reach; ++x) {
      const int32_t a = backend::atom_kernel_value(kernel.even, x, y, shift);
      const int32_t b = kernel.waves ? backend::atom_kernel_value(kernel.odd, x, y, shift) : 0;
      kernel_[plane_index(x, y)] = Complex(a, b);
      even += int64_t{a} * a;
      odd += int64_t{b} * b;
    }
  }
  answer->even_energy = static_cast<double>(even);
  answer->odd_energy = static_cast<double>(odd);
}

// Real: against phase 0; imaginary: minus against the quarter.
void AtomCorrelator::correlate() {
  transform_.run(false, &kernel_);
  for (size_t i = 0; i < kernel_.size(); ++i) kernel_[i] = spectrum_[i] * std::conj(kernel_[i]);
  transform_.run(true, &kernel_);
}

void AtomCorrelator::find_gains(const AtomWork& work, const AtomAnswer& answer) {
  const double scale = 1.0 / static_cast<double>(spectrum_.size());
  gains_.resize(static_cast<size_t>(work.width) * static_cast<size_t>(work.height));
  double* gain = gains_.data();
  for (int32_t y = 0; y < work.height; ++y) {
    for (int32_t x = 0; x < work.width; ++x) {
      Complex& c = kernel_[plane_index(x, y)];
      c = Complex(backend::whole_number(c.real(), scale), -backend::whole_number(c.imag(), scale));
      *gain++ = backend::atom_gain(c.real(), c.imag(), answer.even_energy, answer.odd_energy);
    }
  }
}

// Nothing is gained beside it from then on.
AtomPeak AtomCorrelator::take_best(const AtomWork& work, int32_t apart) {
  const size_t place = static_cast<size_t>(std::max_element(gains_.begin(), gains_.end()) - gains_.begin());
  AtomPeak p;
  if (!(gains_[place] > 0)) return p;
  p.x = static_cast<int32_t>(place % static_cast<size_t>(work.width));
  p.y = static_cast<int32_t>(place / static_cast<size_t>(work.width));
  const Complex c = kernel_[plane_index(p.x, p.y)];
  p.even = c.real();
  p.odd = c.imag();
  for (int32_t y = std::max(0, p.y - apart); y <= std::min(work.height - 1, p.y + apart); ++y) {
    for (int32_t x = std::max(0, p.x - apart); x <= std::min(work.width - 1, p.x + apart); ++x)
      gains_[static_cast<size_t>(y) * static_cast<size_t>(work.width) + static_cast<size_t>(x)] = 0;
  }
  return p;
}

}  // namespace pc15::enc
