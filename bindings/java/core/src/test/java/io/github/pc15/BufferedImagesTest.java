// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of image goes through a lossless file and looks as before. */
class BufferedImagesTest {
  private static BufferedImage draw(int type) {
    BufferedImage image = new BufferedImage(57, 31, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, new Color(255, 40, 9, 20), 57, 31, new Color(3, 200, 255, 255)));
    graphics.fillRect(3, 2, 50, 25);
    graphics.dispose();
    return image;
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_INT_ARGB_PRE,
      BufferedImage.TYPE_INT_BGR, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR,
      BufferedImage.TYPE_4BYTE_ABGR_PRE, BufferedImage.TYPE_USHORT_565_RGB, BufferedImage.TYPE_USHORT_555_RGB,
      BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_BYTE_BINARY, BufferedImage.TYPE_BYTE_INDEXED})
  void everyTypeSurvives(int type) {
    BufferedImage image = draw(type);
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.LOSSLESS, true).set(Parameter.EFFORT, 1);
        Pc15Decoder decoder = new Pc15Decoder()) {
      BufferedImage back = decoder.decodeImage(encoder.encode(image));
      assertEquals(image.getColorModel().hasAlpha(), back.getColorModel().hasAlpha());
      for (int y = 0; y < 31; ++y) {
        for (int x = 0; x < 57; ++x) {
          assertEquals(image.getRGB(x, y), back.getRGB(x, y), x + ", " + y);
        }
      }
    }
  }

  @Test
  void moreThanEightBitsAreRefusedNotRounded() {
    BufferedImage deep = new BufferedImage(5, 5, BufferedImage.TYPE_USHORT_GRAY);
    assertEquals(Optional.empty(), BufferedImages.formatOf(deep));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> BufferedImages.toPixels(deep)).getMessage()
        .contains("8 bits"));
  }

  @Test
  void blackAndWhiteIsGrey() {
    assertEquals(PixelFormat.Y, BufferedImages.formatOf(draw(BufferedImage.TYPE_BYTE_BINARY)).orElseThrow());
    assertEquals(PixelFormat.RGB, BufferedImages.formatOf(draw(BufferedImage.TYPE_USHORT_565_RGB)).orElseThrow());
  }

  @Test
  void subimagesAndPartsAreCrops() {
    BufferedImage image = draw(BufferedImage.TYPE_4BYTE_ABGR);
    Pixels part = BufferedImages.toPixels(image.getSubimage(10, 5, 20, 15));
    assertEquals(part.data(), BufferedImages.toPixels(image, new Rectangle(10, 5, 20, 15)).data());
    assertEquals(image.getRGB(10, 5), BufferedImages.toImage(part).getRGB(0, 0));
    BufferedImage packed = draw(BufferedImage.TYPE_INT_ARGB);
    assertEquals(BufferedImages.toPixels(packed.getSubimage(10, 5, 20, 15)).data(),
        BufferedImages.toPixels(packed, new Rectangle(10, 5, 20, 15)).data());
  }
}
