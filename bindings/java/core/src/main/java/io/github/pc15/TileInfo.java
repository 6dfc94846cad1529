// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_tile_info;
import java.util.ArrayList;
import java.util.List;

/**
 * One tile of the procedural grid.
 *
 * @param number place in scan order, from 0
 * @param x left side of the part inside the image, pixels
 * @param y its top, pixels
 * @param width its width, pixels
 * @param height its height, pixels
 * @param mode what it shows
 * @param generators of the layers of the program that it renders, bottom first; at most 3
 * @param bits size of its record, rounded
 * @param renders renderings of the search; 0 from a decoder
 * @param earlyExit whether its search stopped early; false from a decoder
 * @param distortion mean squared error of the procedural picture, luma; 0 from a decoder
 */
public record TileInfo(int number, int x, int y, int width, int height, TileMode mode, List<Generator> generators,
    int bits, int renders, boolean earlyExit, double distortion) {

  static TileInfo of(pc15_tile_info raw) {
    List<Generator> generators = new ArrayList<>();
    int[] numbers = raw.getGenerators();
    for (int layer = 0; layer < raw.getLayer_count(); ++layer) {
      generators.add(Generator.of(numbers[layer]));
    }
    return new TileInfo((int) raw.getNumber(), (int) raw.getX(), (int) raw.getY(), (int) raw.getWidth(),
        (int) raw.getHeight(), TileMode.of(raw.getMode()), List.copyOf(generators), (int) raw.getBits(),
        (int) raw.getRenders(), raw.getEarly_exit() != 0, raw.getDistortion());
  }
}
