// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing, threads, cancellation and listeners. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a native call cannot be interrupted
class HandleTest {
  private static final Pixels PICTURE = Data.draw(PixelFormat.RGB, 200, 150);

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "other");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static Throwable causeOf(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, () -> task.get(30, TimeUnit.SECONDS)).getCause();
  }

  @Test
  void closedHandlesSaySo() {
    Pc15Encoder encoder = new Pc15Encoder();
    Pc15Decoder decoder = new Pc15Decoder();
    byte[] file = encoder.set(Parameter.EFFORT, 1).encode(PICTURE);
    Pc15File open = decoder.open(ByteBuffer.wrap(file));
    encoder.close();
    encoder.close();
    decoder.close();
    for (Runnable call : new Runnable[] {() -> encoder.encode(PICTURE), () -> encoder.set(Parameter.EFFORT, 1),
        encoder::stats, encoder::reset, () -> decoder.decode(file), () -> decoder.get(Parameter.THREADS), open::parts,
        () -> decoder.open(ByteBuffer.wrap(file))}) {
      String message = assertThrows(IllegalStateException.class, call::run).getMessage();
      assertTrue(message.endsWith("is closed"), message);
    }
    encoder.cancel();
    decoder.cancel();
    open.close();
  }

  @Test
  void aFileIsClosedWhenItsDecoderTurnsToAnother() {
    byte[] file = Data.encode(PICTURE);
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      Pc15File first = decoder.open(ByteBuffer.wrap(file));
      Pc15File second = decoder.open(Data.direct(file));
      assertThrows(IllegalStateException.class, first::parts);
      first.close();
      assertFalse(second.parts().isEmpty());
      decoder.decode(file);
      assertThrows(IllegalStateException.class, second::parts);
      second.close();
    }
  }

  @Test
  void aSecondThreadIsRefused() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      encoder.setProgressListener((done, total) -> {
        running.countDown();
        await(release);
        return true;
      });
      FutureTask<byte[]> task = start(() -> encoder.encode(PICTURE));
      await(running);
      for (Runnable call : new Runnable[] {() -> encoder.encode(PICTURE), encoder::stats,
          () -> encoder.set(Parameter.QUALITY, 1)}) {
        String message = assertThrows(IllegalStateException.class, call::run).getMessage();
        assertTrue(message.contains("in use by the thread other"), message);
      }
      release.countDown();
      byte[] file = task.get();
      assertArrayEquals(Data.encode(PICTURE), file);
      encoder.setProgressListener(null);
      assertArrayEquals(file, encoder.encode(PICTURE));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException error) {
      throw new AssertionError(error);
    }
  }

  @Test
  void closingDuringACallCancelsItAndFreesTheHandleAfterIt() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1);
    encoder.setProgressListener((done, total) -> {
      running.countDown();
      await(release);
      return true;
    });
    FutureTask<byte[]> task = start(() -> encoder.encode(PICTURE));
    await(running);
    encoder.close();
    assertTrue(assertThrows(IllegalStateException.class, encoder::stats).getMessage().endsWith("is closed"));
    release.countDown();
    assertEquals(Pc15Status.CANCELLED, ((Pc15Exception) causeOf(task)).status());
    assertThrows(IllegalStateException.class, () -> encoder.encode(PICTURE));
  }

  @Test
  void aListenerMayCloseTheHandleButNotUseIt() {
    Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1);
    AtomicReference<RuntimeException> refused = new AtomicReference<>();
    encoder.setProgressListener((done, total) -> {
      try {
        encoder.stats();
      } catch (IllegalStateException error) {
        refused.set(error);
      }
      encoder.close();
      return true;
    });
    assertEquals(Pc15Status.CANCELLED,
        assertThrows(Pc15Exception.class, () -> encoder.encode(PICTURE)).status());
    assertTrue(refused.get().getMessage().contains("listener"), refused.get().getMessage());
  }

  @Test
  void anotherThreadCancels() throws Exception {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 9)) {
      Pixels large = Data.draw(PixelFormat.RGB, 1500, 1000); // takes far longer than the test may
      FutureTask<byte[]> task = start(() -> encoder.encode(large));
      for (boolean running = false; !running; Thread.sleep(10)) {
        try {
          encoder.get(Parameter.EFFORT);
        } catch (IllegalStateException busy) {
          running = true;
        }
      }
      Thread.sleep(200);
      long start = System.nanoTime();
      encoder.cancel();
      assertEquals(Pc15Status.CANCELLED, ((Pc15Exception) causeOf(task)).status());
      assertTrue(System.nanoTime() - start < 2_000_000_000L, "it ends at once");
      encoder.cancel();
      assertEquals(Pc15Status.CANCELLED,
          assertThrows(Pc15Exception.class, () -> encoder.encode(PICTURE)).status(), "the next call when none runs");
      encoder.cancel();
      encoder.reset();
      assertTrue(encoder.set(Parameter.EFFORT, 1).encode(PICTURE).length > 0, "reset withdraws it");
    }
  }

  @Test
  void theListenerCancels() {
    byte[] file = Data.encode(PICTURE);
    try (Pc15Decoder decoder = new Pc15Decoder().setProgressListener((done, total) -> false)) {
      assertEquals(Pc15Status.CANCELLED, assertThrows(Pc15Exception.class, () -> decoder.decode(file)).status());
      assertEquals(200, decoder.setProgressListener(null).decode(file).width());
    }
  }

  @Test
  void whatAListenerThrowsComesOutOfTheCall() {
    for (int threads : new int[] {1, 3}) {
      for (Throwable thrown : new Throwable[] {new IllegalStateException("mine"), new StackOverflowError("mine"),
          new IOException("mine")}) {
        try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1).set(Parameter.THREADS, threads)) {
          encoder.setProgressListener((done, total) -> {
            throw HandleTest.<RuntimeException>sneak(thrown);
          });
          assertSame(thrown, assertThrows(Throwable.class, () -> encoder.encode(PICTURE)));
          encoder.setProgressListener(null);
          assertArrayEquals(Data.encode(PICTURE), encoder.encode(PICTURE));
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneak(Throwable error) throws E {
    throw (E) error;
  }

  @Test
  void progressRisesToTheTotalOnAnyThread() {
    for (int threads : new int[] {1, 4}) {
      AtomicInteger calls = new AtomicInteger();
      long[] last = {0, 1};
      try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1).set(Parameter.THREADS, threads)) {
        encoder.setProgressListener((done, total) -> {
          calls.incrementAndGet();
          assertTrue(done >= last[0] && done <= total);
          last[0] = done;
          last[1] = total;
          return true;
        });
        encoder.encode(Data.draw(PixelFormat.RGB, 700, 500));
      }
      assertTrue(calls.get() >= 2 && last[0] == last[1], calls + " calls, " + last[0] + " of " + last[1]);
    }
  }

  @Test
  void aListenerIsNotHeldAfterTheCall() throws Exception {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1).set(Parameter.THREADS, 2)) {
      WeakReference<ProgressListener> listener = listen(encoder);
      encoder.encode(PICTURE);
      encoder.setProgressListener(null);
      for (int wait = 0; wait < 200 && listener.get() != null; ++wait) {
        System.gc();
        Thread.sleep(20);
      }
      assertNull(listener.get(), "a JNI reference keeps it alive");
    }
  }

  private static WeakReference<ProgressListener> listen(Pc15Encoder encoder) {
    long[] calls = new long[1];
    ProgressListener listener = (done, total) -> ++calls[0] > 0; // captures: an object of its own
    encoder.setProgressListener(listener);
    return new WeakReference<>(listener);
  }

  @Test
  void aForgottenHandleIsFreedAndAUsedOneIsNot() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    NativeHandle used = new NativeHandle("kept", 1, pointer -> freed.addAndGet(100));
    try (NativeHandle.Lease lease = used.lease()) {
      used = null; // only the lease is left, as in a call whose object nobody holds
      forget(freed);
      for (int wait = 0; wait < 200 && freed.get() == 0; ++wait) {
        System.gc();
        Thread.sleep(20);
      }
      assertEquals(1, freed.get());
      assertEquals(1, lease.pointer());
    }
  }

  private static void forget(AtomicInteger freed) {
    new NativeHandle("forgotten", 2, pointer -> freed.incrementAndGet());
  }

  @Test
  void aHandleIsFreedOnceHoweverManyThreadsCloseIt() throws Exception {
    for (int round = 0; round < 200; ++round) {
      AtomicInteger freed = new AtomicInteger();
      NativeHandle handle = new NativeHandle("raced", 3, pointer -> freed.incrementAndGet());
      CountDownLatch go = new CountDownLatch(1);
      Thread[] threads = new Thread[4];
      for (int k = 0; k < threads.length; ++k) {
        boolean closes = k % 2 == 0;
        threads[k] = new Thread(() -> {
          await(go);
          if (closes) {
            handle.close(pointer -> assertEquals(3, pointer));
          } else {
            try (NativeHandle.Lease lease = handle.lease()) {
              assertEquals(3, lease.pointer());
              assertEquals(0, freed.get(), "freed during a call");
            } catch (IllegalStateException busyOrClosed) {
              Thread.yield();
            }
          }
        });
        threads[k].start();
      }
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(1, freed.get());
    }
  }
}
