// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.BufferedImages;
import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15Decoder;
import io.github.pc15.Pc15Encoder;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Images and files that the tests share. */
final class Pictures {
  private Pictures() {
  }

  static BufferedImage draw(int type, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, new Color(250, 40, 10, 90), width, height, new Color(0, 190, 255, 255)));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(20, 120, 40, 200));
    graphics.fillOval(width / 4, height / 4, width / 2, height / 2);
    graphics.dispose();
    return image;
  }

  static byte[] file(BufferedImage image, Map<Parameter, Double> parameters) {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      parameters.forEach(encoder::set);
      return encoder.encode(BufferedImages.toPixels(image));
    }
  }

  static byte[] withItem(byte[] file, MetadataType type, byte[] item) {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      return decoder.replaceMetadata(ByteBuffer.wrap(file), type, item);
    }
  }

  /** A profile of RGB that is not sRGB. */
  static byte[] wideProfile() {
    return ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
  }

  static ImageInputStream stream(byte[] file) throws IOException {
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(file));
  }

  static Pc15ImageReader reader(byte[] file) throws IOException {
    Pc15ImageReader reader = (Pc15ImageReader) ImageIO.getImageReadersByFormatName("pc15").next();
    reader.setInput(stream(file));
    return reader;
  }
}
