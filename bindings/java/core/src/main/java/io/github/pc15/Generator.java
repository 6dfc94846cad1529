// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_generator_param;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be drawn: a generator of the library, its parameters, and the codec of those. A generator has a number, which
 * files use and which never changes its meaning, and a name.
 *
 * <p>Threads: immutable; any, at any time.
 */
public final class Generator {
  /** A group of parameters that only mean something together. */
  public static final class Pack {
    private final String name;
    private final String doc;
    private final List<Integer> positions;

    private Pack(String name, String doc, List<Integer> positions) {
      this.name = name;
      this.doc = doc;
      this.positions = positions;
    }

    /**
     * The name of the pack.
     *
     * @return for example {@code "wave"}
     */
    public String name() {
      return name;
    }

    /**
     * What it holds.
     *
     * @return one line for a user
     */
    public String doc() {
      return doc;
    }

    /**
     * Its members.
     *
     * @return their places among {@link Generator#parameters()}, in the order of the pack
     */
    public List<Integer> positions() {
      return positions;
    }
  }

  private final int number;

  private Generator(int number) {
    this.number = number;
  }

  /**
   * Every generator of the library.
   *
   * @return in the order of the library
   */
  public static List<Generator> all() {
    NativeLoader.load();
    List<Generator> generators = new ArrayList<>();
    int[] number = new int[1];
    for (long index = 0; index < Native.pc15_generator_count(); ++index) {
      Pc15Exception.check(Native.pc15_generator_id(index, number));
      generators.add(new Generator(number[0]));
    }
    return generators;
  }

  /**
   * A generator by its name.
   *
   * @param name for example {@code "stripes"}
   * @return the generator
   * @throws Pc15Exception NOT_FOUND
   */
  public static Generator of(String name) {
    NativeLoader.load();
    int[] number = new int[1];
    Pc15Exception.check(Native.pc15_generator_from_name(name, number));
    return new Generator(number[0]);
  }

  /**
   * A generator by its number.
   *
   * @param number as files have it
   * @return the generator
   * @throws Pc15Exception NOT_FOUND
   */
  public static Generator of(int number) {
    NativeLoader.load();
    if (Native.pc15_generator_name(number) == null) {
      throw new Pc15Exception(Native.PC15_ERROR_NOT_FOUND, "generator " + number);
    }
    return new Generator(number);
  }

  /**
   * The number that files use.
   *
   * @return the number
   */
  public int number() {
    return number;
  }

  /**
   * The name.
   *
   * @return for example {@code "stripes"}
   */
  public String name() {
    return Native.pc15_generator_name(number);
  }

  /**
   * What it draws, with the formula.
   *
   * @return a text for a user
   */
  public String doc() {
    return Native.pc15_generator_doc(number);
  }

  /**
   * Whether its picture depends on a seed.
   *
   * @return true for noise and the like
   */
  public boolean isSeeded() {
    return Native.pc15_generator_is_seeded(number) != 0;
  }

  /**
   * Its parameters.
   *
   * @return in the order of all arrays of values
   */
  public List<GeneratorParameter> parameters() {
    List<GeneratorParameter> parameters = new ArrayList<>();
    try (pc15_generator_param raw = new pc15_generator_param()) {
      for (int index = 0; index < count(); ++index) {
        Pc15Exception.check(Native.pc15_generator_param_info(number, index, raw));
        ParameterType type = ParameterType.of(raw.getType());
        List<String> choices = new ArrayList<>();
        for (int value = (int) raw.getMin(); type == ParameterType.ENUM && value <= (int) raw.getMax(); ++value) {
          choices.add(Native.pc15_generator_param_choice(number, index, value));
        }
        parameters.add(new GeneratorParameter(raw.getName(), raw.getUnit(), raw.getDoc(), type, raw.getMin(),
            raw.getMax(), raw.getDef(), raw.getStep(), List.copyOf(choices)));
      }
    }
    return parameters;
  }

