// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_codebook_shape;
import io.github.pc15.internal.pc15_vq_options;
import java.nio.charset.StandardCharsets;

/**
 * A codebook for vector quantisation: {@code entries} points of {@code dims} numbers on each of {@code levels}, coarse to
 * fine: level 0 stands for the samples, every further one for what the levels before it leave. Train it on packs of a
 * generator's parameters ({@link Generator#packs()}).
 *
 * <p>Threads: one at a time; {@link #cancel()} and {@link #close()} may come from any. Close it: its memory is outside the
 * heap.
 */
public final class Pc15Codebook implements AutoCloseable {
  /**
   * How to train.
   *
   * @param entries per level, 1 to 65536
   * @param levels 1 to 8
   * @param iterations most of Lloyd's per level, 1 to 1000
   * @param threads threads, 0: one per processor; the result does not depend on it
   * @param seed of the choice of the first entries
   */
  public record Options(int entries, int levels, int iterations, int threads, long seed) {
    /**
     * One level, at most 50 iterations, one thread, seed 0.
     *
     * @param entries 1 to 65536
     */
    public Options(int entries) {
      this(entries, 1, 50, 1, 0);
    }
  }

  /**
   * The shape of a codebook; all 0 when it is empty.
   *
   * @param dims numbers of a sample
   * @param entries points per level
   * @param levels levels
   * @param distortion mean squared distance of the training samples; 0 after {@link #deserialise}
   */
  public record Shape(int dims, int entries, int levels, double distortion) {
  }

  /**
   * Samples as a codebook has them.
   *
   * @param indices per sample one per level: the nearest entry
   * @param offsets per sample one per dimension: what the entries leave
   */
  public record Quantised(int[] indices, double[] offsets) {
  }

  private final NativeHandle handle;

  /**
   * An empty codebook: train or deserialise it.
   *
   * @throws Pc15Exception NO_MEMORY
   */
  public Pc15Codebook() {
    NativeLoader.load();
    long[] made = new long[1];
    Pc15Exception.check(Native.pc15_codebook_create(made));
    handle = new NativeHandle("codebook", made[0], Native::pc15_codebook_destroy);
  }

  /**
   * Trains on samples and replaces what the codebook held; on an error it keeps that. The arrays are copied.
   *
   * @param values the samples, one after another
   * @param dims numbers of a sample, 1 to 256
   * @param options how
   * @throws Pc15Exception OUT_OF_RANGE (dims, options, a number that is not finite), INVALID_ARGUMENT (no whole number of
   *     samples, fewer samples than entries), CANCELLED, LIMIT
   */
  public void train(double[] values, int dims, Options options) {
    try (NativeHandle.Lease lease = handle.lease(); pc15_vq_options raw = raw(options)) {
      check(lease, Native.pc15_vq_train(lease.pointer(), values, dims, raw));
    }
  }

  /**
   * The same from floats; equal numbers give the same codebook.
   *
   * @param values the samples, one after another
   * @param dims numbers of a sample, 1 to 256
   * @param options how
   * @throws Pc15Exception as {@link #train(double[], int, Options)}
   */
  public void train(float[] values, int dims, Options options) {
    try (NativeHandle.Lease lease = handle.lease(); pc15_vq_options raw = raw(options)) {
      check(lease, Native.pc15_vq_train_f32(lease.pointer(), values, dims, raw));
    }
  }

  private static pc15_vq_options raw(Options options) {
    pc15_vq_options raw = new pc15_vq_options();
    raw.setEntries(options.entries());
    raw.setLevels(options.levels());
    raw.setIterations(options.iterations());
    raw.setThreads(options.threads());
    raw.setSeed(options.seed());
    return raw;
  }

  /** Ends the running training, or the next one, with CANCELLED. Threads: any, at any time. */
  public void cancel() {
    handle.withPointer(Native::pc15_codebook_cancel);
  }

  /**
   * The entries nearest to samples.
   *
   * @param values the samples, one after another
   * @param threads threads, 0: one per processor
   * @return indices and offsets
   * @throws Pc15Exception WRONG_STATE (an empty codebook), INVALID_ARGUMENT (no whole number of samples), OUT_OF_RANGE
   */
  public Quantised quantise(double[] values, int threads) {
    try (NativeHandle.Lease lease = handle.lease()) {
      int[] indices = new int[samples(lease, values.length) * shape(lease).levels()];
      double[] offsets = new double[values.length];
      check(lease, Native.pc15_vq_quantise(lease.pointer(), values, threads, indices, offsets));
      return new Quantised(indices, offsets);
    }
  }

