// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Java's images to pixels and back.
 *
 * <p>Threads: any, at any time; the images must not change meanwhile.
 */
public final class BufferedImages {
  private BufferedImages() {
  }

  /**
   * The format that holds an image without loss: Y for grey, RGB for colour, RGBA for anything with alpha. Grey and RGB
   * samples are taken as they are, whatever the colour space says; palettes and packed pixels are expanded.
   *
   * @param image the image
   * @return empty: it has more than 8 bits per sample, or is neither grey nor RGB (CMYK, ...)
   */
  public static Optional<PixelFormat> formatOf(RenderedImage image) {
    return formatOf(image.getColorModel());
  }

  /**
   * The format that holds images of a colour model without loss, as {@link #formatOf(RenderedImage)}.
   *
   * @param colors the colour model; null is none that is known
   * @return empty: there is none
   */
  public static Optional<PixelFormat> formatOf(ColorModel colors) {
    if (colors == null) {
      return Optional.empty();
    }
    for (int size : colors.getComponentSize()) {
      if (size > 8) {
        return Optional.empty();
      }
    }
    if (colors instanceof IndexColorModel) {
      return Optional.of(colors.hasAlpha() ? PixelFormat.RGBA
          : isGrey((IndexColorModel) colors) ? PixelFormat.Y : PixelFormat.RGB);
    }
    int type = colors.getColorSpace().getType();
    if (type != ColorSpace.TYPE_RGB && type != ColorSpace.TYPE_GRAY) {
      return Optional.empty();
    }
    return Optional.of(colors.hasAlpha() ? PixelFormat.RGBA
        : type == ColorSpace.TYPE_GRAY ? PixelFormat.Y : PixelFormat.RGB);
  }

  /**
   * The pixels of an image.
   *
   * @param image the image
   * @return its pixels in the format of {@link #formatOf}, in memory of their own
   * @throws IllegalArgumentException when there is no such format
   */
  public static Pixels toPixels(RenderedImage image) {
    return toPixels(image, new Rectangle(image.getMinX(), image.getMinY(), image.getWidth(), image.getHeight()));
  }

  /**
   * The pixels of a part of an image.
   *
   * @param image the image
   * @param part the part, in the coordinates of the image, inside it
   * @return its pixels in the format of {@link #formatOf}, in memory of their own
   * @throws IllegalArgumentException when there is no such format
   */
  public static Pixels toPixels(RenderedImage image, Rectangle part) {
    PixelFormat format = formatOf(image).orElseThrow(() -> new IllegalArgumentException(
        "the format holds grey and RGB of 8 bits per sample, with or without alpha, not " + image.getColorModel()));
    int channels = format.channels();
    byte[] row = new byte[part.width * channels];
    Pixels pixels = Pixels.allocate(format, part.width, part.height);
    ByteBuffer out = pixels.data().duplicate();
    RowReader reader = RowReader.of(image, format);
    for (int y = 0; y < part.height; ++y) {
      Raster line = rowOf(image, part.x, part.y + y, part.width);
      reader.read(line, part.x, part.y + y, part.width, row);
      out.put(row);
    }
    return pixels;
  }

  private static Raster rowOf(RenderedImage image, int x, int y, int width) {
    if (image instanceof BufferedImage) {
      return ((BufferedImage) image).getRaster(); // without a copy
    }
    return image.getData(new Rectangle(x, y, width, 1));
  }

  /**
   * Pixels as an image.
   *
   * @param pixels the pixels
   * @return TYPE_BYTE_GRAY, TYPE_3BYTE_BGR or TYPE_4BYTE_ABGR, in memory of its own
   * @throws IndexOutOfBoundsException when the buffer is too short
   */
  public static BufferedImage toImage(Pixels pixels) {
    int type = pixels.format() == PixelFormat.Y ? BufferedImage.TYPE_BYTE_GRAY
        : pixels.format() == PixelFormat.RGB ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_4BYTE_ABGR;
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
    WritableRaster raster = image.getRaster();
    byte[] row = new byte[pixels.width() * pixels.format().channels()];
    for (int y = 0; y < pixels.height(); ++y) {
      pixels.data().get(pixels.data().position() + pixels.rowOffset(y), row);
      raster.setDataElements(0, y, pixels.width(), 1, row);
    }
    return image;
  }

