// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import java.awt.Rectangle;
import javax.imageio.ImageReadParam;

/** What to decode for a region and a subsampling, and which of it to keep. */
final class Step {
  final int scaleLog2;
  final Rectangle part;
  final int stepX;
  final int stepY;

  private Step(int scaleLog2, Rectangle part, int stepX, int stepY) {
    this.scaleLog2 = scaleLog2;
    this.part = part;
    this.stepX = stepX;
    this.stepY = stepY;
  }

  /** `from` is in pixels of the picture, subsampling offsets included; `to` has the size of the result. */
  static Step of(ImageReadParam param, Rectangle from, Rectangle to) {
    int stepX = param == null ? 1 : param.getSourceXSubsampling();
    int stepY = param == null ? 1 : param.getSourceYSubsampling();
    int factor = 1;
    if (param instanceof Pc15ImageReadParam && ((Pc15ImageReadParam) param).isSmoothSubsampling()
        && Integer.bitCount(stepX) == 1 && Integer.bitCount(stepY) == 1
        && param.getSubsamplingXOffset() == 0 && param.getSubsamplingYOffset() == 0) {
      factor = Math.min(4, Math.min(stepX, stepY));
      if (from.x % factor != 0 || from.y % factor != 0) {
        factor = 1;
      }
    }
    stepX /= factor;
    stepY /= factor;
    Rectangle part = new Rectangle(from.x / factor, from.y / factor, (to.width - 1) * stepX + 1,
        (to.height - 1) * stepY + 1);
    return new Step(-Integer.numberOfTrailingZeros(factor), part, stepX, stepY);
  }
}
