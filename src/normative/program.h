// Programs: what a tile, or the whole image, is made of before the residual (docs/bitstream-programs.md,
// chapter 7). A program is a smooth FIELD, up to three layers and a list of atoms; a layer is one geometry (a
// preset of the catalogue and its quantised parameters, warped, masked and coloured by modifiers) with one
// contrast per colour plane.
//
// Frames. Every program is expressed in the frame of the slot it was made for: the tile, or the whole image.
// The origin of a frame is its centre: coordinates of FIELD, phases and centres of layers are relative to it.
// A tile that merges with a neighbour takes over the neighbour's program *and frame*, so that both render the
// same function of the image and no seam appears.
//
// Thread rule: plain data. Ownership: ProgramImage owns its tiles.
#pragma once

#include <cstdint>

#include "base/allocator.h"
#include "base/plane.h"
#include "normative/geometry.h"

namespace pc15::normative {

enum : int32_t {
  kMaxLayers = 3,
  kMaxParams = 10,
  kMaxModifierParams = 7,
  kMaxProfile = 32,  // coefficients of a ridge
  kMaxAtoms = 128,   // of one program
  kMaxPlanes = 3,    // Y, Cb, Cr; alpha has no procedural part
  kFieldTerms = 6,   // 1, u, v, u^2 - 1/3, v^2 - 1/3, uv
  kImageSlot = -1,   // slot of the image-wide program; tiles have their scan-order number
  kMaxPrecision = 7,
  kMaxContrast = 511,  // half grey levels
  kMaxDc = 510,        // half grey levels: 255
  kNeutralDc = 256,    // half grey levels: 128
  kMaxSlope = 511,     // half grey levels over half a frame
  kContrastMantissaBits = 3,
  kCoarseDcStep = 4,  // half grey levels, level class 1
};

enum class Blend : uint8_t {
  kAdd = 0,   // acc + c v
  kOver = 1,  // acc + (128 + c - acc) (1 + v) / 2: the layer's colour pasted where v is high
  kMul = 2,   // acc (1 + c v / 128)
  kMin = 3,   // min(acc, 128 + c v)
  kMax = 4,   // max(acc, 128 + c v)
};
enum : int32_t { kBlendCount = 5 };

enum class SeedMode : uint8_t {
  kDerived = 0,   // from (image seed, slot, layer)
  kNudge = 1,     // the same, plus one of 16 nudges
  kExplicit = 2,  // 64 bits in the stream
};

// Where the geometry of a layer (preset, precision, parameters, profile, modifiers, seed, frame) comes from.
// Contrast and blend are always the layer's own.
enum class LayerSource : uint8_t { kOwn = 0, kLeft = 1, kUp = 2, kImage = 3 };

// A warp, mask or palette: a preset of one of the modifier families (catalogue.h) and its parameters on the
// grids of the layer's precision class. Preset 0: none.
struct Modifier {
  uint8_t preset = 0;
  int32_t params[kMaxModifierParams] = {};
};
enum : int32_t { kModifierCount = 3 };  // in the order they act: warp, palette, mask

// The shape of atoms: an entry of the codebook. Widths are 2^(n/4) px.
enum : int32_t {
  kAtomShapes = 64,
  kAtomCodebook = 0,  // id of the codebook of a file that holds them
  kAtomGabor = 0,     // cosine along u under the window
  kAtomGauss = 1,     // the window alone
  kAtomEdge = 2,      // a soft step at u = 0 under the window
  kAtomTypes = 3,
  kMaxAtomSigma = 28,  // 128 px
  kMinAtomWave = 4,    // 2 px
  kMaxAtomWave = 36,   // 512 px
};
struct AtomShape {
  uint8_t type, sigma_u, sigma_v, wavelength;
};

// A small localised shape on luma: envelope and wave from a codebook of 64 shapes (atoms.h).
struct Atom {
  int16_t x = 0, y = 0;     // px from the centre of the program's frame
  uint8_t shape = 0;        // 0...63
  uint8_t orientation = 0;  // 1/16 of half a turn, 0...15
  uint8_t phase = 0;        // 1/16 turn, 0...15
  int8_t amplitude = 1;     // sign and half octaves of half grey levels, 1...15: 2^((|a| + 1) / 2)
};

struct Layer {
  uint8_t preset = 0;     // Preset (catalogue.h)
  uint8_t precision = 0;  // class p, 0...7: grids of the parameters are 2^p coarser
  Blend blend = Blend::kAdd;
  SeedMode seed_mode = SeedMode::kDerived;
  uint8_t nudge = 0;                         // 0...15, kNudge only
  LayerSource source = LayerSource::kOwn;    // the coder checks that the copy is exact
  bool has_delta = false;                    // a copy whose parameters differ from the source's
  uint8_t source_layer = 0;                  // number of the layer copied
  uint8_t seed_layer = 0;                    // layer number that entered the seed (that of the first owner)
  int32_t slot = kImageSlot;                 // slot whose frame and seed the geometry uses
  int64_t explicit_seed = 0;                 // kExplicit only
  int16_t contrast[kMaxPlanes] = {0, 0, 0};  // half grey levels, -511...511; Cb and Cr 0 without has_chroma
  bool has_chroma = false;
  int32_t params[kMaxParams] = {};  // grid indices at precision 0, see param_spec(); unused ones 0
  uint8_t profile_count = 0;        // kRidge: coefficients of the profile, 1/64 each; 0 elsewhere
  int8_t profile[kMaxProfile] = {};
  Modifier warp, palette, mask;
};

// Coefficients in half grey levels per plane: [0] the value at the frame's centre, 0...510; the others
// -511...511, reached where |u| = 1, half of the frame's longer side from the centre.
struct Field {
  uint8_t order = 0;        // 0: [0] only; 1: [0..2]; 2: all
  bool has_chroma = false;  // false: Cb and Cr are 256, 0, 0, ...
  int16_t coef[kMaxPlanes][kFieldTerms] = {{kNeutralDc}, {kNeutralDc}, {kNeutralDc}};
};

struct Program {
  Field field;
  // 0 (fine): every value above is exact. 1 (coarse): DC and the other field terms on multiples of 4,
  // contrasts with kContrastMantissaBits significant bits. snap_levels() rounds to the class.
  uint8_t level_class = 0;
  uint8_t layer_count = 0;  // 0...3
  Layer layers[kMaxLayers];
  // Atoms in ProgramImage::atoms, ordered by (y, x); added after the layers, to luma alone.
  int32_t atom_first = 0;
  int32_t atom_count = 0;  // 0...kMaxAtoms
};

enum class TileMode : uint8_t {
  kSkip = 0,  // the image-wide program if there is one, else nothing (neutral 128)
  kFlat = 1,  // FIELD of order 0, no layers
  kProgram = 2,
  kMergeLeft = 3,  // whatever the tile to the left renders, its frame included
  kMergeUp = 4,
};
enum : int32_t { kTileModeCount = 5 };

struct TileProgram {
  TileMode mode = TileMode::kSkip;
  // Slot whose program and frame this tile renders: its own number for kFlat and kProgram, kImageSlot for
  // kSkip, and for a merge the slot of what it merged with. `program` is meaningful only in the owner.
  int32_t slot = kImageSlot;
  Program program;
};

// Everything procedural of one image. set_geometry() makes all tiles kSkip.
struct ProgramImage {
  explicit ProgramImage(Memory& memory) : tiles(memory), atoms(memory) {}

