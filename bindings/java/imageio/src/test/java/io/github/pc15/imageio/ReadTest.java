// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15Decoder;
import io.github.pc15.Pc15Exception;
import io.github.pc15.Pc15Status;
import java.awt.Dimension;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading by ImageIO: regions, subsampling, bands, destinations, tiles, thumbnails, metadata, damage. */
class ReadTest {
  private static final byte[] COLOUR = Pictures.file(Pictures.draw(BufferedImage.TYPE_3BYTE_BGR, 500, 300),
      Map.of(Parameter.CELL, 128.0, Parameter.PROCEDURAL, 0.0));
  private static final byte[] ALPHA = Pictures.file(Pictures.draw(BufferedImage.TYPE_4BYTE_ABGR, 200, 100), Map.of());

  private static BufferedImage decoded(byte[] file) {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      return decoder.decodeImage(file);
    }
  }

  private static BufferedImage read(byte[] file, ImageReadParam param) throws IOException {
    Pc15ImageReader reader = Pictures.reader(file);
    try {
      return reader.read(0, param);
    } finally {
      reader.dispose();
    }
  }

  private static void same(BufferedImage expected, int x, int y, int stepX, int stepY, BufferedImage found) {
    for (int j = 0; j < found.getHeight(); ++j) {
      for (int i = 0; i < found.getWidth(); ++i) {
        assertEquals(Integer.toHexString(expected.getRGB(x + i * stepX, y + j * stepY)),
            Integer.toHexString(found.getRGB(i, j)), i + ", " + j);
      }
    }
  }

  @Test
  void imageIoJustReads() throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(COLOUR));
    assertEquals(BufferedImage.TYPE_3BYTE_BGR, image.getType());
    same(decoded(COLOUR), 0, 0, 1, 1, image);
    assertEquals(BufferedImage.TYPE_4BYTE_ABGR, ImageIO.read(new ByteArrayInputStream(ALPHA)).getType());
  }

  @Test
  void looksAtStreamsWithoutMovingThem() throws IOException {
    Pc15ImageReaderSpi provider = new Pc15ImageReaderSpi();
    for (byte[] bytes : new byte[][] {COLOUR, {}, {'P'}, "PC15".getBytes(StandardCharsets.US_ASCII), new byte[100]}) {
      ImageInputStream stream = Pictures.stream(bytes);
      assertEquals(bytes == COLOUR, provider.canDecodeInput(stream));
      assertEquals(0, stream.getStreamPosition());
    }
    assertFalse(provider.canDecodeInput("a string"));
    // Any place in a stream can be the start of the file.
    byte[] shifted = new byte[COLOUR.length + 3];
    System.arraycopy(COLOUR, 0, shifted, 3, COLOUR.length);
    ImageInputStream stream = Pictures.stream(shifted);
    stream.seek(3);
    assertTrue(provider.canDecodeInput(stream));
    assertEquals(500, ImageIO.read(stream).getWidth());
  }

  @Test
  void theSourceRegionIsARegionDecode() throws IOException {
    Pc15ImageReadParam param = new Pc15ImageReadParam();
    param.setSourceRegion(new Rectangle(130, 70, 90, 111));
    BufferedImage part = read(COLOUR, param);
    assertEquals(new Dimension(90, 111), new Dimension(part.getWidth(), part.getHeight()));
    same(decoded(COLOUR), 130, 70, 1, 1, part);
    // Damage elsewhere does not matter to it: only the cells of the region are read.
    param.setSourceRegion(new Rectangle(499, 299, 50, 50));
    assertEquals(1, read(COLOUR, param).getWidth());
  }

  @ParameterizedTest
  @CsvSource({"2,2,0,0", "4,4,0,0", "3,3,0,0", "5,2,1,1", "2,2,1,0", "7,1,6,0", "16,16,3,3"})
  void everyNthPixel(int stepX, int stepY, int offsetX, int offsetY) throws IOException {
    Pc15ImageReadParam param = new Pc15ImageReadParam();
    param.setSmoothSubsampling(false);
    for (Rectangle region : new Rectangle[] {new Rectangle(0, 0, 500, 300), new Rectangle(33, 21, 100, 87)}) {
      param.setSourceRegion(region);
      param.setSourceSubsampling(stepX, stepY, offsetX, offsetY);
      BufferedImage image = read(COLOUR, param);
      assertEquals((region.width - offsetX + stepX - 1) / stepX, image.getWidth());
      assertEquals((region.height - offsetY + stepY - 1) / stepY, image.getHeight());
      same(decoded(COLOUR), region.x + offsetX, region.y + offsetY, stepX, stepY, image);
    }
  }

  @ParameterizedTest
  @CsvSource({"2,2,-1,1,1", "4,4,-2,1,1", "8,8,-2,2,2", "4,2,-1,2,1", "16,4,-2,4,1"})
  void powersOfTwoDecodeSmaller(int stepX, int stepY, int scale, int restX, int restY) throws IOException {
    BufferedImage small;
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      small = decoder.decodeImage(ByteBuffer.wrap(COLOUR), null, scale);
    }
    Pc15ImageReadParam param = new Pc15ImageReadParam();
    param.setSourceSubsampling(stepX, stepY, 0, 0);
    BufferedImage image = read(COLOUR, param);
    assertEquals((500 + stepX - 1) / stepX, image.getWidth());
    same(small, 0, 0, restX, restY, image);
    param.setSourceRegion(new Rectangle(48, 32, 203, 101));
    same(small, 48 >> -scale, 32 >> -scale, restX, restY, read(COLOUR, param));
    param.setSourceRegion(new Rectangle(47, 32, 203, 101)); // not on the grid of the small picture: every n-th pixel
    same(decoded(COLOUR), 47, 32, stepX, stepY, read(COLOUR, param));
  }

  @Test
  void destinationsOfEveryTypeAndPlace() throws IOException {
    for (byte[] file : new byte[][] {COLOUR, ALPHA}) {
      Pc15ImageReader reader = Pictures.reader(file);
      BufferedImage whole = decoded(file);
      reader.getImageTypes(0).forEachRemaining(type -> {
        BufferedImage target = type.createBufferedImage(60, 50);
        ImageReadParam param = reader.getDefaultReadParam();
        param.setDestination(target);
        param.setDestinationOffset(new Point(13, -7));
        try {
          assertEquals(target, reader.read(0, param));
        } catch (IOException error) {
          throw new AssertionError(error);
        }
        same(whole, 0, 7, 1, 1, target.getSubimage(13, 0, 47, 50));
        assertEquals(0, target.getRGB(12, 0) & 0xffffff, "left alone");
      });
      reader.dispose();
    }
  }

  @Test
  void bandsGoWhereTheyAreSent() throws IOException {
    ImageReadParam param = new Pc15ImageReadParam();
    BufferedImage grey = new BufferedImage(200, 100, BufferedImage.TYPE_BYTE_GRAY);
    param.setDestination(grey);
    param.setSourceBands(new int[] {3});
    read(ALPHA, param);
    BufferedImage whole = decoded(ALPHA);
    assertEquals(whole.getRGB(20, 30) >>> 24, grey.getRaster().getSample(20, 30, 0));

    for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_4BYTE_ABGR}) {
      BufferedImage target = new BufferedImage(200, 100, type);
      target.setRGB(20, 30, 0x11223344);
      param = new Pc15ImageReadParam();
      param.setDestination(target);
      param.setSourceBands(new int[] {2, 0});
      param.setDestinationBands(new int[] {0, 3});
      read(ALPHA, param);
      int pixel = whole.getRGB(20, 30);
      assertEquals((pixel & 255) << 16 | (pixel >> 16 & 255) << 24 | 0x2233 << 8 & 0xff00 | 0x44,
          target.getRGB(20, 30) & 0xffff00ff | 0x3300, "blue in red, red in alpha, the rest as it was");
    }
    ImageReadParam wrong = new Pc15ImageReadParam();
    wrong.setSourceBands(new int[] {4});
    assertThrows(IllegalArgumentException.class, () -> read(ALPHA, wrong));
  }

  @Test
  void destinationsThatDoNotFitAreRefused() {
    for (int type : new int[] {BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_4BYTE_ABGR_PRE}) {
      ImageReadParam param = new Pc15ImageReadParam();
      param.setDestination(new BufferedImage(200, 100, type));
      assertThrows(IIOException.class, () -> read(ALPHA, param));
    }
  }

  @Test
  void tilesMakeTheWhole() throws IOException {
    Pc15ImageReader reader = Pictures.reader(COLOUR);
    assertTrue(reader.isImageTiled(0) && reader.isRandomAccessEasy(0));
    assertEquals(128, reader.getTileWidth(0));
    BufferedImage whole = decoded(COLOUR);
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 4; ++column) {
        BufferedImage tile = reader.readTile(0, column, row);
        assertEquals(column < 3 ? 128 : 500 - 384, tile.getWidth());
        same(whole, column * 128, row * 128, 1, 1, tile);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> reader.readTile(0, 4, 0));
    reader.dispose();
  }

  @Test
  void theThumbnailIsAQuarter() throws IOException {
    Pc15ImageReader reader = Pictures.reader(COLOUR);
    assertEquals(1, reader.getNumThumbnails(0));
    assertEquals(List.of(125, 75), List.of(reader.getThumbnailWidth(0, 0), reader.getThumbnailHeight(0, 0)));
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      same(decoder.decodeImage(ByteBuffer.wrap(COLOUR), null, -2), 0, 0, 1, 1, reader.readThumbnail(0, 0));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> reader.readThumbnail(0, 1));
    reader.dispose();
  }

  @Test
  void damageIsAnErrorOrAWarning() throws IOException {
    byte[] damaged = COLOUR.clone();
    damaged[COLOUR.length * 2 / 3] ^= 0x10;
    Throwable cause = assertThrows(IIOException.class, () -> read(damaged, null)).getCause();
    assertTrue(assertInstanceOf(Pc15Exception.class, cause).status().isDataError());
    Pc15ImageReader reader = Pictures.reader(damaged);
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    Pc15ImageReadParam param = reader.getDefaultReadParam();
    param.setTolerant(true);
    assertEquals(500, reader.read(0, param).getWidth());
    assertEquals(List.of("the file is damaged: some of the picture is lost"), warnings);
    assertThrows(IIOException.class, () -> reader.read(0));
    assertEquals(500, reader.read(0, param).getWidth());
    reader.dispose();
    cause = assertThrows(IIOException.class, () -> Pictures.reader(new byte[] {1, 2}).getWidth(0)).getCause();
    assertEquals(Pc15Status.NOT_PC15, assertInstanceOf(Pc15Exception.class, cause).status());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void abortFromAListenerOrAnotherThreadEndsTheRead(int threads) throws IOException {
    Pc15ImageReader reader = Pictures.reader(COLOUR);
    Pc15ImageReadParam param = reader.getDefaultReadParam();
    param.setThreads(threads);
    List<String> events = new ArrayList<>();
    Progress listener = new Progress(events) {
      @Override
      public void imageProgress(ImageReader source, float percent) {
        super.imageProgress(source, percent);
        source.abort();
      }
    };
    reader.addIIOReadProgressListener(listener);
    reader.read(0, param);
    assertEquals(List.of("started", "progress", "aborted"), events);
    reader.removeAllIIOReadProgressListeners();
    same(decoded(COLOUR), 0, 0, 1, 1, reader.read(0, param));
    reader.dispose();
  }

  @Test
  void whatAListenerThrowsComesOut() throws IOException {
    Pc15ImageReader reader = Pictures.reader(COLOUR);
    Progress listener = new Progress(new ArrayList<>()) {
      @Override
      public void imageProgress(ImageReader source, float percent) {
        throw new IllegalStateException("mine");
      }
    };
    reader.addIIOReadProgressListener(listener);
    assertEquals("mine", assertThrows(IllegalStateException.class, () -> reader.read(0)).getMessage());
    reader.removeAllIIOReadProgressListeners();
    assertEquals(500, reader.read(0).getWidth());
    reader.dispose();
  }

  @Test
  void profilesDecideTheColourSpace() throws IOException {
    byte[] wide = Pictures.withItem(COLOUR, MetadataType.ICC, Pictures.wideProfile());
    Pc15ImageReader reader = Pictures.reader(wide);
    BufferedImage image = reader.read(0);
    assertFalse(image.getColorModel().getColorSpace().isCS_sRGB());
    assertArrayEquals(decoded(COLOUR).getRaster().getPixel(40, 40, (int[]) null),
        image.getRaster().getPixel(40, 40, (int[]) null), "samples are not converted");
    assertTrue(reader.getImageTypes(0).hasNext());
    reader.dispose();
    byte[] broken = Pictures.withItem(COLOUR, MetadataType.ICC, new byte[200]);
    Pc15ImageReader other = Pictures.reader(broken);
    List<String> warnings = new ArrayList<>();
    other.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    assertEquals(BufferedImage.TYPE_3BYTE_BGR, other.read(0).getType());
    assertEquals(1, warnings.size());
    other.setInput(Pictures.stream(wide), false, true);
    assertFalse(other.read(0).getColorModel().getColorSpace().isCS_sRGB(), "ignoring metadata keeps the colours");
    assertNull(other.getImageMetadata(0));
    other.dispose();
  }
}
