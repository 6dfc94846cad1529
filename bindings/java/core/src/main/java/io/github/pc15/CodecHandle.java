// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.ProgressSink;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.LongToIntFunction;

/** What encoders and decoders have in common: parameters, progress, messages, one thread at a time. */
abstract class CodecHandle<T extends CodecHandle<T>> implements AutoCloseable {
  /** The functions of pc15.h that differ by a name only. */
  interface Functions {
    int create(long[] handle);

    void destroy(long handle);

    int reset(long handle);

    int defaults(long handle);

    int set(long handle, int id, long value);

    int setReal(long handle, int id, double value);

    int get(long handle, int id, long[] value);

    int getReal(long handle, int id, double[] value);

    int progress(long handle, long reference);

    int cancel(long handle);

    long lastError(long handle, byte[] text);
  }

  final NativeHandle handle;
  private final Functions functions;
  private volatile ProgressListener listener;

  CodecHandle(String name, Functions functions) {
    NativeLoader.load();
    this.functions = functions;
    long[] made = new long[1];
    Pc15Exception.check(functions.create(made));
    handle = new NativeHandle(name, made[0], functions::destroy);
  }

  abstract T self();

  /** What the library forgets when a handle is reset and this package does not. */
  void restore(long pointer) {
  }

  /**
   * Sets a parameter, which holds until it is changed.
   *
   * @param parameter which
   * @param value in the units of the user, rounded to the nearest step; a choice of an enumeration by its number
   * @return this
   * @throws Pc15Exception UNKNOWN_PARAM: it belongs to the other kind of handle; OUT_OF_RANGE: the message has the range
   */
  public T set(Parameter parameter, double value) {
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, functions.setReal(lease.pointer(), parameter.id(), value));
    }
    return self();
  }

  /**
   * Sets a parameter, which holds until it is changed.
   *
   * @param parameter which
   * @param value in the units of the user; every bit of a long counts (seeds)
   * @return this
   * @throws Pc15Exception as {@link #set(Parameter, double)}
   */
  public T set(Parameter parameter, long value) {
    if (parameter.type() == ParameterType.REAL) {
      return set(parameter, (double) value);
    }
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, functions.set(lease.pointer(), parameter.id(), value));
    }
    return self();
  }

  /**
   * Sets a parameter that is on or off.
   *
   * @param parameter which
   * @param value 1 or 0
   * @return this
   * @throws Pc15Exception as {@link #set(Parameter, double)}
   */
  public T set(Parameter parameter, boolean value) {
    return set(parameter, value ? 1L : 0L);
  }

  /**
   * The value of a parameter.
   *
   * @param parameter which
   * @return in the units of the user
   * @throws Pc15Exception UNKNOWN_PARAM: it belongs to the other kind of handle
   */
  public double get(Parameter parameter) {
    double[] value = new double[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, functions.getReal(lease.pointer(), parameter.id(), value));
    }
    return value[0];
  }

  /**
   * The value of a parameter, every bit of it.
   *
   * @param parameter which; not one of type REAL
   * @return the value
   * @throws Pc15Exception UNKNOWN_PARAM: it belongs to the other kind of handle
   * @throws IllegalArgumentException for a real parameter
   */
  public long getLong(Parameter parameter) {
    if (parameter.type() == ParameterType.REAL) {
      throw new IllegalArgumentException(parameter + " is real");
    }
    long[] value = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, functions.get(lease.pointer(), parameter.id(), value));
    }
    return value[0];
  }

  /**
   * Sets every parameter back to its default.
   *
   * @return this
   */
  public T setDefaults() {
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, functions.defaults(lease.pointer()));
    }
    return self();
  }

  /**
   * Sets who hears of the progress of encodes and decodes.
   *
   * @param progress the listener, null for none
   * @return this
   */
  public T setProgressListener(ProgressListener progress) {
    listener = progress;
    return self();
  }

  /**
   * Ends the running encode or decode within milliseconds, or the next one when none is running: it throws a
   * {@link Pc15Exception} with {@link Pc15Status#CANCELLED}. Does nothing after {@link #close()}.
   *
   * <p>Threads: any, at any time.
   */
  public void cancel() {
    handle.withPointer(functions::cancel);
  }

  /**
   * Withdraws a cancellation and forgets the last result. Parameters, metadata, model and listener stay.
   */
  public void reset() {
    try (NativeHandle.Lease lease = handle.lease()) {
      reset(lease);
    }
  }

  /**
   * Frees the native memory; later calls throw IllegalStateException. A call that runs on another thread, or that is
   * waiting for the listener that calls this, is cancelled, and the memory is freed when it ends. Closing twice does
   * nothing.
   *
   * <p>Threads: any, at any time.
   */
  @Override
  public void close() {
    handle.close(functions::cancel);
  }

  private void reset(NativeHandle.Lease lease) {
    functions.reset(lease.pointer());
    restore(lease.pointer());
  }

  /** Throws with the handle's message unless the status is success or the note. */
  int check(NativeHandle.Lease lease, int status, int note) {
    return status == note ? status : check(lease, status);
  }

  int check(NativeHandle.Lease lease, int status) {
    if (status == Native.PC15_OK) {
      return status;
    }
    Pc15Exception error = new Pc15Exception(status, message(lease));
    if (status <= Native.PC15_ERROR_NOT_PC15) {
      Pc15Status known = error.status();
      if (known.isDataError() || known == Pc15Status.INTERNAL) {
        reset(lease); // it is poisoned; the next call starts afresh
      }
    }
    throw error;
  }

  /** The message of the last call that failed, "" after a success. */
  String message(NativeHandle.Lease lease) {
    byte[] text = new byte[1024];
    long length = functions.lastError(lease.pointer(), text);
    return new String(text, 0, (int) Math.min(length, text.length - 1), StandardCharsets.UTF_8);
  }

  /** Throws when the call was cancelled; any other status of a batch is that of an item. */
  int checkBatch(NativeHandle.Lease lease, int status) {
    return status == Native.PC15_NOTE_CANCELLED ? check(lease, status) : status;
  }

  /** Throws what a listener threw; the handle starts afresh. */
  void rethrow(NativeHandle.Lease lease, Throwable failure) {
    if (failure != null) {
      reset(lease);
      throw CodecHandle.<RuntimeException>asThrown(failure);
    }
  }

  /** Makes a long call, with the listener; the status is not checked yet. */
  int work(NativeHandle.Lease lease, LongToIntFunction call) {
    ProgressListener current = listener;
    if (current == null) {
      return call.applyAsInt(lease.pointer());
    }
    ProgressSink sink = new ProgressSink(current);
    long reference = Native.pc15_progress_new(sink);
    int status;
    try {
      functions.progress(lease.pointer(), reference);
      status = call.applyAsInt(lease.pointer());
    } finally {
      functions.progress(lease.pointer(), 0);
      Native.pc15_progress_free(reference);
    }
    rethrow(lease, sink.failure());
    return status;
  }

  /** Lets a checked exception pass: a listener written in another language can throw one. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException asThrown(Throwable error) throws E {
    throw (E) Objects.requireNonNull(error);
  }
}
