// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generators, the parameter codec, vector quantisation, measures and tiles. */
class NumbersTest {
  static Stream<Generator> generators() {
    return Generator.all().stream();
  }

  private static double[] defaults(Generator generator) {
    return generator.parameters().stream().mapToDouble(GeneratorParameter::defaultValue).toArray();
  }

  @ParameterizedTest
  @MethodSource("generators")
  void everyGeneratorDrawsAndItsParametersTravel(Generator generator) {
    assertEquals(generator, Generator.of(generator.name()));
    assertEquals(generator, Generator.of(generator.number()));
    assertFalse(generator.doc().isEmpty());
    double[] values = defaults(generator);
    Pixels first = Pixels.allocate(PixelFormat.Y, 40, 30);
    Pixels second = new Pixels(ByteBuffer.allocate(50 * 30), PixelFormat.Y, 40, 30, 50);
    generator.render(null, 5, first);
    generator.render(values, 5, second);
    assertArrayEquals(first.toArray(), second.toArray());
    int[] steps = generator.quantise(values, 0, 512);
    byte[] bytes = generator.pack(steps, 0, 512);
    assertArrayEquals(steps, generator.unpack(bytes, 0, 512));
    double[] back = generator.dequantise(steps);
    for (int k = 0; k < values.length; ++k) {
      GeneratorParameter parameter = generator.parameters().get(k);
      assertEquals(values[k], back[k], 8 * parameter.step() + 1e-9, parameter.name());
      assertEquals(parameter.type() == ParameterType.ENUM, !parameter.choices().isEmpty());
    }
    for (Generator.Pack pack : generator.packs()) {
      assertTrue(pack.positions().size() >= 2 && !pack.name().isEmpty() && !pack.doc().isEmpty());
    }
    assertEquals(Pc15Status.INVALID_ARGUMENT, assertThrows(Pc15Exception.class,
        () -> generator.quantise(Arrays.copyOf(values, values.length + 1), 0, 512)).status());
    assertThrows(Pc15Exception.class, () -> generator.unpack(Arrays.copyOf(bytes, bytes.length + 1), 0, 512));
  }

  @Test
  void unknownGeneratorsAreNotFound() {
    assertEquals(Pc15Status.NOT_FOUND, assertThrows(Pc15Exception.class, () -> Generator.of("strpes")).status());
    assertEquals(Pc15Status.NOT_FOUND, assertThrows(Pc15Exception.class, () -> Generator.of(-1)).status());
    assertThrows(IllegalArgumentException.class,
        () -> Generator.of("stripes").render(null, 0, Pixels.allocate(PixelFormat.RGB, 4, 4)));
    assertTrue(Generator.all().stream().anyMatch(Generator::isSeeded));
  }

  @Test
  void codebooksAreTrainedAndTravel() {
    Random random = new Random(3);
    double[] samples = random.doubles(300 * 3).toArray();
    float[] floats = new float[samples.length];
    for (int k = 0; k < samples.length; ++k) {
      floats[k] = (float) samples[k];
      samples[k] = floats[k];
    }
    try (Pc15Codebook codebook = new Pc15Codebook(); Pc15Codebook other = new Pc15Codebook()) {
      assertEquals(new Pc15Codebook.Shape(0, 0, 0, 0), codebook.shape());
      assertEquals(Pc15Status.WRONG_STATE, assertThrows(Pc15Exception.class, codebook::serialise).status());
      codebook.train(samples, 3, new Pc15Codebook.Options(16, 2, 50, 2, 11));
      other.train(floats, 3, new Pc15Codebook.Options(16, 2, 50, 1, 11));
      assertArrayEquals(codebook.serialise(), other.serialise(), "threads and floats change nothing");
      assertEquals(16, codebook.shape().entries());
      assertTrue(codebook.shape().distortion() > 0);
      Pc15Codebook.Quantised quantised = codebook.quantise(samples, 1);
      assertEquals(600, quantised.indices().length);
      assertArrayEquals(quantised.indices(), codebook.quantise(floats, 2).indices());
      assertArrayEquals(samples, codebook.dequantise(quantised.indices(), quantised.offsets(), 2), 1e-12);
      double[] coarse = codebook.dequantise(quantised.indices(), null, 1);
      assertArrayEquals(codebook.entry(0, quantised.indices()[0]), Arrays.copyOf(coarse, 3));
      other.deserialise(codebook.serialise());
      assertArrayEquals(codebook.serialise(), other.serialise());
      byte[] damaged = codebook.serialise();
      damaged[damaged.length / 2] ^= 1;
      assertEquals(Pc15Status.CRC, assertThrows(Pc15Exception.class, () -> other.deserialise(damaged)).status());
      codebook.cancel();
      assertEquals(Pc15Status.CANCELLED, assertThrows(Pc15Exception.class,
          () -> codebook.train(samples, 3, new Pc15Codebook.Options(16))).status());
      samples[4] = Double.NaN;
      Pc15Exception error = assertThrows(Pc15Exception.class,
          () -> codebook.train(samples, 3, new Pc15Codebook.Options(16)));
      assertEquals(Pc15Status.OUT_OF_RANGE, error.status());
      assertEquals(Pc15Status.INVALID_ARGUMENT, assertThrows(Pc15Exception.class,
          () -> codebook.quantise(new double[4], 1)).status());
      assertEquals(Pc15Status.OUT_OF_RANGE, assertThrows(Pc15Exception.class, () -> codebook.entry(2, 0)).status());
    }
  }

