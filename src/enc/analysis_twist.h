// Where, how far and how strongly is a plane wave twisted? From the directions of its gradients alone.
#pragma once

#include "base/monitor.h"
#include "enc/analysis_grid.h"

namespace pc15::enc {

// The wave sees (x, y) turned about (x, y) of the centre by strength (1 - r^2 / radius^2)^2 turns, radius
// being where the turn ends.
struct Twist {
  double x = 0, y = 0;   // image pixels
  double strength = 0;   // turns, signed
  double radius = 1;     // image pixels
  double direction = 0;  // turns, of the wave before the twist; known up to half a turn
  double share = -1;     // of the gradients' energy that points the way this twist says, 0...1
};

// Scans centres, strengths and radii on few gradients, then climbs on more. Writes at most `capacity` twists
// that differ, best first, and returns their number. Stops early when cancelled.
int32_t find_twists(const SampleGrid& grid, int32_t capacity, Monitor& monitor, Twist* out);

// With a centre, a radius and a direction that are nearly right: the strength, however large, and the
// frequency of the wave in cycles per px, from the circles around the centre. False when they show no wave.
bool decode_rings(const SampleGrid& grid, Monitor& monitor, Twist* t, double* frequency);

}  // namespace pc15::enc
