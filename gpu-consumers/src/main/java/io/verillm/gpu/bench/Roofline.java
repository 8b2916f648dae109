package io.verillm.gpu.bench;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.models.onnx.MatrixChain;

/**
 * What the runtime gets out of this machine at best, by products with large matrices. The best
 * repeat is the roof: whatever else the machine does can only lower it.
 *
 * @param bytesPerSecond read from memory, by products with one row
 * @param operationsPerSecond by products with many rows
 * @param matrixBytes size of all matrices, which no cache should hold
 */
public record Roofline(Spread bytesPerSecond, Spread operationsPerSecond, long matrixBytes) {

  /**
   * The sizes of a measurement.
   *
   * @param chain the matrices
   * @param rows of the products that show the arithmetic
   */
  public record Probe(MatrixChain chain, int rows) {

    /** 512 MiB of matrices; a GPU runs through them so often that starting it does not count. */
    public static Probe of(EngineDevice device) {
      return device == EngineDevice.CPU
          ? new Probe(new MatrixChain(4096, 8, 1), 256)
          : new Probe(new MatrixChain(4096, 8, 16), 2048);
    }
  }

  /** Seconds that this work takes at least. */
  double seconds(Work work) {
    return Math.max(
        work.bytes() / bytesPerSecond.high(), work.operations() / operationsPerSecond.high());
  }
}