  @Test
  void measures() {
    Pixels a = Data.draw(PixelFormat.Y, 64, 48);
    Pixels b = new Pixels(ByteBuffer.wrap(a.toArray()), PixelFormat.Y, 64, 48);
    assertEquals(0, Metrics.mse(a, b));
    assertEquals(Double.POSITIVE_INFINITY, Metrics.psnr(a, b));
    assertEquals(1, Metrics.ssim(a, b), 1e-12);
    assertEquals(1, Metrics.msSsim(a, b), 1e-12);
    assertEquals(0, Metrics.distortion(a, b, 0.5), 1e-12);
    b.data().put(0, (byte) (b.data().get(0) ^ 16));
    assertEquals(256.0 / (64 * 48), Metrics.mse(a, b), 1e-12);
    assertEquals(10 * Math.log10(255.0 * 255 * 64 * 48 / 256), Metrics.psnr(a, b), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> Metrics.mse(a, Pixels.allocate(PixelFormat.Y, 64, 47)));
    assertThrows(IllegalArgumentException.class, () -> Metrics.mse(a, Pixels.allocate(PixelFormat.RGB, 64, 48)));
    assertEquals(Pc15Status.INVALID_ARGUMENT, assertThrows(Pc15Exception.class,
        () -> Metrics.ssim(a, new Pixels(ByteBuffer.allocate(9), PixelFormat.Y, 64, 48))).status());
    assertEquals(Pc15Status.OUT_OF_RANGE,
        assertThrows(Pc15Exception.class, () -> Metrics.distortion(a, b, 2)).status());
  }

  @Test
  void tilesComeBackExactly() {
    Pixels plane = Data.draw(PixelFormat.Y, 150, 100);
    TileGrid grid = new TileGrid(150, 100, 64, 16);
    assertEquals(grid.cols() * grid.rows() * 64 * 64, grid.extract(plane).remaining());
    assertEquals(new Rectangle(48, 0, 64, 64), grid.part(1));
    Pixels back = Pixels.allocate(PixelFormat.Y, 150, 100);
    assertNotEquals(plane.data(), back.data());
    grid.blend(grid.extract(plane), back);
    assertEquals(plane.data(), back.data());
    assertEquals(Pc15Status.OUT_OF_RANGE,
        assertThrows(Pc15Exception.class, () -> new TileGrid(150, 100, 31, 0)).status());
    assertEquals(Pc15Status.OUT_OF_RANGE, assertThrows(Pc15Exception.class, () -> grid.part(1000)).status());
    assertThrows(IllegalArgumentException.class, () -> grid.extract(Data.draw(PixelFormat.Y, 10, 10)));
    assertThrows(Pc15Exception.class, () -> grid.blend(ByteBuffer.allocate(10), back));
  }
}
