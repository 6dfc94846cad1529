// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_field_info;
import java.util.Arrays;
import java.util.List;

/**
 * The smooth part of a program.
 *
 * @param order 0 constant, 1 plane, 2 quadratic
 * @param hasChroma whether it has colour
 * @param layerCount layers of the program
 * @param frameX centre of the frame, pixels
 * @param frameY centre of the frame, pixels
 * @param frame longer side of the frame, pixels
 * @param coefficients 18 numbers in grey levels: per plane (Y, Cb, Cr) of 1, u, v, u² - 1/3, v² - 1/3, uv, where u and v
 *     run from -1 to 1 over the longer side of the frame
 */
public record FieldInfo(int order, boolean hasChroma, int layerCount, double frameX, double frameY, int frame,
    List<Double> coefficients) {

  static FieldInfo of(pc15_field_info raw) {
    return new FieldInfo(raw.getOrder(), raw.getHas_chroma() != 0, (int) raw.getLayer_count(), raw.getFrame_x() / 16.0,
        raw.getFrame_y() / 16.0, (int) raw.getFrame(), Arrays.stream(raw.getCoef()).boxed().toList());
  }
}
