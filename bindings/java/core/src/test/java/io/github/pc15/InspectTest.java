// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Regions, scales, damage, parts, tiles, programs and differences. */
class InspectTest {
  private static final Pixels PICTURE = Data.draw(PixelFormat.RGB, 700, 500);
  private static final byte[] FILE = Data.encode(PICTURE, Parameter.CELL, 128);

  @Test
  void aRegionIsACropOfTheWhole() {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      BufferedImage whole = decoder.decodeImage(FILE);
      Rectangle region = new Rectangle(101, 77, 300, 222);
      BufferedImage part = decoder.decodeImage(ByteBuffer.wrap(FILE), region, 0);
      assertEquals(BufferedImage.TYPE_3BYTE_BGR, part.getType());
      for (int y = 0; y < region.height; ++y) {
        for (int x = 0; x < region.width; ++x) {
          assertEquals(whole.getRGB(region.x + x, region.y + y), part.getRGB(x, y));
        }
      }
      byte[] states = decoder.damage();
      assertTrue(contains(states, CellState.NOT_DECODED) && contains(states, CellState.INTACT));
      assertFalse(contains(states, CellState.LOST));
    }
  }

  private static boolean contains(byte[] states, CellState state) {
    for (byte one : states) {
      if (one == state.code()) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, -1, 0, 1, 2, 3})
  void everyScaleHasItsSize(int scale) {
    Dimension size = Pc15.scaledSize(700, 500, scale);
    assertEquals(new Dimension((int) Math.ceil(700 * Math.pow(2, scale)), (int) Math.ceil(500 * Math.pow(2, scale))),
        size);
    try (Pc15Decoder decoder = new Pc15Decoder(); Pc15File file = decoder.open(Data.direct(FILE))) {
      Rectangle corner = new Rectangle(size.width - 50, size.height - 40, 50, 40);
      BufferedImage image = file.readImage(corner, scale);
      assertEquals(new Dimension(50, 40), new Dimension(image.getWidth(), image.getHeight()));
      Pixels pixels = Pixels.allocate(PixelFormat.RGB, 50, 40);
      file.read(scale, corner.x, corner.y, pixels);
      assertEquals(BufferedImages.toPixels(image).data(), pixels.data());
      Pixels again = Pixels.allocate(PixelFormat.RGB, 50, 40);
      decoder.decodeScaled(ByteBuffer.wrap(FILE), scale, corner.x, corner.y, again);
      assertEquals(pixels.data(), again.data());
    }
  }

  @Test
  void aTolerantDecoderShowsWhatIsLeft() {
    byte[] damaged = FILE.clone();
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      PartInfo cell;
      try (Pc15File file = decoder.open(ByteBuffer.wrap(FILE))) {
        cell = file.parts().stream().filter(part -> part.kind() == PartKind.CELL && part.size() > 20).findFirst()
            .orElseThrow();
      }
      damaged[(int) (cell.offset() + cell.size() / 2)] ^= 0x40;
      assertEquals(Pc15Status.CRC, assertThrows(Pc15Exception.class, () -> decoder.decode(damaged)).status());
      decoder.set(Parameter.TOLERANT, true);
      Pixels out = Pixels.allocate(PixelFormat.RGB, 700, 500);
      assertEquals(Pc15Status.DAMAGED, decoder.decode(ByteBuffer.wrap(damaged), out));
      byte[] states = decoder.damage();
      ImageInfo info = Pc15.probe(damaged);
      assertEquals(info.cellCols() * info.cellRows(), states.length);
      assertEquals(CellState.LOST.code(), states[cell.number()]);
      try (Pc15File file = decoder.open(ByteBuffer.wrap(damaged))) {
        assertEquals(1, file.parts().stream().filter(part -> !part.intact()).count());
      }
      assertEquals(Pc15Status.OK, decoder.decode(ByteBuffer.wrap(FILE), out));
      assertFalse(contains(decoder.damage(), CellState.LOST));
      byte[] cut = Arrays.copyOf(FILE, FILE.length / 2);
      assertEquals(Pc15Status.DAMAGED, decoder.decode(ByteBuffer.wrap(cut), out));
      assertEquals(700, decoder.decode(cut).width());
    }
  }

  @Test
  void everyByteBelongsToOnePart() {
    try (Pc15Decoder decoder = new Pc15Decoder(); Pc15File file = decoder.open(ByteBuffer.wrap(FILE))) {
      long end = 0;
      for (PartInfo part : file.parts()) {
        assertEquals(end, part.offset());
        assertTrue(part.intact());
        end += part.size();
      }
      assertEquals(FILE.length, end);
      assertEquals(700, file.info().width());
      if (file.info().hasPrograms()) {
        assertEquals(file.info().tileCols() * file.info().tileRows(), file.tiles().size());
      }
      assertEquals(Pc15Status.OUT_OF_RANGE, assertThrows(Pc15Exception.class, () -> file.field(1 << 20)).status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"galaxy", "islands", "planet", "sunset", "window"})
  void programsGoToTextAndBack(String name) throws IOException {
    String text = new String(Data.read("examples/programs/" + name + ".pc15t"), StandardCharsets.UTF_8);
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      byte[] file = decoder.assemble(text);
      byte[] again = decoder.assemble(decoder.disassemble(ByteBuffer.wrap(file)));
      assertArrayEquals(file, again);
      try (Pc15File open = decoder.open(ByteBuffer.wrap(file))) {
        List<LayerInfo> layers = open.layers(Pc15File.IMAGE_PROGRAM);
        FieldInfo field = open.field(Pc15File.IMAGE_PROGRAM).orElseThrow();
        assertEquals(field.layerCount(), layers.size());
        assertEquals(18, field.coefficients().size());
        for (LayerInfo layer : layers) {
          assertEquals(layer.generator().parameters().size(), layer.parameters().size());
          assertEquals(3, layer.contrast().size());
        }
      }
    }
  }

  @Test
  void refusedTextNamesLineAndColumn() {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      Pc15Exception error = assertThrows(Pc15Exception.class, () -> decoder.assemble("größe \ud83e\udd9c"));
      assertTrue(error.getMessage().matches("(?s)PC15_ERROR_\\w+: \\d+:\\d+: .*"), error.getMessage());
    }
  }

  @Test
  void differencesAreFound() {
    byte[] other = FILE.clone();
    other[FILE.length / 2] ^= 1;
    assertTrue(Pc15.diff(ByteBuffer.wrap(FILE), Data.direct(FILE)).identical());
    Difference difference = Pc15.diff(ByteBuffer.wrap(FILE), ByteBuffer.wrap(other));
    assertFalse(difference.identical());
    assertEquals(FILE.length / 2, difference.offset());
    assertTrue(difference.kindA().isPresent());
    Difference empty = Pc15.diff(ByteBuffer.wrap(FILE), ByteBuffer.allocate(0));
    assertEquals(0, empty.offset());
    assertEquals(Optional.empty(), empty.kindB());
  }

  @Test
  void aHeadIsEnoughToProbe() {
    ImageInfo info = Pc15.probe(ByteBuffer.wrap(FILE, 0, Pc15.HEAD_SIZE));
    assertEquals(Pc15.probe(FILE), info);
    assertEquals(128, info.cell());
    assertTrue(Pc15.isPc15(FILE));
    assertFalse(Pc15.isPc15(new byte[] {'P', 'C', '1', '5'}));
    assertFalse(Pc15.isPc15(new byte[] {'P', 'C', '1', '5', 0}));
    byte[] compact = Data.encode(Data.draw(PixelFormat.Y, 16, 16));
    assertTrue(Pc15.isPc15(compact) && Pc15.probe(compact).compact());
  }
}
