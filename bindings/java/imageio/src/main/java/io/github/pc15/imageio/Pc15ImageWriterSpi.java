// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.BufferedImages;
import java.util.Locale;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.ImageOutputStream;

/** Tells ImageIO about {@link Pc15ImageWriter}. */
public final class Pc15ImageWriterSpi extends ImageWriterSpi {
  /** Made by ImageIO, which finds the class by itself. */
  public Pc15ImageWriterSpi() {
    super(Format.VENDOR, Format.VERSION, Format.names(), Format.suffixes(), Format.types(),
        Pc15ImageWriter.class.getName(), new Class<?>[] {ImageOutputStream.class},
        new String[] {Pc15ImageReaderSpi.class.getName()}, false, null, null, null, null, true,
        Pc15Metadata.NATIVE_FORMAT, Pc15MetadataFormat.class.getName(), null, null);
  }

  /**
   * Whether the format holds images of a type without loss before coding.
   *
   * @param type the type
   * @return true for grey and RGB of at most 8 bits per sample, with or without alpha, palettes included
   */
  @Override
  public boolean canEncodeImage(ImageTypeSpecifier type) {
    return BufferedImages.formatOf(type.getColorModel()).isPresent();
  }

  @Override
  public ImageWriter createWriterInstance(Object extension) {
    return new Pc15ImageWriter(this);
  }

  @Override
  public String getDescription(Locale locale) {
    return "PC15 image writer";
  }
}
