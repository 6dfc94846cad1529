// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures and files that the tests share: the samples of the repository, or drawn here. */
final class Data {
  static final Path ROOT = Path.of(System.getProperty("pc15.test.root"));

  private Data() {
  }

  /** A smooth picture with some texture. */
  static Pixels draw(PixelFormat format, int width, int height) {
    Random random = new Random(7);
    Pixels pixels = Pixels.allocate(format, width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < format.channels(); ++c) {
          double level = 128 + 90 * Math.sin(x / (9.0 + 5 * c) + y / (17.0 - 3 * c)) + random.nextGaussian() * 4;
          pixels.data().put((y * width + x) * format.channels() + c, (byte) Math.max(0, Math.min(255, level)));
        }
      }
    }
    return pixels;
  }

  static BufferedImage parrots() throws IOException {
    return ImageIO.read(ROOT.resolve("samples/parrots.png").toFile());
  }

  static byte[] encode(Pixels pixels, Object... parametersAndValues) {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      for (int k = 0; k < parametersAndValues.length; k += 2) {
        encoder.set((Parameter) parametersAndValues[k], ((Number) parametersAndValues[k + 1]).doubleValue());
      }
      return encoder.encode(pixels);
    }
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  static String crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return String.format("%08x", crc.getValue());
  }

  static byte[] read(String path) throws IOException {
    return Files.readAllBytes(ROOT.resolve(path));
  }
}
