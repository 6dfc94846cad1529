// A pass correlates what is left with every shape in eight orientations, by Fourier transforms, two phases a
// quarter of a turn apart at once; the largest gains of all are then taken one after the other, each measured
// anew with its integers on what is left by then. Taking several per pass loses little: a gain that an
// earlier atom has spent is seen and refused.
#include "enc/atom_search.h"

#include <algorithm>
#include <cmath>

#include "enc/analysis_transform.h"
#include "normative/atoms.h"

namespace pc15::enc {
namespace {

using namespace normative;  // atoms and their shapes

using Complex = std::complex<double>;

constexpr double kAtomBits = 30;        // position, shape, orientation, phase, sign, amplitude
constexpr int32_t kMaxSide = 512;       // of the transform; larger tiles are searched in their middle
constexpr int32_t kOrientations = 8;    // tried by correlation; the sixteenths between them in the end
constexpr int32_t kPeaksPerKernel = 3;  // proposals of one shape in one orientation
constexpr size_t kMaxTaken = 48;        // atoms of one pass
constexpr int32_t kLoudest = 15;        // amplitude index of a kernel
constexpr double kUnit = 64;            // levels are Q6

struct Proposal {
  double gain;
  Atom atom;
};

int32_t side_for(int32_t extent) {
  int32_t side = 32;
  while (side < extent && side < kMaxSide) side *= 2;
  return side;
}

class Pursuit {
 public:
  Pursuit(const AtomTask& task, Memory& memory)
      : task_(task), side_(side_for(std::max(task.source.width, task.source.height))),
        width_(std::min(task.source.width, side_)), height_(std::min(task.source.height, side_)),
        left_((task.source.width - width_) / 2), top_((task.source.height - height_) / 2),
        transform_(side_, memory), rest_(memory, static_cast<size_t>(width_) * static_cast<size_t>(height_)),
        spectrum_(memory, plane_size()), kernel_(memory, plane_size()), proposals_(memory), atoms_(memory) {
    for (int32_t y = 0; y < height_; ++y) {
      for (int32_t x = 0; x < width_; ++x) {
        rest(x, y) =
            static_cast<double>(task.source.at(left_ + x, top_ + y)) - task.rendered.at(left_ + x, top_ + y);
      }
    }
  }

  // False when nothing was taken.
  bool pass(const Monitor& monitor) {
    proposals_.clear();
    std::fill(spectrum_.begin(), spectrum_.end(), Complex());
    for (int32_t y = 0; y < height_; ++y) {
      for (int32_t x = 0; x < width_; ++x) spectrum_[plane_index(x, y)] = rest(x, y);
    }
    transform_.run(false, &spectrum_);
    for (int32_t shape = 0; shape < kAtomShapes; ++shape) {
      for (int32_t turn = 0; turn < kOrientations && !monitor.cancelled(); ++turn) correlate(shape, turn * 2);
    }
    if (monitor.cancelled()) return false;
    std::stable_sort(proposals_.begin(), proposals_.end(),
                     [](const Proposal& a, const Proposal& b) { return a.gain > b.gain; });
    size_t taken = 0;
    for (const Proposal& p : proposals_) {
      if (monitor.cancelled()) return false;
      if (taken == kMaxTaken || atoms_.size() == static_cast<size_t>(kMaxAtoms)) break;
      if (p.gain < task_.lambda * kAtomBits) break;
      taken += take(p.atom) ? 1 : 0;
    }
    return taken > 0;
  }

  void finish(Vector<Atom>* atoms, double* gain) {
    std::sort(atoms_.begin(), atoms_.end(), [](const Atom& a, const Atom& b) {
      return a.y != b.y ? a.y < b.y : a.x != b.x ? a.x < b.x : a.shape < b.shape;
    });
    atoms->assign(atoms_.begin(), atoms_.end());
    *gain = gain_;
  }

