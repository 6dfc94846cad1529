// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoding, its parameters, what it reports, metadata and models. */
class EncoderTest {
  @ParameterizedTest
  @EnumSource(PixelFormat.class)
  void losslessGivesEverySampleBack(PixelFormat format) {
    Pixels picture = Data.draw(format, 83, 61);
    byte[] file = Data.encode(picture, Parameter.LOSSLESS, 1);
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      assertArrayEquals(picture.toArray(), decoder.decode(file).toArray());
    }
    ImageInfo info = Pc15.probe(file);
    assertTrue(info.lossless());
    assertEquals(List.of(83, 61, format), List.of(info.width(), info.height(), info.naturalFormat()));
  }

  @Test
  void bytesDoNotDependOnThreads() throws IOException {
    Pixels parrots = BufferedImages.toPixels(Data.parrots());
    byte[] file = Data.encode(parrots, Parameter.THREADS, 1);
    assertArrayEquals(file, Data.encode(parrots, Parameter.THREADS, 4));
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      assertArrayEquals(file, encoder.encode(Data.parrots()));
      assertTrue(file.length <= encoder.bound(PixelFormat.RGB, parrots.width(), parrots.height()));
      EncodeStats stats = encoder.stats();
      assertEquals(file.length, stats.bytesTotal());
      assertTrue(stats.psnrY() > 25 && stats.psnrY() < 60 && stats.ssimY() > 0.8 && stats.ssimY() <= 1);
      assertTrue(stats.peakMemoryBytes() > parrots.width() * parrots.height());
      assertEquals(stats.tiles(), encoder.tiles().size());
      assertEquals(Generator.all().size(), encoder.generatorStats().size());
      assertArrayEquals(file, encoder.result());
      encoder.reset();
      assertEquals(Pc15Status.WRONG_STATE, assertThrows(Pc15Exception.class, encoder::stats).status());
    }
  }

  @Test
  void qualityTradesSizeForFidelity() {
    Pixels picture = Data.draw(PixelFormat.Y, 128, 128);
    assertTrue(Data.encode(picture, Parameter.QUALITY, 20).length < Data.encode(picture, Parameter.QUALITY, 90).length);
  }

  @Test
  void targetsAreReached() {
    Pixels picture = Data.draw(PixelFormat.Y, 128, 128);
    int free = Data.encode(picture, Parameter.QUALITY, 80).length;
    byte[] bounded = Data.encode(picture, Parameter.TARGET_BYTES, free / 2);
    assertTrue(bounded.length <= free / 2 && bounded.length > free / 4, bounded.length + " of " + free);
    assertEquals(Pc15Status.INVALID_ARGUMENT, assertThrows(Pc15Exception.class,
        () -> Data.encode(picture, Parameter.TARGET_BYTES, 900, Parameter.TARGET_PSNR, 40)).status());
  }

  @Test
  void everyParameterHasARangeAndAPlace() {
    try (Pc15Encoder encoder = new Pc15Encoder(); Pc15Decoder decoder = new Pc15Decoder()) {
      for (Parameter parameter : Parameter.values()) {
        assertTrue(parameter.minimum() <= parameter.defaultValue() && parameter.defaultValue() <= parameter.maximum());
        assertFalse(parameter.doc().isEmpty());
        assertTrue(parameter.isForEncoder() || parameter.isForDecoder());
        assertEquals(parameter.type() == ParameterType.ENUM, !parameter.choices().isEmpty());
        if (parameter.isForEncoder()) {
          assertEquals(parameter.defaultValue(), encoder.setDefaults().get(parameter), 1e-9, parameter.name());
          encoder.set(parameter, parameter.maximum() < 1e18 ? parameter.maximum() : 5);
        }
        if (parameter.isForDecoder()) {
          assertEquals(parameter.defaultValue(), decoder.get(parameter), 1e-9, parameter.name());
        }
      }
      encoder.set(Parameter.SEED, Long.MIN_VALUE + 1);
      assertEquals(Long.MIN_VALUE + 1, encoder.getLong(Parameter.SEED));
      encoder.set(Parameter.QUALITY, 60.5);
      assertEquals(60.5, encoder.get(Parameter.QUALITY));
      encoder.set(Parameter.QUALITY, 61);
      assertEquals(61, encoder.get(Parameter.QUALITY));
      assertThrows(IllegalArgumentException.class, () -> encoder.getLong(Parameter.QUALITY));
      assertEquals(50, encoder.set(Parameter.TILE, 64).setDefaults().get(Parameter.QUALITY), 50);
      assertEquals(Parameter.TILE.defaultValue(), encoder.get(Parameter.TILE));
    }
    assertEquals(List.of("420", "444"), Parameter.CHROMA.choices());
    assertEquals("early-exit", Parameter.EARLY_EXIT.commandName());
  }

  @Test
  void metadataTravelsAndSurvivesAReset() {
    byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8};
    byte[] prefixed = new byte[14];
    System.arraycopy("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1), 0, prefixed, 0, 6);
    System.arraycopy(exif, 0, prefixed, 6, 8);
    byte[] text = "Grüße, 日本語, \ud83e\udd9c".getBytes(StandardCharsets.UTF_8);
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1); Pc15Decoder decoder = new Pc15Decoder()) {
      encoder.setMetadata(MetadataType.EXIF, prefixed).setMetadata(MetadataType.TEXT, text)
          .setMetadata(MetadataType.XMP, new byte[] {1}).setMetadata(MetadataType.XMP, null);
      encoder.reset();
      byte[] file = encoder.encode(Data.draw(PixelFormat.Y, 20, 20));
      try (Pc15File open = decoder.open(ByteBuffer.wrap(file))) {
        assertEquals(2, open.metadataTypes().size());
        assertArrayEquals(exif, open.metadata(MetadataType.EXIF).orElseThrow());
        assertArrayEquals(text, open.metadata(MetadataType.TEXT).orElseThrow());
        assertTrue(open.metadata(MetadataType.ICC).isEmpty());
      }
      byte[] replaced = decoder.replaceMetadata(ByteBuffer.wrap(file), MetadataType.ICC, new byte[] {9, 8});
      replaced = decoder.replaceMetadata(Data.direct(replaced), MetadataType.TEXT, null);
      try (Pc15File open = decoder.open(ByteBuffer.wrap(replaced))) {
        assertArrayEquals(new byte[] {9, 8}, open.metadata(MetadataType.ICC).orElseThrow());
        assertTrue(open.metadata(MetadataType.TEXT).isEmpty());
      }
      assertArrayEquals(decoder.decode(file).toArray(), decoder.decode(replaced).toArray());
    }
  }

  @Test
  void modelsTravelInFiles() {
    Pixels picture = Data.draw(PixelFormat.Y, 200, 150);
    try (Pc15Model model = new Pc15Model();
        Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1);
        Pc15Decoder decoder = new Pc15Decoder()) {
      assertFalse(model.tables().isEmpty());
      assertTrue(model.tables().get(0).step() > 0 && model.tables().get(0).bytes() > 0);
      model.setCodebook(3, new short[] {1, -2, 300, 4}, 2);
      byte[] bytes = model.export();
      try (Pc15Model again = Pc15Model.load(bytes)) {
        assertArrayEquals(bytes, again.export());
        Pc15Model.Codebook codebook = again.codebook(3).orElseThrow();
        assertArrayEquals(new short[] {1, -2, 300, 4}, codebook.values());
        assertEquals(2, codebook.dims());
        again.setCodebook(3, null, 1);
        assertTrue(again.codebook(3).isEmpty());
      }
      byte[] plain = encoder.encode(picture);
      byte[] with = encoder.setModel(model).encode(picture);
      assertTrue(with.length > plain.length);
      assertEquals(200, decoder.decode(with).width());
      assertArrayEquals(plain, encoder.setModel(null).encode(picture));
      assertEquals(Pc15Status.TRUNCATED, assertThrows(Pc15Exception.class,
          () -> Pc15Model.load(Arrays.copyOf(bytes, bytes.length / 2))).status());
    }
  }

  @Test
  void grainAndLosslessContradictEachOther() {
    Pc15Exception error = assertThrows(Pc15Exception.class,
        () -> Data.encode(Data.draw(PixelFormat.Y, 9, 9), Parameter.LOSSLESS, 1, Parameter.GRAIN, 10));
    assertEquals(Pc15Status.INVALID_ARGUMENT, error.status());
    assertNotEquals(error.status().doc(), error.getMessage(), "the message is the call's own");
  }
}
