// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.BufferedImages;
import io.github.pc15.PixelFormat;
import io.github.pc15.Pixels;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.nio.ByteBuffer;

/** The pixels that a writer was asked to write: a region, some bands, every n-th pixel. */
final class SourcePixels {
  private SourcePixels() {
  }

  /** `bands` null: all, with the colours of the image; else 1, 3 or 4 bands of 8 bits as they are. */
  static Pixels of(RenderedImage image, Rectangle part, int stepX, int stepY, int[] bands) {
    Pixels whole = bands == null ? BufferedImages.toPixels(image, part) : bandsOf(image, part, bands);
    return stepX == 1 && stepY == 1 ? whole : everyNth(whole, stepX, stepY);
  }

  private static Pixels bandsOf(RenderedImage image, Rectangle part, int[] bands) {
    if (bands.length != 1 && bands.length != 3 && bands.length != 4) {
      throw new IllegalArgumentException(bands.length + " bands are no picture; 1, 3 or 4 are");
    }
    for (int band : bands) {
      if (band >= image.getSampleModel().getNumBands() || image.getSampleModel().getSampleSize(band) > 8) {
        throw new IllegalArgumentException("band " + band + " is none of at most 8 bits");
      }
    }
    PixelFormat format = bands.length == 1 ? PixelFormat.Y : bands.length == 3 ? PixelFormat.RGB : PixelFormat.RGBA;
    Pixels pixels = Pixels.allocate(format, part.width, part.height);
    ByteBuffer out = pixels.data().duplicate();
    for (int y = part.y; y < part.y + part.height; ++y) {
      Raster row = image.getData(new Rectangle(part.x, y, part.width, 1));
      for (int x = part.x; x < part.x + part.width; ++x) {
        for (int band : bands) {
          out.put((byte) row.getSample(x, y, band));
        }
      }
    }
    return pixels;
  }

  private static Pixels everyNth(Pixels whole, int stepX, int stepY) {
    int channels = whole.format().channels();
    Pixels pixels = Pixels.allocate(whole.format(), (whole.width() + stepX - 1) / stepX,
        (whole.height() + stepY - 1) / stepY);
    ByteBuffer out = pixels.data().duplicate();
    for (int y = 0; y < whole.height(); y += stepY) {
      for (int x = 0; x < whole.width(); x += stepX) {
        for (int k = 0; k < channels; ++k) {
          out.put(whole.data().get((y * whole.width() + x) * channels + k));
        }
      }
    }
    return pixels;
  }
}
