// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What became of one picture of a batch: a value, or why there is none.
 *
 * @param <T> a file or a picture
 * @param value the file or picture; null when it failed
 * @param error what was wrong; null when it did not fail
 */
public record BatchResult<T>(T value, Pc15Exception error) {
  /**
   * The value.
   *
   * @return the file or picture, never null
   * @throws Pc15Exception when it failed
   */
  public T get() {
    if (error != null) {
      throw error;
    }
    return value;
  }

  /** Whether a status of an item is one that brings a result. */
  static boolean isGood(int status) {
    return status == 0 || Pc15Status.of(status) == Pc15Status.DAMAGED;
  }

  /**
   * Results of a call. The message of the handle is about the first item with the status of the call.
   *
   * @param value makes the result of an item that did not fail
   */
  static <T> List<BatchResult<T>> of(int[] statuses, int whole, String message, IntFunction<T> value) {
    List<BatchResult<T>> results = new ArrayList<>(statuses.length);
    String left = message;
    for (int k = 0; k < statuses.length; ++k) {
      if (isGood(statuses[k])) {
        results.add(new BatchResult<>(value.apply(k), null));
        continue;
      }
      boolean first = statuses[k] == whole && !left.isEmpty();
      results.add(new BatchResult<>(null, new Pc15Exception(statuses[k], first ? left : "")));
      left = first ? "" : left;
    }
    return results;
  }
}
