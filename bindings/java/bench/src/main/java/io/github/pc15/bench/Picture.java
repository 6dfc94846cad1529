// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.bench;

import io.github.pc15.BufferedImages;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15Encoder;
import io.github.pc15.Pixels;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The picture of the measurements: 1024 x 1024 pixels, samples/parrots.png repeated and mirrored. */
final class Picture {
  static final int SIZE = 1024;

  private Picture() {
  }

  static BufferedImage image() throws IOException {
    BufferedImage parrots = ImageIO.read(Path.of(System.getProperty("pc15.bench.root"), "samples/parrots.png").toFile());
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    int width = parrots.getWidth();
    int height = parrots.getHeight();
    for (int row = 0; row * height < SIZE; ++row) {
      for (int column = 0; column * width < SIZE; ++column) {
        int left = column % 2 == 0 ? column * width : (column + 1) * width;
        graphics.drawImage(parrots, left, row * height, column % 2 == 0 ? width : -width, height, null);
      }
    }
    graphics.dispose();
    return image;
  }

  static Pixels pixels() throws IOException {
    return BufferedImages.toPixels(image());
  }

  static byte[] file(Pixels pixels) {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      return encoder.encode(pixels);
    }
  }
}
