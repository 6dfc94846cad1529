#include "backend/catalogue_text.h"

namespace pc15::backend {
namespace {

using namespace normative;  // the numbers of presets and parameters

constexpr PresetText kPresets[] = {
    {kGradLinear, "grad_linear",
     "Linear gradient between two levels: v = clamp(2 (x cos a + y sin a - offset) / length), the gradient "
     "with two "
     "stops of SVG 1.1, section 13.2; easing smooth bends both ends by (3 v - v^3) / 2."},
    {kWavesDir, "waves_dir",
     "Plane sine wave: v = sin 2 pi (f (x cos a + y sin a) + phase), f = 1 / period."},
    {kStripes, "stripes",
     "Stripes: a periodic profile of f (x cos a + y sin a) + phase. Pulse is +1 in the first `duty` of a "
     "period and "
     "-1 in the rest with transitions `softness` wide; triangle rises for `duty`; ramp is a soft sawtooth."},
    {kStripesMultiscale, "stripes_multiscale",
     "Sum of plane sines of one direction at f, 2 f, 4 f, ... with amplitudes gain^k, divided by their sum "
     "(a Weierstrass sum)."},
    {kMoire, "moire",
     "Product of two plane sines; nearby frequencies or angles beat, the multiplicative moire of I. Amidror, "
     "\"The theory of the moire phenomenon\"."},
    {kPlaid, "plaid", "Mean of two plane sines of any direction."},
    {kWavesBend, "waves_bend",
     "Plane sine whose lines are bent by a second sine across them: v = sin 2 pi (f (u + A sin 2 pi (w / "
     "period2 + "
     "phase2)) + phase), u along and w across the direction."},
    {kRings, "rings",
     "Concentric rings: the profile of stripes over the distance from (center_x, center_y)."},
    {kWavesCirc, "waves_circ", "Circular sine wave: v = sin 2 pi (f r + phase)."},
    {kRipple, "ripple", "Damped circular wave: v = exp(-r / decay) sin 2 pi (f r + phase)."},
    {kGradRadial, "grad_radial", "Radial gradient: v = max(1 - 2 r / length, -1), +1 at the centre."},
    {kSpiral, "spiral",
     "Archimedean spiral: the profile of stripes over f r + arms theta / (2 pi) + phase; the sign of `arms` "
     "is its "
     "sense."},
    {kSpiralSquare, "spiral_square", "Spiral whose distance is max(|u|, |w|) in axes turned by `angle`."},
    {kConcentricSquares, "concentric_squares",
     "Concentric squares: the profile of stripes over max(|u|, |w|) in axes turned by `angle`."},
    {kSunburst, "sunburst", "Rays: the profile of stripes over arms theta / (2 pi) + phase."},
    {kPolarChecker, "polar_checker",
     "Checkerboard in polar coordinates: product of rings and rays of duty 1/2."},
    {kAngleGradient, "angle_gradient", "Conic gradient: a soft sawtooth of arms theta / (2 pi) + phase."},
    {kKaleidoscope, "kaleidoscope",
     "Plane sine seen through 2 arms mirrors: the polar angle is folded into half a sector first."},
    {kCheckerboard, "checkerboard",
     "Checkerboard with cells of cell x cell2: the product of two square waves; phases count periods of two "
     "cells."},
    {kLattice, "lattice",
     "Grid lines `thickness` wide at whole multiples of the cells; `skew` leans the second family."},
    {kDots, "dots", "Discs of `radius` at the points of a lattice."},
    {kDiamondGrid, "diamond_grid", "Rhombs cell wide and cell2 high, in two colours like a checkerboard."},
    {kTriTiling, "tri_tiling",
     "Tiling by equilateral triangles in two colours; cell is the height of a triangle, the distance of the "
     "lines of "
     "each of three families 60 degrees apart."},
    {kHexGrid, "hex_grid",
     "Borders `thickness` wide of the hexagons around the points of a triangular lattice; cell is the "
     "distance of "
     "neighbouring centres."},
    {kWeave, "weave", "Plain weave: strands `thickness` wide that run over and under along cosines."},
    {kBrick, "brick",
     "Bricks of cell x cell2 with mortar `thickness` wide; every course is shifted by `shift` of a brick "
     "against the "
     "one above."},
    {kBrickNoise, "brick_noise",
     "Bricks with a random brightness each: `variation` 1 reaches that of the mortar."},
    {kHerringbone, "herringbone", "Herringbone of bricks of 2 x 1 cells."},
    {kPerlin, "perlin",
     "Gradient noise in octaves (K. Perlin, 1985 and 2002): a lattice of `scale` px, amplitude gain^k per "
     "octave, "
     "divided by their sum."},
    {kValueNoise, "value_noise",
     "Random values at the points of a lattice, interpolated with the quintic fade."},
    {kTurbulence, "turbulence", "Turbulence: octaves of |gradient noise| (K. Perlin, 1985), v = 2 sum - 1."},
    {kFbmRidged, "fbm_ridged", "Ridged noise: octaves of 1 - |gradient noise| (F. Musgrave), v = 2 sum - 1."},
    {kIsobands, "isobands", "Gradient noise cut into `levels` soft steps."},
    {kMarble, "marble", "Plane sine displaced by `amplitude` px of gradient noise (K. Perlin, 1985)."},
    {kWood, "wood", "Circular sine displaced by `amplitude` px of gradient noise."},
    {kCheckerDistorted, "checker_distorted",
     "Checkerboard displaced along both axes by `amplitude` px of gradient noise, the domain distortion of "
     "K. "
     "Perlin, 1985."},
    {kWorley, "worley",
     "Cellular noise (S. Worley, 1996): v = max(1 - 2 F1, -1), F1 the distance to the nearest feature point "
     "in cells."},
    {kVoronoiCells, "voronoi_cells", "Voronoi cells of the feature points with a random level each."},
    {kVoronoiEdges, "voronoi_edges",
     "Borders `thickness` wide of the Voronoi cells, from the distance to the nearest bisector (I. Quilez)."},
    {kPebbles, "pebbles", "Rounded stones: parabolic rims over `gain` half cells from the Voronoi borders."},
    {kStarfield, "starfield",
     "Gaussian stars of sigma `radius` and random brightness, one in a `density` share of the cells."},
    {kGaussianSpots, "gaussian_spots", "Sum of equal Gaussian spots of sigma `radius`, clamped."},
    {kRidge, "ridge",
     "Any function of the coordinate d along one direction: v = sum of c_k cos(pi k (d / length + 1/2)), k = "
     "1 "
     "to 32, "
     "held beyond the two ends; the c_k are the DCT-II of the profile (N. Ahmed et al., 1974) and belong to "
     "the "
     "program, not to the parameters."},
    {kGabor, "gabor",
     "Gabor function (D. Gabor, 1946; J. Daugman, 1985): v = sin 2 pi (f u + phase) exp(-(u^2 / radius^2 + "
     "w^2 "
     "/ "
     "radius2^2) / 2), u along and w across the direction, from the centre."},
    {kGaborBank, "gabor_bank",
     "Mean of `arms` Gabor functions of one centre, their directions spread evenly over half a turn, under "
     "one "
     "round window of sigma `radius`."},
    {kGaborNoise, "gabor_noise",
     "Sparse Gabor convolution noise (A. Lagae et al., SIGGRAPH 2009): the sum of one wave of the period and "
     "direction "
     "per cell, at a random point and with a random phase, under the window (1 - r^2)^2 of the radius of a "
     "cell."},
    {kComposite, "composite",
     "Base, warp and mask under one name: the bent waves of waves_bend inside a soft disc of diameter "
     "`length`, "
     "-1 outside. "
     "Programs combine any generator with any warp, palette and mask."},
    {kSwirl, "swirl",
     "Plane sine twisted about a centre: the plane is turned by twist (1 - r^2 / decay^2)^2 turns within r < "
     "decay, the "
     "whirl of image editors with a smooth end."},
    {kGrain, "grain",
     "Film grain: three octaves of gradient noise with cells of 2, 4 and 8 px (three radial bands), "
     "amplitude "
     "2^((level - 7) / 2) each, none at level 0."},

    {kWarpSine, "sine", "Warp: displaces across the direction by amplitude sin 2 pi (f u + phase)."},
    {kWarpTwist, "twist", "Warp: turns the plane by twist (1 - r^2 / decay^2)^2 within r < decay."},
    {kWarpNoise, "noise", "Warp: displaces along both axes by `amplitude` px of gradient noise."},
    {kWarpQuad, "quad",
     "Warp: perspective; coordinates are divided by 1 + tilt . (x, y) / half frame, held in 1/8...8."},
    {kPalette2, "two", "Palette: -1 below the threshold, +1 above, with a smooth step `width` wide."},
    {kPalette3, "three", "Palette: -1, knot0 and +1, with smooth steps at the two thresholds."},
    {kPaletteRamp, "ramp", "Palette: straight lines through four knots at v = -1, -1/3, 1/3 and 1."},
    {kMaskHalfPlane, "half_plane", "Mask: the side of a line to which the direction points."},
    {kMaskStrip, "strip", "Mask: within half of `length` of a line across the direction."},
    {kMaskEllipse, "ellipse", "Mask: an ellipse with half axes length (along the direction) and length2."},
    {kMaskThreshold, "threshold", "Mask: where the output of the layer below is over the threshold."},
    {kMaskKernel, "kernel", "Mask: (v + 1) / 2 of the layer below."},
};

constexpr ParamText kParams[] = {
    {ParamId::kPeriod, "period", "px", "Length of a period."},
    {ParamId::kPeriod2, "period2", "px", "Length of a period of the second wave."},
    {ParamId::kCell, "cell", "px", "Side of a cell along the first axis."},
    {ParamId::kCell2, "cell2", "px", "Side of a cell along the second axis."},
    {ParamId::kAngle, "angle", "deg", "Direction; 0 points right, positive angles turn towards the bottom."},
    {ParamId::kAngle2, "angle2", "deg", "Direction of the second wave."},
    {ParamId::kSkew, "skew", "deg", "How far the second axis leans away from its right angle."},
    {ParamId::kPhase, "phase", "turn", "Shift along the first axis, in periods."},
    {ParamId::kPhase2, "phase2", "turn", "Shift along the second axis, in periods."},
    {ParamId::kProfile, "profile", "", "Shape of a period."},
    {ParamId::kDuty, "duty", "", "Share of a period that is bright (pulse) or rises (triangle)."},
    {ParamId::kSoftness, "softness", "px", "Width of a transition; 0 is a hard edge."},
    {ParamId::kCenterX, "center_x", "px", "Centre, right of the middle of the image."},
    {ParamId::kCenterY, "center_y", "px", "Centre, below the middle of the image."},
    {ParamId::kOffset, "offset", "px", "Where the middle level lies along the direction."},
    {ParamId::kLength, "length", "px", "Distance between the two end levels."},
    {ParamId::kRadius, "radius", "px", "Radius of a disc, sigma of a Gaussian spot."},
    {ParamId::kThickness, "thickness", "px", "Width of a line or a strand."},
    {ParamId::kArms, "arms", "", "Number of arms, rays or sectors."},
    {ParamId::kShift, "shift", "", "Shift of a course against the one above, in bricks."},
    {ParamId::kDecay, "decay", "px", "Distance over which the amplitude falls to 1/e."},
    {ParamId::kAmplitude, "amplitude", "px", "Displacement at the extremes of the bending function."},
    {ParamId::kScale, "scale", "px", "Side of a lattice cell of the noise."},
    {ParamId::kOctaves, "octaves", "", "Number of octaves."},
    {ParamId::kGain, "gain", "", "Amplitude of an octave relative to the one below; for pebbles the rim."},
    {ParamId::kLevels, "levels", "", "Number of steps."},
    {ParamId::kJitter, "jitter", "",
     "How far points leave the middles of their cells; 1 is anywhere in the cell."},
    {ParamId::kVariation, "variation", "", "Strength of the random brightness."},
    {ParamId::kDensity, "density", "", "Share of the cells that hold a spot."},
    {ParamId::kEasing, "easing", "", "How a gradient reaches its end levels."},
    {ParamId::kLength2, "length2", "px", "Half axis across the direction."},
    {ParamId::kRadius2, "radius2", "px", "Sigma across the direction."},
    {ParamId::kTwist, "twist", "turn", "Turn at the centre; positive turns right to bottom."},
    {ParamId::kTiltX, "tilt_x", "", "Perspective along x."},
    {ParamId::kTiltY, "tilt_y", "", "Perspective along y."},
    {ParamId::kThreshold, "threshold", "", "Level of the step, -1...1."},
    {ParamId::kThreshold2, "threshold2", "", "Level of the second step, -1...1."},
    {ParamId::kWidth, "width", "", "Width of a step in levels."},
    {ParamId::kKnot0, "knot0", "", "Level of the first knot, -1...1."},
    {ParamId::kKnot1, "knot1", "", "Level of the second knot, -1...1."},
    {ParamId::kKnot2, "knot2", "", "Level of the third knot, -1...1."},
    {ParamId::kKnot3, "knot3", "", "Level of the fourth knot, -1...1."},
    {ParamId::kInvert, "invert", "", "Swaps inside and outside."},
    {ParamId::kLevel0, "level0", "", "Level of the finest band (cells of 2 px), 3 dB each; 0 is none."},
    {ParamId::kLevel1, "level1", "", "Level of the middle band (cells of 4 px), 3 dB each; 0 is none."},
    {ParamId::kLevel2, "level2", "", "Level of the coarse band (cells of 8 px), 3 dB each; 0 is none."},
};

}  // namespace

const PresetText* preset_text(int32_t preset) {
  for (const PresetText& t : kPresets) {
    if (t.preset == preset) return &t;
  }
  return nullptr;
}

const ParamText* param_text(ParamId id) {
  for (const ParamText& t : kParams) {
    if (t.id == id) return &t;
  }
  return nullptr;
}

}  // namespace pc15::backend
