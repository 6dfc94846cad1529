// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15;
import io.github.pc15.Pc15Decoder;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.event.IIOWriteProgressListener;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataFormatImpl;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing by ImageIO: parameters, regions, bands, metadata, profiles, abort. */
class WriteTest {
  private static final BufferedImage PICTURE = Pictures.draw(BufferedImage.TYPE_3BYTE_BGR, 160, 100);

  private static byte[] write(IIOImage image, ImageWriteParam param) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("pc15").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOImage picture() {
    return new IIOImage(PICTURE, null, null);
  }

  private static Pc15ImageWriteParam lossless() {
    Pc15ImageWriteParam param = new Pc15ImageWriteParam(Locale.ROOT);
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionType(Pc15ImageWriteParam.LOSSLESS);
    param.set(Parameter.EFFORT, 1);
    return param;
  }

  @Test
  void imageIoJustWrites(@TempDir Path folder) throws IOException {
    File file = folder.resolve("a.pc15").toFile();
    assertTrue(ImageIO.write(PICTURE, "pc15", file));
    BufferedImage back = ImageIO.read(file);
    assertEquals(160, back.getWidth());
    assertTrue(List.of(ImageIO.getWriterFileSuffixes()).contains("pc15"));
    assertFalse(ImageIO.write(new BufferedImage(9, 9, BufferedImage.TYPE_USHORT_GRAY), "pc15",
        new ByteArrayOutputStream()), "16 bits are refused, not rounded");
  }

