// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.bench;

import io.github.pc15.Parameter;
import io.github.pc15.Pc15;
import io.github.pc15.Pc15Decoder;
import io.github.pc15.Pc15Encoder;
import io.github.pc15.PixelFormat;
import io.github.pc15.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What calls cost, one thread, 1024 x 1024 pixels of RGB, effort 1. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 3)
public class CallBench {
  private Pixels picture;
  private byte[] file;
  private ByteBuffer direct;
  private Pixels room;
  private Pixels heap;
  private Pc15Encoder encoder;
  private Pc15Decoder decoder;

  @Setup
  public void open() throws IOException {
    picture = Picture.pixels();
    file = Picture.file(picture);
    direct = ByteBuffer.allocateDirect(file.length).put(file).flip();
    room = Pixels.allocate(PixelFormat.RGB, Picture.SIZE, Picture.SIZE);
    heap = new Pixels(new byte[Picture.SIZE * Picture.SIZE * 3], PixelFormat.RGB, Picture.SIZE, Picture.SIZE);
    encoder = new Pc15Encoder().set(Parameter.EFFORT, 1);
    decoder = new Pc15Decoder();
  }

  @TearDown
  public void close() {
    encoder.close();
    decoder.close();
  }

  @Benchmark
  public byte[] encodeDirect() {
    return encoder.encode(picture);
  }

  @Benchmark
  public Object decodeDirect() {
    return decoder.decode(direct, room);
  }

  @Benchmark
  public Object decodeHeap() {
    return decoder.decode(ByteBuffer.wrap(file), heap);
  }

  @Benchmark
  public BufferedImage decodeImage() {
    return decoder.decodeImage(file);
  }

  @Benchmark
  public Object probe() {
    return Pc15.probe(direct);
  }
}
