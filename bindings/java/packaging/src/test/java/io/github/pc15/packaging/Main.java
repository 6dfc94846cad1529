// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.packaging;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** A program of a user, run in processes of their own: ImageIO alone, no name of the package. */
final class Main {
  private Main() {
  }

  public static void main(String[] arguments) throws Exception {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    System.out.println("written " + ImageIO.write(image, "pc15", file));
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(file.toByteArray()));
    System.out.println("read " + back.getWidth() + " x " + back.getHeight());
    ImageReader reader = ImageIO.getImageReadersByFormatName("pc15").next();
    System.out.println("module " + reader.getClass().getModule().getName());
    System.out.println("formats " + Arrays.toString(ImageIO.getReaderFormatNames()));
    Class<?> internal = Class.forName("io.github.pc15.internal.Native");
    try {
      System.out.println("internal " + internal.getMethod("pc15_abi_version").invoke(null));
    } catch (IllegalAccessException error) {
      System.out.println("internal closed");
    }
  }
}
