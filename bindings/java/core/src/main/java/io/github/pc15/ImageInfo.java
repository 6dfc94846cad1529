// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.pc15_image_info;

/**
 * What a file says about itself, and what decoding it will cost.
 *
 * @param width pixels
 * @param height pixels
 * @param color how colour is stored
 * @param hasAlpha whether there is an alpha channel
 * @param depth bits per sample: 8
 * @param naturalFormat the format that loses nothing
 * @param lossless whether the samples are those that the encoder was given
 * @param compact whether the file has the compact form, without a spare copy
 * @param version version of the format: 15
 * @param hasPrograms whether there is a procedural layer
 * @param hasResidual whether there is a residual
 * @param residualStep quantiser step in grey levels, 0 without a residual
 * @param tile side of a procedural tile, pixels
 * @param overlap overlap of two tiles, pixels
 * @param tileCols tiles in a row
 * @param tileRows rows of tiles
 * @param cell side of a residual cell, pixels
 * @param cellCols cells in a row
 * @param cellRows rows of cells
 * @param seed seed of the generators
 * @param plannedMemory bytes, an upper bound for decoding the whole image with up to 16 threads
 */
public record ImageInfo(int width, int height, ColorCoding color, boolean hasAlpha, int depth, PixelFormat naturalFormat,
    boolean lossless, boolean compact, int version, boolean hasPrograms, boolean hasResidual, double residualStep,
    int tile, int overlap, int tileCols, int tileRows, int cell, int cellCols, int cellRows, long seed,
    long plannedMemory) {

  static ImageInfo of(pc15_image_info raw) {
    return new ImageInfo((int) raw.getWidth(), (int) raw.getHeight(), ColorCoding.of(raw.getColor()),
        raw.getHas_alpha() != 0, raw.getDepth(), PixelFormat.of(raw.getNatural_format()), raw.getLossless() != 0,
        raw.getForm() == Native.PC15_FORM_COMPACT, raw.getVersion(), raw.getHas_programs() != 0,
        raw.getHas_residual() != 0, raw.getResidual_step16() / 16.0, (int) raw.getTile(), (int) raw.getOverlap(),
        (int) raw.getTile_cols(), (int) raw.getTile_rows(), (int) raw.getCell(), (int) raw.getCell_cols(),
        (int) raw.getCell_rows(), raw.getSeed(), raw.getPlanned_memory());
  }
}
