// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.PixelFormat;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.SinglePixelPackedSampleModel;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;

/** Writes decoded rows to the bands of an image that the caller of a reader chose. */
final class RowSink {
  private final WritableRaster target;
  private final int width;
  private final int channels;
  /** Channels of the picture that are kept, in the order of the target's bands. */
  private final int[] bands;
  private final boolean allBands;
  private final int[] targetBands;
  private final byte[] samples;
  /** Where the samples of a packed pixel go; null when pixels are not packed. */
  private final int[] shifts;
  private final int[] packed;
  private final int[] plain;

  RowSink(BufferedImage image, Rectangle to, ImageReadParam param, PixelFormat format) throws IIOException {
    require(image, format);
    int[] wanted = param.getDestinationBands();
    target = image.getRaster().createWritableChild(to.x, to.y, to.width, to.height, 0, 0, wanted);
    targetBands = wanted != null ? wanted : identity(target.getNumBands());
    width = to.width;
    channels = format.channels();
    int[] chosen = param.getSourceBands();
    bands = chosen != null ? chosen : identity(target.getNumBands());
    allBands = bands.length == channels && Arrays.equals(bands, identity(channels));
    samples = new byte[width * bands.length];
    boolean bytes = target.getTransferType() == DataBuffer.TYPE_BYTE
        && target.getSampleModel() instanceof ComponentSampleModel;
    boolean ints = target.getTransferType() == DataBuffer.TYPE_INT && wanted == null
        && target.getSampleModel() instanceof SinglePixelPackedSampleModel;
    shifts = ints ? ((SinglePixelPackedSampleModel) target.getSampleModel()).getBitOffsets() : null;
    packed = ints ? new int[width] : null;
    plain = bytes || ints ? null : new int[samples.length];
  }

  /** Only what takes the samples as they are: the samples of others would mean something else. */
  private static void require(BufferedImage image, PixelFormat format) throws IIOException {
    ColorModel colors = image.getColorModel();
    boolean fits = !(colors instanceof IndexColorModel) && !(colors.hasAlpha() && colors.isAlphaPremultiplied())
        && Arrays.stream(image.getSampleModel().getSampleSize()).allMatch(size -> size == 8);
    if (!fits) {
      throw new IIOException("the destination cannot take " + format + " samples of 8 bits as they are: " + image);
    }
  }

  private static int[] identity(int count) {
    int[] numbers = new int[count];
    Arrays.setAll(numbers, k -> k);
    return numbers;
  }

  /** The bands of the image that are written. */
  int[] targetBands() {
    return targetBands;
  }

  /** Row y of the target: every step-th pixel of `pixels` from byte `offset` on. */
  void row(int y, ByteBuffer pixels, int offset, int step) {
    if (step == 1 && allBands) {
      pixels.get(offset, samples);
    } else {
      for (int x = 0, to = 0; x < width; ++x) {
        int from = offset + x * step * channels;
        for (int band : bands) {
          samples[to++] = pixels.get(from + band);
        }
      }
    }
    store(y);
  }

  private void store(int y) {
    if (packed != null) {
      for (int x = 0, from = 0; x < width; ++x) {
        int pixel = 0;
        for (int shift : shifts) {
          pixel |= (samples[from++] & 255) << shift;
        }
        packed[x] = pixel;
      }
      target.setDataElements(0, y, width, 1, packed);
    } else if (plain != null) {
      for (int k = 0; k < samples.length; ++k) {
        plain[k] = samples[k] & 255;
      }
      target.setPixels(0, y, width, 1, plain);
    } else {
      target.setDataElements(0, y, width, 1, samples);
    }
  }
}
