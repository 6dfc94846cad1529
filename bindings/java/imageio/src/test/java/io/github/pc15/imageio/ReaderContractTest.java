// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import com.twelvemonkeys.imageio.util.ImageReaderAbstractTest;
import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;

/** The contract of ImageReader as TwelveMonkeys tests it. */
class ReaderContractTest extends ImageReaderAbstractTest<Pc15ImageReader> {
  @Override
  protected ImageReaderSpi createProvider() {
    return new Pc15ImageReaderSpi();
  }

  private static final Map<String, byte[]> FILES = Map.of(
      "rgb", Pictures.file(Pictures.draw(BufferedImage.TYPE_3BYTE_BGR, 300, 200), Map.of()),
      "grey", Pictures.file(Pictures.draw(BufferedImage.TYPE_BYTE_GRAY, 64, 99), Map.of()),
      "alpha", Pictures.file(Pictures.draw(BufferedImage.TYPE_4BYTE_ABGR, 150, 120), Map.of(Parameter.LOSSLESS, 1.0)),
      "wide", Pictures.withItem(Pictures.file(Pictures.draw(BufferedImage.TYPE_INT_RGB, 140, 60), Map.of()),
          MetadataType.ICC, Pictures.wideProfile()),
      "dot", Pictures.file(Pictures.draw(BufferedImage.TYPE_INT_RGB, 1, 1), Map.of()));

  private static TestData data(String name, int width, int height) {
    Path file = Path.of(System.getProperty("pc15.test.output"), "contract-" + name + ".pc15");
    try {
      Files.write(file, FILES.get(name));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    return new TestData(file.toFile(), new Dimension(width, height));
  }

  @Override
  protected List<TestData> getTestData() {
    return List.of(data("rgb", 300, 200), data("grey", 64, 99), data("alpha", 150, 120), data("wide", 140, 60),
        data("dot", 1, 1));
  }

  @Override
  protected List<String> getFormatNames() {
    return List.of("pc15", "PC15");
  }

  @Override
  protected List<String> getSuffixes() {
    return List.of("pc15");
  }

  @Override
  protected List<String> getMIMETypes() {
    return List.of("image/x-pc15");
  }

  /** The contract is that of every n-th pixel; here subsampling by powers of two is smooth unless one says otherwise. */
  @Test
  @Override
  public void testReadWithSubsampleParamPixels() throws IOException {
    Pc15ImageReader reader = createReader();
    reader.setInput(getTestData().get(0).getInputStream());
    Pc15ImageReadParam param = reader.getDefaultReadParam();
    BufferedImage whole = reader.read(0, param);
    param.setSmoothSubsampling(false);
    param.setSourceSubsampling(2, 2, 0, 0);
    assertSubsampledImageDataEquals("every second pixel", whole, reader.read(0, param), param);
    reader.dispose();
  }
}