  /**
   * The entries nearest to samples.
   *
   * @param values the samples, one after another
   * @param threads threads, 0: one per processor
   * @return indices and offsets
   * @throws Pc15Exception as {@link #quantise(double[], int)}
   */
  public Quantised quantise(float[] values, int threads) {
    try (NativeHandle.Lease lease = handle.lease()) {
      int[] indices = new int[samples(lease, values.length) * shape(lease).levels()];
      double[] offsets = new double[values.length];
      check(lease, Native.pc15_vq_quantise_f32(lease.pointer(), values, threads, indices, offsets));
      return new Quantised(indices, offsets);
    }
  }

  /**
   * The samples of indices.
   *
   * @param indices per sample one per level
   * @param offsets per sample one per dimension, or null: the nearest points
   * @param useLevels how many levels count, 1 to all; fewer than all take no offsets
   * @return the samples, one after another
   * @throws Pc15Exception WRONG_STATE, INVALID_ARGUMENT (a length, offsets with fewer levels), OUT_OF_RANGE (useLevels, an
   *     index)
   */
  public double[] dequantise(int[] indices, double[] offsets, int useLevels) {
    try (NativeHandle.Lease lease = handle.lease()) {
      Shape shape = shape(lease);
      double[] values = new double[indices.length / Math.max(shape.levels(), 1) * shape.dims()];
      check(lease, Native.pc15_vq_dequantise(lease.pointer(), indices, offsets, useLevels, values));
      return values;
    }
  }

  private int samples(NativeHandle.Lease lease, int numbers) {
    return numbers / Math.max(shape(lease).dims(), 1);
  }

  /**
   * The shape.
   *
   * @return all 0 for an empty codebook
   */
  public Shape shape() {
    try (NativeHandle.Lease lease = handle.lease()) {
      return shape(lease);
    }
  }

  private Shape shape(NativeHandle.Lease lease) {
    try (pc15_codebook_shape raw = new pc15_codebook_shape()) {
      check(lease, Native.pc15_codebook_info(lease.pointer(), raw));
      return new Shape((int) raw.getDims(), (int) raw.getEntries(), (int) raw.getLevels(), raw.getDistortion());
    }
  }

  /**
   * One entry.
   *
   * @param level from 0
   * @param entry from 0
   * @return its numbers
   * @throws Pc15Exception WRONG_STATE (an empty codebook), OUT_OF_RANGE
   */
  public double[] entry(int level, int entry) {
    try (NativeHandle.Lease lease = handle.lease()) {
      double[] values = new double[Math.max(shape(lease).dims(), 1)];
      check(lease, Native.pc15_codebook_entry(lease.pointer(), level, entry, values));
      return values;
    }
  }

  /**
   * The codebook as bytes, the same on every platform.
   *
   * @return the bytes
   * @throws Pc15Exception WRONG_STATE: it is empty
   */
  public byte[] serialise() {
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      int status = Native.pc15_codebook_serialise(lease.pointer(), null, size);
      if (status != Native.PC15_NOTE_DST_TOO_SMALL) {
        check(lease, status);
      }
      try (Memory memory = Memory.allocate(size[0])) {
        check(lease, Native.pc15_codebook_serialise(lease.pointer(), memory.view(), size));
        byte[] bytes = new byte[(int) size[0]];
        memory.view().get(0, bytes);
        return bytes;
      }
    }
  }

  /**
   * Replaces what the codebook held; on an error it keeps that.
   *
   * @param bytes what {@link #serialise} made
   * @throws Pc15Exception TRUNCATED, TRAILING, CRC, VERSION, CORRUPT
   */
  public void deserialise(byte[] bytes) {
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(bytes)) {
      check(lease, Native.pc15_codebook_deserialise(lease.pointer(), input.view()));
    }
  }

  private static void check(NativeHandle.Lease lease, int status) {
    if (status != Native.PC15_OK) {
      byte[] text = new byte[1024];
      long length = Native.pc15_codebook_last_error(lease.pointer(), text);
      throw new Pc15Exception(status,
          new String(text, 0, (int) Math.min(length, text.length - 1), StandardCharsets.UTF_8));
    }
  }

  /** Frees the native memory, at the end of the call that runs if there is one. Threads: any, at any time. */
  @Override
  public void close() {
    handle.close(Native::pc15_codebook_cancel);
  }
}