  private static boolean isGrey(IndexColorModel colors) {
    for (int index = 0; index < colors.getMapSize(); ++index) {
      int color = colors.getRGB(index);
      if ((color >> 16 & 255) != (color & 255) || (color >> 8 & 255) != (color & 255)) {
        return false;
      }
    }
    return true;
  }

  /** Reads rows of one kind of image as interleaved bytes. */
  private interface RowReader {
    void read(Raster raster, int x, int y, int width, byte[] row);

    static RowReader of(RenderedImage image, PixelFormat format) {
      ColorModel colors = image.getColorModel();
      boolean straight = !colors.hasAlpha() || !colors.isAlphaPremultiplied();
      if (colors instanceof ComponentColorModel && straight && colors.getTransferType() == DataBuffer.TYPE_BYTE
          && image.getSampleModel() instanceof ComponentSampleModel && wholeBytes(colors)
          && colors.getNumComponents() == format.channels()) {
        return (raster, x, y, width, row) -> raster.getDataElements(x, y, width, 1, row);
      }
      if (colors instanceof DirectColorModel && straight && colors.getTransferType() == DataBuffer.TYPE_INT
          && wholeBytes(colors)) {
        return packed((DirectColorModel) colors, format);
      }
      return converted(colors, format);
    }

    private static boolean wholeBytes(ColorModel colors) {
      for (int size : colors.getComponentSize()) {
        if (size != 8) {
          return false;
        }
      }
      return true;
    }

    /** TYPE_INT_RGB and its relatives. */
    private static RowReader packed(DirectColorModel colors, PixelFormat format) {
      int red = Integer.numberOfTrailingZeros(colors.getRedMask());
      int green = Integer.numberOfTrailingZeros(colors.getGreenMask());
      int blue = Integer.numberOfTrailingZeros(colors.getBlueMask());
      int alpha = Integer.numberOfTrailingZeros(colors.getAlphaMask()) & 31;
      int channels = format.channels();
      return (raster, x, y, width, row) -> {
        int[] line = (int[]) raster.getDataElements(x, y, width, 1, null);
        for (int k = 0, to = 0; k < width; ++k, to += channels) {
          int pixel = line[k];
          row[to] = (byte) (pixel >> red);
          row[to + 1] = (byte) (pixel >> green);
          row[to + 2] = (byte) (pixel >> blue);
          if (channels == 4) {
            row[to + 3] = (byte) (pixel >> alpha);
          }
        }
      };
    }

    /** Everything else, pixel by pixel by its colour model. */
    private static RowReader converted(ColorModel colors, PixelFormat format) {
      int channels = format.channels();
      boolean grey = colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY && wholeBytes(colors);
      return (raster, x, y, width, row) -> {
        Object pixel = null;
        int[] parts = null;
        for (int k = 0, to = 0; k < width; ++k, to += channels) {
          pixel = raster.getDataElements(x + k, y, pixel);
          if (grey) { // samples as they are: the colour space would apply its own gamma
            parts = colors.getComponents(pixel, parts, 0);
          }
          int color = grey ? greyColor(colors, parts) : colors.getRGB(pixel);
          row[to] = (byte) (channels == 1 ? color : color >> 16);
          if (channels > 1) {
            row[to + 1] = (byte) (color >> 8);
            row[to + 2] = (byte) color;
          }
          if (channels == 4) {
            row[to + 3] = (byte) (color >> 24);
          }
        }
      };
    }

    private static int greyColor(ColorModel colors, int[] parts) {
      int alpha = colors.hasAlpha() ? parts[1] : 255;
      int level = parts[0];
      if (colors.hasAlpha() && colors.isAlphaPremultiplied()) {
        level = alpha == 0 ? 0 : Math.min(255, (level * 255 + alpha / 2) / alpha);
      }
      return alpha << 24 | level * 0x010101;
    }
  }
}