 private:
  size_t plane_size() const { return static_cast<size_t>(side_) * static_cast<size_t>(side_); }
  size_t plane_index(int32_t x, int32_t y) const {
    return static_cast<size_t>(y & (side_ - 1)) * static_cast<size_t>(side_) +
           static_cast<size_t>(x & (side_ - 1));
  }
  double& rest(int32_t x, int32_t y) {
    return rest_[static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x)];
  }
  AtomShape shape_of(int32_t i) const {
    return task_.shapes != nullptr ? task_.shapes[i] : default_atom_shape(i);
  }
  // Atom coordinates of a sample: its centre is half a pixel away, which the integers of the fit absorb.
  int32_t atom_x(int32_t x) const { return task_.offset_x + left_ + x; }
  int32_t atom_y(int32_t y) const { return task_.offset_y + top_ + y; }

  // The kernel of a shape about the origin, in grey levels: phase 0 in the real, a quarter in the imaginary
  // part. Returns false for shapes wider than the square.
  bool make_kernel(Atom atom, double* even, double* odd) {
    const AtomShape shape = shape_of(atom.shape);
    atom.amplitude = kLoudest;
    atom.phase = 0;
    const AtomSetup one = atom_setup(atom, shape);
    atom.phase = 4;
    const AtomSetup two = atom_setup(atom, shape);
    const int32_t reach = std::min(one.reach / 16, side_ / 2 - 1);
    if (reach * 2 > side_) return false;
    std::fill(kernel_.begin(), kernel_.end(), Complex());
    *even = *odd = 0;
    for (int32_t y = -reach; y <= reach; ++y) {
      for (int32_t x = -reach; x <= reach; ++x) {
        const double a = atom_value(one, x * 16, y * 16) / kUnit;
        const double b = shape.type == kAtomGabor ? atom_value(two, x * 16, y * 16) / kUnit : 0;
        kernel_[plane_index(x, y)] = Complex(a, b);
        *even += a * a;
        *odd += b * b;
      }
    }
    return true;
  }

  void correlate(int32_t shape, int32_t orientation) {
    Atom atom;
    atom.shape = static_cast<uint8_t>(shape);
    atom.orientation = static_cast<uint8_t>(orientation);
    const AtomShape s = shape_of(shape);
    if (s.type == kAtomGauss && s.sigma_u == s.sigma_v && orientation > 0) return;
    double even = 0, odd = 0;
    if (!make_kernel(atom, &even, &odd) || even <= 0) return;
    transform_.run(false, &kernel_);
    for (size_t i = 0; i < kernel_.size(); ++i) kernel_[i] = spectrum_[i] * std::conj(kernel_[i]);
    transform_.run(true, &kernel_);  // real: against phase 0; imaginary: minus against the quarter
    const double scale = 1.0 / static_cast<double>(plane_size());
    const int32_t apart = std::max(2, (1 << (std::min(s.sigma_u, s.sigma_v) / 4)));
    for (int32_t n = 0; n < kPeaksPerKernel; ++n) {
      Proposal best{0, atom};
      int32_t bx = -1, by = -1;
      for (int32_t y = 0; y < height_; ++y) {
        for (int32_t x = 0; x < width_; ++x) {
          const Complex c = kernel_[plane_index(x, y)] * scale;
          const double g = c.real() * c.real() / even + (odd > 0 ? c.imag() * c.imag() / odd : 0);
          if (g <= best.gain) continue;
          best.gain = g;
          bx = x;
          by = y;
        }
      }
      if (bx < 0 || best.gain < task_.lambda * kAtomBits) return;
      propose(kernel_[plane_index(bx, by)] * scale, even, odd, bx, by, &best);
      for (int32_t y = std::max(0, by - apart); y <= std::min(height_ - 1, by + apart); ++y) {
        for (int32_t x = std::max(0, bx - apart); x <= std::min(width_ - 1, bx + apart); ++x) {
          kernel_[plane_index(x, y)] = Complex();
        }
      }
    }
  }

  // A cos(t + p) = A cos p cos t + A sin p cos(t + 1/4 turn).
  void propose(const Complex& c, double even, double odd, int32_t x, int32_t y, Proposal* p) {
    const double a = c.real() / even, b = odd > 0 ? -c.imag() / odd : 0;
    const double turn = std::atan2(b, a) / 6.283185307179586;
    p->atom.phase = odd > 0 ? static_cast<uint8_t>(std::lround(turn * 16) & 15) : 0;
    p->atom.x = static_cast<int16_t>(std::clamp(atom_x(x), -task_.half, task_.half));
    p->atom.y = static_cast<int16_t>(std::clamp(atom_y(y), -task_.half, task_.half));
    proposals_.push_back(*p);
  }

