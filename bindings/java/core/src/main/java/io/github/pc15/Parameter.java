// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of encoders and decoders. Ranges, defaults and texts come from the table of the library; values are in
 * the units of the user (quality 60.5). A value out of range is refused, never clamped.
 */
public enum Parameter {
  /** Quality, 0 to 100. Sets {@link #LAMBDA} too: 10 points halve the price of a bit. */
  QUALITY(Native.PC15_PARAM_QUALITY),
  /** Price of a bit per pixel in normalised distortion; sets {@link #QUALITY} too. */
  LAMBDA(Native.PC15_PARAM_LAMBDA),
  /** Weight of 1 - SSIM against the squared error, 0 to 1. */
  ALPHA(Native.PC15_PARAM_ALPHA),
  /** Whether what the programs do not explain is coded. */
  RESIDUAL(Native.PC15_PARAM_RESIDUAL),
  /** Most bits per 1000 pixels of a cell; 0 is no cap. */
  RESIDUAL_CAP(Native.PC15_PARAM_RESIDUAL_CAP),
  /** Colour at half size (choice 0, "420") or full size (1, "444"). */
  CHROMA(Native.PC15_PARAM_CHROMA),
  /** Share of the lost fine texture that grain gives back, percent; 0 is none. */
  GRAIN(Native.PC15_PARAM_GRAIN),
  /** What to aim at: choice 0 "ssim", 1 "psnr", 2 "look". */
  TUNE(Native.PC15_PARAM_TUNE),
  /** Whether every sample comes back as it was. */
  LOSSLESS(Native.PC15_PARAM_LOSSLESS),
  /** Most bytes of the file, by several passes over QUALITY; 0 is no target. At most one target can be set. */
  TARGET_BYTES(Native.PC15_PARAM_TARGET_BYTES),
  /** Least PSNR of luma, dB, by several passes over QUALITY; 0 is no target. */
  TARGET_PSNR(Native.PC15_PARAM_TARGET_PSNR),
  /** Least SSIM of luma, 0 to 1, by several passes over QUALITY; 0 is no target. */
  TARGET_SSIM(Native.PC15_PARAM_TARGET_SSIM),
  /** Side of a procedural tile, pixels. */
  TILE(Native.PC15_PARAM_TILE),
  /** Overlap of two tiles, pixels, at most half the tile. */
  OVERLAP(Native.PC15_PARAM_OVERLAP),
  /** Side of a residual cell: 128, 256 or 512 pixels. */
  CELL(Native.PC15_PARAM_CELL),
  /** Whether tiny files may have the compact form, which has no spare copy. */
  COMPACT(Native.PC15_PARAM_COMPACT),
  /** Whether programs are searched for at all. */
  PROCEDURAL(Native.PC15_PARAM_PROCEDURAL),
  /** 1 fast to 9 thorough. */
  EFFORT(Native.PC15_PARAM_EFFORT),
  /** Candidates kept per tile. */
  BEAM(Native.PC15_PARAM_BEAM),
  /** A tile whose first candidates gain less is given up; millidecibel, 0 is never. */
  EARLY_EXIT(Native.PC15_PARAM_EARLY_EXIT),
  /** Seed of the generators, any long. */
  SEED(Native.PC15_PARAM_SEED),
  /** Threads of a call, the caller's included; 0 is one per processor. Never changes bytes or pixels. */
  THREADS(Native.PC15_PARAM_THREADS),
  /** Bytes that the handle may hold at a time. Never changes bytes or pixels. */
  MAX_MEMORY(Native.PC15_PARAM_MAX_MEMORY),
  /** Where samples are made: 0 is a device for large pictures if there is one, 1 the processor, 2 a CUDA device. */
  DEVICE(Native.PC15_PARAM_DEVICE),
  /** Number of the device. */
  DEVICE_INDEX(Native.PC15_PARAM_DEVICE_INDEX),
  /** Whether PSNR and SSIM are measured for the statistics, 1 or 0; without they are NaN. Never changes bytes. */
  MEASURE(Native.PC15_PARAM_MEASURE),
  /** Whether what is intact of a damaged or truncated file is decoded. */
  TOLERANT(Native.PC15_PARAM_TOLERANT),
  /** Widest picture that is accepted, pixels. */
  MAX_WIDTH(Native.PC15_PARAM_MAX_WIDTH),
  /** Highest picture that is accepted, pixels. */
  MAX_HEIGHT(Native.PC15_PARAM_MAX_HEIGHT),
  /** Largest picture that is accepted, pixels. */
  MAX_PIXELS(Native.PC15_PARAM_MAX_PIXELS),
  /** Most sections of a file. */
  MAX_SECTIONS(Native.PC15_PARAM_MAX_SECTIONS),
  /** Most bytes of metadata of a file. */
  MAX_METADATA(Native.PC15_PARAM_MAX_METADATA);

  private final int id;

  Parameter(int id) {
    this.id = id;
  }

  /**
   * The number of the parameter.
   *
   * @return the value of the constant of {@code pc15.h}
   */
  public int id() {
    return id;
  }

  /**
   * The name that command lines use.
   *
   * @return lower case, for example {@code "early-exit"}
   */
  public String commandName() {
    return Native.pc15_param_name(id);
  }

  /**
   * What it does.
   *
   * @return one line for a user
   */
  public String doc() {
    return Native.pc15_param_doc(id);
  }

  /**
   * What kind of values it takes.
   *
   * @return the type
   */
  public ParameterType type() {
    return ParameterType.of(Native.pc15_param_type(id));
  }

  /**
   * The smallest value.
   *
   * @return in the units of the user
   */
  public double minimum() {
    return bound(0);
  }

  /**
   * The largest value.
   *
   * @return in the units of the user
   */
  public double maximum() {
    return bound(1);
  }

  /**
   * The initial value.
   *
   * @return in the units of the user
   */
  public double defaultValue() {
    return bound(2);
  }

  /**
   * The names of the values of an enumeration.
   *
   * @return from {@link #minimum()} on; empty for the other types
   */
  public List<String> choices() {
    List<String> names = new ArrayList<>();
    if (type() == ParameterType.ENUM) {
      for (long value = (long) minimum(); value <= (long) maximum(); ++value) {
        String name = Native.pc15_param_choice(id, value);
        names.add(name == null ? Long.toString(value) : name);
      }
    }
    return List.copyOf(names);
  }

  /**
   * Whether encoders have it.
   *
   * @return true when {@link Pc15Encoder#set} takes it
   */
  public boolean isForEncoder() {
    return (Native.pc15_param_scope(id) & Native.PC15_SCOPE_ENCODER) != 0;
  }

  /**
   * Whether decoders have it.
   *
   * @return true when {@link Pc15Decoder#set} takes it
   */
  public boolean isForDecoder() {
    return (Native.pc15_param_scope(id) & Native.PC15_SCOPE_DECODER) != 0;
  }

  private double bound(int which) {
    long[] low = new long[1];
    long[] high = new long[1];
    long[] initial = new long[1];
    Pc15Exception.check(Native.pc15_param_bounds(id, low, high, initial));
    long[][] bounds = {low, high, initial};
    return (double) bounds[which][0] / Native.pc15_param_scale(id);
  }
}
