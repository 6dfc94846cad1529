// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_generator_stats;

/**
 * What the search of an encode spent on one generator and what came of it.
 *
 * @param generator the generator
 * @param hypotheses layers of it that were scored
 * @param tiles tiles whose program holds it, copies and the image-wide program included
 * @param earlyExits searches given up while it was the best hypothesis
 * @param renders renderings spent on it
 * @param bits of the records of those tiles, rounded
 * @param distortion mean squared error of the procedural picture over those tiles, luma; 0 without tiles
 */
public record GeneratorStats(Generator generator, int hypotheses, int tiles, int earlyExits, long renders, long bits,
    double distortion) {

  static GeneratorStats of(pc15_generator_stats raw) {
    return new GeneratorStats(Generator.of(raw.getGenerator()), (int) raw.getHypotheses(), (int) raw.getTiles(),
        (int) raw.getEarly_exits(), raw.getRenders(), raw.getBits(), raw.getDistortion());
  }
}
