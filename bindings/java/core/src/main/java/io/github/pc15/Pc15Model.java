// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Probability tables of the residual and codebooks of small integers, for {@link Pc15Encoder#setModel}. They travel in
 * the files: any decoder reads those without the model.
 *
 * <p>Threads: one at a time. Close it: its memory is outside the heap.
 */
public final class Pc15Model implements AutoCloseable {
  /**
   * A set of tables.
   *
   * @param step the quantiser step that it was made for, grey levels
   * @param bytes what it costs a file, one copy
   */
  public record TableSet(double step, long bytes) {
  }

  /**
   * A codebook of small integers.
   *
   * @param values the entries, one after another
   * @param dims numbers of an entry
   */
  public record Codebook(short[] values, int dims) {
  }

  final NativeHandle handle;

  /**
   * The model that the library holds: its tables, and no codebooks.
   *
   * @throws Pc15Exception NO_MEMORY
   */
  public Pc15Model() {
    NativeLoader.load();
    long[] made = new long[1];
    Pc15Exception.check(Native.pc15_model_create(made));
    handle = new NativeHandle("model", made[0], Native::pc15_model_destroy);
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_model_load_frozen(lease.pointer()));
    }
  }

  /**
   * A model in bytes.
   *
   * @param bytes what {@link #export} or {@code tools/train_tables} made
   * @return the model
   * @throws Pc15Exception TRUNCATED, TRAILING, CRC, VERSION, UNSUPPORTED, CORRUPT; the message names the byte
   */
  public static Pc15Model load(byte[] bytes) {
    Pc15Model model = new Pc15Model();
    try (NativeHandle.Lease lease = model.handle.lease(); Memory input = Memory.input(bytes)) {
      check(lease, Native.pc15_model_import(lease.pointer(), input.view()));
      return model;
    } catch (RuntimeException error) {
      model.close();
      throw error;
    }
  }

  /**
   * The model as bytes.
   *
   * @return the bytes
   */
  public byte[] export() {
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      int status = Native.pc15_model_export(lease.pointer(), null, size);
      if (status != Native.PC15_NOTE_DST_TOO_SMALL) {
        check(lease, status);
      }
      try (Memory memory = Memory.allocate(size[0])) {
        check(lease, Native.pc15_model_export(lease.pointer(), memory.view(), size));
        byte[] bytes = new byte[(int) size[0]];
        memory.view().get(0, bytes);
        return bytes;
      }
    }
  }

  /**
   * The sets of tables.
   *
   * @return at most 8, with rising steps
   */
  public List<TableSet> tables() {
    List<TableSet> tables = new ArrayList<>();
    long[] count = new long[1];
    long[] step16 = new long[1];
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_model_table_count(lease.pointer(), count));
      for (long index = 0; index < count[0]; ++index) {
        check(lease, Native.pc15_model_table_info(lease.pointer(), index, step16, size));
        tables.add(new TableSet(step16[0] / 16.0, size[0]));
      }
    }
    return tables;
  }

  /**
   * Sets, replaces or removes a codebook. Codebook 0 holds the shapes of atoms.
   *
   * @param number 0 to 255
   * @param values the entries, one after another; null or empty removes the codebook
   * @param dims numbers of an entry, 1 to 8
   * @throws Pc15Exception OUT_OF_RANGE (number, dims, too many entries, an entry of codebook 0 that is no shape),
   *     INVALID_ARGUMENT (no whole number of entries)
   */
  public void setCodebook(int number, short[] values, int dims) {
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_model_set_codebook(lease.pointer(), number, values, dims));
    }
  }

  /**
   * A codebook.
   *
   * @param number 0 to 255
   * @return empty: there is none
   * @throws Pc15Exception OUT_OF_RANGE: the number
   */
  public Optional<Codebook> codebook(int number) {
    long[] count = new long[1];
    long[] dims = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      int status = Native.pc15_model_codebook(lease.pointer(), number, null, count, dims);
      if (status == Native.PC15_ERROR_NOT_FOUND) {
        return Optional.empty();
      }
      if (status != Native.PC15_NOTE_DST_TOO_SMALL) {
        check(lease, status);
      }
      short[] values = new short[(int) count[0]];
      check(lease, Native.pc15_model_codebook(lease.pointer(), number, values, count, dims));
      return Optional.of(new Codebook(values, (int) dims[0]));
    }
  }

  private static void check(NativeHandle.Lease lease, int status) {
    if (status != Native.PC15_OK) {
      byte[] text = new byte[1024];
      long length = Native.pc15_model_last_error(lease.pointer(), text);
      throw new Pc15Exception(status,
          new String(text, 0, (int) Math.min(length, text.length - 1), StandardCharsets.UTF_8));
    }
  }

  /** Frees the native memory, at the end of the call that runs if there is one. Threads: any, at any time. */
  @Override
  public void close() {
    handle.close(pointer -> { });
  }
}