  struct Overlap {
    double against = 0, energy = 0;
  };
  // Of the atom at full amplitude with what is left.
  Overlap overlap(const Atom& atom) {
    Overlap o;
    walk(atom, [&](double v, double& left) {
      o.against += v * left;
      o.energy += v * v;
    });
    return o;
  }
  template <typename Function>
  void walk(const Atom& atom, Function function) {
    const AtomSetup s = atom_setup(atom, shape_of(atom.shape));
    const int32_t reach = s.reach / 16 + 1;
    const int32_t cx = atom.x - atom_x(0), cy = atom.y - atom_y(0);
    for (int32_t y = std::max(0, cy - reach); y < std::min(height_, cy + reach); ++y) {
      for (int32_t x = std::max(0, cx - reach); x < std::min(width_, cx + reach); ++x) {
        const int32_t v = atom_value(s, atom_x(x) * 16 + 8, atom_y(y) * 16 + 8);
        if (v != 0) function(v / kUnit, rest(x, y));
      }
    }
  }

  // The best of the neighbours of a proposal, subtracted when it pays.
  bool take(const Atom& proposal) {
    Atom best = proposal;
    double most = 0;
    const AtomShape shape = shape_of(proposal.shape);
    const int32_t phases = shape.type == kAtomGabor ? 1 : 0;
    for (int32_t turn = -1; turn <= 1; ++turn) {
      for (int32_t phase = -phases; phase <= phases; ++phase) {
        for (int32_t move = 0; move < 4; ++move) {
          Atom atom = proposal;
          atom.orientation = static_cast<uint8_t>((proposal.orientation + turn) & 15);
          atom.phase = static_cast<uint8_t>((proposal.phase + phase) & 15);
          atom.x = static_cast<int16_t>(std::min(proposal.x + (move & 1), task_.half));
          atom.y = static_cast<int16_t>(std::min(proposal.y + (move >> 1), task_.half));
          // Half a turn of a Gabor or an edge is the opposite wave.
          if (proposal.orientation + turn < 0 || proposal.orientation + turn > 15) {
            atom.phase = static_cast<uint8_t>(-atom.phase & 15);
          }
          consider(atom, &best, &most);
        }
      }
    }
    if (most <= task_.lambda * kAtomBits) return false;
    walk(best, [](double v, double& left) { left -= v; });
    gain_ += most;
    atoms_.push_back(best);
    return true;
  }

  void consider(Atom atom, Atom* best, double* most) {
    atom.amplitude = kLoudest;
    if (atom.shape < kAtomShapes && shape_of(atom.shape).type != kAtomGabor) atom.phase = 0;
    const Overlap o = overlap(atom);
    if (o.energy <= 0) return;
    const double a = o.against / o.energy;  // of the loudest
    const double exponent = 15 + 2 * std::log2(std::max(std::fabs(a), 1e-9));
    for (int32_t step = 0; step < 2; ++step) {
      const int32_t index = static_cast<int32_t>(std::floor(exponent)) + step;
      if (index < 1 || index > 15) continue;
      const double b = (a < 0 ? -1.0 : 1.0) * atom_amplitude(index) / atom_amplitude(kLoudest);
      const double saved = 2 * b * o.against - b * b * o.energy;
      if (saved <= *most) continue;
      *most = saved;
      *best = atom;
      best->amplitude = static_cast<int8_t>(a < 0 ? -index : index);
    }
  }

  const AtomTask& task_;
  const int32_t side_, width_, height_, left_, top_;
  SquareTransform transform_;
  Vector<double> rest_;
  Vector<Complex> spectrum_, kernel_;
  Vector<Proposal> proposals_;
  Vector<Atom> atoms_;
  double gain_ = 0;
};

}  // namespace

void find_atoms(const AtomTask& task, const Monitor& monitor, Memory& memory, Vector<Atom>* atoms,
                double* gain) {
  atoms->clear();
  *gain = 0;
  if (task.source.width < 8 || task.source.height < 8) return;
  Pursuit pursuit(task, memory);
  for (int32_t i = 0; i < task.passes && pursuit.pass(monitor); ++i) {
  }
  if (!monitor.cancelled()) pursuit.finish(atoms, gain);
}

}  // namespace pc15::enc
