// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import com.twelvemonkeys.imageio.util.ImageWriterAbstractTest;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.util.List;
import javax.imageio.spi.ImageWriterSpi;

/** The contract of ImageWriter as TwelveMonkeys tests it. */
class WriterContractTest extends ImageWriterAbstractTest<Pc15ImageWriter> {
  @Override
  protected ImageWriterSpi createProvider() {
    return new Pc15ImageWriterSpi();
  }

  @Override
  protected List<? extends RenderedImage> getTestData() {
    // Small: they are written with the default effort.
    return List.of(Pictures.draw(BufferedImage.TYPE_4BYTE_ABGR, 18, 12), Pictures.draw(BufferedImage.TYPE_INT_RGB, 16, 10),
        Pictures.draw(BufferedImage.TYPE_BYTE_GRAY, 14, 9), Pictures.draw(BufferedImage.TYPE_BYTE_INDEXED, 12, 8),
        Pictures.draw(BufferedImage.TYPE_BYTE_BINARY, 10, 7));
  }
}
