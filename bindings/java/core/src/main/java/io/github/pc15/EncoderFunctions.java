// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** The functions of pc15.h whose names begin with pc15_encoder. */
final class EncoderFunctions implements CodecHandle.Functions {
  @Override
  public int create(long[] handle) {
    return Native.pc15_encoder_create(handle);
  }

  @Override
  public void destroy(long handle) {
    Native.pc15_encoder_destroy(handle);
  }

  @Override
  public int reset(long handle) {
    return Native.pc15_encoder_reset(handle);
  }

  @Override
  public int defaults(long handle) {
    return Native.pc15_encoder_default_params(handle);
  }

  @Override
  public int set(long handle, int id, long value) {
    return Native.pc15_encoder_set_param(handle, id, value);
  }

  @Override
  public int setReal(long handle, int id, double value) {
    return Native.pc15_encoder_set_param_f64(handle, id, value);
  }

  @Override
  public int get(long handle, int id, long[] value) {
    return Native.pc15_encoder_get_param(handle, id, value);
  }

  @Override
  public int getReal(long handle, int id, double[] value) {
    return Native.pc15_encoder_get_param_f64(handle, id, value);
  }

  @Override
  public int progress(long handle, long reference) {
    return Native.pc15_encoder_set_progress(handle, reference);
  }

  @Override
  public int cancel(long handle) {
    return Native.pc15_encoder_cancel(handle);
  }

  @Override
  public long lastError(long handle, byte[] text) {
    return Native.pc15_encoder_last_error(handle, text);
  }
}
