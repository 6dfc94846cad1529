// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.PixelFormat;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.imageio.ImageTypeSpecifier;

/** The image types that a file can be read as. */
final class ImageTypes {
  private ImageTypes() {
  }

  /** The best first. `profile` may be null; one that is of no use is a warning. */
  static List<ImageTypeSpecifier> of(PixelFormat format, byte[] profile, Consumer<String> warn) {
    List<ImageTypeSpecifier> types = new ArrayList<>();
    if (profile != null) {
      colorSpace(format, profile, warn).ifPresent(space -> types.add(interleaved(space, format)));
    }
    switch (format) {
      case Y:
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_BYTE_GRAY));
        break;
      case RGB:
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_3BYTE_BGR));
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_RGB));
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_BGR));
        break;
      default:
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_4BYTE_ABGR));
        types.add(ImageTypeSpecifier.createFromBufferedImageType(BufferedImage.TYPE_INT_ARGB));
        break;
    }
    return List.copyOf(types);
  }

  private static ImageTypeSpecifier interleaved(ColorSpace space, PixelFormat format) {
    int[] offsets = format == PixelFormat.Y ? new int[] {0}
        : format == PixelFormat.RGB ? new int[] {2, 1, 0} : new int[] {3, 2, 1, 0};
    return ImageTypeSpecifier.createInterleaved(space, offsets, DataBuffer.TYPE_BYTE, format == PixelFormat.RGBA, false);
  }

  private static Optional<ColorSpace> colorSpace(PixelFormat format, byte[] bytes, Consumer<String> warn) {
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      int wanted = format == PixelFormat.Y ? ColorSpace.TYPE_GRAY : ColorSpace.TYPE_RGB;
      if (profile.getColorSpaceType() != wanted) {
        warn.accept("the ICC profile is not for " + (format == PixelFormat.Y ? "grey" : "RGB") + "; it is not used");
        return Optional.empty();
      }
      if (isStandardRgb(profile)) {
        return Optional.empty();
      }
      ICC_ColorSpace space = new ICC_ColorSpace(profile);
      space.toRGB(new float[space.getNumComponents()]); // fails here rather than when the image is drawn
      return Optional.of(space);
    } catch (IllegalArgumentException | CMMException error) {
      warn.accept("the ICC profile cannot be used: " + error.getMessage());
      return Optional.empty();
    }
  }

  /** sRGB by its name: Java draws its own sRGB much faster. */
  private static boolean isStandardRgb(ICC_Profile profile) {
    byte[] description = profile.getData(ICC_Profile.icSigProfileDescriptionTag);
    return description != null && new String(description, StandardCharsets.ISO_8859_1).replace("\0", "")
        .contains("sRGB IEC61966-2.1");
  }
}