  Geometry geometry;
  int64_t seed = 0;
  int32_t color_planes = 1;  // 1 or 3: planes that carry contrasts and field coefficients
  bool has_image_program = false;
  Program image_program;
  Vector<TileProgram> tiles;  // tile_count() entries in scan order, or empty: all kSkip
  Vector<Atom> atoms;         // of all programs, each a run of its own
  // 64 shapes of the file's codebook; null: the frozen ones (atoms.h).
  const AtomShape* atom_shapes = nullptr;

  // Forgets all tiles; the image-wide program and its atoms stay.
  void set_geometry(const Geometry& g) {
    geometry = g;
    tiles.assign(static_cast<size_t>(g.tile_count()), TileProgram());
  }
  // The program that tile `index` renders, null for nothing.
  const Program* resolve(int64_t index) const {
    const int32_t slot = tiles.empty() ? int32_t{kImageSlot} : tiles[static_cast<size_t>(index)].slot;
    if (slot == kImageSlot) return has_image_program ? &image_program : nullptr;
    return &tiles[static_cast<size_t>(slot)].program;
  }
  int32_t resolve_slot(int64_t index) const {
    return tiles.empty() ? int32_t{kImageSlot} : tiles[static_cast<size_t>(index)].slot;
  }
};

// Centre and half side of a slot, in 1/16 luma sample (Q4).
struct Frame {
  int32_t center_x = 0, center_y = 0;
  int32_t half = 1;    // half of the longer side
  int32_t extent = 2;  // the longer side in luma samples
};

inline Frame slot_frame(const Geometry& g, int32_t slot) {
  Frame f;
  if (slot == kImageSlot) {
    f.center_x = g.width * 8;
    f.center_y = g.height * 8;
    f.extent = g.width > g.height ? g.width : g.height;
  } else {
    const int32_t cols = g.tile_cols();
    f.center_x = (slot % cols) * g.stride() * 16 + g.tile * 8;
    f.center_y = (slot / cols) * g.stride() * 16 + g.tile * 8;
    f.extent = g.tile;
  }
  f.half = f.extent * 8;
  return f;
}

}  // namespace pc15::normative
