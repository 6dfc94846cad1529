// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.Pc15;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/** Tells ImageIO about {@link Pc15ImageReader}. */
public final class Pc15ImageReaderSpi extends ImageReaderSpi {
  /** Made by ImageIO, which finds the class by itself. */
  public Pc15ImageReaderSpi() {
    super(Format.VENDOR, Format.VERSION, Format.names(), Format.suffixes(), Format.types(),
        Pc15ImageReader.class.getName(), new Class<?>[] {ImageInputStream.class},
        new String[] {Pc15ImageWriterSpi.class.getName()}, false, null, null, null, null, true,
        Pc15Metadata.NATIVE_FORMAT, Pc15MetadataFormat.class.getName(), null, null);
  }

  /**
   * Looks at the first bytes, and leaves the stream where it was. Needs no native library.
   *
   * @param source the input
   * @return false for anything but an ImageInputStream that begins like a file
   */
  @Override
  public boolean canDecodeInput(Object source) throws IOException {
    if (!(source instanceof ImageInputStream)) {
      return false;
    }
    ImageInputStream stream = (ImageInputStream) source;
    byte[] head = new byte[Pc15.MAGIC_SIZE];
    int size = 0;
    stream.mark();
    try {
      for (int more = 0; more >= 0 && size < head.length; more = stream.read(head, size, head.length - size)) {
        size += more;
      }
    } finally {
      stream.reset();
    }
    return Pc15.isPc15(Arrays.copyOf(head, size));
  }

  @Override
  public ImageReader createReaderInstance(Object extension) {
    return new Pc15ImageReader(this);
  }

  @Override
  public String getDescription(Locale locale) {
    return "PC15 image reader";
  }
}
