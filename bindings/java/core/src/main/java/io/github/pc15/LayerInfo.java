// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_layer_info;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * One layer of a program. Positions are relative to the centre of its frame.
 *
 * @param generator what draws it
 * @param source where its geometry comes from
 * @param precision 0 fine to 7 coarse
 * @param blend how it joins what lies below
 * @param seed the seed where the file holds one; else it follows from the image's
 * @param contrast grey levels per plane (Y, Cb, Cr)
 * @param parameters in the order and units of {@link Generator#parameters()}
 */
public record LayerInfo(Generator generator, GeometrySource source, int precision, Blend blend, OptionalLong seed,
    List<Double> contrast, List<Double> parameters) {

  static LayerInfo of(pc15_layer_info raw) {
    return new LayerInfo(Generator.of(raw.getGenerator()), GeometrySource.of(raw.getSource()), raw.getPrecision(),
        Blend.of(raw.getBlend()), raw.getSeed_explicit() != 0 ? OptionalLong.of(raw.getSeed()) : OptionalLong.empty(),
        Arrays.stream(raw.getContrast()).boxed().toList(),
        Arrays.stream(raw.getParams()).limit(raw.getParam_count()).boxed().toList());
  }
}