  /**
   * Its packs.
   *
   * @return the groups of parameters that only mean something together
   */
  public List<Pack> packs() {
    List<Pack> packs = new ArrayList<>();
    long[] count = new long[1];
    for (long index = 0; index < Native.pc15_generator_pack_count(number); ++index) {
      int[] positions = new int[16]; // the most that the library has
      Pc15Exception.check(Native.pc15_generator_pack_params(number, index, positions, count));
      List<Integer> members = new ArrayList<>();
      for (int member = 0; member < count[0]; ++member) {
        members.add(positions[member]);
      }
      packs.add(new Pack(Native.pc15_generator_pack_name(number, index), Native.pc15_generator_pack_doc(number, index),
          List.copyOf(members)));
    }
    return packs;
  }

  /**
   * Draws a plane that spans 0 to 255. Every platform gives the same bytes.
   *
   * @param values one per parameter, in its unit; they are quantised first. null: the defaults
   * @param seed for seeded generators
   * @param out where it goes: a picture of format Y
   * @throws Pc15Exception OUT_OF_RANGE: a value or a size; INVALID_ARGUMENT: the number of values, stride;
   *     DST_TOO_SMALL
   * @throws IllegalArgumentException another format, or a read-only buffer
   */
  public void render(double[] values, long seed, Pixels out) {
    if (out.format() != PixelFormat.Y) {
      throw new IllegalArgumentException("a generator draws a plane: format Y, not " + out.format());
    }
    try (Memory output = Memory.output(out.data())) {
      Pc15Exception.check(Native.pc15_generator_render(number, values, seed, out.width(), out.height(), output.view(),
          out.stride()));
      output.commit();
    }
  }

  /**
   * Values to the integers that a file holds.
   *
   * @param values one per parameter
   * @param precision 0 fine to 7 coarse
   * @param frame the longer side of the tile or image, pixels, 1 to 65535
   * @return steps, one per parameter
   * @throws Pc15Exception OUT_OF_RANGE; INVALID_ARGUMENT: the number of values
   */
  public int[] quantise(double[] values, int precision, int frame) {
    int[] steps = new int[count()];
    Pc15Exception.check(Native.pc15_params_quantise(number, precision, frame, values, steps));
    return steps;
  }

  /**
   * The integers of a file to values.
   *
   * @param steps one per parameter
   * @return values, one per parameter
   * @throws Pc15Exception OUT_OF_RANGE; INVALID_ARGUMENT: the number of steps
   */
  public double[] dequantise(int[] steps) {
    double[] values = new double[count()];
    Pc15Exception.check(Native.pc15_params_dequantise(number, steps, values));
    return values;
  }

  /**
   * Steps to bytes.
   *
   * @param steps one per parameter, on the grid of precision and frame
   * @param precision 0 fine to 7 coarse
   * @param frame pixels, 1 to 65535
   * @return fields of as many bits as the grid needs
   * @throws Pc15Exception OUT_OF_RANGE; INVALID_ARGUMENT: the number of steps
   */
  public byte[] pack(int[] steps, int precision, int frame) {
    long[] size = new long[1];
    try (Memory memory = Memory.allocate(8L * steps.length + 8)) { // no step has more than 32 bits
      Pc15Exception.check(Native.pc15_params_pack(number, precision, frame, steps, memory.view(), size));
      byte[] bytes = new byte[(int) size[0]];
      memory.view().get(0, bytes);
      return bytes;
    }
  }

  /**
   * Bytes to steps.
   *
   * @param bytes what {@link #pack} made
   * @param precision the same
   * @param frame the same
   * @return steps, one per parameter
   * @throws Pc15Exception TRUNCATED, TRAILING, CORRUPT; OUT_OF_RANGE
   */
  public int[] unpack(byte[] bytes, int precision, int frame) {
    int[] steps = new int[count()];
    try (Memory input = Memory.input(bytes)) {
      Pc15Exception.check(Native.pc15_params_unpack(number, precision, frame, input.view(), steps));
    }
    return steps;
  }

  private int count() {
    return (int) Native.pc15_generator_param_count(number);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Generator && ((Generator) other).number == number;
  }

  @Override
  public int hashCode() {
    return number;
  }

  @Override
  public String toString() {
    return name();
  }
}
