// A pass correlates what is left with every shape in eight orientations, on a device where there is one
// (atom_correlate.h does it here); the largest gains of all are then taken one after the other, each measured
// anew with its integers on what is left by then. Taking several per pass loses little: a gain that an
// earlier atom has spent is seen and refused.
#include "enc/atom_search.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "enc/atom_correlate.h"
#include "enc/search_engine.h"
#include "normative/atoms.h"

namespace pc15::enc {
namespace {

using namespace normative;  // atoms and their shapes

using backend::device::AtomAnswer;
using backend::device::AtomKernel;
using backend::device::AtomPeak;
using backend::device::AtomWork;

constexpr double kAtomBits = 30;      // position, shape, orientation, phase, sign, amplitude
constexpr int32_t kMaxSide = 512;     // of the transform; larger tiles are searched in their middle
constexpr int32_t kOrientations = 8;  // tried by correlation; the sixteenths between them in the end
constexpr size_t kMaxTaken = 48;      // atoms of one pass
constexpr int32_t kLoudest = 15;      // amplitude index of a kernel
constexpr double kUnit = 64;          // levels are Q6

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
        rest_(memory, static_cast<size_t>(width_) * static_cast<size_t>(height_)),
        whole_(memory, rest_.size()), shapes_(memory), kernels_(memory), answers_(memory), proposals_(memory),
        atoms_(memory) {
    for (int32_t y = 0; y < height_; ++y) {
      for (int32_t x = 0; x < width_; ++x) {
        rest(x, y) =
            static_cast<double>(task.source.at(left_ + x, top_ + y)) - task.rendered.at(left_ + x, top_ + y);
      }
    }
    for (int32_t shape = 0; shape < kAtomShapes; ++shape) {
      for (int32_t turn = 0; turn < kOrientations; ++turn) add_kernel(shape, turn * 2);
    }
    answers_.resize(kernels_.size());
  }

  // False when nothing was taken.
  bool pass(const Monitor& monitor) {
    proposals_.clear();
    correlate(monitor);
    if (monitor.cancelled()) return false;
    for (size_t n = 0; n < kernels_.size(); ++n) propose(shapes_[n], answers_[n]);
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
  double& rest(int32_t x, int32_t y) {
    return rest_[static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x)];
  }
  AtomShape shape_of(int32_t i) const {
    return task_.shapes != nullptr ? task_.shapes[i] : default_atom_shape(i);
  }
  // Atom coordinates of a sample: its centre is half a pixel away, which the integers of the fit absorb.
  int32_t atom_x(int32_t x) const { return task_.offset_x + left_ + x; }
  int32_t atom_y(int32_t y) const { return task_.offset_y + top_ + y; }

  void add_kernel(int32_t number, int32_t orientation) {
    Atom atom;
    atom.shape = static_cast<uint8_t>(number);
    atom.orientation = static_cast<uint8_t>(orientation);
    const AtomShape shape = shape_of(number);
    if (shape.type == kAtomGauss && shape.sigma_u == shape.sigma_v && orientation > 0) return;
    shapes_.push_back(atom);
    atom.amplitude = kLoudest;
    atom.phase = 0;
    AtomKernel kernel;
    kernel.even = atom_setup(atom, shape);
    atom.phase = 4;
    kernel.odd = atom_setup(atom, shape);
    kernel.waves = shape.type == kAtomGabor;
    kernel.reach = std::min(kernel.even.reach / 16, side_ / 2 - 1);
    kernel.apart = std::max(2, (1 << (std::min(shape.sigma_u, shape.sigma_v) / 4)));
    kernels_.push_back(kernel);
  }

  void correlate(const Monitor& monitor) {
    int64_t energy = 0;
    for (size_t i = 0; i < rest_.size(); ++i) {
      whole_[i] = static_cast<int32_t>(rest_[i] * kUnit);  // it is whole
      energy += int64_t{whole_[i]} * whole_[i];
    }
    AtomWork work;
    work.side = side_;
    work.width = width_;
    work.height = height_;
    work.rest = whole_.data();
    work.shift = backend::atom_shift(energy, side_);
    work.kernels = kernels_.data();
    work.count = static_cast<int32_t>(kernels_.size());
    work.answers = answers_.data();
    if (task_.engine != nullptr && task_.engine->correlate_atoms(work)) return;
    if (!correlator_.has_value()) correlator_.emplace(side_, rest_.memory());
    correlator_->run(work, monitor);
  }

  // A cos(t + p) = A cos p cos t + A sin p cos(t + 1/4 turn).
  void propose(const Atom& atom, const AtomAnswer& answer) {
    const double even = answer.even_energy, odd = answer.odd_energy;
    for (const AtomPeak& peak : answer.peak) {
      if (peak.x < 0) return;
      Proposal p{backend::atom_gain(peak.even, peak.odd, even, odd) / (kUnit * kUnit), atom};
      if (p.gain < task_.lambda * kAtomBits) return;
      const double turn = std::atan2(odd > 0 ? peak.odd / odd : 0, peak.even / even) / 6.283185307179586;
      p.atom.phase = odd > 0 ? static_cast<uint8_t>(std::lround(turn * 16) & 15) : 0;
      p.atom.x = static_cast<int16_t>(std::clamp(atom_x(peak.x), -task_.half, task_.half));
      p.atom.y = static_cast<int16_t>(std::clamp(atom_y(peak.y), -task_.half, task_.half));
      proposals_.push_back(p);
    }
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
  Vector<double> rest_;
  Vector<int32_t> whole_;  // the same, Q6
  Vector<Atom> shapes_;    // of each kernel, its shape and orientation
  Vector<AtomKernel> kernels_;
  Vector<AtomAnswer> answers_;
  std::optional<AtomCorrelator> correlator_;
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
