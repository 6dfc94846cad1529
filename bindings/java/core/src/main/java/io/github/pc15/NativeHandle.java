// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * A handle of the library that is used by one thread at a time, freed once, never during a call, and freed by a Cleaner
 * when it was forgotten.
 */
final class NativeHandle {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int FREE = 0;
  private static final int BUSY = 1;
  /** Closed while a call runs, which frees the handle when it ends. */
  private static final int CLOSING = 2;
  private static final int CLOSED = 3;

  private final String name;
  private final Resource resource;
  private final Cleaner.Cleanable cleanable;
  private final AtomicInteger state = new AtomicInteger(FREE);
  private final Lease lease = new Lease();
  private volatile Thread owner;

  /** What is freed; it must not refer to the handle, which would then never be unreachable. */
  private static final class Resource implements Runnable {
    private final LongConsumer destroy;
    private long pointer;
    /** Kept alive until the handle is gone: the library borrows it. */
    @SuppressWarnings("unused")
    private volatile Object borrowed;

    Resource(long pointer, LongConsumer destroy) {
      this.pointer = pointer;
      this.destroy = destroy;
    }

    @Override
    public synchronized void run() {
      destroy.accept(pointer);
      pointer = 0;
    }

    /** Calls with the pointer unless it is gone; never at the time of {@link #run}. */
    synchronized void use(LongConsumer call) {
      if (pointer != 0) {
        call.accept(pointer);
      }
    }
  }

  /** The right to make a native call; ends with close(). */
  final class Lease implements AutoCloseable {
    /** The handle, valid until close(). */
    long pointer() {
      return resource.pointer;
    }

    /** Keeps an object alive as long as the handle, or until the next one. */
    void borrow(Object object) {
      resource.borrowed = object;
    }

    @Override
    public void close() {
      owner = null;
      if (!state.compareAndSet(BUSY, FREE)) {
        state.set(CLOSED);
        cleanable.clean();
      }
      Reference.reachabilityFence(NativeHandle.this);
    }
  }

  /** `name` is what messages call it, "decoder". */
  NativeHandle(String name, long pointer, LongConsumer destroy) {
    this.name = name;
    resource = new Resource(pointer, destroy);
    cleanable = CLEANER.register(this, resource);
  }

  /** Starts a call; IllegalStateException when the handle is closed or another call runs. */
  Lease lease() {
    if (!state.compareAndSet(FREE, BUSY)) {
      Thread user = owner;
      if (state.get() >= CLOSING) {
        throw new IllegalStateException("the " + name + " is closed");
      }
      throw new IllegalStateException("the " + name + " is in use"
          + (user == Thread.currentThread() ? ": a progress listener may only cancel or close it"
              : " by " + (user == null ? "another thread" : "the thread " + user.getName())
                  + "; every thread needs its own"));
    }
    owner = Thread.currentThread();
    return lease;
  }

  boolean isClosed() {
    return state.get() >= CLOSING;
  }

  /** Frees the handle now, or at the end of the call that runs, which `cancel` is to shorten. */
  void close(LongConsumer cancel) {
    while (!isClosed()) {
      if (state.compareAndSet(FREE, CLOSED)) {
        cleanable.clean();
      } else if (state.compareAndSet(BUSY, CLOSING)) {
        withPointer(cancel);
      } // else the call has just ended: once more
    }
    Reference.reachabilityFence(this);
  }

  /** Makes a call that any thread may make at any time; nothing when the handle is gone. */
  void withPointer(LongConsumer call) {
    resource.use(call);
    Reference.reachabilityFence(this);
  }
}