  @Test
  void qualityLosslessAndParameters() throws IOException {
    Pc15ImageWriteParam param = new Pc15ImageWriteParam(Locale.ROOT);
    param.set(Parameter.EFFORT, 1);
    param.set(Parameter.CELL, 128);
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    assertFalse(param.isCompressionLossless());
    param.setCompressionQuality(0.1f);
    byte[] small = write(picture(), param);
    param.setCompressionQuality(0.9f);
    byte[] large = write(picture(), param);
    assertTrue(small.length < large.length);
    assertEquals(128, Pc15.probe(large).cell());
    byte[] exact = write(picture(), lossless());
    assertTrue(Pc15.probe(exact).lossless() && lossless().isCompressionLossless());
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(exact));
    for (int x = 0; x < 160; ++x) {
      assertEquals(PICTURE.getRGB(x, 50), back.getRGB(x, 50));
    }
    param.set(Parameter.TOLERANT, 1);
    assertThrows(IIOException.class, () -> write(picture(), param));
    assertThrows(IllegalStateException.class, () -> new Pc15ImageWriteParam(null).isCompressionLossless());
    assertEquals(param.getCompressionQualityValues().length - 1, param.getCompressionQualityDescriptions().length);
  }

  @Test
  void regionsStepsAndBands() throws IOException {
    Pc15ImageWriteParam param = lossless();
    param.setSourceRegion(new Rectangle(10, 20, 50, 40));
    param.setSourceSubsampling(3, 2, 1, 0);
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(write(picture(), param)));
    assertEquals(List.of(17, 20), List.of(back.getWidth(), back.getHeight()));
    assertEquals(PICTURE.getRGB(11 + 3 * 5, 20 + 2 * 7), back.getRGB(5, 7));
    param.setSourceBands(new int[] {2});
    back = ImageIO.read(new ByteArrayInputStream(write(picture(), param)));
    assertEquals(BufferedImage.TYPE_BYTE_GRAY, back.getType());
    assertEquals(PICTURE.getRGB(11, 20) & 255, back.getRaster().getSample(0, 0, 0));
    param.setSourceBands(new int[] {0, 1});
    assertThrows(IIOException.class, () -> write(picture(), param));
  }

  @Test
  void metadataGoesBothWaysAndMerges() throws Exception {
    byte[] exif = {'I', 'I', 42, 0, 8, 0, 0, 0};
    Pc15Metadata metadata = new Pc15Metadata();
    metadata.setItem(MetadataType.EXIF, exif);
    metadata.setItem(MetadataType.TEXT, "Größe".getBytes(StandardCharsets.UTF_8));
    byte[] file = write(new IIOImage(PICTURE, null, metadata), lossless());
    Pc15ImageReader reader = Pictures.reader(file);
    Pc15Metadata read = (Pc15Metadata) reader.getImageMetadata(0);
    assertArrayEquals(exif, read.item(MetadataType.EXIF));
    assertNull(read.item(MetadataType.ICC));
    assertEquals(160, read.info().width());

    IIOMetadataNode standard = (IIOMetadataNode) read.getAsTree(IIOMetadataFormatImpl.standardMetadataFormatName);
    assertEquals("Größe", ((IIOMetadataNode) standard.getElementsByTagName("TextEntry").item(0)).getAttribute("value"));
    assertEquals("TRUE", ((IIOMetadataNode) standard.getElementsByTagName("Lossless").item(0)).getAttribute("value"));
    assertEquals("RGB", ((IIOMetadataNode) standard.getElementsByTagName("ColorSpaceType").item(0)).getAttribute("name"));
    assertEquals("8 8 8", ((IIOMetadataNode) standard.getElementsByTagName("BitsPerSample").item(0))
        .getAttribute("value"));

    Pc15Metadata copy = new Pc15Metadata();
    copy.mergeTree(Pc15Metadata.NATIVE_FORMAT, read.getAsTree(Pc15Metadata.NATIVE_FORMAT));
    assertArrayEquals(exif, copy.item(MetadataType.EXIF));
    assertNotNull(copy.getMetadataFormat(Pc15Metadata.NATIVE_FORMAT));
    IIOMetadataNode wrong = new IIOMetadataNode(Pc15Metadata.NATIVE_FORMAT);
    wrong.appendChild(new IIOMetadataNode("ICC"));
    assertThrows(javax.imageio.metadata.IIOInvalidTreeException.class,
        () -> copy.mergeTree(Pc15Metadata.NATIVE_FORMAT, wrong));
    copy.reset();
    assertNull(copy.item(MetadataType.EXIF));
    reader.dispose();
  }

  @Test
  void textsOfOtherFormatsAreTakenOver() throws Exception {
    ImageWriter png = ImageIO.getImageWritersByFormatName("png").next();
    IIOMetadata foreign = png.getDefaultImageMetadata(new ImageTypeSpecifier(PICTURE), null);
    IIOMetadataNode root = new IIOMetadataNode(IIOMetadataFormatImpl.standardMetadataFormatName);
    IIOMetadataNode text = new IIOMetadataNode("Text");
    IIOMetadataNode entry = new IIOMetadataNode("TextEntry");
    entry.setAttribute("keyword", "Title");
    entry.setAttribute("value", "a title");
    text.appendChild(entry);
    root.appendChild(text);
    foreign.mergeTree(IIOMetadataFormatImpl.standardMetadataFormatName, root);
    byte[] file = write(new IIOImage(PICTURE, null, foreign), lossless());
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      assertArrayEquals("a title".getBytes(StandardCharsets.UTF_8),
          decoder.open(ByteBuffer.wrap(file)).metadata(MetadataType.TEXT).orElseThrow());
    }
  }

  @Test
  void aProfileThatIsNotStandardTravels() throws IOException {
    ColorSpace linear = ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB);
    BufferedImage image = ImageTypeSpecifier.createInterleaved(linear, new int[] {0, 1, 2}, 0, false, false)
        .createBufferedImage(20, 10);
    image.getRaster().setPixel(3, 4, new int[] {10, 20, 30});
    byte[] file = write(new IIOImage(image, null, null), lossless());
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(file));
    assertFalse(back.getColorModel().getColorSpace().isCS_sRGB());
    assertArrayEquals(new int[] {10, 20, 30}, back.getRaster().getPixel(3, 4, (int[]) null));
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      assertArrayEquals(((ICC_ColorSpace) linear).getProfile().getData(),
          decoder.open(ByteBuffer.wrap(file)).metadata(MetadataType.ICC).orElseThrow());
      assertTrue(decoder.open(ByteBuffer.wrap(write(picture(), lossless()))).metadata(MetadataType.ICC).isEmpty());
    }
  }

  @Test
  void abortWritesNothing() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("pc15").next();
    List<String> events = new ArrayList<>();
    writer.addIIOWriteProgressListener(new Aborter(events));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(PICTURE);
    }
    assertEquals(List.of("started", "progress", "aborted"), events);
    assertEquals(0, bytes.size());
    writer.removeAllIIOWriteProgressListeners();
    writer.dispose();
  }

  private static final class Aborter implements IIOWriteProgressListener {
    private final List<String> events;

    Aborter(List<String> events) {
      this.events = events;
    }

    @Override
    public void imageStarted(ImageWriter source, int imageIndex) {
      events.add("started");
    }

    @Override
    public void imageProgress(ImageWriter source, float percentageDone) {
      events.add("progress");
      source.abort();
    }

    @Override
    public void imageComplete(ImageWriter source) {
      events.add("complete");
    }

    @Override
    public void thumbnailStarted(ImageWriter source, int imageIndex, int thumbnailIndex) {
      events.add("thumbnail");
    }

    @Override
    public void thumbnailProgress(ImageWriter source, float percentageDone) {
      events.add("thumbnail");
    }

    @Override
    public void thumbnailComplete(ImageWriter source) {
      events.add("thumbnail");
    }

    @Override
    public void writeAborted(ImageWriter source) {
      events.add("aborted");
    }
  }
}
